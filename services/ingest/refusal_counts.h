#ifndef CHIPLINE_SERVICES_INGEST_REFUSAL_COUNTS_H_
#define CHIPLINE_SERVICES_INGEST_REFUSAL_COUNTS_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"

#include "storage/mutex.h"

namespace chipline::ingest {

// How many appends were refused, by reason, since the start. Reasons are a few words of ours, none
// of which a client makes up. Thread-safe.
class RefusalCounts {
 public:
  // Does nothing if the status is OK.
  void Count(const absl::Status& status);
  std::map<std::string, uint64_t> counts() const;

 private:
  mutable Mutex mutex_;
  std::map<std::string, uint64_t> counts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chipline::ingest

#endif  // CHIPLINE_SERVICES_INGEST_REFUSAL_COUNTS_H_
