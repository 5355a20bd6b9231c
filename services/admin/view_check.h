#ifndef CHIPLINE_SERVICES_ADMIN_VIEW_CHECK_H_
#define CHIPLINE_SERVICES_ADMIN_VIEW_CHECK_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "services/timeline/log_events.h"
#include "services/timeline/materializer.h"
#include "services/timeline/published_names.h"
#include "services/timeline/view_store.h"
#include "storage/finding.h"

namespace chipline::admin {

// The views at one moment.
struct ViewsLook {
  const timeline::ViewStore& store;
  std::unique_ptr<timeline::ViewStore::Snapshot> snapshot;
  timeline::ReadBlock blocks;
  std::shared_ptr<const timeline::PublishedNames> names;
  // Up to where the entries are folded.
  storage::Position position = 0;
};

// Takes a look; an error says why there is none to be had.
using TakeLook = std::function<absl::StatusOr<std::unique_ptr<ViewsLook>>()>;

// Every stored entry against a fold of its claims, and none too many or too few. Each step looks
// anew, so that no state of the views is held for long; an entry is compared with what holds at
// that moment. Whether the claims of an entry are all those of the log is not looked at: that takes
// a rebuild (delete DATA/views).
class ViewCheck final : public storage::Check {
 public:
  explicit ViewCheck(TakeLook take) : take_(std::move(take)) {}

  std::string_view name() const override { return "views"; }
  bool Step(size_t max_bytes, std::vector<storage::Finding>& findings) override;
  // In entries.
  storage::CheckProgress progress() const override { return progress_; }
  uint64_t bytes() const override { return bytes_; }

 private:
  // The ids of the next entries, those that ever were.
  absl::StatusOr<std::vector<std::string>> NextIds(const ViewsLook& look, size_t limit) const;
  void CompareEntry(const ViewsLook& look, const std::string& entry_id,
                    std::vector<storage::Finding>& findings);
  // Entries up to `last` (empty: the end) that are not among `ids`.
  absl::Status FindStrangers(const ViewsLook& look, const std::vector<std::string>& ids,
                             const std::string& last, std::vector<storage::Finding>& findings);

  const TakeLook take_;
  // Ids up to here are done.
  std::string after_;
  storage::CheckProgress progress_;
  uint64_t bytes_ = 0;
};

// The check of views that are being served. They must outlive it.
std::unique_ptr<storage::Check> CheckOf(const timeline::Materializer& views);

}  // namespace chipline::admin

#endif  // CHIPLINE_SERVICES_ADMIN_VIEW_CHECK_H_
