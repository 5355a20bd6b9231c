#ifndef CHIPLINE_SERVICES_TIMELINE_ENTRY_EXPLANATION_H_
#define CHIPLINE_SERVICES_TIMELINE_ENTRY_EXPLANATION_H_

#include <cstddef>
#include <memory>

#include "absl/status/statusor.h"

#include "chipline/v1/timeline_service.pb.h"
#include "services/timeline/entry_folder.h"
#include "services/timeline/folds/explain.h"
#include "services/timeline/published_names.h"
#include "storage/log_reader.h"

namespace chipline::timeline {

// How an entry came to be, as of one position, to be told in pages. Holds the entry's rows, but no
// views. Never changes; thread-safe.
class EntryExplanation {
 public:
  EntryExplanation(FoldInput input, std::shared_ptr<const PublishedNames> names, const AsOf& as_of);
  EntryExplanation(const EntryExplanation&) = delete;
  EntryExplanation& operator=(const EntryExplanation&) = delete;

  struct Page {
    v1::ExplainEntryResponse response;
    // The position of its last claim, and whether there are more.
    storage::Position last = 0;
    bool more = false;
  };
  // The claims after the position `after`, at most `limit` and as many as fit into `max_bytes`;
  // with the first ones (after 0) all that is told once. Events are read from the log, whole. Reads
  // disk.
  absl::StatusOr<Page> PageAfter(const storage::LogReader& log, storage::Position after,
                                 size_t limit, size_t max_bytes) const;

  const AsOf& as_of() const { return as_of_; }
  // About what it takes in memory.
  size_t bytes() const { return bytes_; }

 private:
  const AsOf as_of_;
  const std::shared_ptr<const PublishedNames> names_;
  const FoldInput input_;
  const NamesAt names_then_;
  const Explanation explanation_;
  const size_t bytes_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_ENTRY_EXPLANATION_H_
