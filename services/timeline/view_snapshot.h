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

// The views at one position, for one answer: what they say there and what they said at any position
// before. What is current costs a read an entry; what is past, the rows of the entry. Not
// thread-safe. The materializer must outlive it. Keep it briefly: it holds back the reuse of disk.
// Methods read disk: UNAVAILABLE or DATA_LOSS if that fails.
class ViewSnapshot {
 public:
  // UNAVAILABLE with RetryInfo while the views are being rebuilt; the materializer's error if it
  // stands still.
  static absl::StatusOr<std::unique_ptr<ViewSnapshot>> Take(const Materializer& views);
  // From now on every row that is looked at counts, and the work's errors are returned. It must
  // outlive the snapshot.
  void CountWork(Work* work) { folder_.CountWork(work); }
  // Folds keep what they come by, and go on from it; see EntryFolder.
  void UseKept(KeptEntries* kept) { folder_.UseKept(kept); }

  storage::Position position() const { return meta_.folded_position(); }
  // When that was recorded; not set at position 0.
  const google::protobuf::Timestamp& time() const { return meta_.folded_time(); }
  AsOf now() const { return AsOf{position(), std::nullopt}; }

  const NameTable& names() const { return names_->table; }
  // Ends of appends in which names changed their meaning, after `after` up to position().
  std::vector<storage::Position> NameChanges(storage::Position after) const;
  ResolvedQuery Resolve(const v1::TimelineQuery& query, storage::Position at) const {
    return ResolveQuery(query, NamesAt{names_->table, at});
  }

  // Calls `visit` with each entry that a query is for and whose id is after `after`, in order of
  // id, until it returns false. Holds one of them at a time.
  absl::Status Visit(const ResolvedQuery& query, const AsOf& as_of, std::string_view after,
                     const std::function<bool(EntryVersion)>& visit) const;
  // The first `limit` ids after `after` of those among which all entries are that the query was
  // ever for, by the names that it has now. In order.
  absl::StatusOr<std::vector<std::string>> Candidates(const ResolvedQuery& query,
                                                      std::string_view after, size_t limit) const;

  // How an entry came to be. NOT_FOUND if there is no such entry.
  absl::StatusOr<std::shared_ptr<const EntryExplanation>> Explain(const std::string& entry_id,
                                                                  const AsOf& as_of) const;

  // A page of entries that there are.
  struct Listed {
    std::vector<v1::TimelineListing> listings;
    // The last id that was looked at, and whether there are more.
    std::string last;
    bool more = false;
  };
  // Those whose ids start with `prefix`, after the id `after`: at most `limit`, and as many as fit
  // into `max_bytes` and take no long look.
  absl::StatusOr<Listed> List(std::string_view prefix, std::string_view after, size_t limit,
                              size_t max_bytes) const;

  // For a rule query that names a chip and a destination: an entry that says UNKNOWN for each step
  // that a rule controls for this chip elsewhere, for other chips to there, or in words or for a
  // group that may be of both, and for the step that the query names, where nobody said anything of
  // both. In order of id; folded from nothing,
  // so such entries are not in the views, and no watch sees them.
  absl::StatusOr<std::vector<EntryVersion>> Unsaid(const v1::ExportRuleQuery& query,
                                                   const AsOf& as_of) const;

  const EntryFolder& folder() const { return folder_; }
  const ViewStore& store() const { return views_.store(); }
  const ViewStore::Snapshot& rocks() const { return snapshot_; }
  const storage::LogReader& log() const { return views_.log(); }

 private:
  // What jurisdictions control.
  using Steps = std::set<std::pair<std::string, v1::GateKind>>;

  explicit ViewSnapshot(const Materializer& views)
      : views_(views),
        snapshot_(views.store()),
        names_(views.names()),
        folder_(views.store(), &snapshot_, views.log(), names_->table) {}

  // Of an entry as it is stored; nullopt if at the snapshot's position there is none yet.
  absl::StatusOr<std::optional<v1::TimelineListing>> ListingOf(const std::string& entry_id,
                                                               std::string_view value) const;
  // Those that there are rules on.
  absl::StatusOr<Steps> StepsOf(const v1::TimelineQuery& query, const AsOf& as_of) const;

  const Materializer& views_;
  // Taken before the names, which therefore reach as far as it.
  const ViewStore::Snapshot snapshot_;
  const std::shared_ptr<const PublishedNames> names_;
  EntryFolder folder_;
  storage::v1::ViewMeta meta_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_VIEW_SNAPSHOT_H_
