#include "services/timeline/change_cause.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "services/timeline/folds/links.h"
#include "services/timeline/log_events.h"
#include "services/timeline/view_keys.h"
#include "storage/status_macros.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using storage::Position;
using storage::v1::ViewTouch;

// The events of an append that belong to the entry itself.
struct DirectCauses {
  // The rows that the append added.
  Rows rows;
  // Ids by position: of the events of these rows, and of the alias changes that touched older rows.
  std::map<Position, std::string> events;
};

absl::StatusOr<DirectCauses> DirectCausesOf(const ViewStore& store,
                                            const ViewStore::Snapshot* snapshot,
                                            const storage::LogReader& log,
                                            const EntryFolder& folder, const std::string& entry_id,
                                            const AppendSpan& append) {
  DirectCauses causes;
  ASSIGN_OR_RETURN(causes.rows,
                   folder.RowsAt(entry_id, AsOf{append.last, std::nullopt}, append.first));
  for (const Claim& row : causes.rows) causes.events.emplace(row.position(), row.event_id());
  ASSIGN_OR_RETURN(const auto bytes,
                   store.Get(ViewFamily::kTouches, PositionKey(entry_id, append.last), snapshot));
  if (!bytes.has_value()) return causes;
  ASSIGN_OR_RETURN(const ViewTouch touch, ParseView<ViewTouch>(entry_id, *bytes));
  for (const Position position : touch.positions()) {
    ASSIGN_OR_RETURN(const pb::RecordedEvent event, ReadEvent(log, position));
    causes.events.emplace(position, event.event().event_id());
  }
  return causes;
}

bool CarriesLinks(const Claim& row) { return row.event.event().links_size() > 0; }

// How the events from position `first` on changed the entry's other rows.
pb::ChangeReason WhatLinksDid(const Rows& rows, Position first) {
  std::set<std::string_view> fresh;
  for (const Claim& row : rows) {
    if (row.position() >= first) fresh.insert(row.event_id());
  }
  const auto is_fresh = [&](const std::string& id) { return fresh.contains(id); };
  bool corrects = false;
  bool supersedes = false;
  bool denies = false;
  for (const Effect& effect : ResolveLinks(rows)) {
    if (is_fresh(effect.ended_by)) {
      if (effect.standing == pb::STANDING_RETRACTED) return pb::CHANGE_REASON_RETRACTION;
      corrects |= effect.standing == pb::STANDING_CORRECTED;
      supersedes |= effect.standing == pb::STANDING_SUPERSEDED;
    }
    denies |= std::any_of(effect.denied_by.begin(), effect.denied_by.end(), is_fresh) ||
              std::any_of(effect.confirmed_by.begin(), effect.confirmed_by.end(), is_fresh);
  }
  if (corrects) return pb::CHANGE_REASON_CORRECTION;
  if (supersedes) return pb::CHANGE_REASON_REVISION;
  return denies ? pb::CHANGE_REASON_DENIAL : pb::CHANGE_REASON_NEW;
}

}  // namespace

absl::StatusOr<ChangeCause> CauseOf(const ViewStore& store, const ViewStore::Snapshot* snapshot,
                                    const storage::LogReader& log, const EntryFolder& folder,
                                    const std::string& entry_id, const AppendSpan& append) {
  const AsOf now{append.last, std::nullopt};
  ASSIGN_OR_RETURN(DirectCauses causes,
                   DirectCausesOf(store, snapshot, log, folder, entry_id, append));
  ChangeCause cause;
  if (std::any_of(causes.rows.begin(), causes.rows.end(), CarriesLinks)) {
    ASSIGN_OR_RETURN(std::unique_ptr<OpenEntry> entry, folder.Open(entry_id, now));
    cause.reason = WhatLinksDid(entry->rows(), append.first);
    folder.Keep(entry_id, now, std::move(entry));
  } else if (!causes.rows.empty()) {
    // Only its carrier makes a link act, so the older rows need not be examined.
    cause.reason = pb::CHANGE_REASON_NEW;
  } else if (!causes.events.empty()) {
    cause.reason = pb::CHANGE_REASON_NAME_LINK;
  } else {
    cause.reason = pb::CHANGE_REASON_DEPENDENCY;
    ASSIGN_OR_RETURN(const Dependencies dependencies, folder.DependenciesOf(entry_id, now));
    ASSIGN_OR_RETURN(const std::vector<std::string> ids, folder.Expand(dependencies));
    for (const std::string& id : ids) {
      ASSIGN_OR_RETURN(DirectCauses of_dependency,
                       DirectCausesOf(store, snapshot, log, folder, id, append));
      causes.events.merge(of_dependency.events);
    }
  }
  for (auto& [position, id] : causes.events) cause.event_ids.push_back(std::move(id));
  return cause;
}

}  // namespace chipline::timeline
