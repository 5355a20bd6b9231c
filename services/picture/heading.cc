#include <fmt/format.h>

#include "services/picture/panels.h"
#include "services/words/date_words.h"
#include "services/words/enum_words.h"
#include "services/words/mention.h"
#include "services/words/price_words.h"

namespace chipline::picture {
namespace {

std::string PeriodText(const v1::CapexKey& key) {
  if (key.period().empty()) return "no period stated";
  return key.period_kind() == v1::PERIOD_KIND_FISCAL ? Isolated(key.period()) + " (fiscal)"
                                                     : EdtfWords(key.period());
}

std::string CapexHeading(const v1::TimelineEntry& entry, const Names& names) {
  const v1::CapexKey& key = entry.key().capex();
  const bool worded = key.scope() == v1::CAPEX_SCOPE_OTHER && !key.scope_text().empty();
  const std::string scope = worded ? Isolated(key.scope_text()) : EnumWords(key.scope());
  std::string text =
      fmt::format("{} · {} · {}", PeriodText(key), names.Companies(key.companies(), " + "), scope);
  if (key.suppliers_size() > 0) text += " from " + names.Companies(key.suppliers(), ", ");
  if (!key.region().empty() && !Mentions(scope, key.region())) {
    text += " in " + names.Place(key.region());
  }
  if (!key.definition().empty()) text += fmt::format(" ({})", Isolated(key.definition()));
  text += " · " + EnumWords(key.basis_class());
  if (key.accounting() == v1::ACCOUNTING_OPEX) text += " · operating expense";
  if (entry.capex().definition_unstated()) text += " · definition not stated";
  return text;
}

std::string RuleHeading(const v1::ExportRuleKey& key, const Names& names) {
  return fmt::format(
      "{} {} · {} → {}", names.Place(key.jurisdiction()), EnumWords(key.gate()),
      key.chip().empty() ? "chips by wording" : names.Chip(key.chip()),
      key.destination().empty() ? "anywhere stated in words" : names.Place(key.destination()));
}

std::string OrderHeading(const v1::ChipOrderEntry& order, const Names& names) {
  std::string text = fmt::format("{}{} from {}: {}", names.Companies(order.buyers(), " + "),
                                 order.open_group() ? " (open group)" : "",
                                 names.Company(order.supplier()), names.Chips(order.chips()));
  if (!order.destination().empty()) {
    text += fmt::format(" → {}{}", names.Place(order.destination()),
                        order.destination_inferred() ? " (inferred)" : "");
    for (const std::string& place : order.other_destinations()) {
      text += fmt::format(" or {}", names.Place(place));
    }
    if (order.other_destinations_size() > 0) text += " (in conflict)";
  }
  if (order.has_for_period()) text += " · " + PeriodWords(order.for_period());
  return text;
}

}  // namespace

std::string HeadingOf(const v1::TimelineEntry& entry, const Names& names) {
  switch (entry.state_case()) {
    case v1::TimelineEntry::kCapex:
      return CapexHeading(entry, names);
    case v1::TimelineEntry::kExportRule:
      return RuleHeading(entry.key().export_rule(), names);
    case v1::TimelineEntry::kChipOrder:
      return OrderHeading(entry.chip_order(), names);
    case v1::TimelineEntry::kChipSupply:
      return names.Chip(entry.key().chip_supply().chip()) + " · stock, orders and what is missing";
    case v1::TimelineEntry::kUsage: {
      const v1::UsageKey& key = entry.key().usage();
      return fmt::format("{}{}{} · {}", names.Company(key.company()),
                         key.product().empty() ? "" : " · ", Isolated(key.product()),
                         EnumWords(key.metric()));
    }
    case v1::TimelineEntry::kPrice: {
      const v1::PriceKey& key = entry.key().price();
      return PriceTitle(key, names.Chip(key.chip()),
                        key.place().empty() ? "" : names.Place(key.place()));
    }
    case v1::TimelineEntry::STATE_NOT_SET:
      return Isolated(entry.entry_id());
  }
  return "";
}

}  // namespace chipline::picture
