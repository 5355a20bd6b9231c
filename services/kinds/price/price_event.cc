#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "services/kinds/all_kinds.h"
#include "services/kinds/check_dates.h"
#include "services/kinds/check_values.h"
#include "services/kinds/naming.h"
#include "services/kinds/payload_kind.h"
#include "services/kinds/statement.h"

namespace chipline::kinds {
namespace {

void CheckPer(v1::Unit per, const FieldPath& path, Review& review) {
  RequireEnum<v1::Unit_IsValid>(per, path / "per", review);
  if (per != v1::UNIT_TOKEN && per != v1::UNIT_USER) return;
  review.Report(path / "per",
                fmt::format("is {}; a price is for one UNIT_CHIP, UNIT_MODULE or UNIT_SERVER",
                            v1::Unit_Name(per)));
}

void CheckPrice(v1::PriceReport& price, const FieldPath& path, Review& review) {
  CheckKnownFields(price, path, review);
  if (price.has_chip()) {
    CheckRef(price.chip(), path / "chip", review);
  } else {
    ReportMissing(path / "chip", "which chip it is the price of", review);
  }
  RequireEnum<v1::PriceMetric_IsValid>(price.metric(), path / "metric", review);
  if (price.has_amount()) {
    CheckAmount(price.amount(), path / "amount", review);
  } else {
    ReportMissing(path / "amount", "how much it costs", review);
  }
  CheckPer(price.per(), path, review);
  if (price.has_place()) CheckRef(price.place(), path / "place", review);
  if (price.has_as_of()) {
    CompleteDate(*price.mutable_as_of(), path / "as_of", review);
  } else {
    ReportMissing(path / "as_of", "when it was so", review);
  }
  CheckWording(price, path, review);
}

std::string_view MetricToken(v1::PriceMetric metric) {
  switch (metric) {
    case v1::PRICE_METRIC_PURCHASE:
      return "purchase";
    case v1::PRICE_METRIC_RENTAL_PER_HOUR:
      return "rental-per-hour";
    case v1::PRICE_METRIC_LIST:
      return "list";
    default:
      return "";
  }
}

class Price final : public PayloadKind<v1::PriceReport, &v1::Event::price_report> {
 public:
  void Check(v1::Event& event, const FieldPath& path, Review& review) const override {
    CheckPrice(*event.mutable_price_report(), path / "price_report", review);
  }

  void Name(const v1::Event& event, Namer& namer) const override {
    const v1::PriceReport& price = Of(event);
    namer.Token(kChip, price.chip());
    namer.Literal(MetricToken(price.metric()));
    if (price.has_place()) namer.Mention(kPlace, price.place());
  }

  void CollectNames(const v1::Event& event, NameCollector& names) const override {
    const v1::PriceReport& price = Of(event);
    names.Add(price.chip());
    names.Add(price.place());
    names.Add(price.amount());
  }

  bool State(const v1::Event& event, const NamesAt&, Statement& said) const override {
    said.Add(Of(event).as_of());
    said.Add(Of(event).amount());
    return true;
  }

  std::vector<v1::EntryKey> Keys(const v1::RecordedEvent& recorded,
                                 const NamesAt& names) const override {
    const v1::PriceReport& price = Of(recorded.event());
    v1::EntryKey entry;
    v1::PriceKey& key = *entry.mutable_price();
    key.set_chip(names.Chip(price.chip()));
    key.set_metric(price.metric());
    key.set_per(price.per());
    if (price.has_place()) key.set_place(names.Place(price.place()));
    return {std::move(entry)};
  }
};

}  // namespace

const EventKind& PriceEvents() {
  static const Price kind;
  return kind;
}

}  // namespace chipline::kinds
