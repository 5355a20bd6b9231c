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

// Of the entries that were folded last, and of what is written at once.
struct FoldMemory {
  size_t kept_bytes = 0;
  size_t part_bytes = 0;
};

// Brings the entries to the position of the rows: folds those whose rows changed, then those that
// depend on one that now says something else. Not thread-safe; all arguments of the constructor
// must outlive it.
//
// Looks at `stopping`, on any thread, between two entries: if it is true the fold is given up with
// CANCELLED, and the store is as it was, or still marked for the same fold.
class GroupFold {
 public:
  GroupFold(ViewProgress& progress, const storage::LogReader& log, const NameTable& names,
            const FoldMemory& memory, std::function<bool()> stopping)
      : progress_(progress),
        part_bytes_(memory.part_bytes),
        kept_(memory.kept_bytes),
        folder_(progress.store, nullptr, log, names),
        stopping_(std::move(stopping)) {
    folder_.UseKept(&kept_);
  }
  // The folder has its address.
  GroupFold(const GroupFold&) = delete;
  GroupFold& operator=(const GroupFold&) = delete;

  // Folds `stale` as of the rows' position, which was recorded at `time`, and writes the entries
  // with that position. Where they are many that takes several batches, and the last one moves the
  // position and takes the marks away: until then, what is stored of an entry may be of a later
  // position than the views (ViewEntry.changed_position says so), and is folded again. Adds the
  // entries that changed to `changes`, in order of id and without causes; null: nobody asks.
  // `alone`: since the last fold there was one append. Where there were several, an entry may have
  // changed and changed back in between, so all that may have are marked as changed.
  absl::Status Fold(const StaleEntries& stale, bool alone, const google::protobuf::Timestamp& time,
                    AppendChanges* changes);

  // The same for views that nobody may read yet: folds everything marked in the store, in parts
  // that fit into memory, and only then moves the position.
  absl::Status FoldAll(const google::protobuf::Timestamp& time);

  const EntryFolder& folder() const { return folder_; }

 private:
  // Of FoldAll.
  enum class Round { kDependencies, kDependents };

  absl::Status GoOn() const;
  AsOf now() const { return AsOf{progress_.meta.position(), std::nullopt}; }
  absl::StatusOr<std::optional<storage::v1::ViewEntry>> Stored(const std::string& entry_id) const;
  absl::StatusOr<std::set<std::string>> DependentsOf(const std::string& entry_id) const;
  // An entry that others may depend on, without what it says.
  struct Base {
    v1::EntryKey key;
    Dependencies dependencies;
    std::vector<std::string> facets;
  };
  using Bases = std::map<std::string, Base>;
  absl::StatusOr<std::set<std::string>> FoldBases(const StaleEntries& stale, bool alone,
                                                  Bases* bases, EntryFolder::NewBases* said) const;
  absl::StatusOr<std::optional<storage::v1::ViewEntry>> FoldOn(Base base,
                                                               const std::string& said) const;
  std::optional<storage::v1::ViewEntry> RowOf(const FoldedEntry& folded) const;
  // Puts the entry into the batch, if it is not as it was or if `always`, and adds what changed to
  // `changes`. Returns how many more entries there are: -1, 0 or 1.
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
