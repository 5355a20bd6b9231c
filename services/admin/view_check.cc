#include "services/admin/view_check.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "services/kinds/entry_kind.h"
#include "services/timeline/entry_folder.h"
#include "storage/error.h"
#include "storage/status_macros.h"

namespace chipline::admin {
namespace {

using storage::Finding;
using timeline::EntryVersion;
using timeline::ViewFamily;

// What comparing an entry is reckoned to cost, in bytes read; it depends on its claims.
constexpr size_t kEntryBytes = 16 * 1024;

std::string Place(const std::string& entry_id) { return "views, entry " + entry_id; }

absl::StatusOr<std::optional<storage::v1::ViewEntry>> Stored(const ViewsLook& look,
                                                             const std::string& entry_id) {
  ASSIGN_OR_RETURN(const auto bytes,
                   look.store.Get(ViewFamily::kEntries, entry_id, look.snapshot.get()));
  if (!bytes.has_value()) return std::optional<storage::v1::ViewEntry>();
  ASSIGN_OR_RETURN(auto entry, timeline::ParseView<storage::v1::ViewEntry>(entry_id, *bytes));
  return std::optional<storage::v1::ViewEntry>(std::move(entry));
}

// Whether a fold that is not done has written the entry, or taken it away, already.
absl::StatusOr<bool> IsBeingFolded(const ViewsLook& look, const std::string& entry_id,
                                   const std::optional<storage::v1::ViewEntry>& stored) {
  if (stored.has_value()) return stored->changed_position() > look.position;
  ASSIGN_OR_RETURN(const auto mark,
                   look.store.Get(ViewFamily::kStale, entry_id, look.snapshot.get()));
  return mark.has_value();
}

// What is wrong with the entry, or nothing.
absl::StatusOr<std::string> Difference(const ViewsLook& look, const std::string& entry_id) {
  const timeline::EntryFolder folder(look.store, look.snapshot.get(), look.blocks,
                                     look.names->table);
  ASSIGN_OR_RETURN(const timeline::FoldedEntry folded,
                   folder.Refold(entry_id, timeline::AsOf{look.position, std::nullopt}));
  ASSIGN_OR_RETURN(const auto stored, Stored(look, entry_id));
  ASSIGN_OR_RETURN(const bool being_folded, IsBeingFolded(look, entry_id, stored));
  if (being_folded) return std::string();
  const bool exists = folded.full.state_case() != v1::TimelineEntry::STATE_NOT_SET;
  if (exists != stored.has_value()) {
    return std::string(exists ? "its claims make an entry, and none is stored"
                              : "it is stored, and its claims make no entry");
  }
  if (!exists) return std::string();
  if (stored->entry() != folded.full.SerializeAsString()) {
    return std::string("what is stored is not what its claims make");
  }
  if (stored->first_day() != kinds::FirstDay(folded.full)) {
    return std::string("it is stored under another day");
  }
  if (!std::equal(stored->facets().begin(), stored->facets().end(), folded.facets.begin(),
                  folded.facets.end())) {
    return std::string("queries find it by other names than its claims have");
  }
  return std::string();
}

}  // namespace

bool ViewCheck::Step(size_t max_bytes, std::vector<Finding>& findings) {
  auto look = take_();
  if (!look.ok()) {
    const bool note =
        ReasonOf(look.status()) == "VIEWS_REBUILDING" || absl::IsNotFound(look.status());
    findings.push_back(storage::ReadFinding("views", 0, look.status()));
    findings.back().note = note;
    if (note) findings.back().unreadable = false;
    return false;
  }
  if (progress_.total == 0) {
    const auto meta = (*look)->store.Meta((*look)->snapshot.get());
    if (meta.ok()) progress_.total = meta->entries();
  }
  const size_t limit = std::max<size_t>(max_bytes / kEntryBytes, 1);
  const auto ids = NextIds(**look, limit);
  if (!ids.ok()) {
    findings.push_back(storage::ReadFinding("views", 0, ids.status()));
    return false;
  }
  for (const std::string& entry_id : *ids) CompareEntry(**look, entry_id, findings);
  const bool last_part = ids->size() < limit;
  const std::string last = last_part ? "" : ids->back();
  if (const absl::Status status = FindStrangers(**look, *ids, last, findings); !status.ok()) {
    findings.push_back(storage::ReadFinding("views", 0, status));
    return false;
  }
  after_ = last;
  return !last_part;
}

absl::StatusOr<std::vector<std::string>> ViewCheck::NextIds(const ViewsLook& look,
                                                            size_t limit) const {
  std::vector<std::string> ids;
  RETURN_IF_ERROR(look.store.Scan(ViewFamily::kKeys, "", after_.empty() ? "" : after_ + '\0',
                                  look.snapshot.get(),
                                  [&](std::string_view entry_id, std::string_view) {
                                    ids.emplace_back(entry_id);
                                    return ids.size() < limit;
                                  }));
  return ids;
}

void ViewCheck::CompareEntry(const ViewsLook& look, const std::string& entry_id,
                             std::vector<Finding>& findings) {
  bytes_ += kEntryBytes;
  progress_.total = std::max(progress_.total, ++progress_.done);
  const auto difference = Difference(look, entry_id);
  if (!difference.ok()) {
    findings.push_back(storage::ReadFinding(Place(entry_id), 0, difference.status()));
    // Damage, and not only a failed read.
    if (ReasonOf(difference.status()) == "VIEWS_FAILED") findings.back().unreadable = false;
  } else if (!difference->empty()) {
    findings.push_back({Place(entry_id), 0, *difference});
  }
}

absl::Status ViewCheck::FindStrangers(const ViewsLook& look, const std::vector<std::string>& ids,
                                      const std::string& last, std::vector<Finding>& findings) {
  auto id = ids.begin();
  return look.store.Scan(ViewFamily::kEntries, "", after_.empty() ? "" : after_ + '\0',
                         look.snapshot.get(), [&](std::string_view entry_id, std::string_view) {
                           if (!last.empty() && entry_id > last) return false;
                           while (id != ids.end() && *id < entry_id) ++id;
                           if (id == ids.end() || *id != entry_id) {
                             findings.push_back({Place(std::string(entry_id)), 0,
                                                 "it is stored, and nothing says what it is of"});
                           }
                           return true;
                         });
}

std::unique_ptr<storage::Check> CheckOf(const timeline::Materializer& views) {
  return std::make_unique<ViewCheck>([&views]() -> absl::StatusOr<std::unique_ptr<ViewsLook>> {
    RETURN_IF_ERROR(views.health());
    auto snapshot = std::make_unique<timeline::ViewStore::Snapshot>(views.store());
    ASSIGN_OR_RETURN(const auto meta, views.store().Meta(snapshot.get()));
    if (meta.rebuilding()) {
      return RetryError("VIEWS_REBUILDING",
                        "not looked at: the timelines are being rebuilt from the log",
                        absl::Seconds(1));
    }
    // The names after the snapshot, so that they reach as far as it.
    return std::make_unique<ViewsLook>(ViewsLook{views.store(), std::move(snapshot),
                                                 timeline::BlocksOf(views.log()), views.names(),
                                                 meta.folded_position()});
  });
}

}  // namespace chipline::admin
