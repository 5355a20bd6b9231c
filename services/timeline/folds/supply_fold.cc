#include "services/timeline/folds/supply_fold.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "services/timeline/folds/count_words.h"
#include "services/timeline/folds/entry_limits.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/range_total.h"
#include "services/values/figures.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// The reason of the only claim among what is weighed against each other.
constexpr pb::ReasonKind kOfReading = pb::REASON_KIND_ONLY_FIGURE_OF_HOLDER;

const pb::ChipSupply& SupplyOf(const Claim& claim) { return claim.event.event().chip_supply(); }

pb::QuantityFigure FigureOf(const Ranked& ranked) {
  return QuantityFigureOf(ranked, SupplyOf(*ranked.lead().claim).quantity());
}

// The last day that a reported count may be of: nobody reports what is still to come.
std::string LastDayOf(const Claim& claim) {
  std::string published = claim.published.Format();
  const std::string& stated = SupplyOf(claim).as_of().latest();
  return stated.empty() ? published : std::min(published, stated);
}

// What the claim says besides its count.
void Describe(const Claim& claim, pb::HolderSupply* supply) {
  const pb::ChipSupply& said = SupplyOf(claim);
  if (said.has_as_of()) *supply->mutable_as_of() = said.as_of();
  supply->set_modality(said.modality());
  *supply->mutable_conditions() = said.conditions();
  supply->set_scope_text(said.scope_text());
}

// What was expected of a day beside the count that is reported of it.
void AddForecasts(const Selection& forecasts, const Candidate& selected, pb::HolderSupply* supply) {
  uint32_t omitted = supply->alternatives_omitted() + forecasts.omitted;
  for (const Ranked& forecast : forecasts.ranked) {
    if (supply->alternatives_size() >= kMaxShown) {
      ++omitted;
      continue;
    }
    pb::QuantityFigure& figure = *supply->add_alternatives();
    figure = FigureOf(forecast);
    figure.set_agrees(forecast.lead().unit == selected.unit &&
                      Agree(forecast.lead().range, selected.range));
    figure.mutable_grounds()->set_rule(std::string(rules::kForecast));
    SetReason(ReasonOf(pb::REASON_KIND_FORECAST), figure.mutable_grounds());
  }
  supply->set_alternatives_omitted(omitted);
}

// Whether surely more is made than could be.
bool ExceedsCapacity(const Range& made, const Range& capacity) {
  return made.low && capacity.high && *made.low > *capacity.high && !Agree(made, capacity);
}

}  // namespace

SupplyFold::SupplyFold(const Rows& rows, const Effects& effects, const NamesAt& names)
    : rows_(rows), effects_(effects) {
  for (size_t row = 0; row < rows.size(); ++row) {
    const bool ended = rows[row].own && effects[row].standing != pb::STANDING_STANDING;
    if (!ended || !rows[row].event.event().has_chip_order()) continue;
    ordered_.AddEnded({&rows[row], &effects[row]}, names);
  }
  for (size_t row = 0; row < rows.size(); ++row) TakeUp(row, names);
}

void SupplyFold::TakeUp(size_t row, const NamesAt& names) {
  const Claim& claim = rows_[row];
  const bool stands = effects_[row].standing == pb::STANDING_STANDING;
  if (claim.own && stands && claim.event.event().has_chip_order()) {
    ordered_.Add({&claim, &effects_[row]}, names);
  }
  if (!claim.own || !claim.event.event().has_chip_supply()) return;
  const pb::ChipSupply& supply = SupplyOf(claim);
  const pb::Date& of = supply.as_of();
  ReadingKey key{names.Company(supply.holder()),
                 supply.metric(),
                 supply.has_customer() ? names.Company(supply.customer()) : "",
                 supply.has_as_of(),
                 of.earliest(),
                 of.latest().empty(),
                 of.latest()};
  const auto at = readings_.try_emplace(std::move(key)).first;
  Reading& reading = at->second;
  if (!reading.rows.empty()) by_latest_row_.erase(reading.rows.back());
  by_latest_row_.emplace_hint(by_latest_row_.end(), row, at);
  reading.rows.push_back(row);
  if (reading.rows.size() > size_t{kMaxShown}) {
    reading.rows.pop_front();
    ++reading.earlier_rows;
  }
  Weigh(claim, effects_[row], names.Chips(supply.chips()).size(), &reading);
  MarkStale(at);
  if (const auto other = BesideOf(at->first); other != readings_.end()) MarkStale(other);
}

