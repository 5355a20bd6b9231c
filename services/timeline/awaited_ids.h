#ifndef CHIPLINE_SERVICES_TIMELINE_AWAITED_IDS_H_
#define CHIPLINE_SERVICES_TIMELINE_AWAITED_IDS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/timeline/view_store.h"

namespace chipline::timeline {

// The event ids that links and references name and that have not arrived: those in the store, with
// the changes that are not written yet.
//
// Most events are not awaited. Memory holds a hash of each awaited id, so that looking up another
// id reads no disk. Once there are more than `max_in_memory`, the hashes are dropped and every
// lookup reads the store, until the views are opened again. Answers are exact either way: the store
// confirms an id whose hash is in memory.
//
// For the materializer's thread: not thread-safe. The store must outlive it. Methods that return a
// status may read disk and return its errors.
class AwaitedIds {
 public:
  // With this many ids the table has 2^20 slots of 17 bytes, 18 MB; twice that if many ids came and
  // went.
  static constexpr size_t kMaxInMemory = 900'000;

  AwaitedIds(const ViewStore& store, size_t max_in_memory)
      : store_(store), max_in_memory_(max_in_memory) {}

  // Reads the ids in the store, and stops once there are more than memory may hold. Called once,
  // before all other methods.
  absl::Status Restore();

  absl::StatusOr<bool> Contains(const std::string& event_id) const;
  // Nothing changes if the id is there already.
  absl::Status Add(const std::string& event_id);
  // Nothing changes if the id is not there.
  absl::Status Remove(const std::string& event_id);

  // About how much memory the unwritten changes take.
  size_t pending_bytes() const { return pending_bytes_; }
  // Moves these changes to the batch, which must be written before the next call.
  void MoveTo(ViewBatch* batch);

 private:
  void Remember(std::string_view event_id);
  void Forget(std::string_view event_id);
  void Note(const std::string& event_id, bool awaited);

  const ViewStore& store_;
  const size_t max_in_memory_;
  bool in_memory_ = true;
  // How many awaited ids have this hash; empty unless in_memory_. They are counted because two ids
  // may share a hash, and the other one stays awaited when the first arrives.
  absl::flat_hash_map<uint64_t, uint32_t> ids_of_hash_;
  // The changes since MoveTo: whether the id is awaited now.
  absl::flat_hash_map<std::string, bool> pending_;
  size_t pending_bytes_ = 0;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_AWAITED_IDS_H_
