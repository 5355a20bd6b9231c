#include "services/timeline/group_fold.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "services/timeline/valid_day.h"
#include "services/timeline/view_keys.h"
#include "storage/status_macros.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using storage::v1::ViewEntry;

// Entries folded at a time where there may be millions, and threads that share them.
constexpr size_t kPart = 4096;
constexpr size_t kMaxThreads = 8;

bool HasState(const pb::TimelineEntry& entry) {
  return entry.state_case() != pb::TimelineEntry::STATE_NOT_SET;
}

const std::string& BaseBytes(const ViewEntry& entry) {
  return entry.base().empty() ? entry.entry() : entry.base();
}

ViewEntry RowOf(const FoldedEntry& folded, storage::Position position) {
  ViewEntry row;
  row.set_entry(folded.full.SerializeAsString());
  std::string base = folded.base.SerializeAsString();
  if (base != row.entry()) row.set_base(std::move(base));
  row.set_changed_position(position);
  row.set_first_day(FirstDay(folded.full));
  row.mutable_facets()->Add(folded.facets.begin(), folded.facets.end());
  const Dependencies& dependencies = folded.dependencies;
  row.mutable_dependency_ids()->Add(dependencies.ids.begin(), dependencies.ids.end());
  row.mutable_dependency_prefixes()->Add(dependencies.prefixes.begin(),
                                         dependencies.prefixes.end());
  return row;
}

std::set<std::string> DependenciesIn(const ViewEntry& row) {
  std::set<std::string> names(row.dependency_ids().begin(), row.dependency_ids().end());
  names.insert(row.dependency_prefixes().begin(), row.dependency_prefixes().end());
  return names;
}

// Equal but for the position.
bool SameEntry(ViewEntry a, const ViewEntry& b) {
  a.set_changed_position(b.changed_position());
  return a.SerializeAsString() == b.SerializeAsString();
}

EntryVersion VersionOf(const std::string& entry_id, const ViewEntry& row) {
  return EntryVersion{
      entry_id, row.entry(), row.first_day(), {row.facets().begin(), row.facets().end()}};
}

}  // namespace

absl::StatusOr<std::vector<EntryChange>> GroupFold::Fold(const std::set<std::string>& stale,
                                                         bool alone,
                                                         const google::protobuf::Timestamp& time) {
  Folded folded;
  EntryFolder::NewBases bases;
  std::set<std::string> dependents;
  for (const std::string& entry_id : stale) {
    ASSIGN_OR_RETURN(FoldedEntry entry, folder_.RefoldBase(entry_id, now()));
    ASSIGN_OR_RETURN(const auto stored, Stored(entry_id));
    const bool exists = HasState(entry.base);
    const std::string bytes = exists ? entry.base.SerializeAsString() : "";
    if (!alone || bytes != (stored.has_value() ? BaseBytes(*stored) : "")) {
      ASSIGN_OR_RETURN(std::set<std::string> found, DependentsOf(entry_id));
      dependents.merge(found);
    }
    bases[entry_id] = exists ? std::optional<pb::TimelineEntry>(entry.base) : std::nullopt;
    folded.emplace(entry_id, std::move(entry));
  }
  folder_.UseBases(&bases);
  absl::Status status;
  for (auto& [entry_id, entry] : folded) {
    status.Update(folder_.AddDependencies(now(), &entry));
  }
  for (const std::string& entry_id : dependents) {
    if (folded.contains(entry_id)) continue;
    absl::StatusOr<FoldedEntry> entry = folder_.Refold(entry_id, now());
    status.Update(entry.status());
    if (entry.ok()) folded.emplace(entry_id, *std::move(entry));
  }
  folder_.UseBases(nullptr);
  RETURN_IF_ERROR(status);

  ViewBatch batch(progress_.store);
  std::vector<EntryChange> changes;
  for (const auto& [entry_id, entry] : folded) {
    RETURN_IF_ERROR(Put(entry_id, entry, !alone, &batch, &changes));
  }
  for (const std::string& entry_id : stale) batch.Delete(ViewFamily::kStale, entry_id);
  MoveTo(time);
  RETURN_IF_ERROR(progress_.Write(batch));
  return changes;
}

