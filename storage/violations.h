#ifndef CHIPLINE_STORAGE_VIOLATIONS_H_
#define CHIPLINE_STORAGE_VIOLATIONS_H_

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"
#include "google/rpc/error_details.pb.h"

namespace chipline {

// Everything that is wrong with one request, so that a client hears of all of it at once. Keeps the
// first limits::kMaxViolations, or limits::kMaxViolationBytes of them, and counts the rest, so that
// the answer fits into a call's trailers and a request that is wrong throughout costs no more than
// others. Not thread-safe.
class Violations {
 public:
  // `field` is the path of a field in the request. The description says what was there, what is
  // allowed and, where that is not plain, what to do. Both must be valid UTF-8.
  void Add(std::string_view field, std::string_view description);

  bool empty() const { return count_ == 0; }
  // How many there are, listed or not.
  size_t count() const { return count_; }
  // Those that are listed.
  const google::rpc::BadRequest& listed() const { return kept_; }
  // Whatever else is added is only counted.
  bool full() const { return full_; }

  // OK if there is none; else INVALID_ARGUMENT with a BadRequest that lists them in the order
  // found, and says so in a last entry if there were more than it lists.
  absl::Status ToStatus() const;

 private:
  google::rpc::BadRequest kept_;
  // Of what is kept.
  size_t bytes_ = 0;
  size_t count_ = 0;
  // Stays once something did not fit, so that what is kept has no gaps.
  bool full_ = false;
};

}  // namespace chipline

#endif  // CHIPLINE_STORAGE_VIOLATIONS_H_
