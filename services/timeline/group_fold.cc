#include "services/timeline/group_fold.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "services/kinds/entry_kind.h"
#include "services/timeline/folds/entry_size.h"
#include "services/timeline/view_keys.h"
#include "storage/status_macros.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using storage::v1::ViewEntry;

// How many entries are folded at a time if there may be millions, and how many threads share them.
constexpr size_t kPart = 4096;
constexpr size_t kMaxThreads = 8;

bool HasState(const pb::TimelineEntry& entry) {
  return entry.state_case() != pb::TimelineEntry::STATE_NOT_SET;
}

const std::string& BaseBytes(const ViewEntry& entry) {
  return entry.base().empty() ? entry.entry() : entry.base();
}

void SetBase(std::string base, ViewEntry* row) {
  row->clear_base();
  if (base != row->entry()) row->set_base(std::move(base));
}

std::set<std::string> DependenciesIn(const ViewEntry& row) {
  std::set<std::string> names(row.dependency_ids().begin(), row.dependency_ids().end());
  names.insert(row.dependency_prefixes().begin(), row.dependency_prefixes().end());
  return names;
}

// Whether they are equal except for the position.
bool SameEntry(ViewEntry a, const ViewEntry& b) {
  a.set_changed_position(b.changed_position());
  return a.SerializeAsString() == b.SerializeAsString();
}

EntryVersion VersionOf(const std::string& entry_id, const ViewEntry& row) {
  return EntryVersion{
      entry_id, row.entry(), row.first_day(), {row.facets().begin(), row.facets().end()}};
}

}  // namespace

absl::Status GroupFold::Fold(const StaleEntries& stale, bool one_append,
                             const google::protobuf::Timestamp& time, AppendChanges* changes) {
  for (const auto& [entry_id, change] : stale) {
    if (change == RowsChange::kMoved) kept_.Take(entry_id);
  }
  Bases bases;
  EntryFolder::NewBases said;
  ASSIGN_OR_RETURN(const std::set<std::string> rest, FoldBases(stale, one_append, &bases, &said));
  folder_.UseBases(&said);
  ViewBatch batch(progress_.store);
  auto entries = static_cast<int64_t>(progress_.meta.entries());
  const auto put = [&](const std::string& entry_id,
                       absl::StatusOr<std::optional<ViewEntry>> row) -> absl::Status {
    if (!row.ok()) return row.status();
    ASSIGN_OR_RETURN(const int added, Put(entry_id, *row, !one_append, &batch, changes));
    entries += added;
    if (batch.bytes() < part_bytes_) return absl::OkStatus();
    progress_.meta.set_entries(static_cast<uint64_t>(entries));
    return progress_.Write(batch);
  };
  absl::Status status;
  for (const auto& [entry_id, base] : bases) {
    status.Update(CheckOpen());
    if (!status.ok()) break;
    status.Update(put(entry_id, FoldOn(base, said[entry_id])));
  }
  for (const std::string& entry_id : rest) {
    status.Update(CheckOpen());
    if (!status.ok()) break;
    if (!bases.contains(entry_id)) status.Update(put(entry_id, FoldRest(entry_id)));
  }
  folder_.UseBases(nullptr);
  RETURN_IF_ERROR(status);

  if (changes != nullptr) {
    std::sort(
        changes->changes.begin(), changes->changes.end(),
        [](const EntryChange& a, const EntryChange& b) { return a.entry_id() < b.entry_id(); });
  }
  progress_.meta.set_entries(static_cast<uint64_t>(entries));
  for (const auto& [entry_id, change] : stale) batch.Delete(ViewFamily::kStale, entry_id);
  MoveTo(time);
  return progress_.Write(batch);
}

// Folds the entries of `stale` on which others may depend, by their rows alone, into `bases` and
// `said`. Returns what must be folded after them: the others, and the entries that depend on one
// that changed.
absl::StatusOr<std::set<std::string>> GroupFold::FoldBases(const StaleEntries& stale,
                                                           bool one_append, Bases* bases,
                                                           EntryFolder::NewBases* said) const {
  std::set<std::string> rest;
  for (const auto& [entry_id, change] : stale) {
    RETURN_IF_ERROR(CheckOpen());
    ASSIGN_OR_RETURN(const std::optional<pb::EntryKey> key, folder_.KeyOf(entry_id));
    if (!key.has_value() || !IsDependency(*key)) {
      rest.insert(entry_id);
      continue;
    }
    ASSIGN_OR_RETURN(FoldedEntry entry, folder_.RefoldBase(entry_id, now()));
    ASSIGN_OR_RETURN(const auto stored, Stored(entry_id));
    std::string bytes = HasState(entry.base) ? entry.base.SerializeAsString() : "";
    if (!one_append || bytes != (stored.has_value() ? BaseBytes(*stored) : "")) {
      ASSIGN_OR_RETURN(std::set<std::string> dependents, DependentsOf(entry_id));
      rest.merge(dependents);
    }
    bases->emplace(entry_id, Base{std::move(entry.key), std::move(entry.dependencies),
                                  std::move(entry.facets)});
    said->emplace(entry_id, std::move(bytes));
  }
  return rest;
}

