#include "tests/checker/checker.h"

#include <fstream>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

// The checker is itself checked: one good story, and each way to make it a bad one.
namespace chipline::checker {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

SeenEvent Seen(uint64_t position, const std::string& subject, uint64_t revision, uint64_t first,
               uint32_t size) {
  SeenEvent event;
  event.set_position(position);
  event.set_subject(subject);
  event.set_revision(revision);
  event.set_record_time(static_cast<int64_t>(1000 + first));
  event.set_append_first_position(first);
  event.set_append_size(size);
  event.set_event_id("id-" + std::to_string(position));
  event.set_content("text " + std::to_string(position));
  event.set_digest("digest " + std::to_string(position));
  return event;
}

// A log of five events in three appends: 1 | 2 3 | 4 5. The first two were acknowledged, the second
// under a precondition; the last one's answer was lost. A refused one is not there.
class CheckerTest : public testing::Test {
 protected:
  CheckerTest() {
    log_ = {Seen(1, "a", 1, 1, 1), Seen(2, "a", 2, 2, 2), Seen(3, "b", 1, 2, 2),
            Seen(4, "b", 2, 4, 2), Seen(5, "a", 3, 4, 2)};
    writer_.name = "writer";
    reader_.name = "reader";
    Send(1, {1});
    Acknowledge(1, {1});
    *Send(2, {2, 3}).add_preconditions() = Expected("a", 1);
    Acknowledge(2, {2, 3});
    Send(3, {4, 5});
    Send(4, {6});
    Answered(4).set_outcome(OUTCOME_REFUSED);
    Open("all", 0);
    Deliver("all", {1}, 1);
    Deliver("all", {2, 3}, 3);
    Open("all", 3);
    Deliver("all", {4, 5}, 5);
    CaughtUp("all", 5);
    Close("all");
    Open("b", 0, "b");
    Deliver("b", {3}, 3);
    Deliver("b", {4}, 5);
    Close("b");
  }

  static Expectation Expected(const std::string& subject, uint64_t revision) {
    Expectation expected;
    expected.set_subject(subject);
    expected.set_revision(revision);
    return expected;
  }

  Attempt& Send(uint64_t number, const std::vector<uint64_t>& positions) {
    Attempt& attempt = *writer_.entries.emplace_back().mutable_attempt();
    attempt.set_number(number);
    for (const uint64_t position : positions) {
      SentEvent& event = *attempt.add_events();
      event.set_event_id("id-" + std::to_string(position));
      event.set_content("text " + std::to_string(position));
    }
    return attempt;
  }
  Answer& Answered(uint64_t number) {
    Answer& answer = *writer_.entries.emplace_back().mutable_answer();
    answer.set_number(number);
    return answer;
  }
  Answer& Acknowledge(uint64_t number, const std::vector<uint64_t>& positions) {
    Answer& answer = Answered(number);
    answer.set_outcome(OUTCOME_ACKNOWLEDGED);
    for (const uint64_t position : positions) {
      const SeenEvent& event = log_[position - 1];
      Placed& placed = *answer.add_events();
      placed.set_position(position);
      placed.set_subject(event.subject());
      placed.set_revision(event.revision());
    }
    return answer;
  }
  void Open(const std::string& stream, uint64_t after, const std::string& pattern = "") {
    Opening& opening = *reader_.entries.emplace_back().mutable_opening();
    opening.set_stream(stream);
    opening.set_after_position(after);
    opening.set_subject_pattern(pattern);
  }
  Delivery& Deliver(const std::string& stream, const std::vector<uint64_t>& positions,
                    uint64_t position) {
    Delivery& delivery = *reader_.entries.emplace_back().mutable_delivery();
    delivery.set_stream(stream);
    for (const uint64_t event : positions) *delivery.add_events() = log_[event - 1];
    delivery.set_position(position);
    delivery.set_head_position(5);
    return delivery;
  }
  void CaughtUp(const std::string& stream, uint64_t position) {
    Deliver(stream, {}, position).set_caught_up(true);
  }
  void Close(const std::string& stream) {
    reader_.entries.emplace_back().mutable_closing()->set_stream(stream);
  }
  // A subscription of its own, to everything.
  void Fresh(const std::string& stream = "fresh") { Open(stream, 0); }

