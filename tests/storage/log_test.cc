#include "storage/log.h"

#include "storage/error.h"
#include "tests/storage/open_log.h"

namespace chipline::storage::testing {
namespace {

TEST_F(LogTest, AnEmptyLogHasHeadZero) {
  EXPECT_EQ(log->reader().head(), 0u);
  EXPECT_TRUE(ReadAll(*log).empty());
}

TEST_F(LogTest, PositionsAndRevisionsAreDenseFromOne) {
  const Outcome first = Append(*log, {Sealed("a", "capex.x"), Sealed("b", "capex.y")});
  const Outcome second = Append(*log, {Sealed("c", "capex.x")});
  ASSERT_TRUE(first.status.ok()) << first.status;
  EXPECT_EQ(first.events[0].position, 1u);
  EXPECT_EQ(first.events[1].position, 2u);
  EXPECT_EQ(second.events[0].position, 3u);
  EXPECT_EQ(second.events[0].revision, 2u);
  EXPECT_EQ(second.events[0].subject, "capex.x");
}

TEST_F(LogTest, StoredBytesAreTheDeterministicSerialisation) {
  ASSERT_TRUE(
      Append(*log, {Sealed("a", "capex.x", "text", {"chip/h200", "company/x"})}).status.ok());
  const auto block = log->reader().BlockAt(1);
  ASSERT_TRUE(block.ok());
  chipline::v1::RecordedEvent event;
  const std::string bytes((*block)->Record(1));
  ASSERT_TRUE(event.ParseFromString(bytes));
  EXPECT_EQ(event.SerializeAsString(), bytes);
  EXPECT_EQ(event.event().claim_notice().text(), "text");
  EXPECT_EQ(event.entities_size(), 2);
}

TEST_F(LogTest, AppendBoundariesAndOneTimeAreOnEveryEventOfAnAppend) {
  ASSERT_TRUE(Append(*log, {Sealed("z", "capex.x")}).status.ok());
  ASSERT_TRUE(Append(*log, {Sealed("a", "capex.x"), Sealed("b", "capex.y")}).status.ok());
  const auto events = ReadAll(*log);
  ASSERT_EQ(events.size(), 3u);
  for (size_t i : {1u, 2u}) {
    EXPECT_EQ(events[i].append_first_position(), 2u);
    EXPECT_EQ(events[i].append_size(), 2u);
  }
  EXPECT_EQ(events[1].record_time().nanos(), events[2].record_time().nanos());
}

TEST_F(LogTest, RecordTimeIncreasesWhileTheClockStandsStillOrGoesBack) {
  ASSERT_TRUE(Append(*log, {Sealed("a", "capex.x")}).status.ok());
  clock.now -= absl::Hours(24);
  Reopen();
  ASSERT_TRUE(Append(*log, {Sealed("b", "capex.x")}).status.ok());
  const auto events = ReadAll(*log);
  EXPECT_EQ(events[0].record_time().seconds(), events[1].record_time().seconds());
  EXPECT_EQ(events[0].record_time().nanos() + 1, events[1].record_time().nanos());
}

TEST_F(LogTest, ARetryGetsTheFirstAnswerAlsoAfterAReopen) {
  const Outcome first = Append(*log, {Sealed("a", "capex.x"), Sealed("b", "capex.x")});
  ASSERT_TRUE(Append(*log, {Sealed("c", "capex.x")}).status.ok());
  Reopen();
  const Outcome retry = Append(*log, {Sealed("a", "capex.x"), Sealed("b", "capex.x")});
  ASSERT_TRUE(retry.status.ok()) << retry.status;
  EXPECT_TRUE(retry.events[1].duplicate);
  EXPECT_EQ(retry.events[1].position, first.events[1].position);
  EXPECT_EQ(retry.events[1].revision, first.events[1].revision);
  EXPECT_EQ(retry.time, first.time);
  EXPECT_EQ(log->reader().head(), 3u);
}

TEST_F(LogTest, AnIdWithOtherContentIsRefusedByName) {
  ASSERT_TRUE(Append(*log, {Sealed("a", "capex.x", "one")}).status.ok());
  const Outcome outcome = Append(*log, {Sealed("a", "capex.x", "two")});
  EXPECT_EQ(outcome.status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReasonOf(outcome.status), "EVENT_ID_REUSED");
  EXPECT_NE(outcome.status.message().find("a"), absl::string_view::npos);
}

TEST_F(LogTest, APartlyKnownAppendIsRefusedWhole) {
  ASSERT_TRUE(Append(*log, {Sealed("a", "capex.x")}).status.ok());
  const Outcome outcome = Append(*log, {Sealed("a", "capex.x"), Sealed("b", "capex.x")});
  EXPECT_EQ(ReasonOf(outcome.status), "PARTLY_DUPLICATE");
  EXPECT_EQ(log->reader().head(), 1u);
}

TEST_F(LogTest, DuplicatesAreSettledBeforePreconditions) {
  v1::Command command = AppendCommand({Sealed("a", "capex.x")});
  auto* precondition = command.mutable_append()->add_preconditions();
  precondition->set_subject("capex.x");
  precondition->set_expected_revision(0);
  ASSERT_TRUE(Submit(*log, command).status.ok());
  const Outcome retry = Submit(*log, command);
  EXPECT_TRUE(retry.status.ok()) << retry.status;
  EXPECT_TRUE(retry.events[0].duplicate);
}

TEST_F(LogTest, EveryFailingPreconditionIsNamedWithTheActualRevision) {
  ASSERT_TRUE(Append(*log, {Sealed("a", "capex.x")}).status.ok());
  v1::Command command = AppendCommand({Sealed("b", "capex.x")});
  for (const char* subject : {"capex.x", "capex.y"}) {
    auto* precondition = command.mutable_append()->add_preconditions();
    precondition->set_subject(subject);
    precondition->set_expected_revision(7);
  }
  const Outcome outcome = Submit(*log, command);
  EXPECT_EQ(outcome.status.code(), absl::StatusCode::kAborted);
  EXPECT_NE(outcome.status.message().find("capex.x: expected revision 7, but it is at 1"),
            absl::string_view::npos)
      << outcome.status;
  EXPECT_NE(outcome.status.message().find("capex.y: expected revision 7, but it is at 0"),
            absl::string_view::npos);
}

TEST_F(LogTest, AnAppendThatTheRulesRefuseLeavesNoTrace) {
  rules.refused_id = "b";
  EXPECT_FALSE(Append(*log, {Sealed("a", "capex.x"), Sealed("b", "capex.x")}).status.ok());
  EXPECT_TRUE(rules.admitted.empty());
  rules.refused_id.clear();
  const Outcome outcome = Append(*log, {Sealed("a", "capex.x")});
  ASSERT_TRUE(outcome.status.ok());
  EXPECT_EQ(outcome.events[0].position, 1u);
  EXPECT_EQ(outcome.events[0].revision, 1u);
}

TEST_F(LogTest, ValidateOnlyDecidesAndStoresNothing) {
  v1::Command command = AppendCommand({Sealed("a", "capex.x")});
  command.mutable_append()->set_validate_only(true);
  const Outcome outcome = Submit(*log, command);
  ASSERT_TRUE(outcome.status.ok());
  EXPECT_EQ(outcome.events[0].position, 0u);
  EXPECT_EQ(outcome.events[0].subject, "capex.x");
  EXPECT_EQ(log->reader().head(), 0u);
  EXPECT_TRUE(rules.admitted.empty());
}

TEST_F(LogTest, NamesAreRestoredInOrderAtOpen) {
  ASSERT_TRUE(Append(*log, {Sealed("a", "alias.x"), Sealed("b", "capex.x")}).status.ok());
  ASSERT_TRUE(Append(*log, {Sealed("c", "alias.y")}).status.ok());
  Reopen();
  EXPECT_EQ(rules.restored, (std::vector<Position>{1, 3}));
  // As they were folded when they came, whatever folding them again would give.
  EXPECT_EQ(rules.restored_keys, (std::vector<std::string>{"a", "c"}));
}

TEST_F(LogTest, NamesOfALogThatKeptNoneAreFoundInItsEvents) {
  ASSERT_TRUE(Append(*log, {Sealed("a", "alias.x"), Sealed("b", "capex.x")}).status.ok());
  ASSERT_TRUE(Append(*log, {Sealed("c", "alias.y")}).status.ok());
  log.reset();
  // As format 1 left it.
  EventStoreOptions options;
  options.directory = directory.path() / "log";
  auto events = EventStore::Open(options);
  ASSERT_TRUE(events.ok()) << events.status();
  CommitWrite write;
  for (const auto& [key, value] : (*events)->ListState("").value()) {
    write.state.emplace_back(key, std::nullopt);
  }
  EXPECT_EQ(write.state.size(), 3u);
  ASSERT_TRUE((*events)->Write(write, /*sync=*/true).ok());
  events->reset();

  Open();
  EXPECT_EQ(rules.restored, (std::vector<Position>{1, 3}));
  EXPECT_EQ(rules.restored_keys, (std::vector<std::string>{"found again: a", "found again: c"}));
  ASSERT_TRUE(Append(*log, {Sealed("d", "alias.z")}).status.ok());
  // From then on they are kept.
  Reopen();
  EXPECT_EQ(rules.restored_keys,
            (std::vector<std::string>{"found again: a", "found again: c", "d"}));
}

TEST_F(LogTest, CursorsAreComparedAndSetAndSurvive) {
  ASSERT_TRUE(Append(*log, {Sealed("a", "capex.x")}).status.ok());
  v1::Command command;
  command.mutable_cursor()->set_name("reader");
  command.mutable_cursor()->set_position(1);
  command.mutable_cursor()->set_expected_position(0);
  ASSERT_TRUE(Submit(*log, command).status.ok());
  const Outcome again = Submit(*log, command);
  EXPECT_EQ(ReasonOf(again.status), "EXPECTED_POSITION_DIFFERS");
  Reopen();
  const auto cursor = log->GetCursor("reader");
  ASSERT_TRUE(cursor.ok() && cursor->has_value());
  EXPECT_EQ((*cursor)->position, 1u);
  EXPECT_EQ(log->ListCursors("", 10)->size(), 1u);
  EXPECT_FALSE(log->GetCursor("other")->has_value());
}

TEST_F(LogTest, ACursorBeyondTheHeadIsRefused) {
  v1::Command command;
  command.mutable_cursor()->set_name("reader");
  command.mutable_cursor()->set_position(1);
  EXPECT_EQ(Submit(*log, command).status.code(), absl::StatusCode::kOutOfRange);
}

TEST_F(LogTest, ASecondOwnerOfTheDirectoryIsRefused) {
  LiteralRules other_rules;
  LogOptions options;
  options.directory = directory.path();
  const auto second = Log::Open(options, other_rules);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(second.status()), "DIRECTORY_IN_USE");
  EXPECT_TRUE(Append(*log, {Sealed("a", "capex.x")}).status.ok());
}

TEST_F(LogTest, ADrainedLogRefusesAppendsAndStillReads) {
  ASSERT_TRUE(Append(*log, {Sealed("a", "capex.x")}).status.ok());
  log->Drain();
  const Outcome outcome = Append(*log, {Sealed("b", "capex.x")});
  EXPECT_EQ(outcome.status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReadAll(*log).size(), 1u);
}

TEST_F(LogTest, TheFirstPositionAtATimeIsFound) {
  const absl::Time start = clock.now;
  for (const char* id : {"a", "b", "c"}) {
    ASSERT_TRUE(Append(*log, {Sealed(id, "capex.x")}).status.ok());
    clock.now += absl::Seconds(10);
  }
  EXPECT_EQ(*log->reader().FirstAt(start - absl::Seconds(1)), 1u);
  EXPECT_EQ(*log->reader().FirstAt(start + absl::Seconds(5)), 2u);
  EXPECT_EQ(*log->reader().FirstAt(start + absl::Seconds(10)), 2u);
  EXPECT_EQ(*log->reader().FirstAt(start + absl::Seconds(21)), 4u);
}

TEST_F(LogTest, APositionInsideAnAppendRoundsToTheEndBefore) {
  ASSERT_TRUE(Append(*log, {Sealed("a", "capex.x")}).status.ok());
  ASSERT_TRUE(Append(*log, {Sealed("b", "capex.x"), Sealed("c", "capex.x")}).status.ok());
  EXPECT_EQ(*log->reader().AppendEndAtOrBefore(1), 1u);
  EXPECT_EQ(*log->reader().AppendEndAtOrBefore(2), 1u);
  EXPECT_EQ(*log->reader().AppendEndAtOrBefore(3), 3u);
}

TEST_F(LogTest, SubjectsAreListedWithTheirHeads) {
  ASSERT_TRUE(Append(*log, {Sealed("a", "capex.x"), Sealed("b", "order.x.1"),
                            Sealed("c", "capex.x"), Sealed("d", "capex.b")})
                  .status.ok());
  const auto all = log->reader().Subjects("", "", 10);
  ASSERT_EQ(all->found.size(), 3u);
  EXPECT_EQ(all->found[1].subject, "capex.x");
  EXPECT_EQ(all->found[1].revision, 2u);
  EXPECT_EQ(all->found[1].last_position, 3u);
  EXPECT_EQ(log->reader().Subjects("capex.*", "capex.b", 10)->found.size(), 1u);
  EXPECT_EQ(log->reader().Subjects("", "", 2)->found.size(), 2u);
}

TEST_F(LogTest, StatsCountWhatHappened) {
  ASSERT_TRUE(Append(*log, {Sealed("a", "capex.x"), Sealed("b", "capex.x")}).status.ok());
  ASSERT_TRUE(Append(*log, {Sealed("a", "capex.x"), Sealed("b", "capex.x")}).status.ok());
  ASSERT_FALSE(Append(*log, {Sealed("a", "capex.x", "other")}).status.ok());
  const LogStats stats = log->stats();
  EXPECT_EQ(stats.appended_events, 2u);
  EXPECT_EQ(stats.appends, 1u);
  EXPECT_EQ(stats.commits, 1u);
  EXPECT_EQ(stats.duplicate_events, 2u);
  EXPECT_EQ(stats.refused_appends, 1u);
  EXPECT_GT(stats.disk_bytes, 0u);
}

}  // namespace
}  // namespace chipline::storage::testing
