#include "services/timeline/entry_folder.h"

#include <limits>
#include <set>
#include <utility>

#include "services/timeline/facets.h"
#include "services/timeline/log_events.h"
#include "services/timeline/valid_day.h"
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

absl::StatusOr<std::vector<Claim>> EntryFolder::RowsAt(std::string_view entry_id, const AsOf& as_of,
                                                       Position first) const {
  std::vector<Claim> rows;
  if (kept_ != nullptr && first == 0 && !as_of.published_by.has_value()) {
    std::optional<ClaimsAt> kept = kept_->Take(entry_id);
    if (kept.has_value() && kept->position <= as_of.position) {
      rows = std::move(kept->claims);
      first = kept->position + 1;
    }
  }
  RETURN_IF_ERROR(ReadRows(entry_id, as_of, first, &rows));
  if (as_of.published_by.has_value()) rows = PublishedBy(std::move(rows), *as_of.published_by);
  return rows;
}

void EntryFolder::Keep(std::string_view entry_id, const AsOf& as_of,
                       std::vector<Claim> rows) const {
  if (kept_ == nullptr || as_of.published_by.has_value()) return;
  kept_->Put(entry_id, {as_of.position, std::move(rows)});
}

absl::Status EntryFolder::ReadRows(std::string_view entry_id, const AsOf& as_of, Position first,
                                   std::vector<Claim>* rows) const {
  const NamesAt names{names_, as_of.position};
  absl::Status failed;
  const auto visit = [&](std::string_view rest, std::string_view value) {
    const std::optional<Position> position = PositionIn(rest, 0);
    if (!position.has_value()) return true;
    if (*position > as_of.position) return false;
    const absl::StatusOr<ViewRow> row = ParseView<ViewRow>(entry_id, value);
    if (!row.ok()) {
      failed = row.status();
      return false;
    }
    const RowSpan* span = SpanAt(*row, as_of.position);
    if (span == nullptr) return true;
    absl::StatusOr<pb::RecordedEvent> event =
        row->event().empty() ? ReadEvent(log_, *position)
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
  ASSIGN_OR_RETURN(std::optional<pb::EntryKey> key, KeyOf(entry_id));
  if (!key.has_value()) return folded;
  folded.input.key = *std::move(key);
  ASSIGN_OR_RETURN(folded.input.rows, RowsAt(entry_id, as_of));
  const NamesAt names{names_, as_of.position};
  folded.facets = FacetsOf(folded.input.key, folded.input.rows, names);
  folded.dependencies = timeline::DependenciesOf(folded.input.key, folded.input.rows, names);
  if (IsDependency(folded.input.key)) folded.base = Fold(folded.input, names);
  return folded;
}

absl::Status EntryFolder::AddDependencies(const AsOf& as_of, FoldedEntry* folded) const {
  if (folded->input.key.key_case() == pb::EntryKey::KEY_NOT_SET) return absl::OkStatus();
  ASSIGN_OR_RETURN(folded->input.dependencies, DependenciesAt(folded->dependencies, as_of));
  folded->full = IsDependency(folded->input.key)
                     ? timeline::AddDependencies(folded->base, folded->input.dependencies)
                     : Fold(folded->input, NamesAt{names_, as_of.position});
  return absl::OkStatus();
}

absl::StatusOr<FoldedEntry> EntryFolder::Refold(std::string_view entry_id,
                                                const AsOf& as_of) const {
  ASSIGN_OR_RETURN(FoldedEntry folded, RefoldBase(entry_id, as_of));
  RETURN_IF_ERROR(AddDependencies(as_of, &folded));
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
  version.bytes = folded.full.SerializeAsString();
  version.first_day = FirstDay(folded.full);
  version.facets = std::move(folded.facets);
  return version;
}

absl::StatusOr<Dependencies> EntryFolder::DependenciesOf(std::string_view entry_id,
                                                         const AsOf& as_of) const {
  ASSIGN_OR_RETURN(const std::optional<ViewEntry> stored, StoredAt(entry_id, as_of));
  if (stored.has_value()) return timeline::DependenciesOf(*stored);
  ASSIGN_OR_RETURN(const std::optional<pb::EntryKey> key, KeyOf(entry_id));
  if (!key.has_value()) return Dependencies();
  ASSIGN_OR_RETURN(const std::vector<Claim> rows, RowsAt(entry_id, as_of));
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
      return found->second;
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
  ASSIGN_OR_RETURN(ViewEntry stored, ParseView<ViewEntry>(entry_id, *bytes));
  if (stored.changed_position() > as_of.position) return std::optional<ViewEntry>();
  return std::optional<ViewEntry>(std::move(stored));
}

Dependencies DependenciesOf(const ViewEntry& entry) {
  return {{entry.dependency_ids().begin(), entry.dependency_ids().end()},
          {entry.dependency_prefixes().begin(), entry.dependency_prefixes().end()}};
}

std::vector<std::string> FacetsOf(const pb::EntryKey& key, const std::vector<Claim>& rows,
                                  const NamesAt& names) {
  std::set<std::string> facets;
  AddKeyFacets(key, &facets);
  for (const Claim& row : rows) {
    if (row.own) AddClaimFacets(key, row.event.event(), names, &facets);
  }
  return {facets.begin(), facets.end()};
}

}  // namespace chipline::timeline
