// Fold equality, case 29: over random logs of every kind of event, link, name and order of arrival,
// with the views stopped and started in between,
//   * at every append's end p what the views say is the fold of the log up to p, now and later;
//   * a snapshot at p and the changes to q are the snapshot at q, watched or replayed.
//
// Logs come from rapidcheck, which finds a small one where a large one fails and prints how to have
// it again. It runs 1500 by default, always the same. For more, or others:
//   RC_PARAMS="max_success=100000 max_size=40 seed=7" build/dev/tests/fold_equality_test
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "rapidcheck.h"
#include "services/timeline/change_replay.h"
#include "tests/timeline/random_events.h"
#include "tests/timeline/views_fixture.h"

namespace chipline::timeline {

using storage::Position;

struct RandomEvent {
  int number;
  uint32_t seed;
};

// One append, and what the views do meanwhile.
struct Step {
  // They follow; nobody looks at them until the next append; they are stopped and started before;
  // or they are stopped until an append that finds them running.
  enum class Meanwhile { kFollow, kLag, kRestart, kStop };

  Meanwhile meanwhile = Meanwhile::kFollow;
  std::vector<RandomEvent> events;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  constexpr const char* kNames[] = {"follow", "lag", "restart", "stop"};
  out << kNames[static_cast<int>(step.meanwhile)];
  for (const RandomEvent& event : step.events) out << " " << event.number << ":" << event.seed;
  return out;
}

namespace {

using Meanwhile = Step::Meanwhile;

rc::Gen<Step> AnyStep() {
  const auto event = rc::gen::map(
      rc::gen::resize(rc::kNominalSize, rc::gen::pair(rc::gen::inRange(0, RandomEvents::kNumbers),
                                                      rc::gen::inRange<uint32_t>(0, 1'000'000))),
      [](const std::pair<int, uint32_t>& made) {
        return RandomEvent{made.first, made.second};
      });
  const auto some = [&](size_t count) {
    return rc::gen::container<std::vector<RandomEvent>>(count, event);
  };
  const auto events =
      rc::gen::weightedOneOf<std::vector<RandomEvent>>({{6, some(1)}, {2, some(2)}, {1, some(3)}});
  const auto meanwhile = rc::gen::weightedElement<Meanwhile>({{187, Meanwhile::kFollow},
                                                              {10, Meanwhile::kLag},
                                                              {1, Meanwhile::kRestart},
                                                              {1, Meanwhile::kStop}});
  return rc::gen::map(rc::gen::pair(meanwhile, events),
                      [](const std::pair<Meanwhile, std::vector<RandomEvent>>& made) {
                        return Step{made.first, made.second};
                      });
}

// The first difference, or nothing.
std::string Difference(const Entries& got, const Entries& want) {
  std::string names;
  for (const auto& [id, bytes] : got) names += want.contains(id) ? "" : "  only got " + id + "\n";
  for (const auto& [id, bytes] : want) {
    names += got.contains(id) ? "" : "  only wanted " + id + "\n";
  }
  if (!names.empty()) return names;
  for (const auto& [id, bytes] : want) {
    if (got.at(id) == bytes) continue;
    v1::TimelineEntry a;
    v1::TimelineEntry b;
    a.ParseFromString(got.at(id));
    b.ParseFromString(bytes);
    return "got\n" + a.DebugString() + "wanted\n" + b.DebugString();
  }
  return "";
}

// Applies a change to what a watch had; what is wrong with it, or nothing.
std::string Apply(const EntryChange& change, Entries* entries) {
  const auto had = entries->find(change.entry_id());
  const std::string before = had == entries->end() ? "" : had->second;
  if (before != change.before.bytes) return "not from what was: " + change.entry_id();
  if (change.before.bytes == change.after.bytes) return "nothing changed: " + change.entry_id();
  if (change.reason == v1::CHANGE_REASON_UNSPECIFIED) return "no reason: " + change.entry_id();
  if (change.cause_event_ids.empty()) return "no cause: " + change.entry_id();
  if (change.after.exists()) {
    (*entries)[change.entry_id()] = change.after.bytes;
  } else {
    entries->erase(change.entry_id());
  }
  return "";
}

std::string Line(Position position, const EntryChange& change) {
  std::string line =
      fmt::format("{} {} {}", position, change.entry_id(), v1::ChangeReason_Name(change.reason));
  for (const std::string& cause : change.cause_event_ids) line += " " + cause;
  return line + "\n";
}

// One random log. It is the last part of a longer one with whose other parts it has nothing in
// common, since to open a log takes far longer than all that follows. Failures end it.
class World {
 public:
  World(Views& views, int number, std::string& failure)
      : views_(views),
        failure_(failure),
        first_(views.reader().head() + 1),
        position_(views.reader().head()),
        events_(fmt::format("w{}", number)) {
    const auto snapshot = views_.Snapshot();
    foreign_ = EntryIds(*snapshot);
    views_.materializer().ring().AddWatcher();
  }
  ~World() {
    Run();
    views_.materializer().ring().RemoveWatcher();
  }

