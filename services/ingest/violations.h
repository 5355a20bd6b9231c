#ifndef CHIPLINE_SERVICES_INGEST_VIOLATIONS_H_
#define CHIPLINE_SERVICES_INGEST_VIOLATIONS_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

#include "services/ingest/field_path.h"

namespace chipline::ingest {

// Everything that is wrong with one request, so that a client hears of all of it at once. Keeps the
// first limits::kMaxViolations, or limits::kMaxViolationBytes of them, and counts the rest. Not
// thread-safe.
class Violations {
 public:
  // The description says what was there, what is allowed and, where that is not plain, what to do.
  // It must be valid UTF-8.
  void Add(const FieldPath& path, std::string description);

  bool empty() const { return count_ == 0; }
  size_t count() const { return count_; }

  // OK if there is none; else INVALID_ARGUMENT with a BadRequest that lists them in the order
  // found, and says so in a last entry if there were more than it lists.
  absl::Status ToStatus() const;

 private:
  // Path and description.
  std::vector<std::pair<std::string, std::string>> kept_;
  // Of what is kept; the limit once something did not fit, so that what is kept has no gaps.
  size_t bytes_ = 0;
  size_t count_ = 0;
};

}  // namespace chipline::ingest

#endif  // CHIPLINE_SERVICES_INGEST_VIOLATIONS_H_