absl::Status GroupFold::FoldAll(const google::protobuf::Timestamp& time) {
  RETURN_IF_ERROR(FoldMarked(false));
  RETURN_IF_ERROR(FoldMarked(true));
  ViewBatch batch(progress_.store);
  RETURN_IF_ERROR(progress_.store.Scan(ViewFamily::kStale, "", "", nullptr,
                                       [&](std::string_view entry_id, std::string_view) {
                                         batch.Delete(ViewFamily::kStale, entry_id);
                                         return true;
                                       }));
  MoveTo(time);
  progress_.meta.set_rebuilding(false);
  return progress_.Write(batch);
}

// Two rounds: bases first, since an entry may depend on any other; then those that depend on some.
absl::Status GroupFold::FoldMarked(bool with_dependencies) {
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
    RETURN_IF_ERROR(FoldPart(part, with_dependencies));
  }
}

// Entries of a round do not see each other, so threads share them.
absl::Status GroupFold::FoldPart(const std::vector<std::string>& part, bool with_dependencies) {
  const size_t count = std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kMaxThreads);
  std::vector<ViewBatch> batches(count, ViewBatch(progress_.store));
  std::vector<absl::Status> statuses(count);
  std::vector<std::thread> threads;
  for (size_t thread = 0; thread < count; ++thread) {
    threads.emplace_back([&, thread] {
      for (size_t i = thread; i < part.size() && statuses[thread].ok(); i += count) {
        statuses[thread] = FoldOne(part[i], with_dependencies, &batches[thread]);
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

absl::Status GroupFold::FoldOne(const std::string& entry_id, bool with_dependencies,
                                ViewBatch* batch) const {
  if (with_dependencies) {
    ASSIGN_OR_RETURN(const auto stored, Stored(entry_id));
    if (!stored.has_value()) return absl::OkStatus();
    const Dependencies dependencies{
        {stored->dependency_ids().begin(), stored->dependency_ids().end()},
        {stored->dependency_prefixes().begin(), stored->dependency_prefixes().end()}};
    ASSIGN_OR_RETURN(const std::vector<std::string> found, folder_.Expand(dependencies));
    if (found.empty()) return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(FoldedEntry entry, folder_.RefoldBase(entry_id, now()));
  if (with_dependencies) {
    RETURN_IF_ERROR(folder_.AddDependencies(now(), &entry));
  } else {
    entry.full = entry.base;
  }
  return Put(entry_id, entry, true, batch, nullptr);
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
  // Dependencies on the start of an id end in a slash.
  for (size_t slash = entry_id.find('/'); slash != std::string::npos;
       slash = entry_id.find('/', slash + 1)) {
    RETURN_IF_ERROR(collect(std::string_view(entry_id).substr(0, slash + 1)));
  }
  return dependents;
}

absl::Status GroupFold::Put(const std::string& entry_id, const FoldedEntry& folded, bool always,
                            ViewBatch* batch, std::vector<EntryChange>* changes) const {
  ASSIGN_OR_RETURN(const std::optional<ViewEntry> old, Stored(entry_id));
  const bool exists = HasState(folded.full);
  ViewEntry row;
  if (exists) row = RowOf(folded, progress_.meta.position());
  const bool same = exists ? old.has_value() && SameEntry(row, *old) : !old.has_value();
  if (same && !(always && exists)) return absl::OkStatus();

  const std::set<std::string> before = DependenciesIn(old.value_or(ViewEntry()));
  const std::set<std::string> after = DependenciesIn(row);
  for (const std::string& name : before) {
    if (!after.contains(name)) batch->Delete(ViewFamily::kDependents, PairKey(name, entry_id));
  }
  for (const std::string& name : after) {
    if (!before.contains(name)) batch->Put(ViewFamily::kDependents, PairKey(name, entry_id), "");
  }
  if (exists) {
    batch->Put(ViewFamily::kEntries, entry_id, row);
  } else {
    batch->Delete(ViewFamily::kEntries, entry_id);
  }
  if (changes == nullptr) return absl::OkStatus();
  EntryChange change{VersionOf(entry_id, old.value_or(ViewEntry())),
                     VersionOf(entry_id, row),
                     pb::CHANGE_REASON_UNSPECIFIED,
                     {}};
  if (!(change.before == change.after)) changes->push_back(std::move(change));
  return absl::OkStatus();
}

void GroupFold::MoveTo(const google::protobuf::Timestamp& time) {
  progress_.meta.set_folded_position(progress_.meta.position());
  *progress_.meta.mutable_folded_time() = time;
}

}  // namespace chipline::timeline
