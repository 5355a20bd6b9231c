#include "services/ingest/refusal_counts.h"

#include <utility>

#include "storage/error.h"

namespace chipline::ingest {

void RefusalCounts::Count(const absl::Status& status) {
  if (status.ok()) return;
  std::string reason = ReasonOf(status);
  if (reason.empty()) reason = absl::StatusCodeToString(status.code());
  MutexLock lock(mutex_);
  ++counts_[std::move(reason)];
}

std::map<std::string, uint64_t> RefusalCounts::counts() const {
  MutexLock lock(mutex_);
  return counts_;
}

}  // namespace chipline::ingest
