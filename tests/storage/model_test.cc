#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "storage/error.h"
#include "tests/storage/open_log.h"

// Random operations on a log, each compared with what a simple model in memory says.
namespace chipline::storage::testing {
namespace {

struct ModelEvent {
  std::string event_id;
  std::string subject;
  std::string text;
  std::string entity;
  Revision revision = 0;
  Position append_first = 0;
  Position append_last = 0;
};

class ModelTest : public LogTest {
 protected:
  void SetUp() override {
    LogTest::SetUp();
    const char* given = std::getenv("CHIPLINE_SEED");
    seed = given != nullptr ? std::strtoul(given, nullptr, 10) : std::random_device()();
    random.seed(seed);
  }

  size_t Below(size_t bound) { return random() % bound; }

  ModelEvent NewEvent() {
    return {"e" + std::to_string(next_id++),
            "s" + std::to_string(Below(3)) + ".t" + std::to_string(Below(5)),
            std::string(Below(200), 'x'),
            "chip/c" + std::to_string(Below(4)),
            0,
            0,
            0};
  }
  static v1::SealedEvent Seal(const ModelEvent& event) {
    return Sealed(event.event_id, event.subject, event.text, {event.entity});
  }

  void AppendNew() {
    std::vector<ModelEvent> events(1 + Below(6));
    std::vector<v1::SealedEvent> sealed;
    for (ModelEvent& event : events) {
      event = NewEvent();
      sealed.push_back(Seal(event));
    }
    v1::Command command = AppendCommand(sealed);
    bool holds = true;
    if (Below(3) == 0) {
      auto* precondition = command.mutable_append()->add_preconditions();
      precondition->set_subject(events[0].subject);
      precondition->set_expected_revision(heads[events[0].subject] + Below(2));
      holds = precondition->expected_revision() == heads[events[0].subject];
    }
    const Outcome outcome = Submit(*log, command);
    ASSERT_EQ(outcome.status.ok(), holds) << outcome.status;
    if (!holds) {
      EXPECT_EQ(outcome.status.code(), absl::StatusCode::kAborted);
      return;
    }
    const Position first = model.size() + 1;
    for (size_t i = 0; i < events.size(); ++i) {
      events[i].revision = ++heads[events[i].subject];
      events[i].append_first = first;
      events[i].append_last = first + events.size() - 1;
      EXPECT_EQ(outcome.events[i].position, first + i);
      EXPECT_EQ(outcome.events[i].revision, events[i].revision);
      model.push_back(events[i]);
    }
  }

  void AppendAgain() {
    if (model.empty()) return;
    const size_t i = Below(model.size());
    ModelEvent event = model[i];
    const size_t kind = Below(3);
    if (kind == 1) event.text += "changed";
    std::vector<v1::SealedEvent> sealed = {Seal(event)};
    if (kind == 2) sealed.push_back(Seal(NewEvent()));
    const Outcome outcome = Append(*log, sealed);
    if (kind == 0) {
      ASSERT_TRUE(outcome.status.ok()) << outcome.status;
      EXPECT_TRUE(outcome.events[0].duplicate);
      EXPECT_EQ(outcome.events[0].position, i + 1);
      EXPECT_EQ(outcome.events[0].revision, event.revision);
    } else {
      EXPECT_EQ(ReasonOf(outcome.status), kind == 1 ? "EVENT_ID_REUSED" : "PARTLY_DUPLICATE");
    }
  }

  void Read() {
    Filter filter;
    std::string prefix;
    std::string entity;
    if (Below(2) == 0) {
      prefix = "s" + std::to_string(Below(3)) + ".";
      filter.clauses.push_back({{prefix + ">"}, {}});
    }
    if (Below(2) == 0) {
      entity = "chip/c" + std::to_string(Below(4));
      filter.clauses.push_back({{}, {entity}});
    }
    const Position after = Below(model.size() + 1);
    std::vector<Position> expected;
    for (Position p = after + 1; p <= model.size(); ++p) {
      const ModelEvent& event = model[p - 1];
      if (event.subject.rfind(prefix, 0) == 0 && (entity.empty() || event.entity == entity)) {
        expected.push_back(p);
      }
    }
    std::vector<Position> actual;
    for (const auto& event : ReadAll(*log, filter, after, 1 + Below(3000))) {
      actual.push_back(event.position());
      const ModelEvent& wanted = model[event.position() - 1];
      EXPECT_EQ(event.event().event_id(), wanted.event_id);
      EXPECT_EQ(event.event().claim_notice().text(), wanted.text);
      EXPECT_EQ(event.revision(), wanted.revision);
      EXPECT_EQ(event.append_first_position(), wanted.append_first);
    }
    ASSERT_EQ(actual, expected);
    std::set<Position> later;
    for (Position before = log->reader().head() + 1; before > 1;) {
      const auto backward = log->reader().MatchesBackward(filter, before, model.size() + 1);
      ASSERT_TRUE(backward.ok());
      ASSERT_LT(backward->begin, before);
      later.insert(backward->matches.begin(), backward->matches.end());
      before = backward->begin;
    }
    EXPECT_TRUE(std::includes(later.begin(), later.end(), expected.begin(), expected.end()));
  }

  void MoveCursor() {
    const std::string name = "c" + std::to_string(Below(3));
    v1::Command command;
    command.mutable_cursor()->set_name(name);
    command.mutable_cursor()->set_position(Below(model.size() + 1));
    if (Below(2) == 0) command.mutable_cursor()->set_expected_position(Below(3));
    const bool holds = !command.cursor().has_expected_position() ||
                       command.cursor().expected_position() == cursors[name];
    EXPECT_EQ(Submit(*log, command).status.ok(), holds);
    if (holds) cursors[name] = command.cursor().position();
  }

  uint64_t seed = 0;
  std::mt19937_64 random;
  int next_id = 0;
  std::vector<ModelEvent> model;
  std::map<std::string, Revision> heads;
  std::map<std::string, Position> cursors;
};

TEST_F(ModelTest, ALogIsWhatTheModelSaysAfterAnyOperations) {
  SCOPED_TRACE("CHIPLINE_SEED=" + std::to_string(seed));
  for (int step = 0; step < 1500 && !HasFatalFailure(); ++step) {
    switch (Below(12)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
        AppendNew();
        break;
      case 5:
      case 6:
        AppendAgain();
        break;
      case 7:
      case 8:
        Read();
        break;
      case 9:
      case 10:
        MoveCursor();
        break;
      default:
        if (Below(10) == 0) Reopen();
    }
    ASSERT_EQ(log->reader().head(), model.size());
  }
  for (const auto& [subject, revision] : heads) {
    const auto found = log->reader().Subjects(subject, "", 1);
    EXPECT_EQ(found->found.empty() ? 0 : found->found[0].revision, revision);
  }
  for (const auto& [name, position] : cursors) {
    const auto cursor = log->GetCursor(name);
    EXPECT_EQ(cursor->has_value() ? (*cursor)->position : 0, position);
  }
}

}  // namespace
}  // namespace chipline::storage::testing
