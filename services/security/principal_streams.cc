#include "services/security/principal_streams.h"

#include "fmt/format.h"
#include "storage/error.h"

namespace chipline::security {

absl::StatusOr<std::shared_ptr<const void>> PrincipalStreams::Open(const std::string& principal) {
  {
    const MutexLock lock(mutex_);
    size_t& count = open_[principal];
    if (count >= max_streams_) {
      return Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_STREAMS",
                   fmt::format("{} has {} streams open, which is the most that one caller may have",
                               principal, count),
                   {{"max_principal_streams", std::to_string(max_streams_)}});
    }
    ++count;
  }
  return std::shared_ptr<const void>(
      this, [self = shared_from_this(), principal](const void*) { self->Close(principal); });
}

void PrincipalStreams::Close(const std::string& principal) {
  const MutexLock lock(mutex_);
  const auto open = open_.find(principal);
  if (--open->second == 0) open_.erase(open);
}

}  // namespace chipline::security
