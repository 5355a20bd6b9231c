#include "services/timeline/change_cause.h"

#include <algorithm>
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

// The events of an append that are of the entry itself.
struct DirectCauses {
  std::vector<Claim> rows;
  // Ids by position.
  std::map<Position, std::string> claims;
  std::map<Position, std::string> names;

  std::map<Position, std::string> All() const {
    std::map<Position, std::string> all = claims;
    all.insert(names.begin(), names.end());
    return all;
  }
};

class Causes {
 public:
  Causes(const ViewStore& store, const ViewStore::Snapshot* snapshot, const storage::LogReader& log,
         const EntryFolder& folder, const AppendSpan& append)
      : store_(store), snapshot_(snapshot), log_(log), folder_(folder), append_(append) {}

  absl::StatusOr<DirectCauses> Of(const std::string& entry_id) const {
    DirectCauses causes;
    ASSIGN_OR_RETURN(causes.rows, folder_.RowsAt(entry_id, AsOf{append_.last, std::nullopt}));
    for (const Claim& row : causes.rows) {
      if (row.position() >= append_.first) causes.claims.emplace(row.position(), row.event_id());
    }
    ASSIGN_OR_RETURN(const auto bytes, store_.Get(ViewFamily::kTouches,
                                                  PositionKey(entry_id, append_.last), snapshot_));
    if (!bytes.has_value()) return causes;
    ASSIGN_OR_RETURN(const ViewTouch touch, ParseView<ViewTouch>(entry_id, *bytes));
    for (const Position position : touch.positions()) {
      ASSIGN_OR_RETURN(const pb::RecordedEvent event, ReadEvent(log_, position));
      causes.names.emplace(position, event.event().event_id());
    }
    return causes;
  }

 private:
  const ViewStore& store_;
  const ViewStore::Snapshot* const snapshot_;
  const storage::LogReader& log_;
  const EntryFolder& folder_;
  const AppendSpan append_;
};

// What the new claims did to the others.
pb::ChangeReason ReasonOf(const DirectCauses& causes) {
  if (causes.claims.empty()) return pb::CHANGE_REASON_NAME_LINK;
  std::set<std::string_view> fresh;
  for (const auto& [position, id] : causes.claims) fresh.insert(id);
  bool corrects = false;
  bool supersedes = false;
  bool denies = false;
  for (const Effect& effect : ResolveLinks(causes.rows)) {
    if (fresh.contains(effect.ended_by)) {
      if (effect.standing == pb::STANDING_RETRACTED) return pb::CHANGE_REASON_RETRACTION;
      corrects |= effect.standing == pb::STANDING_CORRECTED;
      supersedes |= effect.standing == pb::STANDING_SUPERSEDED;
    }
    const auto is_fresh = [&](const std::string& id) { return fresh.contains(id); };
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
  const Causes causes(store, snapshot, log, folder, append);
  ASSIGN_OR_RETURN(const DirectCauses direct, causes.Of(entry_id));
  ChangeCause cause;
  std::map<Position, std::string> all = direct.All();
  if (!all.empty()) {
    cause.reason = ReasonOf(direct);
  } else {
    cause.reason = pb::CHANGE_REASON_DEPENDENCY;
    const AsOf now{append.last, std::nullopt};
    ASSIGN_OR_RETURN(const FoldedEntry folded, folder.RefoldBase(entry_id, now));
    ASSIGN_OR_RETURN(const std::vector<std::string> ids, folder.Expand(folded.dependencies));
    for (const std::string& id : ids) {
      ASSIGN_OR_RETURN(const DirectCauses dependency, causes.Of(id));
      all.merge(dependency.All());
    }
  }
  for (auto& [position, id] : all) cause.event_ids.push_back(std::move(id));
  return cause;
}

}  // namespace chipline::timeline
