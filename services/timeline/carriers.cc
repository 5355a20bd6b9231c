#include "services/timeline/carriers.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "storage/status_macros.h"

namespace chipline::timeline {

using storage::Position;

void Carriers::Note(std::string_view target, Beside why, Position carrier) {
  noted_[CarrierPrefix(target, why)].push_back(carrier);
}

absl::StatusOr<std::vector<Position>> Carriers::Of(std::string_view target, Beside why,
                                                   Position at) const {
  std::vector<Position> carriers;
  const std::string prefix = CarrierPrefix(target, why);
  // Most events have none. One key says so, at a fraction of the cost of a scan.
  ASSIGN_OR_RETURN(const auto any, store_.Get(ViewFamily::kCarriers, prefix, nullptr));
  if (any.has_value()) {
    RETURN_IF_ERROR(store_.Scan(ViewFamily::kCarriers, prefix, "", nullptr,
                                [&](std::string_view rest, std::string_view) {
                                  const auto carrier = PositionIn(rest, 0);
                                  if (carrier.has_value() && *carrier <= at) {
                                    carriers.push_back(*carrier);
                                  }
                                  return true;
                                }));
  }
  if (const auto noted = noted_.find(prefix); noted != noted_.end()) {
    // After a crash the store may have it already; then it is noted again.
    const Position known = carriers.empty() ? 0 : carriers.back();
    std::copy_if(noted->second.begin(), noted->second.end(), std::back_inserter(carriers),
                 [=](Position carrier) { return known < carrier && carrier <= at; });
  }
  return carriers;
}

void Carriers::MoveTo(ViewBatch* batch) {
  for (const auto& [prefix, carriers] : noted_) {
    batch->Put(ViewFamily::kCarriers, prefix, "");
    for (const Position carrier : carriers) {
      batch->Put(ViewFamily::kCarriers, CarrierKey(prefix, carrier), "");
    }
  }
  noted_.clear();
}

}  // namespace chipline::timeline
