#ifndef CHIPLINE_TESTS_FOLDS_REPORTS_H_
#define CHIPLINE_TESTS_FOLDS_REPORTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "chipline/v1/event.pb.h"

namespace chipline::timeline {

// A report, told as a reader would. Figures are in words: "100bn", "about 85bn", "more than 300bn",
// "at most 5", "5000 to 10000", and whatever else ("billions") states no number. A company, chip or
// place in [a-z0-9-] is an id; anything else is a mention.
class Report {
 public:
  explicit Report(v1::Event event) : event_(std::move(event)) {}

  // Where it comes from. From: the root, first hand. Via: an outlet that quotes what is there so
  // far. RetoldBy: an outlet that does not say where it has it from. On: when the root published,
  // if there is one, else the outlet. SeenOn: when the outlet nearest the reader published.
  Report& From(std::string_view root);
  Report& Via(std::string_view outlet);
  Report& RetoldBy(std::string_view outlet);
  Report& On(std::string_view edtf);
  Report& SeenOn(std::string_view edtf);
  Report& Origin(v1::OriginKind kind);
  Report& Origin(v1::OriginKind kind, std::string_view name);
  Report& Id(std::string_view id);
  Report& Condition(std::string_view text);

  Report& Supersedes(std::string_view id) { return Link(v1::LINK_RELATION_SUPERSEDES, id); }
  Report& Corrects(std::string_view id) { return Link(v1::LINK_RELATION_CORRECTS, id); }
  Report& Retracts(std::string_view id) { return Link(v1::LINK_RELATION_RETRACTS, id); }
  Report& Denies(std::string_view id) { return Link(v1::LINK_RELATION_DENIES, id); }
  Report& Confirms(std::string_view id) { return Link(v1::LINK_RELATION_CONFIRMS, id); }
  Report& Link(v1::LinkRelation relation, std::string_view id);

  // Spending.
  Report& With(std::string_view company);
  Report& Scope(v1::CapexScope scope);
  Report& Suppliers(std::string_view supplier);
  Report& Region(std::string_view place);
  Report& Period(std::string_view edtf);
  Report& FiscalYear(std::string_view label, std::string_view start, std::string_view end);
  Report& Basis(v1::CapexBasis basis);
  Report& Cny(std::string_view figure) { return Money("CNY", figure); }
  Report& Usd(std::string_view figure) { return Money("USD", figure); }
  Report& Converted(std::string_view currency, std::string_view number);
  Report& Growth(std::string_view figure);
  Report& ShareOf(std::string_view share, std::string_view event_id);

  // Counts of an order, a supply or a use.
  Report& Count(std::string_view figure);
  Report& Modules(std::string_view figure, int32_t chips_each);
  Report& AsOf(std::string_view edtf);
  Report& Customer(std::string_view company);
  Report& Stage(v1::OrderStage stage, v1::Modality modality = v1::MODALITY_REPORTED);
  Report& StageDate(std::string_view edtf);
  Report& And(std::string_view chip);

  const v1::Event& event() const { return event_; }
  v1::Event& event() { return event_; }

 private:
  Report& Money(std::string_view currency, std::string_view figure);
  v1::Quantity& MutableCount();

  v1::Event event_;
};

Report Capex(std::string_view company);
Report Supply(std::string_view holder, std::string_view chip, v1::SupplyMetric metric);
// `order` names the order; buyers with spaces in the name are open groups.
Report Order(std::string_view order, std::string_view buyer, std::string_view chip);
Report Usage(std::string_view company);
// What buyers pay for one chip.
Report Price(std::string_view chip);
Report Notice();

// "160000000000" of a Decimal.
std::string Text(const v1::Decimal& decimal);
// "160000000000 CNY", "about 85000000000 CNY", "at least about 1300000".
std::string Text(const v1::Amount& amount);
std::string Text(const v1::Quantity& quantity);
std::string Text(const v1::Ratio& ratio);

}  // namespace chipline::timeline

#endif  // CHIPLINE_TESTS_FOLDS_REPORTS_H_
