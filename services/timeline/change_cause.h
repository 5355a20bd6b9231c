#ifndef CHIPLINE_SERVICES_TIMELINE_CHANGE_CAUSE_H_
#define CHIPLINE_SERVICES_TIMELINE_CHANGE_CAUSE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/timeline/entry_folder.h"

namespace chipline::timeline {

// An append, by its positions.
struct AppendSpan {
  storage::Position first = 0;
  storage::Position last = 0;
};

// Why an entry changed, and by which events, in order of position.
struct ChangeCause {
  v1::ChangeReason reason = v1::CHANGE_REASON_UNSPECIFIED;
  std::vector<std::string> event_ids;
};

// Why `append` changed an entry. The answer is the same when it happens and years later. The
// strongest reason counts: RETRACTION, CORRECTION, REVISION, DENIAL, NEW, NAME_LINK. What a link
// did counts, not what it was meant to do: a retraction by another source is a denial. DEPENDENCY
// if nothing in the append concerns the entry itself; the causes are then those of the entries on
// which it depends.
absl::StatusOr<ChangeCause> CauseOf(const ViewStore& store, const ViewStore::Snapshot* snapshot,
                                    const storage::LogReader& log, const EntryFolder& folder,
                                    const std::string& entry_id, const AppendSpan& append);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_CHANGE_CAUSE_H_