void SupplyFold::MarkStale(Readings::iterator at) {
  if (!at->second.stale) stale_.push_back(at);
  at->second.stale = true;
  at->second.said.reset();
}

SupplyFold::Readings::iterator SupplyFold::BesideOf(const ReadingKey& key) {
  if (key.metric == pb::SUPPLY_METRIC_INVENTORY) return readings_.end();
  ReadingKey other = key;
  other.metric = key.metric == pb::SUPPLY_METRIC_CAPACITY ? pb::SUPPLY_METRIC_PRODUCTION
                                                          : pb::SUPPLY_METRIC_CAPACITY;
  return readings_.find(other);
}

void SupplyFold::Weigh(const Claim& claim, const Effect& effect, size_t chips, Reading* reading) {
  const bool stands = effect.standing == pb::STANDING_STANDING;
  const Claim*& preferred = reading->preferred;
  if (stands && (preferred == nullptr || PrecedesBy(claim, *preferred))) preferred = &claim;
  std::optional<Candidate> candidate = CandidateOf(claim, effect, SupplyOf(claim).quantity());
  if (candidate) candidate = OfOneChip(*std::move(candidate), chips);
  if (!candidate) return;
  const bool expected = SupplyOf(claim).modality() == pb::MODALITY_EXPECTED;
  Selector& counts = expected ? reading->expected : reading->reported;
  if (stands) {
    counts.Add(*std::move(candidate));
  } else {
    counts.AddEnded(*candidate);
  }
}

const pb::HolderSupply& SupplyFold::Said(Readings::iterator at) {
  std::optional<pb::HolderSupply>& said = at->second.said;
  if (!said) said = Say(at->first, &at->second);
  return *said;
}

pb::HolderSupply SupplyFold::Say(const ReadingKey& key, Reading* reading) {
  pb::HolderSupply supply;
  supply.set_holder(key.holder);
  supply.set_metric(key.metric);
  supply.set_customer(key.customer);
  // All that was reported may have been replaced since, or withdrawn.
  Selection selection = reading->selected ? *std::exchange(reading->selected, std::nullopt)
                                          : reading->reported.Select(kOfReading);
  const bool reported = reading->reported.size() > 0;
  if (!reported) selection = reading->expected.Select(kOfReading);
  supply.set_agreement(selection.agreement);
  supply.set_alternatives_omitted(selection.omitted);
  for (const Ranked& ranked : selection.ranked) {
    (supply.has_selected() ? *supply.add_alternatives() : *supply.mutable_selected()) =
        FigureOf(ranked);
  }
  if (!selection.empty()) {
    const Candidate& lead = selection.selected().lead();
    Describe(*lead.claim, &supply);
    if (reported) AddForecasts(reading->expected.Select(kOfReading), lead, &supply);
    SetBeside(key, lead, reported, &supply);
  } else if (reading->preferred != nullptr) {
    Describe(*reading->preferred, &supply);
  }
  for (const size_t row : reading->rows) {
    *supply.add_claims() = SummaryOf(rows_[row], effects_[row]);
  }
  supply.set_claims_omitted(reading->earlier_rows);
  return supply;
}

void SupplyFold::SetBeside(const ReadingKey& key, const Candidate& selected, bool reported,
                           pb::HolderSupply* supply) {
  const auto at = BesideOf(key);
  // What is reported may well exceed what was expected.
  if (at == readings_.end() || (at->second.reported.size() > 0) != reported) return;
  const Selection beside =
      (reported ? at->second.reported : at->second.expected).Select(kOfReading);
  if (beside.empty()) return;
  const Candidate& other = beside.selected().lead();
  const bool makes = key.metric == pb::SUPPLY_METRIC_PRODUCTION;
  const bool fits =
      selected.unit != other.unit ||
      !ExceedsCapacity(makes ? selected.range : other.range, makes ? other.range : selected.range);
  if (fits) return;
  supply->set_agreement(pb::AGREEMENT_CONFLICTING);
  if (supply->alternatives_size() >= kMaxShown) {
    supply->set_alternatives_omitted(supply->alternatives_omitted() + 1);
    return;
  }
  pb::QuantityFigure& figure = *supply->add_alternatives();
  figure = FigureOf(beside.selected());
  figure.set_agrees(false);
  figure.mutable_grounds()->set_rule(std::string(rules::kCapacityAndProduction));
  SetReason(ReasonOf(makes ? pb::REASON_KIND_CAPACITY_BESIDE : pb::REASON_KIND_PRODUCTION_BESIDE),
            figure.mutable_grounds());
}

