#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_SHORTFALL_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_SHORTFALL_H_

#include <optional>

#include "chipline/v1/timeline.pb.h"
#include "services/timeline/folds/open_orders.h"
#include "services/values/figures.h"

namespace chipline::timeline {

// What all holders have in stock for anybody.
struct Stock {
  Range chips;
  v1::QuantityFigure figure;
};

// Sets shortfall_parts, and shortfall if the stock is known and something may be missing: what is
// open less the stock.
void SetShortfall(const OpenTogether& open, const std::optional<Stock>& stock,
                  v1::ChipSupplyEntry* entry);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_SHORTFALL_H_