absl::StatusOr<std::optional<ViewEntry>> GroupFold::FoldOn(Base base,
                                                           const std::string& said) const {
  FoldedEntry entry;
  entry.key = std::move(base.key);
  entry.dependencies = std::move(base.dependencies);
  entry.facets = std::move(base.facets);
  ASSIGN_OR_RETURN(entry.base, ParseView<pb::TimelineEntry>("an entry", said));
  RETURN_IF_ERROR(folder_.AddDependencies(now(), &entry));
  return RowOf(entry);
}

absl::Status GroupFold::FoldAll(const google::protobuf::Timestamp& time) {
  // Threads share the folder.
  folder_.UseKept(nullptr);
  RETURN_IF_ERROR(FoldMarked(Round::kDependencies));
  RETURN_IF_ERROR(FoldMarked(Round::kDependents));
  ViewBatch batch(progress_.store);
  RETURN_IF_ERROR(progress_.store.Scan(ViewFamily::kStale, "", "", nullptr,
                                       [&](std::string_view entry_id, std::string_view) {
                                         batch.Delete(ViewFamily::kStale, entry_id);
                                         return true;
                                       }));
  uint64_t entries = 0;
  RETURN_IF_ERROR(progress_.store.Scan(ViewFamily::kEntries, "", "", nullptr,
                                       [&](std::string_view, std::string_view) {
                                         ++entries;
                                         return true;
                                       }));
  progress_.meta.set_entries(entries);
  folder_.UseKept(&kept_);
  MoveTo(time);
  progress_.meta.set_rebuilding(false);
  return progress_.Write(batch);
}

// Two rounds, since an entry may depend on any other: first the entries on which others may depend,
// by their rows alone. Then all others, and those of the first round that have dependencies
// themselves.
absl::Status GroupFold::FoldMarked(Round round) {
  std::string after;
  while (true) {
    std::vector<std::string> part;
    RETURN_IF_ERROR(progress_.store.Scan(ViewFamily::kStale, "", after, nullptr,
                                         [&](std::string_view entry_id, std::string_view) {
                                           part.emplace_back(entry_id);
                                           return part.size() < kPart;
                                         }));
    if (part.empty()) return absl::OkStatus();
    after = part.back() + '\0';
    RETURN_IF_ERROR(FoldPart(part, round));
  }
}

