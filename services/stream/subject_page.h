#ifndef CHIPLINE_SERVICES_STREAM_SUBJECT_PAGE_H_
#define CHIPLINE_SERVICES_STREAM_SUBJECT_PAGE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "services/stream/caller_gone.h"
#include "storage/log_reader.h"
#include "storage/position.h"

namespace chipline::stream {

// Which subjects a page is of.
struct SubjectQuery {
  // Empty: all.
  std::string_view pattern;
  // Exclusive, in byte order.
  std::string_view after;
  // At most so many.
  size_t size = 0;
};

struct SubjectPage {
  std::vector<storage::SubjectHead> subjects;
  // Where the next page begins: behind the subject of the event at this position. 0 if there is
  // none. A position and not the subject, which may be one that the pattern leaves out and the
  // caller may not know of.
  storage::Position last = 0;
};

// Reads a page of subjects: what is found among limits::kMaxScanRows, which may be nothing although
// there is more. CANCELLED soon after `gone` says that nobody waits any more. Reads disk.
absl::StatusOr<SubjectPage> ReadSubjects(const storage::LogReader& log, const SubjectQuery& query,
                                         const CallerGone& gone);

// The subject of the event at `position`; empty if that is 0. OUT_OF_RANGE beyond the head.
absl::StatusOr<std::string> SubjectAt(const storage::LogReader& log, storage::Position position);

}  // namespace chipline::stream

#endif  // CHIPLINE_SERVICES_STREAM_SUBJECT_PAGE_H_
