#include "services/cli/claim_words.h"

#include <fmt/format.h>

#include <string_view>

#include "services/words/date_words.h"
#include "services/words/enum_words.h"
#include "services/words/mention.h"
#include "services/words/price_words.h"
#include "services/words/value_words.h"

namespace chipline::cli {
namespace {

std::string Name(const v1::Ref& ref) { return ref.mention().empty() ? ref.id() : ref.mention(); }

template <typename Refs>
std::string Names(const Refs& refs) {
  std::string text;
  for (int i = 0; i < refs.size(); ++i) {
    if (i > 0) text += i + 1 == refs.size() ? " and " : ", ";
    text += Name(refs[i]);
  }
  return text;
}

// The day a rule starts to hold. An open start only says by when it did.
std::string FromWords(const v1::Date& date) {
  const std::string_view edtf = date.edtf();
  if (edtf.starts_with("../")) return EdtfWords(edtf.substr(3)) + " at the latest";
  return EdtfWords(edtf);
}

std::string ScopeOf(const v1::CapexAnnouncement& claim) {
  if (claim.scope() == v1::CAPEX_SCOPE_TOTAL) return "all capital spending";
  if (claim.scope() == v1::CAPEX_SCOPE_OTHER && !claim.scope_text().empty()) {
    return claim.scope_text();
  }
  return EnumWords(claim.scope());
}

std::string Capex(const v1::CapexAnnouncement& claim) {
  std::string text = fmt::format("{}: {}", Names(claim.companies()), EnumWords(claim.basis()));
  if (claim.has_amount()) text += ", " + AmountWords(claim.amount());
  if (claim.has_share_of()) text += ", " + ShareWords(claim.share_of());
  if (claim.has_growth_on_year()) {
    text += fmt::format(", {} on the year", GrowthWords(claim.growth_on_year()));
  }
  text += " for " + ScopeOf(claim);
  if (claim.suppliers_size() > 0) text += " from " + Names(claim.suppliers());
  if (claim.has_region() && !Mentions(ScopeOf(claim), claim.region().mention()) &&
      !Mentions(ScopeOf(claim), claim.region().id())) {
    text += ", in " + Name(claim.region());
  }
  if (claim.has_period()) text += " in " + PeriodWords(claim.period());
  if (claim.accounting() == v1::ACCOUNTING_OPEX) text += " (operating expense)";
  return text;
}

std::string Rule(const v1::ExportRuleChange& claim) {
  std::string text = fmt::format("{} {}: ", Name(claim.jurisdiction()), EnumWords(claim.gate()));
  text += claim.chips_size() > 0 ? Names(claim.chips()) : claim.chips_text();
  if (claim.destinations_size() > 0) text += " to " + Names(claim.destinations());
  text += ", " + EnumWords(claim.effect());
  if (claim.end_users() == v1::END_USERS_APPROVED) text += " for approved customers";
  if (claim.buyers_size() > 0) text += " for " + Names(claim.buyers());
  if (claim.has_effective()) text += " from " + FromWords(claim.effective());
  if (claim.status() != v1::RULE_STATUS_IN_FORCE) {
    text += fmt::format(" ({})", EnumWords(claim.status()));
  }
  return text;
}

std::string Order(const v1::ChipOrder& claim) {
  std::string text = fmt::format("{} from {}: {}", Names(claim.buyers()), Name(claim.supplier()),
                                 EnumWords(claim.stage()));
  if (claim.modality() == v1::MODALITY_EXPECTED) text += " (expected)";
  const std::string quantity = QuantityWords(claim.quantity());
  text += quantity.empty() ? fmt::format(", {}", Names(claim.chips()))
                           : fmt::format(", {}, {}", Names(claim.chips()), quantity);
  if (claim.has_unit_price()) text += fmt::format(", {} each", AmountWords(claim.unit_price()));
  if (claim.has_total()) text += fmt::format(", {} in all", AmountWords(claim.total()));
  if (claim.has_stage_date()) text += ", " + DateWords(claim.stage_date());
  return text;
}

std::string Supply(const v1::ChipSupply& claim) {
  std::string text = fmt::format("{}: {} of {}", Name(claim.holder()), EnumWords(claim.metric()),
                                 Names(claim.chips()));
  const std::string quantity = QuantityWords(claim.quantity());
  if (!quantity.empty()) text += ", " + quantity;
  if (claim.has_as_of()) text += ", " + DateWords(claim.as_of());
  if (claim.has_customer()) text += " for " + Name(claim.customer());
  return text;
}

std::string Usage(const v1::UsageReport& claim) {
  return fmt::format("{}{}{}: {}, {}, {}", Name(claim.company()),
                     claim.product().empty() ? "" : " ", claim.product(), EnumWords(claim.metric()),
                     QuantityWords(claim.value()), DateWords(claim.as_of()));
}

std::string Price(const v1::PriceReport& claim) {
  std::string text =
      fmt::format("{}: {}, {}", Name(claim.chip()), PriceWords(claim.metric(), claim.per()),
                  AmountWords(claim.amount()));
  if (claim.has_place()) text += " in " + Name(claim.place());
  return fmt::format("{}, {}", text, DateWords(claim.as_of()));
}

std::string Alias(const v1::AliasChange& claim) {
  return fmt::format("“{}” {} {} {}", claim.alias(),
                     claim.change() == v1::ALIAS_OPERATION_REMOVE ? "no longer means" : "means",
                     EnumWords(claim.kind()), claim.entity());
}

std::string Payload(const v1::Event& event) {
  switch (event.payload_case()) {
    case v1::Event::kCapexAnnouncement:
      return Capex(event.capex_announcement());
    case v1::Event::kExportRuleChange:
      return Rule(event.export_rule_change());
    case v1::Event::kChipOrder:
      return Order(event.chip_order());
    case v1::Event::kChipSupply:
      return Supply(event.chip_supply());
    case v1::Event::kUsageReport:
      return Usage(event.usage_report());
    case v1::Event::kPriceReport:
      return Price(event.price_report());
    case v1::Event::kAliasChange:
      return Alias(event.alias_change());
    case v1::Event::kClaimNotice:
      return event.claim_notice().text();
    case v1::Event::PAYLOAD_NOT_SET:
      return "a kind of event that this program does not know";
  }
  return "";
}

}  // namespace

std::string FigureWords(const v1::Event& event, std::string_view field) {
  switch (event.payload_case()) {
    case v1::Event::kCapexAnnouncement: {
      const v1::CapexAnnouncement& claim = event.capex_announcement();
      if (claim.has_amount()) return AmountWords(claim.amount());
      return claim.has_share_of() ? ShareWords(claim.share_of()) : "";
    }
    case v1::Event::kExportRuleChange:
      return EnumWords(event.export_rule_change().effect());
    case v1::Event::kChipOrder:
      if (field == "unit_price") return AmountWords(event.chip_order().unit_price());
      return field.starts_with("stages[") ? QuantityWords(event.chip_order().quantity()) : "";
    case v1::Event::kChipSupply:
      return QuantityWords(event.chip_supply().quantity());
    case v1::Event::kUsageReport:
      return QuantityWords(event.usage_report().value());
    case v1::Event::kPriceReport:
      return AmountWords(event.price_report().amount());
    case v1::Event::kAliasChange:
    case v1::Event::kClaimNotice:
    case v1::Event::PAYLOAD_NOT_SET:
      return "";
  }
  return "";
}

std::string ClaimWords(const v1::Event& event) {
  std::string text = Payload(event);
  for (const v1::Link& link : event.links()) {
    text += fmt::format("{}{} {}", text.empty() ? "" : "; ", EnumWords(link.relation()),
                        link.event_id());
  }
  return text;
}

std::string SourceWords(const v1::Source& source) {
  std::string text;
  for (const v1::Hop& hop : source.hops()) {
    text += (text.empty() ? "" : " ← ") + Name(hop.publisher());
  }
  if (source.has_origin()) {
    const std::string origin = source.origin().has_name() ? Name(source.origin().name())
                                                          : EnumWords(source.origin().kind());
    text += text.empty() ? origin : fmt::format(" ({})", origin);
  }
  return text;
}

std::string PublishedWords(const v1::Source& source) {
  for (const v1::Hop& hop : source.hops()) {
    if (hop.has_published()) return DateWords(hop.published());
  }
  return "";
}

}  // namespace chipline::cli
