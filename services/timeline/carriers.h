#ifndef CHIPLINE_SERVICES_TIMELINE_CARRIERS_H_
#define CHIPLINE_SERVICES_TIMELINE_CARRIERS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "services/timeline/view_keys.h"
#include "services/timeline/view_store.h"

namespace chipline::timeline {

// Which events link or refer to an event: those in the store, and those noted since that are not
// written yet. Only for the thread of the materializer: not thread-safe. The store must outlive it.
class Carriers {
 public:
  explicit Carriers(const ViewStore& store) : store_(store) {}

  // `carrier` must not be before any carrier noted earlier.
  void Note(std::string_view target, Beside why, storage::Position carrier);
  // Up to the position `at`, in order. Reads disk and returns its errors.
  absl::StatusOr<std::vector<storage::Position>> Of(std::string_view target, Beside why,
                                                    storage::Position at) const;
  // Moves what was noted to the batch, which must be written before the next call of Of.
  void MoveTo(ViewBatch* batch);

 private:
  const ViewStore& store_;
  // By CarrierPrefix, in order of position.
  absl::flat_hash_map<std::string, std::vector<storage::Position>> noted_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_CARRIERS_H_
