#ifndef CHIPLINE_TESTS_TIMELINE_VIEWS_FIXTURE_H_
#define CHIPLINE_TESTS_TIMELINE_VIEWS_FIXTURE_H_

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "services/ingest/rules.h"
#include "services/timeline/materializer.h"
#include "services/timeline/view_snapshot.h"
#include "storage/log.h"

namespace chipline::timeline {

// A clock that is a second later each time it is asked, from 2025-06-15 15:06 UTC on.
class StepClock final : public Clock {
 public:
  absl::Time Now() const override {
    return absl::FromUnixSeconds(1'750'000'000) + absl::Seconds(++asked_);
  }
  // Sets it, forward or back.
  void Set(absl::Time time) { asked_ = absl::ToUnixSeconds(time) - 1'750'000'000; }

 private:
  mutable std::atomic<int64_t> asked_ = 0;
};

// A log in a directory of its own with its views, as a server has them.
class Views {
 public:
  Views();
  ~Views();

  // The end of the append; an error if it was refused.
  absl::StatusOr<storage::Position> Append(const std::vector<v1::Event>& events);
  // Must be taken. From text.
  storage::Position AppendText(const std::vector<std::string>& events);

  Materializer& materializer() { return *materializer_; }
  const storage::LogReader& reader() const { return log_->reader(); }
  storage::Log& log() { return *log_; }
  const Clock& clock() const { return clock_; }
  StepClock& step_clock() { return clock_; }
  void WaitFor(storage::Position position);
  // After waiting for the head.
  std::unique_ptr<ViewSnapshot> Snapshot();

  void Stop() { materializer_.reset(); }
  void Start(size_t max_awaited = AwaitedIds::kMaxInMemory);
  // On a disk that may fail.
  void StartOn(rocksdb::Env* env);
  const std::filesystem::path& directory() const { return directory_; }
  // Stops, and deletes what the views hold.
  void Delete();

 private:
  std::filesystem::path directory_;
  StepClock clock_;
  ingest::NamingRules rules_;
  std::unique_ptr<storage::Log> log_;
  std::unique_ptr<Materializer> materializer_;
};

v1::Event EventOf(std::string_view text);

// Ids and bytes of all entries as the views give them, for any position.
using Entries = std::map<std::string, std::string>;
Entries CurrentEntries(const ViewSnapshot& snapshot);
Entries EntriesAt(const ViewSnapshot& snapshot, storage::Position position);
// Those but these.
Entries EntriesAt(const ViewSnapshot& snapshot, storage::Position position,
                  const std::set<std::string>& without);
// Those that a query is for.
Entries EntriesOf(const ViewSnapshot& snapshot, const v1::TimelineQuery& query, const AsOf& as_of);
// The appends after a position that are in the ring, and how far it reaches; nullopt if some are
// not there any more.
struct RingAppends {
  std::vector<std::shared_ptr<const AppendChanges>> appends;
  storage::Position position = 0;
};
std::optional<RingAppends> AppendsAfter(const ChangeRing& ring, storage::Position after);
// The ids of all entries that there ever were.
std::set<std::string> EntryIds(const ViewSnapshot& snapshot);

// The same straight from the log by the definition, with nothing kept: every event up to `position`
// is read, its keys are made, links and references are followed until nothing is added, and each
// entry is folded. `from` is the first event that is read; what is before must share no name and no
// link with what follows.
Entries BruteEntriesAt(const storage::LogReader& log, storage::Position position,
                       storage::Position from = 1);

// The ends of all appends.
std::vector<storage::Position> AppendEnds(const storage::LogReader& log);

}  // namespace chipline::timeline

#endif  // CHIPLINE_TESTS_TIMELINE_VIEWS_FIXTURE_H_