  void Play(const std::vector<Step>& steps) {
    for (const Step& step : steps) Append(step);
    Run();
    if (position_ < views_.reader().head()) Look();
    LookBack();
    for (size_t name = 0; name < 7; name += 3) Replay(events_.CompanyName(name));
  }

 private:
  void Require(const std::string& difference, Position position, const char* what) {
    if (difference.empty()) return;
    std::string log;
    for (const v1::Event& event : told_) log += event.ShortDebugString() + "\n";
    failure_ = fmt::format("{} at {}:\n{}\nThe log from {} on:\n{}", what, position, difference,
                           first_, log);
    RC_FAIL(failure_);
  }

  void Run() {
    if (running_) return;
    views_.Start();
    views_.materializer().ring().AddWatcher();
    running_ = true;
  }
  void Stop() {
    if (running_) views_.Stop();
    running_ = false;
    // What is appended meanwhile is in no ring.
    lived_.reset();
    watched_.reset();
  }

  void Append(const Step& step) {
    if (step.meanwhile == Meanwhile::kStop) Stop();
    if (step.meanwhile == Meanwhile::kRestart) Stop();
    if (step.meanwhile != Meanwhile::kStop) Run();
    std::vector<v1::Event> events;
    for (const RandomEvent& event : step.events) {
      events.push_back(events_.Make(event.number, event.seed));
    }
    // Some are refused: an alias that is taken.
    if (!views_.Append(events).ok()) return;
    told_.insert(told_.end(), events.begin(), events.end());
    if (step.meanwhile == Meanwhile::kFollow || step.meanwhile == Meanwhile::kRestart) Look();
  }

  void Look() {
    const auto snapshot = views_.Snapshot();
    const Position head = views_.reader().head();
    RC_ASSERT(snapshot->position() == head);
    const Entries now = EntriesAt(*snapshot, head, foreign_);
    const Entries folded = BruteEntriesAt(views_.reader(), head, first_);
    Require(Difference(now, folded), head, "The views are not the fold of the log");
    Watch(now);
    position_ = head;
    looks_[head] = now;
  }

  // Follows what a watch is told.
  void Watch(const Entries& now) {
    if (!watched_.has_value()) {
      watched_ = now;
      return;
    }
    const auto changes = AppendsAfter(views_.materializer().ring(), position_);
    RC_ASSERT(changes.has_value());
    for (const auto& append : changes->appends) {
      for (const EntryChange& change : append->changes) {
        if (change.before.bytes == change.after.bytes) continue;
        Require(Apply(change, &*watched_), append->position, "A change is wrong");
      }
      if (lived_.has_value()) lived_->push_back(append);
    }
    Require(Difference(*watched_, now), changes->position, "What was watched is not what is");
  }

  // What was so is so for whoever asks for it later.
  void LookBack() {
    const auto snapshot = views_.Snapshot();
    for (const auto& [position, then] : looks_) {
      Require(Difference(EntriesAt(*snapshot, position, foreign_), then), position,
              "The past is not what it was");
    }
  }

  Entries Found(const ViewSnapshot& snapshot, const v1::TimelineQuery& query, Position position) {
    return EntriesOf(snapshot, query, AsOf{position, std::nullopt});
  }