  Verdict CheckAll() const {
    History final{"final", {}};
    Listing& listing = *final.entries.emplace_back().mutable_listing();
    for (const SeenEvent& event : log_) *listing.add_events() = event;
    return Check({writer_, reader_, final});
  }
  // What is violated, with all that is said of it; empty if nothing is.
  std::string Found() const {
    const auto violation = CheckAll().violation;
    return violation.has_value() ? violation->ToString() : "";
  }

  std::vector<SeenEvent> log_;
  History writer_;
  History reader_;
};

TEST_F(CheckerTest, AGoodHistoryPasses) {
  EXPECT_THAT(Found(), IsEmpty());
  const Load load = CheckAll().load;
  EXPECT_EQ(load.attempts, 4u);
  EXPECT_EQ(load.acknowledged, 2u);
  EXPECT_EQ(load.refused, 1u);
  EXPECT_EQ(load.unknown, 1u);
  EXPECT_EQ(load.log_events, 5u);
  EXPECT_EQ(load.delivered_events, 7u);
}

TEST_F(CheckerTest, AnAppendOfUnknownOutcomeMayBeAbsent) {
  Send(5, {7});
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(CheckerTest, I1AnAcknowledgedEventThatIsNotThere) {
  log_.resize(3);
  reader_.entries.clear();
  log_.push_back(Seen(4, "b", 2, 4, 1));
  log_.back().set_event_id("id-9");
  Send(9, {9}).mutable_events(0)->set_content("text 4");
  Acknowledge(9, {4});
  EXPECT_THAT(Found(), IsEmpty());
  log_.resize(3);
  EXPECT_THAT(Found(), HasSubstr("violated I1: id-9 was acknowledged at position 4, but the log "
                                 "ends at 3 [writer:9]"));
}

TEST_F(CheckerTest, I1AnAcknowledgedEventThatIsElsewhere) {
  Send(9, {4, 5});
  Answer& answer = Acknowledge(9, {4, 5});
  answer.mutable_events(0)->set_position(1);
  EXPECT_THAT(Found(), HasSubstr("violated I1: id-4 was acknowledged at position 1"));
}

TEST_F(CheckerTest, I2AnEventThatWasRefused) {
  Answered(3).set_outcome(OUTCOME_REFUSED);
  EXPECT_THAT(Found(), HasSubstr("violated I2: id-4 is at position 4, but every append of it was "
                                 "refused"));
}

TEST_F(CheckerTest, I2AnEventThatNobodySent) {
  log_.push_back(Seen(6, "c", 1, 6, 1));
  log_.back().set_event_id("stranger");
  EXPECT_THAT(Found(), HasSubstr("violated I2: stranger at position 6 was never sent"));
}

TEST_F(CheckerTest, I2AnEventThatSaysSomethingElse) {
  log_[4].set_content("changed");
  reader_.entries.clear();
  EXPECT_THAT(Found(), HasSubstr("violated I2: id-5 at position 5 does not say what was sent"));
}

TEST_F(CheckerTest, I2AnInvalidAppendThatWasTaken) {
  writer_.entries[0].mutable_attempt()->set_invalid(true);
  EXPECT_THAT(Found(), HasSubstr("violated I2: an append that must be refused"));
}

TEST_F(CheckerTest, I3APositionThatIsMissing) {
  log_[4].set_position(6);
  EXPECT_THAT(Found(), HasSubstr("violated I3: positions are not dense: 6 stands where 5"));
}

TEST_F(CheckerTest, I3ARevisionThatIsMissing) {
  log_[4].set_revision(4);
  EXPECT_THAT(Found(), HasSubstr("violated I3: revisions of a are not dense"));
}

TEST_F(CheckerTest, I3ATimeThatGoesBackOrStands) {
  for (const int64_t time : {1002, 5}) {
    log_[3].set_record_time(time);
    log_[4].set_record_time(time);
    EXPECT_THAT(Found(), HasSubstr("violated I3: record_time does not rise"));
  }
}

TEST_F(CheckerTest, I4TwoThatExpectedTheSameRevision) {
  *writer_.entries[0].mutable_attempt()->add_preconditions() = Expected("a", 1);
  EXPECT_THAT(Found(),
              HasSubstr("violated I4: two appends succeeded that expected a at revision 1"));
}

TEST_F(CheckerTest, I4OneThatExpectedAnotherRevision) {
  *writer_.entries[0].mutable_attempt()->add_preconditions() = Expected("b", 7);
  EXPECT_THAT(Found(), HasSubstr("violated I4: the append at position 1 expected b at revision 7"));
}

TEST_F(CheckerTest, I4OneWithoutAnAnswerThatExpectedAnotherRevision) {
  *writer_.entries[4].mutable_attempt()->add_preconditions() = Expected("b", 7);
  EXPECT_THAT(Found(), HasSubstr("violated I4: the append at position 4"));
}

TEST_F(CheckerTest, I5AnIdThatIsThereTwice) {
  log_.push_back(Seen(6, "a", 4, 6, 1));
  log_.back().set_event_id("id-1");
  log_.back().set_content("text 1");
  EXPECT_THAT(Found(), HasSubstr("violated I5: id-1 is in the log twice: at positions 1 and 6"));
}

TEST_F(CheckerTest, I6AnAppendOfWhichAPartIsMissing) {
  log_.resize(4);
  EXPECT_THAT(Found(), HasSubstr("violated I6: the append at position 4 has 1 of its 2 events"));
}

TEST_F(CheckerTest, I6AnAppendThatIsInterrupted) {
  log_[2] = Seen(3, "b", 1, 3, 1);
  log_[2].set_record_time(1003);
  EXPECT_THAT(Found(), HasSubstr("violated I6: the append at position 2 has 1 of its 2 events"));
  log_[2].set_append_first_position(1);
  EXPECT_THAT(Found(), HasSubstr("violated I6: position 3 does not go on with the append at 2"));
}

TEST_F(CheckerTest, I6AnAppendThatIsNotAsItWasSent) {
  writer_.entries[4].mutable_attempt()->mutable_events()->SwapElements(0, 1);
  EXPECT_THAT(Found(), HasSubstr("violated I6: the append at position 4 is not one that was sent"));
}

TEST_F(CheckerTest, I7AnEventAfterALaterOne) {
  Fresh();
  Deliver("fresh", {1, 4, 5, 2, 3}, 5);
  EXPECT_THAT(Found(), HasSubstr("violated I7 ordered: position 2 was sent after 5"));
}

TEST_F(CheckerTest, I7AnEventTwice) {
  Fresh();
  Deliver("fresh", {1}, 1);
  Deliver("fresh", {1, 2, 3}, 3);
  EXPECT_THAT(Found(), HasSubstr("violated I7 unique: position 1 was sent twice [reader:13, "
                                 "reader:14]"));
}

TEST_F(CheckerTest, I7APartOfAnAppend) {
  Fresh();
  Deliver("fresh", {1, 2}, 1);
  EXPECT_THAT(Found(), HasSubstr("violated I7 atomic: a message ends at position 2"));
}

TEST_F(CheckerTest, I7APositionInsideAnAppend) {
  Open("fresh", 0, "c");
  Deliver("fresh", {}, 2);
  EXPECT_THAT(Found(), HasSubstr("violated I7 atomic: position 2 is inside an append"));
}

TEST_F(CheckerTest, I7AnEventThatWasSkipped) {
  Fresh();
  Deliver("fresh", {1}, 1);
  Deliver("fresh", {4, 5}, 5);
  EXPECT_THAT(Found(), HasSubstr("violated I7 reliable: position 2 was skipped"));
}

TEST_F(CheckerTest, I7AnEventThatDoesNotFitTheFilter) {
  Open("fresh", 0, "b");
  Deliver("fresh", {1}, 1);
  EXPECT_THAT(Found(),
              HasSubstr("violated I7 reliable: position 1 was sent, though a does not fit"));
}

TEST_F(CheckerTest, I7AnEventThatNeverCame) {
  Fresh();
  Deliver("fresh", {1}, 1);
  Close("fresh");
  EXPECT_THAT(Found(), HasSubstr("violated I7 reliable: position 2 never came"));
}

TEST_F(CheckerTest, I7AnEventSkippedOrRepeatedOnComingBack) {
  Fresh();
  Deliver("fresh", {1}, 1);
  Open("fresh", 1);
  Deliver("fresh", {4, 5}, 5);
  EXPECT_THAT(Found(), HasSubstr("violated I7 resumable: position 2 was skipped"));
  reader_.entries.pop_back();
  Deliver("fresh", {1, 2, 3}, 3);
  EXPECT_THAT(Found(),
              HasSubstr("violated I7 resumable: opened after 1, it sent position 1 again"));
}

TEST_F(CheckerTest, I7ProgressOverWhatWasNotSent) {
  Fresh();
  Deliver("fresh", {1}, 3);
  EXPECT_THAT(
      Found(),
      HasSubstr("violated I7 progress: everything up to 3 was sent, it says, but 2 was not"));
}

TEST_F(CheckerTest, I7ProgressThatGoesBackOrBeyondTheHeadOrCatchesUpTooEarly) {
  Open("fresh", 0, "c");
  Deliver("fresh", {}, 3);
  Deliver("fresh", {}, 1);
  EXPECT_THAT(Found(), HasSubstr("violated I7 progress: position 1 after 3"));
  reader_.entries.pop_back();
  Deliver("fresh", {}, 5).set_head_position(3);
  EXPECT_THAT(Found(), HasSubstr("violated I7 progress: position 5 beyond the head at 3"));
  reader_.entries.pop_back();
  CaughtUp("fresh", 3);
  EXPECT_THAT(Found(), HasSubstr("violated I7 progress: caught up at 3, with the head at 5"));
  reader_.entries.pop_back();
  Deliver("fresh", {}, 5).set_head_position(6);
  EXPECT_THAT(Found(), HasSubstr("violated I7 progress: it told of a head at 6"));
}

TEST_F(CheckerTest, I8TwoReadsThatDiffer) {
  reader_.entries[1].mutable_delivery()->mutable_events(0)->set_digest("other");
  EXPECT_THAT(Found(), HasSubstr("violated I8: two reads of position 1 differ"));
}

TEST_F(CheckerTest, I8AnEventThatWasReadAndIsGone) {
  log_.resize(3);
  EXPECT_THAT(Found(),
              HasSubstr("violated I8: id-4 was read at position 4, but the log ends at 3"));
}

TEST(HistoryTest, LinesAreReadAgainAndATornOneIsLeftOut) {
  Entry entry;
  entry.mutable_answer()->set_number(7);
  entry.mutable_answer()->set_outcome(OUTCOME_ACKNOWLEDGED);
  const std::string path = testing::TempDir() + "history-test.ndjson";
  std::ofstream(path) << ToLine(entry) << R"({"answer": {"num)";
  const auto history = ReadHistory(path);
  ASSERT_TRUE(history.ok()) << history.status();
  ASSERT_EQ(history->entries.size(), 1u);
  EXPECT_EQ(history->entries[0].answer().number(), 7u);
  std::ofstream(path) << "no history\n";
  EXPECT_EQ(ReadHistory(path).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace chipline::checker
