#include "services/stream/subject_page.h"

#include <utility>

#include "services/stream/start.h"
#include "storage/block.h"
#include "storage/limits.h"
#include "storage/record.h"
#include "storage/status_macros.h"

namespace chipline::stream {

absl::StatusOr<SubjectPage> ReadSubjects(const storage::LogReader& log, const SubjectQuery& query,
                                         const CallerGone& gone) {
  SubjectPage page;
  std::string after(query.after);
  for (size_t rows = 0; rows < limits::kMaxScanRows;) {
    RETURN_IF_ERROR(CheckCaller(gone));
    // One more than the page holds tells whether there is a next.
    ASSIGN_OR_RETURN(storage::SubjectStep step,
                     log.Subjects(query.pattern, after, query.size + 1 - page.subjects.size()));
    for (storage::SubjectHead& found : step.found) page.subjects.push_back(std::move(found));
    if (page.subjects.size() > query.size) {
      page.subjects.resize(query.size);
      page.last = page.subjects.back().last_position;
      return page;
    }
    page.last = step.looked_at.has_value() ? step.looked_at->last_position : 0;
    if (page.last == 0) return page;
    after = step.looked_at->subject;
    rows += step.rows;
  }
  return page;
}

absl::StatusOr<std::string> SubjectAt(const storage::LogReader& log, storage::Position position) {
  if (position == 0) return std::string();
  RETURN_IF_ERROR(CheckNotBeyond(position, log));
  ASSIGN_OR_RETURN(const auto block, log.BlockAt(position));
  ASSIGN_OR_RETURN(const storage::Record record, storage::ParseRecord(block->Record(position)));
  return std::string(record.header.subject);
}

}  // namespace chipline::stream
