#ifndef CHIPLINE_SERVICES_TIMELINE_ROW_WRITER_H_
#define CHIPLINE_SERVICES_TIMELINE_ROW_WRITER_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"

#include "services/timeline/awaited_ids.h"
#include "services/timeline/carriers.h"
#include "services/timeline/change_cause.h"
#include "services/timeline/log_events.h"
#include "services/timeline/log_step.h"
#include "services/timeline/membership.h"
#include "services/timeline/pending_rows.h"
#include "services/timeline/published_names.h"
#include "services/timeline/stale_entries.h"
#include "services/timeline/view_progress.h"
#include "services/values/fold_keys.h"

namespace chipline::timeline {

// Turns appends into rows of entries. It also stores what is needed to find older rows that an
// append affects: which events link to which, where names are written, which entries have a facet.
// Most appends only add rows. An append with links, references or names that change their meaning
// may move older events into or out of entries. Then the memberships before and after it are
// compared, and rows end or begin at its position.
//
// Writes are collected until Commit, or until a name changes its meaning. Writing many together is
// cheaper, since the store accepts rows in the order of their keys several times as fast. Not
// thread-safe; `progress` and the reader must outlive it.
class RowWriter {
 public:
  // Reads the meaning of names and the awaited events as of progress.meta.position. For
  // `max_awaited` see AwaitedIds.
  static absl::StatusOr<std::unique_ptr<RowWriter>> Open(ViewProgress& progress,
                                                         const storage::LogReader& log,
                                                         size_t max_awaited);

  // Processes the next append. Adds the entries that it touched to `stale`; the entries in there
  // must be marked as stale in the store or in the batch. Returns whether a name changed its
  // meaning.
  absl::StatusOr<bool> Apply(const LoggedAppend& append, StaleEntries* stale);
  // Writes what is pending, with the position of the last append.
  absl::Status Commit();
  // About how many bytes Commit will write and are in memory until then.
  size_t pending_bytes() const { return rows_.bytes() + batch_.bytes() + awaited_.pending_bytes(); }

  const PublishedNames& names() const { return names_; }

 private:
  // Names whose meaning an append changed, with the positions of the alias changes.
  using ChangedNames = std::map<std::string, std::set<storage::Position>>;
  // Older events that contain such names, with the positions of the alias changes.
  using Touched = std::map<storage::Position, std::set<storage::Position>>;

  RowWriter(ViewProgress& progress, const storage::LogReader& log, size_t max_awaited)
      : progress_(progress),
        log_(log),
        events_(log),
        carriers_(progress.store),
        membership_(carriers_, events_, names_.table),
        awaited_(progress.store, max_awaited),
        batch_(progress.store),
        rows_(progress.store, progress.meta.position()) {}

  absl::Status RestoreNames();

  ChangedNames LearnNames(const LoggedAppend& append);
  absl::StatusOr<Touched> WhereWritten(const ChangedNames& changed, storage::Position up_to);
  void NoteMentions(const LoggedEvent& event);

  absl::StatusOr<bool> IsPlain(const v1::Event& event) const;
  void AddPlain(const LoggedEvent& event, storage::Position at, StaleEntries* stale);
  void MarkEntry(const std::string& entry_id, RowsChange change, StaleEntries* stale);
  // `linked`: the events of the append that are not plain.
  void NoteCarriers(const LoggedAppend& append, const std::set<storage::Position>& linked);
  absl::Status NoteAwaited(const LoggedAppend& append, const std::set<storage::Position>& linked);
  // The events whose rows may be different after the append.
  absl::StatusOr<std::set<storage::Position>> MovedBy(const LoggedAppend& append,
                                                      std::set<storage::Position> linked,
                                                      const Touched& touched);
  absl::Status MoveAll(const LoggedAppend& append, const std::set<storage::Position>& moved,
                       const Touched& touched, StaleEntries* stale);
  absl::Status MoveRows(storage::Position event, const AppendSpan& append,
                        const std::set<storage::Position>* names, StaleEntries* stale,
                        std::map<std::string, std::set<storage::Position>>* touches);
  absl::Status MoveRow(const std::string& entry_id, const v1::RecordedEvent& event,
                       const Member* member, bool keep_event, const AppendSpan& append);
  void NoteEntry(const std::string& entry_id, const v1::EntryKey& key);
  // Stores the facets of a claim in the entry.
  void NoteFacets(const std::string& entry_id, const v1::EntryKey& key, const v1::Event& event,
                  const NamesAt& names);
  void NoteFacet(const std::string& entry_id, const std::string& facet);

  ViewProgress& progress_;
  const storage::LogReader& log_;
  PublishedNames names_;
  LogEvents events_;
  Carriers carriers_;
  Membership membership_;
  FoldKeys fold_keys_;

  AwaitedIds awaited_;
  // What is certainly in the store or the batch. Cleared when it gets too large.
  absl::flat_hash_set<std::string> noted_entries_;
  absl::flat_hash_set<std::string> noted_facets_;

  ViewBatch batch_;
  // Rows that are not in the batch yet.
  PendingRows rows_;
  absl::flat_hash_map<std::string, storage::v1::ViewMentions> mentions_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_ROW_WRITER_H_
