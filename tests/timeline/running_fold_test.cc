// A fold that goes on as rows are added says at each row what the fold of all rows says.
#include <cstdio>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "services/kinds/entry_key.h"
#include "services/timeline/folds/fold.h"
#include "tests/timeline/random_events.h"

namespace chipline::timeline {
namespace {

// Events of a small world, so that figures, roots, days and orders meet again and again, with
// retellings of some, and with events that earlier ones name.
std::vector<v1::RecordedEvent> RandomLog(std::mt19937& random) {
  RandomEvents events("world");
  std::vector<v1::RecordedEvent> log;
  std::set<std::string> ids;
  const bool linked = random() % 2 == 0;
  for (auto left = 40 + random() % 80; left > 0; --left) {
    v1::RecordedEvent recorded;
    v1::Event& event = *recorded.mutable_event();
    if (!log.empty() && random() % 4 == 0) {
      event = log[random() % log.size()].event();
      event.clear_links();
    } else {
      event = events.Make(static_cast<int>(random() % RandomEvents::kNumbers),
                          static_cast<uint32_t>(random()));
      // Links fold all rows anew, so some logs have none.
      if (!linked) event.clear_links();
    }
    if (!ids.insert(event.event_id()).second) {
      event.set_event_id(fmt::format("again-{}", log.size()));
    }
    recorded.set_position(log.size() + 1);
    recorded.mutable_record_time()->set_seconds(1'760'000'000 + static_cast<int64_t>(log.size()));
    log.push_back(std::move(recorded));
  }
  return log;
}

struct Entry {
  explicit Entry(const v1::EntryKey& of) : key(of) {}

  const v1::EntryKey key;
  Rows rows;
  std::unique_ptr<RunningFold> fold;
};

TEST(RunningFoldTest, SaysWhatTheFoldOfAllRowsSays) {
  constexpr unsigned kSeed = 20261123;
  std::printf("seed %u\n", kSeed);
  std::mt19937 random(kSeed);
  const NameTable table;
  for (int round = 0; round < 150; ++round) {
    const std::vector<v1::RecordedEvent> log = RandomLog(random);
    std::map<std::string, std::unique_ptr<Entry>> entries;
    for (const v1::RecordedEvent& event : log) {
      const NamesAt names{table, event.position()};
      std::map<std::string, v1::EntryKey> keys;
      for (const v1::EntryKey& key : kinds::KeysOf(event, names)) keys[kinds::EntryId(key)] = key;
      for (const auto& [id, key] : keys) {
        if (!entries.contains(id)) entries[id] = std::make_unique<Entry>(key);
      }
      for (const auto& [id, entry] : entries) {
        const bool own = keys.contains(id);
        if (!own && event.event().links().empty()) continue;
        entry->rows.push_back(MakeClaim(event, own, names));
        if (entry->fold == nullptr) {
          entry->fold = std::make_unique<RunningFold>(entry->key, entry->rows, names);
        } else {
          entry->fold->Add(names);
        }
        // Some rows are added without anybody asking.
        if (random() % 3 == 0) continue;
        const std::string expected =
            Fold(FoldInput{entry->key, entry->rows, {}}, names).DebugString();
        ASSERT_EQ(entry->fold->Entry({}, names).DebugString(), expected)
            << "round " << round << ", " << id << ", event " << event.position();
      }
    }
  }
}

}  // namespace
}  // namespace chipline::timeline
