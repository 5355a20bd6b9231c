// Random logs of every kind of event, link and order of arrival: what the views say is what a fold
// of the log from its beginning says, at every end of an append.
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "services/timeline/change_replay.h"
#include "tests/timeline/random_events.h"
#include "tests/timeline/views_fixture.h"

namespace chipline::timeline {
namespace {

using storage::Position;

constexpr int kAppends = 45;

std::string Names(const Entries& entries) {
  std::string names;
  for (const auto& [id, bytes] : entries) names += id + "\n";
  return names;
}

void ExpectSame(const Entries& got, const Entries& want, Position at) {
  ASSERT_EQ(Names(got), Names(want)) << "at " << at;
  for (const auto& [id, bytes] : want) {
    if (got.at(id) == bytes) continue;
    v1::TimelineEntry a;
    v1::TimelineEntry b;
    a.ParseFromString(got.at(id));
    b.ParseFromString(bytes);
    FAIL() << "at " << at << "\nviews:\n" << a.DebugString() << "\nlog:\n" << b.DebugString();
  }
}

class FoldEquality : public testing::TestWithParam<uint32_t> {
 protected:
  FoldEquality() : events_(GetParam()), random_(GetParam()) {
    RecordProperty("seed", static_cast<int>(GetParam()));
  }

  // Appends that are refused (an alias that is taken) are made again.
  void AppendSome(int count) {
    for (int taken = 0; taken < count;) taken += views_.Append(events_.Append()).ok() ? 1 : 0;
  }

