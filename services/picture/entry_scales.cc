#include <initializer_list>

#include "services/picture/mark.h"
#include "services/picture/panels.h"

namespace chipline::picture {
namespace {

void Include(TimeScale& scale, std::string_view day) {
  if (const auto parsed = DayOf(day)) scale.Include(*parsed);
}

void IncludeCapex(Page& page, const v1::CapexEntry& capex) {
  Include(page.published, capex.selected().claim().published());
  for (const auto* figures : {&capex.alternatives(), &capex.revisions(), &capex.unquantified()}) {
    for (const v1::AmountFigure& figure : *figures) {
      Include(page.published, figure.claim().published());
    }
  }
}

template <typename Intervals>
void IncludeIntervals(Page& page, const Intervals& intervals) {
  for (const auto& interval : intervals) {
    Include(page.valid, interval.valid().from());
    Include(page.valid, interval.valid().to());
  }
}

void IncludeCount(Page& page, const v1::QuantityFigure& figure) {
  const auto extent = ExtentOf(figure.quantity());
  if (!extent) return;
  if (extent->low) page.counts.Include(*extent->low);
  if (extent->high) page.counts.Include(*extent->high);
}

template <typename Figures>
void IncludeCounts(Page& page, const Figures& figures) {
  for (const v1::QuantityFigure& figure : figures) IncludeCount(page, figure);
}

void IncludeOrder(Page& page, const v1::ChipOrderEntry& order) {
  IncludeIntervals(page, order.intervals());
  for (const v1::StageLedger& ledger : order.stages()) {
    IncludeCount(page, ledger.has_chips() ? ledger.chips() : ledger.selected());
    IncludeCounts(page, ledger.alternatives());
    for (const v1::StageReading& reading : ledger.readings()) {
      IncludeCount(page, reading.has_chips() ? reading.chips() : reading.selected());
    }
  }
}

void IncludeSupply(Page& page, const v1::ChipSupplyEntry& supply) {
  for (const v1::HolderSupply& holder : supply.holders()) {
    IncludeCount(page, holder.selected());
    IncludeCounts(page, holder.alternatives());
  }
  for (const v1::OrderedQuantity& ordered : supply.ordered()) {
    IncludeCount(page, ordered.named());
    IncludeCounts(page, ordered.open_groups());
  }
  IncludeCount(page, supply.shortfall());
}

}  // namespace

// Usage has scales of its own in each panel: what it counts differs from one to the next.
void IncludeInScales(Page& page, const v1::TimelineEntry& entry) {
  if (entry.has_capex()) IncludeCapex(page, entry.capex());
  if (entry.has_export_rule()) {
    IncludeIntervals(page, entry.export_rule().intervals());
    IncludeIntervals(page, entry.export_rule().asked());
  }
  if (entry.has_chip_order()) IncludeOrder(page, entry.chip_order());
  if (entry.has_chip_supply()) IncludeSupply(page, entry.chip_supply());
}

}  // namespace chipline::picture
