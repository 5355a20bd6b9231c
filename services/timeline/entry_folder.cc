#include "services/timeline/entry_folder.h"

#include <limits>
#include <set>
#include <utility>

#include "services/kinds/entry_kind.h"
#include "services/timeline/folds/entry_size.h"
#include "services/timeline/view_keys.h"
#include "storage/check.h"
#include "storage/key.h"
#include "storage/status_macros.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using storage::BigEndian;
using storage::Position;
using storage::v1::RowSpan;
using storage::v1::ViewEntry;
using storage::v1::ViewRow;

bool HasState(const pb::TimelineEntry& entry) {
  return entry.state_case() != pb::TimelineEntry::STATE_NOT_SET;
}

// All but what it says.
void Describe(const OpenEntry& entry, FoldedEntry* folded) {
  folded->key = entry.key();
  folded->facets.assign(entry.facets().begin(), entry.facets().end());
  folded->dependencies = entry.dependencies();
}

const RowSpan* SpanAt(const ViewRow& row, Position position) {
  for (const RowSpan& span : row.spans()) {
    if (span.since() <= position && (span.until() == 0 || position < span.until())) return &span;
  }
  return nullptr;
}

}  // namespace

pb::TimelineEntry EntryVersion::Parse() const {
  pb::TimelineEntry entry;
  CHECK(entry.ParseFromString(bytes));
  return entry;
}

absl::StatusOr<Rows> EntryFolder::RowsAt(std::string_view entry_id, const AsOf& as_of,
                                         Position first) const {
  Rows rows;
  RETURN_IF_ERROR(ReadRows(entry_id, as_of, first, &rows));
  if (as_of.published_by.has_value()) rows = PublishedBy(std::move(rows), *as_of.published_by);
  return rows;
}

absl::StatusOr<std::unique_ptr<OpenEntry>> EntryFolder::Open(std::string_view entry_id,
                                                             const AsOf& as_of) const {
  const NamesAt names{names_, as_of.position};
  std::unique_ptr<OpenEntry> entry;
  if (kept_ != nullptr && !as_of.published_by.has_value()) entry = kept_->Take(entry_id);
  if (entry != nullptr && entry->position() <= as_of.position) {
    ASSIGN_OR_RETURN(Rows rows, RowsAt(entry_id, as_of, entry->position() + 1));
    entry->Add(std::move(rows), as_of.position, names);
    return entry;
  }
  ASSIGN_OR_RETURN(std::optional<pb::EntryKey> key, KeyOf(entry_id));
  if (!key.has_value()) return nullptr;
  ASSIGN_OR_RETURN(Rows rows, RowsAt(entry_id, as_of));
  return std::make_unique<OpenEntry>(*std::move(key), std::move(rows), as_of.position, names);
}

void EntryFolder::Keep(std::string_view entry_id, const AsOf& as_of,
                       std::unique_ptr<OpenEntry> entry) const {
  if (kept_ == nullptr || as_of.published_by.has_value()) return;
  kept_->Put(entry_id, std::move(entry));
}

absl::StatusOr<std::optional<FoldInput>> EntryFolder::InputAt(std::string_view entry_id,
                                                              const AsOf& as_of) const {
  ASSIGN_OR_RETURN(std::optional<pb::EntryKey> key, KeyOf(entry_id));
  if (!key.has_value()) return std::optional<FoldInput>();
  FoldInput input;
  input.key = *std::move(key);
  ASSIGN_OR_RETURN(input.rows, RowsAt(entry_id, as_of));
  const NamesAt names{names_, as_of.position};
  ASSIGN_OR_RETURN(input.dependencies,
                   DependenciesAt(timeline::DependenciesOf(input.key, input.rows, names), as_of));
  return std::optional<FoldInput>(std::move(input));
}

