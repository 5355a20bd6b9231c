#ifndef CHIPLINE_SERVICES_TIMELINE_ENTRY_FOLDER_H_
#define CHIPLINE_SERVICES_TIMELINE_ENTRY_FOLDER_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "services/timeline/folds/fold.h"
#include "services/timeline/kept_entries.h"
#include "services/timeline/log_events.h"
#include "services/timeline/view_store.h"
#include "services/timeline/work.h"
#include "storage/position.h"

namespace chipline::timeline {

// As of which position or day something is asked.
struct AsOf {
  // The end of an append, not past the position of the views.
  storage::Position position = 0;
  // Only what was public by the end of this day.
  std::optional<CivilDay> published_by;
};

// An entry as of some position.
struct EntryVersion {
  std::string entry_id;
  // The bytes of the chipline.v1.TimelineEntry; empty if there is no such entry.
  std::string bytes;
  std::string first_day;
  // Sorted.
  std::vector<std::string> facets;

  bool exists() const { return !bytes.empty(); }
  v1::TimelineEntry Parse() const;
  // For two versions of one entry: whether a watch has nothing to report.
  friend bool operator==(const EntryVersion& a, const EntryVersion& b) {
    return a.bytes == b.bytes && a.facets == b.facets;
  }
};

// An entry folded from its rows, with everything that is stored about it.
struct FoldedEntry {
  // Not set if there never was such an entry.
  v1::EntryKey key;
  Dependencies dependencies;
  std::vector<std::string> facets;
  // Whether any of the dependencies are entries.
  bool depends = false;
  // The entry from its rows alone, if others may depend on that, and the entry with its
  // dependencies. Without state if there is no such entry.
  v1::TimelineEntry base;
  v1::TimelineEntry full;
};

// Makes entries from the rows in the store, as of any position up to that of the rows. The cost is
// that of the rows of the entry and of its dependencies. The constructor's arguments must outlive
// it. Methods read disk and return its errors. Threads may share it unless it keeps entries
// (UseKept) or counts work (CountWork); then it is not thread-safe.
class EntryFolder {
 public:
  // Reads the snapshot; null: the current state. `blocks` are those of the log.
  EntryFolder(const ViewStore& store, const ViewStore::Snapshot* snapshot, ReadBlock blocks,
              const NameTable& names)
      : store_(store), snapshot_(snapshot), blocks_(std::move(blocks)), names_(names) {}

  // The rows of the events from position `first` on, by position.
  absl::StatusOr<Rows> RowsAt(std::string_view entry_id, const AsOf& as_of,
                              storage::Position first = 0) const;
  // All rows and their fold; null if there never was such an entry. Keep stores it for the next
  // call.
  absl::StatusOr<std::unique_ptr<OpenEntry>> Open(std::string_view entry_id,
                                                  const AsOf& as_of) const;
  void Keep(std::string_view entry_id, const AsOf& as_of, std::unique_ptr<OpenEntry> entry) const;
  // The input of Fold and Explain; nullopt if there never was such an entry.
  absl::StatusOr<std::optional<FoldInput>> InputAt(std::string_view entry_id,
                                                   const AsOf& as_of) const;
  // The key of an entry that exists or ever existed.
  absl::StatusOr<std::optional<v1::EntryKey>> KeyOf(std::string_view entry_id) const;
  // The ids that ever existed, from `prefix` + `from` on, at most `limit`.
  absl::StatusOr<std::vector<std::string>> IdsWithPrefix(std::string_view prefix,
                                                         std::string_view from, size_t limit) const;
  // Folds the entry from its rows, whatever is stored of it.
  absl::StatusOr<FoldedEntry> Refold(std::string_view entry_id, const AsOf& as_of) const;
  // The two halves of Refold, for entries on which others may depend: first everything except the
  // dependencies and `full`, then these.
  absl::StatusOr<FoldedEntry> RefoldBase(std::string_view entry_id, const AsOf& as_of) const;
  absl::Status AddDependencies(const AsOf& as_of, FoldedEntry* folded) const;

  // The existing entries among the dependencies, in order of id.
  absl::StatusOr<std::vector<v1::TimelineEntry>> DependenciesAt(const Dependencies& dependencies,
                                                                const AsOf& as_of) const;

  // The entry: as stored if it has not changed since, otherwise folded again.
  absl::StatusOr<EntryVersion> At(std::string_view entry_id, const AsOf& as_of) const;

  // Bases that are newer than the stored ones, serialised (about a tenth of the memory). Empty if
  // the entry no longer exists.
  using NewBases = absl::flat_hash_map<std::string, std::string>;
  void UseBases(const NewBases* bases) { new_bases_ = bases; }

  // What the entry depends on besides its rows.
  absl::StatusOr<Dependencies> DependenciesOf(std::string_view entry_id, const AsOf& as_of) const;
  // Where entries are kept between calls; null: nowhere. The rows of a kept entry up to its
  // position must not change.
  void UseKept(KeptEntries* kept) { kept_ = kept; }
  // Counts every row that is read in `work`, and returns its errors; null: no limit.
  void CountWork(Work* work) { work_ = work; }
  absl::Status Count(size_t bytes) const {
    return work_ == nullptr ? absl::OkStatus() : work_->Count(bytes);
  }

  // The entries that the dependencies name and that ever existed, in order of id.
  absl::StatusOr<std::vector<std::string>> Expand(const Dependencies& dependencies) const;

 private:
  // The entry without its dependencies; nullopt if there is none.
  absl::StatusOr<std::optional<v1::TimelineEntry>> BaseAt(const std::string& entry_id,
                                                          const AsOf& as_of) const;
  absl::StatusOr<std::optional<storage::v1::ViewEntry>> StoredAt(std::string_view entry_id,
                                                                 const AsOf& as_of) const;
  absl::Status ReadRows(std::string_view entry_id, const AsOf& as_of, storage::Position first,
                        Rows* rows) const;

  const ViewStore& store_;
  const ViewStore::Snapshot* const snapshot_;
  const ReadBlock blocks_;
  const NameTable& names_;
  const NewBases* new_bases_ = nullptr;
  KeptEntries* kept_ = nullptr;
  Work* work_ = nullptr;
};

// The dependencies of a stored entry.
Dependencies DependenciesOf(const storage::v1::ViewEntry& entry);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_ENTRY_FOLDER_H_
