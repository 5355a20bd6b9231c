#ifndef CHIPLINE_SERVICES_TIMELINE_VIEW_SNAPSHOT_H_
#define CHIPLINE_SERVICES_TIMELINE_VIEW_SNAPSHOT_H_

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "chipline/v1/timeline_service.pb.h"
#include "services/timeline/entry_explanation.h"
#include "services/timeline/entry_folder.h"
#include "services/timeline/materializer.h"
#include "services/timeline/timeline_query.h"

namespace chipline::timeline {

// The views at one position, for one answer. It gives entries as of that position and of any
// position before. A current entry costs one read; a past one costs the rows of the entry. Not
// thread-safe. The materializer must outlive it. Keep it only briefly, since it keeps disk space
// from being reused. Methods read disk: UNAVAILABLE or DATA_LOSS if that fails.
class ViewSnapshot {
 public:
  // UNAVAILABLE with RetryInfo while the views are being rebuilt; the error of the materializer if
  // it has stopped.
  static absl::StatusOr<std::unique_ptr<ViewSnapshot>> Take(const Materializer& views);
  // From now on counts every row that is examined, and returns the errors of `work`, which must
  // outlive the snapshot.
  void CountWork(Work* work) { folder_.CountWork(work); }
  // Folds keep entries there and continue from them; see EntryFolder.
  void UseKept(KeptEntries* kept) { folder_.UseKept(kept); }

  storage::Position position() const { return meta_.folded_position(); }
  // When that was recorded; not set at position 0.
  const google::protobuf::Timestamp& time() const { return meta_.folded_time(); }
  AsOf now() const { return AsOf{position(), std::nullopt}; }

  const NameTable& names() const { return names_->table; }
  // Ends of appends that changed the meaning of names, after `after` up to position().
  std::vector<storage::Position> NameChanges(storage::Position after) const;
  ResolvedQuery Resolve(const v1::TimelineQuery& query, storage::Position at) const {
    return ResolveQuery(query, NamesAt{names_->table, at});
  }

  // Calls `visit` with each entry that the query covers and whose id is after `after`, in order of
  // id, until it returns false. Holds one entry at a time.
  absl::Status Visit(const ResolvedQuery& query, const AsOf& as_of, std::string_view after,
                     const std::function<bool(EntryVersion)>& visit) const;
  // The first `limit` ids after `after`, in order, of a set that contains every entry that the
  // query ever covered, by the names as they are now.
  absl::StatusOr<std::vector<std::string>> Candidates(const ResolvedQuery& query,
                                                      std::string_view after, size_t limit) const;

  // How an entry came about. NOT_FOUND if there is no such entry.
  absl::StatusOr<std::shared_ptr<const EntryExplanation>> Explain(const std::string& entry_id,
                                                                  const AsOf& as_of) const;

  // A page of existing entries.
  struct Listed {
    std::vector<v1::TimelineListing> listings;
    // The last id that was examined, and whether there are more.
    std::string last;
    bool more = false;
  };
  // The entries whose ids begin with `prefix`, after the id `after`: at most `limit`, and only as
  // many as fit into `max_bytes` and can be found quickly.
  absl::StatusOr<Listed> List(std::string_view prefix, std::string_view after, size_t limit,
                              size_t max_bytes) const;

  // For a rule query with a chip and a destination: an entry that is UNKNOWN for each step about
  // which no claim names the two together, if a rule controls that step for this chip elsewhere,
  // for other chips to that place, or in words or for a group that may cover both, or the query
  // names the step. In order of id. These entries are folded from nothing, so they are not in the
  // views, and no watch sees them.
  absl::StatusOr<std::vector<EntryVersion>> Unsaid(const v1::ExportRuleQuery& query,
                                                   const AsOf& as_of) const;

  const EntryFolder& folder() const { return folder_; }
  const ViewStore& store() const { return views_.store(); }
  const ViewStore::Snapshot& rocks() const { return snapshot_; }
  const storage::LogReader& log() const { return views_.log(); }

 private:
  // Steps that jurisdictions control.
  using Steps = std::set<std::pair<std::string, v1::GateKind>>;

  explicit ViewSnapshot(const Materializer& views)
      : views_(views),
        snapshot_(views.store()),
        names_(views.names()),
        folder_(views.store(), &snapshot_, BlocksOf(views.log()), names_->table) {}

  // The listing of a stored entry; nullopt if it does not exist yet at the position of the
  // snapshot.
  absl::StatusOr<std::optional<v1::TimelineListing>> ListingOf(const std::string& entry_id,
                                                               std::string_view value) const;
  // The steps on which there are rules.
  absl::StatusOr<Steps> StepsOf(const v1::TimelineQuery& query, const AsOf& as_of) const;

  const Materializer& views_;
  // Taken before the names, so that these reach at least as far.
  const ViewStore::Snapshot snapshot_;
  const std::shared_ptr<const PublishedNames> names_;
  EntryFolder folder_;
  storage::v1::ViewMeta meta_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_VIEW_SNAPSHOT_H_