absl::Status EntryFolder::ReadRows(std::string_view entry_id, const AsOf& as_of, Position first,
                                   Rows* rows) const {
  const NamesAt names{names_, as_of.position};
  absl::Status failed;
  const auto visit = [&](std::string_view rest, std::string_view value) {
    const std::optional<Position> position = PositionIn(rest, 0);
    if (!position.has_value()) return true;
    if (*position > as_of.position) return false;
    failed = Count(value.size());
    if (!failed.ok()) return false;
    const absl::StatusOr<ViewRow> row = ParseView<ViewRow>(entry_id, value);
    if (!row.ok()) {
      failed = row.status();
      return false;
    }
    const RowSpan* span = SpanAt(*row, as_of.position);
    if (span == nullptr) return true;
    absl::StatusOr<pb::RecordedEvent> event =
        row->event().empty() ? ReadEvent(blocks_, *position)
                             : ParseView<pb::RecordedEvent>(entry_id, row->event());
    if (!event.ok()) {
      failed = event.status();
      return false;
    }
    rows->push_back(MakeClaim(*std::move(event), span->own(), names));
    return true;
  };
  RETURN_IF_ERROR(
      store_.Scan(ViewFamily::kRows, NamePrefix(entry_id), BigEndian(first), snapshot_, visit));
  return failed;
}

absl::StatusOr<std::optional<pb::EntryKey>> EntryFolder::KeyOf(std::string_view entry_id) const {
  ASSIGN_OR_RETURN(const auto bytes, store_.Get(ViewFamily::kKeys, entry_id, snapshot_));
  if (!bytes.has_value()) return std::optional<pb::EntryKey>();
  ASSIGN_OR_RETURN(pb::EntryKey key, ParseView<pb::EntryKey>(entry_id, *bytes));
  return std::optional<pb::EntryKey>(std::move(key));
}

absl::StatusOr<std::vector<std::string>> EntryFolder::IdsWithPrefix(std::string_view prefix,
                                                                    std::string_view from,
                                                                    size_t limit) const {
  std::vector<std::string> ids;
  if (limit == 0) return ids;
  RETURN_IF_ERROR(store_.Scan(ViewFamily::kKeys, prefix, from, snapshot_,
                              [&](std::string_view rest, std::string_view) {
                                ids.push_back(std::string(prefix) + std::string(rest));
                                return ids.size() < limit;
                              }));
  return ids;
}

absl::StatusOr<FoldedEntry> EntryFolder::RefoldBase(std::string_view entry_id,
                                                    const AsOf& as_of) const {
  FoldedEntry folded;
  ASSIGN_OR_RETURN(std::unique_ptr<OpenEntry> entry, Open(entry_id, as_of));
  if (entry == nullptr) return folded;
  const NamesAt names{names_, as_of.position};
  Describe(*entry, &folded);
  folded.base = entry->Fold({}, names);
  Keep(entry_id, as_of, std::move(entry));
  return folded;
}

absl::Status EntryFolder::AddDependencies(const AsOf& as_of, FoldedEntry* folded) const {
  ASSIGN_OR_RETURN(const std::vector<pb::TimelineEntry> dependencies,
                   DependenciesAt(folded->dependencies, as_of));
  folded->depends = !dependencies.empty();
  folded->full = timeline::AddDependencies(folded->base, dependencies);
  return absl::OkStatus();
}

absl::StatusOr<FoldedEntry> EntryFolder::Refold(std::string_view entry_id,
                                                const AsOf& as_of) const {
  FoldedEntry folded;
  ASSIGN_OR_RETURN(std::unique_ptr<OpenEntry> entry, Open(entry_id, as_of));
  if (entry == nullptr) return folded;
  const NamesAt names{names_, as_of.position};
  Describe(*entry, &folded);
  if (IsDependency(folded.key)) {
    folded.base = entry->Fold({}, names);
    RETURN_IF_ERROR(AddDependencies(as_of, &folded));
  } else {
    ASSIGN_OR_RETURN(const std::vector<pb::TimelineEntry> dependencies,
                     DependenciesAt(folded.dependencies, as_of));
    folded.depends = !dependencies.empty();
    folded.full = entry->Fold(dependencies, names);
  }
  Keep(entry_id, as_of, std::move(entry));
  return folded;
}

absl::StatusOr<EntryVersion> EntryFolder::At(std::string_view entry_id, const AsOf& as_of) const {
  EntryVersion version;
  version.entry_id = std::string(entry_id);
  ASSIGN_OR_RETURN(std::optional<ViewEntry> stored, StoredAt(entry_id, as_of));
  if (stored.has_value()) {
    version.bytes = std::move(*stored->mutable_entry());
    version.first_day = std::move(*stored->mutable_first_day());
    version.facets.assign(stored->facets().begin(), stored->facets().end());
    return version;
  }
  ASSIGN_OR_RETURN(FoldedEntry folded, Refold(entry_id, as_of));
  if (!HasState(folded.full)) return version;
  version.bytes = EntryBytes(folded.full);
  version.first_day = kinds::FirstDay(folded.full);
  version.facets = std::move(folded.facets);
  return version;
}

