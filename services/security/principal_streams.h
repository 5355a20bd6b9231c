#ifndef CHIPLINE_SERVICES_SECURITY_PRINCIPAL_STREAMS_H_
#define CHIPLINE_SERVICES_SECURITY_PRINCIPAL_STREAMS_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "storage/mutex.h"

namespace chipline::security {

// How many streams each caller has open, and a bound on that. Thread-safe.
class PrincipalStreams : public std::enable_shared_from_this<PrincipalStreams> {
 public:
  explicit PrincipalStreams(size_t max_streams) : max_streams_(max_streams) {}

  // Counts one more for as long as the result lives. RESOURCE_EXHAUSTED, reason TOO_MANY_STREAMS,
  // at the bound.
  absl::StatusOr<std::shared_ptr<const void>> Open(const std::string& principal);

 private:
  void Close(const std::string& principal);

  const size_t max_streams_;

  Mutex mutex_;
  absl::flat_hash_map<std::string, size_t> open_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chipline::security

#endif  // CHIPLINE_SERVICES_SECURITY_PRINCIPAL_STREAMS_H_