// Entries of one round are independent, so threads share them.
absl::Status GroupFold::FoldPart(const std::vector<std::string>& part, Round round) {
  const size_t count = std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kMaxThreads);
  std::vector<ViewBatch> batches(count, ViewBatch(progress_.store));
  std::vector<absl::Status> statuses(count);
  std::atomic<size_t> next = 0;
  std::vector<std::thread> threads;
  for (size_t thread = 0; thread < count; ++thread) {
    threads.emplace_back([&, thread] {
      for (size_t i = next++; i < part.size() && statuses[thread].ok(); i = next++) {
        statuses[thread] = CheckOpen();
        statuses[thread].Update(FoldOne(part[i], round, &batches[thread]));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const absl::Status& status : statuses) RETURN_IF_ERROR(status);
  for (ViewBatch& batch : batches) {
    if (!batch.empty()) RETURN_IF_ERROR(progress_.Write(batch));
  }
  return absl::OkStatus();
}

absl::Status GroupFold::FoldOne(const std::string& entry_id, Round round, ViewBatch* batch) const {
  if (round == Round::kDependents) {
    ASSIGN_OR_RETURN(const std::optional<ViewEntry> row, FoldRest(entry_id));
    return Put(entry_id, row, true, batch, nullptr).status();
  }
  ASSIGN_OR_RETURN(const std::optional<pb::EntryKey> key, folder_.KeyOf(entry_id));
  if (!key.has_value() || !IsDependency(*key)) return absl::OkStatus();
  ASSIGN_OR_RETURN(FoldedEntry entry, folder_.RefoldBase(entry_id, now()));
  entry.full = entry.base;
  return Put(entry_id, RowOf(entry), true, batch, nullptr).status();
}

// Folds an entry when everything on which it may depend is folded: from its rows, or, if others may
// depend on it, from its base.
absl::StatusOr<std::optional<ViewEntry>> GroupFold::FoldRest(const std::string& entry_id) const {
  ASSIGN_OR_RETURN(const std::optional<pb::EntryKey> key, folder_.KeyOf(entry_id));
  if (key.has_value() && IsDependency(*key)) return Redepended(entry_id);
  ASSIGN_OR_RETURN(const FoldedEntry entry, folder_.Refold(entry_id, now()));
  return RowOf(entry);
}

// An entry whose rows have not changed, with its current dependencies.
absl::StatusOr<std::optional<ViewEntry>> GroupFold::Redepended(const std::string& entry_id) const {
  ASSIGN_OR_RETURN(std::optional<ViewEntry> row, Stored(entry_id));
  if (!row.has_value()) return row;
  ASSIGN_OR_RETURN(const std::vector<pb::TimelineEntry> dependencies,
                   folder_.DependenciesAt(DependenciesOf(*row), now()));
  std::string base = BaseBytes(*row);
  ASSIGN_OR_RETURN(pb::TimelineEntry entry, ParseView<pb::TimelineEntry>(entry_id, base));
  entry = AddDependencies(std::move(entry), dependencies);
  row->set_entry(EntryBytes(entry));
  row->set_first_day(kinds::FirstDay(entry));
  row->set_changed_position(progress_.meta.position());
  SetBase(std::move(base), &*row);
  return row;
}

absl::StatusOr<std::optional<ViewEntry>> GroupFold::Stored(const std::string& entry_id) const {
  ASSIGN_OR_RETURN(const auto bytes, progress_.store.Get(ViewFamily::kEntries, entry_id, nullptr));
  if (!bytes.has_value()) return std::optional<ViewEntry>();
  ASSIGN_OR_RETURN(ViewEntry stored, ParseView<ViewEntry>(entry_id, *bytes));
  return std::optional<ViewEntry>(std::move(stored));
}

absl::StatusOr<std::set<std::string>> GroupFold::DependentsOf(const std::string& entry_id) const {
  std::set<std::string> dependents;
  const auto collect = [&](std::string_view name) {
    return progress_.store.Scan(ViewFamily::kDependents, PairPrefix(name), "", nullptr,
                                [&](std::string_view dependent, std::string_view) {
                                  dependents.emplace(dependent);
                                  return true;
                                });
  };
  RETURN_IF_ERROR(collect(entry_id));
  // A dependency on a prefix of ids ends in a slash.
  for (size_t slash = entry_id.find('/'); slash != std::string::npos;
       slash = entry_id.find('/', slash + 1)) {
    RETURN_IF_ERROR(collect(std::string_view(entry_id).substr(0, slash + 1)));
  }
  return dependents;
}

// The row of a folded entry, marked as changed at the position of the rows; nullopt if there is no
// such entry.
std::optional<ViewEntry> GroupFold::RowOf(const FoldedEntry& folded) const {
  if (!HasState(folded.full)) return std::nullopt;
  ViewEntry row;
  bool was_cut = false;
  row.set_entry(EntryBytes(folded.full, &was_cut));
  // Others depend on all of it.
  if (IsDependency(folded.key) && (folded.depends || was_cut)) {
    SetBase(folded.base.SerializeAsString(), &row);
  }
  row.set_changed_position(progress_.meta.position());
  row.set_first_day(kinds::FirstDay(folded.full));
  row.mutable_facets()->Add(folded.facets.begin(), folded.facets.end());
  const Dependencies& dependencies = folded.dependencies;
  row.mutable_dependency_ids()->Add(dependencies.ids.begin(), dependencies.ids.end());
  row.mutable_dependency_prefixes()->Add(dependencies.prefixes.begin(),
                                         dependencies.prefixes.end());
  return row;
}

absl::StatusOr<int> GroupFold::Put(const std::string& entry_id, const std::optional<ViewEntry>& row,
                                   bool always, ViewBatch* batch, AppendChanges* changes) const {
  ASSIGN_OR_RETURN(const std::optional<ViewEntry> old, Stored(entry_id));
  const bool same = row.has_value() ? old.has_value() && SameEntry(*row, *old) : !old.has_value();
  if (same && !(always && row.has_value())) return 0;

  const std::set<std::string> before = DependenciesIn(old.value_or(ViewEntry()));
  const std::set<std::string> after = DependenciesIn(row.value_or(ViewEntry()));
  for (const std::string& name : before) {
    if (!after.contains(name)) batch->Delete(ViewFamily::kDependents, PairKey(name, entry_id));
  }
  for (const std::string& name : after) {
    if (!before.contains(name)) batch->Put(ViewFamily::kDependents, PairKey(name, entry_id), "");
  }
  if (row.has_value()) {
    batch->Put(ViewFamily::kEntries, entry_id, *row);
  } else {
    batch->Delete(ViewFamily::kEntries, entry_id);
  }
  const int added = (row.has_value() ? 1 : 0) - (old.has_value() ? 1 : 0);
  if (changes == nullptr || !changes->complete) return added;
  EntryChange change;
  change.before = VersionOf(entry_id, old.value_or(ViewEntry()));
  change.after = VersionOf(entry_id, row.value_or(ViewEntry()));
  if (!(change.before == change.after)) changes->Add(std::move(change));
  return added;
}

absl::Status GroupFold::CheckOpen() const {
  return stopping_() ? absl::CancelledError("the views are being closed") : absl::OkStatus();
}

void GroupFold::MoveTo(const google::protobuf::Timestamp& time) {
  progress_.meta.set_folded_position(progress_.meta.position());
  *progress_.meta.mutable_folded_time() = time;
}

}  // namespace chipline::timeline