  Views views_;
  RandomEvents events_;
  std::mt19937 random_;
};

TEST_P(FoldEquality, CurrentEntriesAreTheFoldOfTheLog) {
  views_.materializer().ring().AddWatcher();
  for (int i = 0; i < kAppends; ++i) {
    AppendSome(1);
    const auto snapshot = views_.Snapshot();
    ASSERT_EQ(snapshot->position(), views_.reader().head());
    ExpectSame(CurrentEntries(*snapshot), BruteEntriesAt(views_.reader(), snapshot->position()),
               snapshot->position());
    if (HasFatalFailure()) return;
  }
}

TEST_P(FoldEquality, EntriesOfThePastAreTheFoldOfTheLogUpToThere) {
  AppendSome(kAppends);
  const auto snapshot = views_.Snapshot();
  for (const Position end : AppendEnds(views_.reader())) {
    ExpectSame(EntriesAt(*snapshot, end), BruteEntriesAt(views_.reader(), end), end);
    if (HasFatalFailure()) return;
  }
}

TEST_P(FoldEquality, ARestartAnywhereChangesNothing) {
  for (int i = 0; i < 8; ++i) {
    AppendSome(kAppends / 8);
    if (random_() % 2 == 0) views_.WaitFor(random_() % (views_.reader().head() + 1));
    views_.Stop();
    if (random_() % 2 == 0) AppendSome(1 + static_cast<int>(random_() % 3));
    if (random_() % 4 == 0) views_.Delete();
    views_.Start();
  }
  const auto snapshot = views_.Snapshot();
  const Position head = views_.reader().head();
  ExpectSame(CurrentEntries(*snapshot), BruteEntriesAt(views_.reader(), head), head);
  const Position middle = AppendEnds(views_.reader())[kAppends / 2];
  ExpectSame(EntriesAt(*snapshot, middle), BruteEntriesAt(views_.reader(), middle), middle);
}

// Whatever a watch was told, applied to what it had.
void Apply(const AppendChanges& append, Entries* entries) {
  for (const EntryChange& change : append.changes) {
    const auto had = entries->find(change.entry_id());
    EXPECT_EQ(had == entries->end() ? "" : had->second, change.before.bytes) << change.entry_id();
    EXPECT_NE(change.before.bytes, change.after.bytes);
    EXPECT_NE(change.reason, v1::CHANGE_REASON_UNSPECIFIED);
    EXPECT_FALSE(change.cause_event_ids.empty()) << change.entry_id();
    if (change.after.exists()) {
      (*entries)[change.entry_id()] = change.after.bytes;
    } else {
      entries->erase(change.entry_id());
    }
  }
}

TEST_P(FoldEquality, ASnapshotAndItsChangesAreTheLaterSnapshot) {
  views_.materializer().ring().AddWatcher();
  Entries watched;
  Position position = 0;
  for (int i = 0; i < kAppends; ++i) {
    AppendSome(1);
    const auto snapshot = views_.Snapshot();
    const auto changes = views_.materializer().ring().After(position);
    ASSERT_TRUE(changes.has_value());
    for (const auto& append : changes->appends) {
      for (const EntryChange& change : append->changes) {
        if (change.before.bytes == change.after.bytes) continue;
        AppendChanges one{append->position, false, {change}};
        Apply(one, &watched);
      }
    }
    position = changes->position;
    ExpectSame(watched, CurrentEntries(*snapshot), position);
    if (HasFatalFailure()) return;
  }
}

v1::TimelineQuery CompanyQueryFor(const std::string& name) {
  v1::TimelineQuery query;
  query.mutable_company()->set_company(name);
  return query;
}

Entries EntriesOf(const ViewSnapshot& snapshot, const v1::TimelineQuery& query, Position at) {
  Entries entries;
  const auto found = snapshot.Find(query, AsOf{at, std::nullopt});
  EXPECT_TRUE(found.ok()) << found.status();
  for (const EntryVersion& entry : *found) entries[entry.entry_id] = entry.bytes;
  return entries;
}

// Also where the name in the query comes to mean somebody else on the way.
TEST_P(FoldEquality, ReplayedChangesLeadFromAnySnapshotToTheLast) {
  AppendSome(kAppends);
  const std::vector<Position> ends = AppendEnds(views_.reader());
  for (const char* name : {"ByteDance", "字节跳动", "Alibaba", "Nvidia"}) {
    const v1::TimelineQuery query = CompanyQueryFor(name);
    auto snapshot = views_.Snapshot();
    const Position from = ends[random_() % ends.size()];
    Entries watched = EntriesOf(*snapshot, query, from);
    const Entries last = EntriesOf(*snapshot, query, snapshot->position());
    auto replay = ChangeReplay::Start(std::move(snapshot), query, from);
    ASSERT_TRUE(replay.ok()) << replay.status();
    Position position = from;
    while (true) {
      const auto append = (*replay)->Next();
      ASSERT_TRUE(append.ok()) << append.status();
      if (!append->has_value()) break;
      ASSERT_GT((*append)->position, position);
      position = (*append)->position;
      Apply(**append, &watched);
      ExpectSame(watched, EntriesOf(*views_.Snapshot(), query, position), position);
      if (HasFailure()) return;
    }
    ExpectSame(watched, last, (*replay)->end());
  }
}

// What was missed is told as it would have been told at the time.
TEST_P(FoldEquality, ReplayedChangesAreTheLiveOnes) {
  views_.materializer().ring().AddWatcher();
  for (int i = 0; i < kAppends; ++i) {
    AppendSome(1);
    views_.Snapshot();
  }
  const v1::TimelineQuery query = [] {
    v1::TimelineQuery orders;
    orders.mutable_chip_order()->set_buyer("bytedance");
    return orders;
  }();
  auto snapshot = views_.Snapshot();
  const auto live = views_.materializer().ring().After(0);
  ASSERT_TRUE(live.has_value());
  std::string lived;
  ResolvedQuery was = snapshot->Resolve(query, 0);
  for (const auto& append : live->appends) {
    const ResolvedQuery is = snapshot->Resolve(query, append->position);
    // A change of what the query means is not in the ring; the test's query keeps its meaning once
    // the entity is known.
    for (const EntryChange& change : append->changes) {
      const auto seen = ChangeFor(was, is, change);
      if (!seen.has_value()) continue;
      lived += std::to_string(append->position) + " " + change.entry_id() + " " +
               v1::ChangeReason_Name(seen->reason);
      for (const std::string& cause : seen->cause_event_ids) lived += " " + cause;
      lived += "\n";
    }
    was = is;
  }
  auto replay = ChangeReplay::Start(std::move(snapshot), query, 0);
  ASSERT_TRUE(replay.ok()) << replay.status();
  std::string replayed;
  while (true) {
    const auto append = (*replay)->Next();
    ASSERT_TRUE(append.ok()) << append.status();
    if (!append->has_value()) break;
    for (const EntryChange& change : (*append)->changes) {
      replayed += std::to_string((*append)->position) + " " + change.entry_id() + " " +
                  v1::ChangeReason_Name(change.reason);
      for (const std::string& cause : change.cause_event_ids) replayed += " " + cause;
      replayed += "\n";
    }
  }
  EXPECT_EQ(lived, replayed);
}

INSTANTIATE_TEST_SUITE_P(Seeds, FoldEquality, testing::Range(1U, 9U));

}  // namespace
}  // namespace chipline::timeline