  // A watch of the company that was away since the first append, also where its name came to mean
  // somebody else on the way.
  void Replay(const std::string& name) {
    if (looks_.empty()) return;
    v1::TimelineQuery query;
    query.mutable_company()->set_company(name);
    const Position from = lived_.has_value() ? first_ - 1 : looks_.begin()->first;
    const auto now = views_.Snapshot();
    Entries watched = Found(*now, query, from);
    // Some logs are replayed with nothing kept, some with room for all.
    const size_t kept_bytes = now->position() % 2 == 0 ? 0 : 1 << 20;
    ChangeReplay replay(query, from, now->position(), kept_bytes);
    for (bool collected = false; !collected;) {
      const auto step = replay.Collect(*now, SteadyTime());
      RC_ASSERT(step.ok());
      collected = *step;
    }
    RC_ASSERT(!replay.too_far());
    std::string replayed;
    while (const std::optional<Position> append = replay.NextAppend(*now)) {
      while (true) {
        const auto change = replay.NextChange(*now);
        RC_ASSERT(change.ok());
        if (!change->has_value()) break;
        Require(Apply(**change, &watched), *append, "A replayed change is wrong");
        replayed += Line(*append, **change);
      }
      Require(Difference(watched, Found(*now, query, *append)), *append,
              "What was replayed is not what is");
    }
    Require(Difference(watched, Found(*now, query, now->position())), now->position(),
            "What was replayed is not all");
    if (lived_.has_value()) ExpectLived(*now, query, replayed);
  }

  // What was missed is told as it would have been told at the time. Where the query comes to mean
  // something else, which is not in the ring, there is nothing to compare with.
  void ExpectLived(const ViewSnapshot& now, const v1::TimelineQuery& query,
                   const std::string& replayed) {
    std::string lived;
    const ResolvedQuery meant = now.Resolve(query, first_ - 1);
    for (const auto& append : *lived_) {
      if (!(now.Resolve(query, append->position) == meant)) return;
      for (const EntryChange& change : append->changes) {
        const auto seen = ChangeFor(meant, meant, change);
        if (seen.has_value()) lived += Line(append->position, *seen);
      }
    }
    if (lived != replayed) Require("live\n" + lived + "replayed\n" + replayed, now.position(), "");
  }

  Views& views_;
  std::string& failure_;
  // The log's first position, and the last that was looked at.
  const Position first_;
  Position position_;
  RandomEvents events_;
  std::vector<v1::Event> told_;
  bool running_ = true;
  std::set<std::string> foreign_;

  std::map<Position, Entries> looks_;
  // What a watch from the beginning, or from the last start, has; and all that it was told.
  std::optional<Entries> watched_ = Entries();
  std::optional<std::vector<std::shared_ptr<const AppendChanges>>> lived_ =
      std::vector<std::shared_ptr<const AppendChanges>>();
};

// A log for many worlds, since it is slow to open; and not for too many, since each world makes it
// longer.
class Worlds {
 public:
  void Play(const std::vector<Step>& steps) {
    if (views_ == nullptr || failed_ || ++here_ > 80) {
      Close();
      views_ = std::make_unique<Views>();
      here_ = 0;
    }
    failed_ = true;
    World(*views_, ++number_, failure_).Play(steps);
    failed_ = false;
  }

  // Views that are built anew are what they were.
  void Close() {
    if (views_ == nullptr || failed_) return;
    const Entries before = CurrentEntries(*views_->Snapshot());
    views_->Delete();
    views_->Start();
    EXPECT_EQ(Difference(CurrentEntries(*views_->Snapshot()), before), "");
  }

  // What was wrong with the last log that failed, which is the smallest.
  const std::string& failure() const { return failure_; }

 private:
  std::unique_ptr<Views> views_;
  std::string failure_;
  // Whether the last world was left in the middle.
  bool failed_ = false;
  int number_ = 0;
  int here_ = 0;
};

TEST(FoldEquality, HoldsForAnyLogWithAnyRestarts) {
  setenv("RC_PARAMS", "seed=20261122 max_success=1500 max_size=14", /*overwrite=*/0);
  Worlds worlds;
  EXPECT_TRUE(rc::check("fold equality",
                        [&] { worlds.Play(*rc::gen::container<std::vector<Step>>(AnyStep())); }));
  worlds.Close();
}

TEST(FoldEquality, HoldsWithARestartBeforeEveryAppend) {
  constexpr uint32_t kSeed = 29;
  std::printf("seed %u\n", kSeed);
  std::mt19937 random(kSeed);
  std::vector<Step> steps;
  for (int i = 0; i < 20; ++i) {
    Step& step = steps.emplace_back();
    step.meanwhile = i % 5 == 4 ? Meanwhile::kStop : Meanwhile::kRestart;
    step.events = {{i, static_cast<uint32_t>(random())}};
  }
  Views views;
  std::string failure;
  World(views, 0, failure).Play(steps);
}

}  // namespace
}  // namespace chipline::timeline
