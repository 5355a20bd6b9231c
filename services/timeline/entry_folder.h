#ifndef CHIPLINE_SERVICES_TIMELINE_ENTRY_FOLDER_H_
#define CHIPLINE_SERVICES_TIMELINE_ENTRY_FOLDER_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "services/timeline/folds/fold.h"
#include "services/timeline/kept_entries.h"
#include "services/timeline/view_store.h"
#include "services/timeline/work.h"
#include "storage/log_reader.h"

namespace chipline::timeline {

// What was known when.
struct AsOf {
  // The end of an append, not past the views' position.
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
  // Of the same entry: whether a watch has anything to tell.
  friend bool operator==(const EntryVersion& a, const EntryVersion& b) {
    return a.bytes == b.bytes && a.facets == b.facets;
  }
};

// An entry folded from its rows, with all that is kept of it.
struct FoldedEntry {
  // Not set if there never was such an entry.
  v1::EntryKey key;
  Dependencies dependencies;
  std::vector<std::string> facets;
  // Whether there are entries among the dependencies.
  bool depends = false;
  // What the rows say alone, if others may depend on that, and what they say with the dependencies.
  // Without state if there is no such entry.
  v1::TimelineEntry base;
  v1::TimelineEntry full;
};

// From rows in the store to entries, as of any position that the store's rows reach. Costs what the
// rows of the entry and of its dependencies cost. What it is made of must outlive it. Methods read
// disk and return its errors. Threads may share it as long as it keeps no entries (UseKept) and
// counts no work (CountWork); otherwise it is not thread-safe.
class EntryFolder {
 public:
  // Reads the snapshot; null: what is there now.
  EntryFolder(const ViewStore& store, const ViewStore::Snapshot* snapshot,
              const storage::LogReader& log, const NameTable& names)
      : store_(store), snapshot_(snapshot), log_(log), names_(names) {}

  // The rows of the events from position `first` on, by position.
  absl::StatusOr<Rows> RowsAt(std::string_view entry_id, const AsOf& as_of,
                              storage::Position first = 0) const;
  // All rows and their fold; null if there never was such an entry. Keep takes it back for the next
  // call.
  absl::StatusOr<std::unique_ptr<OpenEntry>> Open(std::string_view entry_id,
                                                  const AsOf& as_of) const;
  void Keep(std::string_view entry_id, const AsOf& as_of, std::unique_ptr<OpenEntry> entry) const;
  // What Fold and Explain take; nullopt if there never was such an entry.
  absl::StatusOr<std::optional<FoldInput>> InputAt(std::string_view entry_id,
                                                   const AsOf& as_of) const;
  // The key of an entry that there is or ever was.
  absl::StatusOr<std::optional<v1::EntryKey>> KeyOf(std::string_view entry_id) const;
  // The ids that there ever were, from `prefix` + `from` on, at most `limit`.
  absl::StatusOr<std::vector<std::string>> IdsWithPrefix(std::string_view prefix,
                                                         std::string_view from, size_t limit) const;
  // From the rows, whatever is stored of the entry.
  absl::StatusOr<FoldedEntry> Refold(std::string_view entry_id, const AsOf& as_of) const;
  // Of what others may depend on, the two halves of Refold: all but the dependencies and `full`,
  // and these.
  absl::StatusOr<FoldedEntry> RefoldBase(std::string_view entry_id, const AsOf& as_of) const;
  absl::Status AddDependencies(const AsOf& as_of, FoldedEntry* folded) const;

  // What the entries that there are among the dependencies say, in order of id.
  absl::StatusOr<std::vector<v1::TimelineEntry>> DependenciesAt(const Dependencies& dependencies,
                                                                const AsOf& as_of) const;

  // The entry, as it is stored if it has not changed since, else folded again.
  absl::StatusOr<EntryVersion> At(std::string_view entry_id, const AsOf& as_of) const;

  // Bases that are newer than what is stored, in bytes, which take a tenth of the room; none of an
  // entry that is no more.
  using NewBases = absl::flat_hash_map<std::string, std::string>;
  void UseBases(const NewBases* bases) { new_bases_ = bases; }

  // What the entry depends on besides its rows.
  absl::StatusOr<Dependencies> DependenciesOf(std::string_view entry_id, const AsOf& as_of) const;
  // Where entries are kept between calls; null: nowhere. All rows of a kept entry that are not
  // newer than what is kept must still be what they were.
  void UseKept(KeptEntries* kept) { kept_ = kept; }
  // Every row that is read counts, and its errors are returned; null: as many as it takes.
  void CountWork(Work* work) { work_ = work; }
  absl::Status Count(size_t bytes) const {
    return work_ == nullptr ? absl::OkStatus() : work_->Count(bytes);
  }

  // The entries named by dependencies, of those that ever were, in order of id.
  absl::StatusOr<std::vector<std::string>> Expand(const Dependencies& dependencies) const;

 private:
  // What the entry says without its dependencies; nullopt if there is none.
  absl::StatusOr<std::optional<v1::TimelineEntry>> BaseAt(const std::string& entry_id,
                                                          const AsOf& as_of) const;
  absl::StatusOr<std::optional<storage::v1::ViewEntry>> StoredAt(std::string_view entry_id,
                                                                 const AsOf& as_of) const;
  absl::Status ReadRows(std::string_view entry_id, const AsOf& as_of, storage::Position first,
                        Rows* rows) const;

  const ViewStore& store_;
  const ViewStore::Snapshot* const snapshot_;
  const storage::LogReader& log_;
  const NameTable& names_;
  const NewBases* new_bases_ = nullptr;
  KeptEntries* kept_ = nullptr;
  Work* work_ = nullptr;
};

// What an entry as it is stored depends on.
Dependencies DependenciesOf(const storage::v1::ViewEntry& entry);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_ENTRY_FOLDER_H_
