#ifndef CHIPLINE_SERVICES_TIMELINE_GROUP_FOLD_H_
#define CHIPLINE_SERVICES_TIMELINE_GROUP_FOLD_H_

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/timestamp.pb.h"

#include "services/timeline/change_ring.h"
#include "services/timeline/kept_entries.h"
#include "services/timeline/stale_entries.h"
#include "services/timeline/view_progress.h"
#include "storage/log_reader.h"

namespace chipline::timeline {

// Memory for the entries folded last, and for what is written at once.
struct FoldMemory {
  size_t kept_bytes = 0;
  size_t part_bytes = 0;
};

// Brings the entries to the position of the rows: folds those whose rows changed, then those that
// depend on an entry that changed. Not thread-safe. All arguments of the constructor must outlive
// it.
//
// Between two entries it calls `stopping`, on any thread. If that returns true, the fold is
// cancelled (CANCELLED), and the store is as it was, or still marked for the same fold.
class GroupFold {
 public:
  GroupFold(ViewProgress& progress, const storage::LogReader& log, const NameTable& names,
            const FoldMemory& memory, std::function<bool()> stopping)
      : progress_(progress),
        part_bytes_(memory.part_bytes),
        kept_(memory.kept_bytes),
        folder_(progress.store, nullptr, BlocksOf(log), names),
        stopping_(std::move(stopping)) {
    folder_.UseKept(&kept_);
  }
  // Not copyable: the folder has a pointer to kept_.
  GroupFold(const GroupFold&) = delete;
  GroupFold& operator=(const GroupFold&) = delete;

  // Folds `stale` as of the position of the rows, which was recorded at `time`, and writes the
  // entries with that position. Many entries take several batches. The last one moves the position
  // and removes the marks. Until then a stored entry may be of a later position than the views
  // (ViewEntry.changed_position says so), and is folded again. Adds the changed entries to
  // `changes`, in order of id and without causes; it may be null. `one_append`: there was only one
  // append since the last fold. After several, an entry may have changed and changed back in
  // between, so all that may have are marked as changed.
  absl::Status Fold(const StaleEntries& stale, bool one_append,
                    const google::protobuf::Timestamp& time, AppendChanges* changes);

  // The same for views that are not readable yet: folds everything that is marked in the store, in
  // parts that fit into memory, and then moves the position.
  absl::Status FoldAll(const google::protobuf::Timestamp& time);

  const EntryFolder& folder() const { return folder_; }

 private:
  // Of FoldAll.
  enum class Round { kDependencies, kDependents };

  // CANCELLED once the views are being closed.
  absl::Status CheckOpen() const;
  AsOf now() const { return AsOf{progress_.meta.position(), std::nullopt}; }
  absl::StatusOr<std::optional<storage::v1::ViewEntry>> Stored(const std::string& entry_id) const;
  absl::StatusOr<std::set<std::string>> DependentsOf(const std::string& entry_id) const;
  // An entry on which others may depend, without its content.
  struct Base {
    v1::EntryKey key;
    Dependencies dependencies;
    std::vector<std::string> facets;
  };
  using Bases = std::map<std::string, Base>;
  absl::StatusOr<std::set<std::string>> FoldBases(const StaleEntries& stale, bool one_append,
                                                  Bases* bases, EntryFolder::NewBases* said) const;
  absl::StatusOr<std::optional<storage::v1::ViewEntry>> FoldOn(Base base,
                                                               const std::string& said) const;
  std::optional<storage::v1::ViewEntry> RowOf(const FoldedEntry& folded) const;
  // Adds the entry to the batch, if it changed or if `always`, and the change to `changes`. Returns
  // how many more entries there are: -1, 0 or 1.
  absl::StatusOr<int> Put(const std::string& entry_id,
                          const std::optional<storage::v1::ViewEntry>& row, bool always,
                          ViewBatch* batch, AppendChanges* changes) const;
  absl::Status FoldMarked(Round round);
  absl::Status FoldPart(const std::vector<std::string>& part, Round round);
  absl::Status FoldOne(const std::string& entry_id, Round round, ViewBatch* batch) const;
  absl::StatusOr<std::optional<storage::v1::ViewEntry>> FoldRest(const std::string& entry_id) const;
  absl::StatusOr<std::optional<storage::v1::ViewEntry>> Redepended(
      const std::string& entry_id) const;
  void MoveTo(const google::protobuf::Timestamp& time);

  ViewProgress& progress_;
  const size_t part_bytes_;
  KeptEntries kept_;
  EntryFolder folder_;
  const std::function<bool()> stopping_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_GROUP_FOLD_H_
