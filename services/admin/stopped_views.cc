#include "services/admin/stopped_views.h"

#include <string>
#include <utility>

#include "services/admin/view_check.h"
#include "services/timeline/folds/fold.h"
#include "services/values/fold_key.h"
#include "storage/file.h"
#include "storage/record.h"
#include "storage/status_macros.h"

namespace chipline::admin {
namespace {

using storage::Position;

constexpr size_t kCacheBytes = 16 * 1024 * 1024;
constexpr std::string_view kAliasSubjects = "alias.";

// Views that need not be looked at, for this reason.
absl::Status NotLookedAt(const std::string& why) {
  return absl::NotFoundError("not looked at: " + why +
                             "; they are made from the log at the next "
                             "start");
}

// What names mean, from the alias changes in the log up to `position`.
absl::StatusOr<std::shared_ptr<const timeline::PublishedNames>> LearnNames(
    const storage::EventStore& events, Position position) {
  auto names = std::make_shared<timeline::PublishedNames>();
  FoldKeys fold_keys;
  storage::EventStore::Scan scan = events.ScanFrom(1);
  while (true) {
    ASSIGN_OR_RETURN(const auto block, scan.Next());
    if (block == nullptr || block->first() > position) break;
    for (Position at = block->first(); at <= block->last() && at <= position; ++at) {
      ASSIGN_OR_RETURN(const storage::Record record, storage::ParseRecord(block->Record(at)));
      if (!record.header.subject.starts_with(kAliasSubjects)) continue;
      v1::Event event;
      if (!event.ParseFromArray(record.event.data(), static_cast<int>(record.event.size())) ||
          !event.has_alias_change()) {
        continue;
      }
      // As the views take it: one that is refused here changes nothing.
      names->table.Learn(at, NameChangeOf(event.alias_change(), fold_keys)).IgnoreError();
    }
  }
  return names;
}

// All that folding the entries takes.
class StoppedViews {
 public:
  static absl::StatusOr<std::unique_ptr<StoppedViews>> Open(const storage::StoppedLog& log) {
    RETURN_IF_ERROR(log.events().status());
    RETURN_IF_ERROR(log.format().status());
    ASSIGN_OR_RETURN(const bool there, storage::Exists(log.path("views") / "CURRENT"));
    if (!there) return NotLookedAt("there are no views");
    if (!log.format()->has_value()) return NotLookedAt("it is not known which log this is");
    const storage::v1::Format& format = **log.format();
    ASSIGN_OR_RETURN(auto store, timeline::ViewStore::OpenToRead(log.path("views"), kCacheBytes));
    ASSIGN_OR_RETURN(const auto meta, store->Meta(nullptr));
    if (meta.log_id() != format.log_id() || meta.epoch() != format.epoch() ||
        meta.view_version() != timeline::kViewVersion ||
        meta.policy_version() != timeline::kPolicyVersion || meta.fold_keys() != FoldKeyVersion()) {
      return NotLookedAt("the views are of another log, epoch or version");
    }
    if (meta.rebuilding()) return NotLookedAt("the views were being rebuilt");
    if (meta.position() > log.head()) {
      return NotLookedAt("the views reach position " + std::to_string(meta.position()) +
                         ", and the log ends at " + std::to_string(log.head()));
    }
    std::unique_ptr<StoppedViews> views(new StoppedViews(**log.events(), std::move(store)));
    views->position_ = meta.folded_position();
    ASSIGN_OR_RETURN(views->names_, LearnNames(**log.events(), meta.position()));
    return views;
  }

  std::unique_ptr<ViewsLook> Look() const {
    return std::make_unique<ViewsLook>(ViewsLook{
        *store_, std::make_unique<timeline::ViewStore::Snapshot>(*store_),
        [this](Position position) { return events_.BlockAt(position); }, names_, position_});
  }

 private:
  StoppedViews(const storage::EventStore& events, std::unique_ptr<timeline::ViewStore> store)
      : events_(events), store_(std::move(store)) {}

  const storage::EventStore& events_;
  const std::unique_ptr<timeline::ViewStore> store_;
  std::shared_ptr<const timeline::PublishedNames> names_;
  Position position_ = 0;
};

}  // namespace

std::unique_ptr<storage::Check> CheckOfViews(const storage::StoppedLog& log) {
  auto opened = std::make_shared<std::unique_ptr<StoppedViews>>();
  return std::make_unique<ViewCheck>(
      [&log, opened]() -> absl::StatusOr<std::unique_ptr<ViewsLook>> {
        if (*opened == nullptr) {
          ASSIGN_OR_RETURN(*opened, StoppedViews::Open(log));
        }
        return (*opened)->Look();
      });
}

}  // namespace chipline::admin