absl::StatusOr<Dependencies> EntryFolder::DependenciesOf(std::string_view entry_id,
                                                         const AsOf& as_of) const {
  ASSIGN_OR_RETURN(const std::optional<ViewEntry> stored, StoredAt(entry_id, as_of));
  if (stored.has_value()) return timeline::DependenciesOf(*stored);
  ASSIGN_OR_RETURN(const std::optional<pb::EntryKey> key, KeyOf(entry_id));
  if (!key.has_value()) return Dependencies();
  ASSIGN_OR_RETURN(const Rows rows, RowsAt(entry_id, as_of));
  return timeline::DependenciesOf(*key, rows, NamesAt{names_, as_of.position});
}

absl::StatusOr<std::vector<std::string>> EntryFolder::Expand(
    const Dependencies& dependencies) const {
  std::set<std::string> ids;
  for (const std::string& id : dependencies.ids) {
    ASSIGN_OR_RETURN(const auto key, store_.Get(ViewFamily::kKeys, id, snapshot_));
    if (key.has_value()) ids.insert(id);
  }
  for (const std::string& prefix : dependencies.prefixes) {
    ASSIGN_OR_RETURN(const std::vector<std::string> found,
                     IdsWithPrefix(prefix, "", std::numeric_limits<size_t>::max()));
    ids.insert(found.begin(), found.end());
  }
  return std::vector<std::string>(ids.begin(), ids.end());
}

absl::StatusOr<std::vector<pb::TimelineEntry>> EntryFolder::DependenciesAt(
    const Dependencies& dependencies, const AsOf& as_of) const {
  std::vector<pb::TimelineEntry> entries;
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, Expand(dependencies));
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(std::optional<pb::TimelineEntry> base, BaseAt(id, as_of));
    if (base.has_value()) entries.push_back(*std::move(base));
  }
  return entries;
}

absl::StatusOr<std::optional<pb::TimelineEntry>> EntryFolder::BaseAt(const std::string& entry_id,
                                                                     const AsOf& as_of) const {
  if (new_bases_ != nullptr) {
    if (const auto found = new_bases_->find(entry_id); found != new_bases_->end()) {
      if (found->second.empty()) return std::optional<pb::TimelineEntry>();
      ASSIGN_OR_RETURN(pb::TimelineEntry entry,
                       ParseView<pb::TimelineEntry>(entry_id, found->second));
      return std::optional<pb::TimelineEntry>(std::move(entry));
    }
  }
  ASSIGN_OR_RETURN(const std::optional<ViewEntry> stored, StoredAt(entry_id, as_of));
  if (stored.has_value()) {
    ASSIGN_OR_RETURN(pb::TimelineEntry entry,
                     ParseView<pb::TimelineEntry>(
                         entry_id, stored->base().empty() ? stored->entry() : stored->base()));
    return std::optional<pb::TimelineEntry>(std::move(entry));
  }
  // With bases at hand the store is of this very position, so what is not there is not.
  if (new_bases_ != nullptr) return std::optional<pb::TimelineEntry>();
  ASSIGN_OR_RETURN(FoldedEntry folded, RefoldBase(entry_id, as_of));
  if (!HasState(folded.base)) return std::optional<pb::TimelineEntry>();
  return std::optional<pb::TimelineEntry>(std::move(folded.base));
}

absl::StatusOr<std::optional<ViewEntry>> EntryFolder::StoredAt(std::string_view entry_id,
                                                               const AsOf& as_of) const {
  if (as_of.published_by.has_value()) return std::optional<ViewEntry>();
  ASSIGN_OR_RETURN(const auto bytes, store_.Get(ViewFamily::kEntries, entry_id, snapshot_));
  if (!bytes.has_value()) return std::optional<ViewEntry>();
  RETURN_IF_ERROR(Count(bytes->size()));
  ASSIGN_OR_RETURN(ViewEntry stored, ParseView<ViewEntry>(entry_id, *bytes));
  if (stored.changed_position() > as_of.position) return std::optional<ViewEntry>();
  return std::optional<ViewEntry>(std::move(stored));
}

Dependencies DependenciesOf(const ViewEntry& entry) {
  return {{entry.dependency_ids().begin(), entry.dependency_ids().end()},
          {entry.dependency_prefixes().begin(), entry.dependency_prefixes().end()}};
}

}  // namespace chipline::timeline