void SupplyFold::PlaceStock(Readings::iterator at) {
  const ReadingKey& key = at->first;
  Reading& reading = at->second;
  if (key.metric != pb::SUPPLY_METRIC_INVENTORY || !key.customer.empty()) return;
  Stocks& stocks = stocks_[key.holder];
  if (reading.stock_day) stocks.erase(*reading.stock_day);
  reading.stock_day.reset();
  if (reading.reported.size() == 0) return;
  reading.selected = reading.reported.Select(kOfReading);
  if (reading.selected->empty()) return;
  const Candidate& lead = reading.selected->selected().lead();
  if (lead.unit != pb::Unit_Name(pb::UNIT_CHIP)) return;
  reading.stock_day.emplace(LastDayOf(*lead.claim), key.earliest, key.latest);
  stocks.emplace(*reading.stock_day, StockCount{lead.range, at});
}

// As many as there is room for: those with the latest claims, in order.
void SupplyFold::AddLatest(pb::ChipSupplyEntry* entry) {
  const size_t shown = std::min(by_latest_row_.size(), kMaxHolders);
  std::vector<Readings::iterator> latest;
  for (auto at = by_latest_row_.rbegin(); latest.size() < shown; ++at) latest.push_back(at->second);
  std::sort(latest.begin(), latest.end(),
            [](const auto& a, const auto& b) { return a->first < b->first; });
  for (const Readings::iterator at : latest) *entry->add_holders() = Said(at);
  entry->set_holders_omitted(static_cast<uint32_t>(by_latest_row_.size() - shown));
}

std::optional<Stock> SupplyFold::StockOfAll() {
  RangeTotal total;
  size_t holders = 0;
  Stock stock;
  for (const auto& [holder, stocks] : stocks_) {
    if (stocks.empty()) continue;
    const StockCount& latest = stocks.rbegin()->second;
    total.Add(latest.chips);
    const pb::QuantityFigure& figure = Said(latest.reading).selected();
    if (++holders == 1) {
      stock.figure = figure;
      continue;
    }
    for (const std::string& id : figure.grounds().event_ids()) {
      AddEventId(id, stock.figure.mutable_grounds());
    }
  }
  const std::optional<Range> sum = total.Sum();
  if (!sum) return std::nullopt;
  stock.chips = *sum;
  if (holders > 1 || stock.figure.quantity().unit() != pb::UNIT_CHIP) {
    *stock.figure.mutable_quantity() = QuantityOf(*sum, pb::UNIT_CHIP);
    stock.figure.mutable_grounds()->set_derived(true);
  }
  if (holders == 1) return stock;
  stock.figure.clear_claim();
  stock.figure.clear_agrees();
  pb::Grounds& grounds = *stock.figure.mutable_grounds();
  grounds.set_rule(std::string(rules::kHoldersAdded));
  SetReason(CountReason(pb::REASON_KIND_HOLDERS_ADDED, holders), &grounds);
  return stock;
}

pb::ChipSupplyEntry SupplyFold::Entry(const NamesAt& names) {
  pb::ChipSupplyEntry entry;
  for (const Readings::iterator at : stale_) PlaceStock(at);
  AddLatest(&entry);
  std::vector<pb::OrderedQuantity> ordered = ordered_.Fold(names);
  if (const std::optional<OpenTogether> open = ordered_.Open()) {
    SetShortfall(*open, StockOfAll(), &entry);
  }
  for (pb::OrderedQuantity& stage : ordered) *entry.add_ordered() = std::move(stage);
  for (const Readings::iterator at : stale_) {
    at->second.stale = false;
    at->second.selected.reset();
  }
  stale_.clear();
  return entry;
}

}  // namespace chipline::timeline
