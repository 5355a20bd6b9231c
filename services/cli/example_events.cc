#include "services/cli/example_events.h"

#include <algorithm>

#include "chipline/v1/event.pb.h"
#include "storage/check.h"

namespace chipline::cli {
namespace {

using Parts = std::vector<ExamplePart>;

// A kind, with the parts after the event's id.
struct Kind {
  v1::Event::PayloadCase payload;
  std::string_view about;
  Parts parts;
};

// What stands before every claim that comes from a report.
Parts WithSource(const Parts& claim) {
  Parts parts = {
      {R"("source":{"origin":{"kind":"ORIGIN_KIND_PRESS"},)", "Who knew it first.",
       v1::OriginKind_descriptor()},
      {R"("hops":[{"publisher":{"mention":"Example Times"},)",
       "Who published it. \"mention\" is a name as it is written, and \"id\" in its place an id. "
       "Several hops go from the report that you read to the first one."},
      {R"("relation":"HOP_RELATION_PRIMARY",)",
       "How this hop stands to the next one. The last may be PRIMARY: it reports first hand.",
       v1::HopRelation_descriptor()},
      {R"("published":{"edtf":"2026-11-27"}}],)",
       "The day. Dates are EDTF: 2026-11 for a month, 2026-11~ for about then, 2026-11/.. for from "
       "then on."},
      {R"("confidence":"CONFIDENCE_HIGH"},)", "How sure you are that you read it correctly.",
       v1::Confidence_descriptor()}};
  parts.insert(parts.end(), claim.begin(), claim.end());
  return parts;
}

Kind Capex() {
  return {
      v1::Event::kCapexAnnouncement, "what a company spends on computing, or means to",
      WithSource({
          {R"("capexAnnouncement":{"companies":[{"mention":"Example Cloud"}],)",
           "Who spends. Several have one figure for all of them together."},
          {R"("scope":"CAPEX_SCOPE_AI_CHIPS",)", "What for.", v1::CapexScope_descriptor()},
          {R"("period":{"kind":"PERIOD_KIND_CALENDAR","edtf":"2027"},)",
           "The time that it is for. Without it the claim conflicts with no other.",
           v1::PeriodKind_descriptor()},
          {R"("basis":"CAPEX_BASIS_PLAN",)", "How firm it is.", v1::CapexBasis_descriptor()},
          {R"("amount":{"currency":"CNY","value":{"units":"85000000000"},"bound":"BOUND_EXACT",)",
           "How much. A range has \"low\" and \"high\" in place of \"value\".",
           v1::Bound_descriptor()},
          {R"("approximate":true},)", "The report says \"about\". Else leave it out."},
          {R"("accounting":"ACCOUNTING_CAPEX",)", "Which book the money is in.",
           v1::Accounting_descriptor()},
          {R"("scopeText":"AI processors"}})", "The report's own words, where they matter."},
      })};
}

Kind Rule() {
  return {
      v1::Event::kExportRuleChange, "what a government lets pass, for which chip, to where",
      WithSource({
          {R"("exportRuleChange":{"nature":"RULE_NATURE_CHANGE",)",
           "Whether it changed, or is reported to be so.", v1::RuleNature_descriptor()},
          {R"("jurisdiction":{"mention":"United States"},)", "Whose rule it is."},
          {R"("gate":"GATE_KIND_EXPORT",)", "Which step it controls.", v1::GateKind_descriptor()},
          {R"("chips":[{"mention":"H20"}],"destinations":[{"mention":"China"}],)",
           "The chips that it covers, and the places. \"chipsExcept\" and "
           "\"destinationsExcept\" name what it leaves out."},
          {R"("effect":"RULE_EFFECT_LICENSE_REQUIRED",)", "What it does.",
           v1::RuleEffect_descriptor()},
          {R"("status":"RULE_STATUS_IN_FORCE",)", "How real it is. Only IN_FORCE makes a state.",
           v1::RuleStatus_descriptor()},
          {R"("effective":{"edtf":"2027-01-15"},)", "From when it holds."},
          {R"("appliesTo":"APPLIES_TO_NEW"}})",
           "Which orders it is for. Without it nobody knows whether earlier orders are covered.",
           v1::AppliesTo_descriptor()},
      })};
}

Kind Order() {
  return {
      v1::Event::kChipOrder, "who orders how many chips, and how far that has come",
      WithSource({
          {R"("chipOrder":{"orderId":"spring",)",
           "A name by which several reports mean the same order. Without it the claim is an "
           "order of its own."},
          {R"("buyers":[{"mention":"Example Cloud"}],"supplier":{"mention":"Nvidia"},)",
           "Who buys, and of whom."},
          {R"("chips":[{"mention":"H200"}],"destination":{"mention":"China"},)",
           "Which chips, and where they go."},
          {R"("quantity":{"unit":"UNIT_CHIP","value":"20000","bound":"BOUND_EXACT"},)",
           "How many at this stage, what came before included.", v1::Bound_descriptor()},
          {R"("stage":"ORDER_STAGE_PLACED",)", "How far it has come.", v1::OrderStage_descriptor()},
          {R"("modality":"MODALITY_REPORTED",)", "How the report speaks of it.",
           v1::Modality_descriptor()},
          {R"("stageDate":{"edtf":"2026-11"}}})", "When the stage was reached, or will be."},
      })};
}

Kind Supply() {
  return {
      v1::Event::kChipSupply, "how many chips there are, or can be made",
      WithSource({
          {R"("chipSupply":{"holder":{"mention":"Nvidia"},"chips":[{"mention":"H200"}],)",
           "Who holds or makes them, and which."},
          {R"("metric":"SUPPLY_METRIC_INVENTORY",)", "What is counted.",
           v1::SupplyMetric_descriptor()},
          {R"("quantity":{"unit":"UNIT_CHIP","low":"500000","bound":"BOUND_AT_LEAST"},)",
           "How many. \"value\" in place of \"low\" if it is one figure.", v1::Bound_descriptor()},
          {R"("asOf":{"edtf":"2026-11"},)", "When."},
          {R"("modality":"MODALITY_REPORTED"}})", "How the report speaks of it.",
           v1::Modality_descriptor()},
      })};
}

Kind Usage() {
  return {v1::Event::kUsageReport, "how much a company's models are used",
          WithSource({
              {R"("usageReport":{"company":{"mention":"Example Cloud"},)", "Whose models."},
              {R"("metric":"USAGE_METRIC_TOKENS_PER_DAY",)", "What is counted.",
               v1::UsageMetric_descriptor()},
              {R"("value":{"unit":"UNIT_TOKEN","value":"4000000000000","bound":"BOUND_EXACT"},)",
               "How much.", v1::Unit_descriptor()},
              {R"("asOf":{"edtf":"2026-11"}}})", "When."},
          })};
}

Kind Price() {
  return {
      v1::Event::kPriceReport, "what a chip costs to buy or to rent",
      WithSource({
          {R"("priceReport":{"chip":{"mention":"H200"},)", "Which chip."},
          {R"("metric":"PRICE_METRIC_PURCHASE",)", "Which price.", v1::PriceMetric_descriptor()},
          {R"("amount":{"currency":"USD","value":{"units":"27000"},"bound":"BOUND_EXACT"},)",
           "How much.", v1::Bound_descriptor()},
          {R"("per":"UNIT_CHIP","place":{"mention":"China"},)",
           "For one of what, and where it is paid. The place may be left out.",
           v1::Unit_descriptor()},
          {R"("asOf":{"edtf":"2026-11"}}})", "When."},
      })};
}

Kind Alias() {
  return {v1::Event::kAliasChange,
          "a name that means a company, a chip, a place or a body",
          {
              {R"("aliasChange":{"entity":"example-cloud",)",
               "The id, lower case. It is there from its first name on. Append names before the "
               "claims that write them."},
              {R"("kind":"ENTITY_KIND_COMPANY",)", "What sort of thing it is.",
               v1::EntityKind_descriptor()},
              {R"("alias":"Example Cloud","language":"en",)",
               "One name. Capitals, spaces and hyphens make no other name of it. The language may "
               "be left out."},
              {R"("change":"ALIAS_OPERATION_ADD"}})", "Whether it comes or goes.",
               v1::AliasOperation_descriptor()},
          }};
}

Kind Notice() {
  Parts parts = WithSource({
      {R"("links":[{"relation":"LINK_RELATION_DENIES",)", "What it does to the other event.",
       v1::LinkRelation_descriptor()},
      {R"("eventId":"example-chip-order"}],)",
       "The id of the event that it is about. Any event may have such links."},
      {R"("claimNotice":{"text":"The company says that it has ordered nothing."}})",
       "What was said, in words."},
  });
  return {v1::Event::kClaimNotice, "a denial, a confirmation or a withdrawal of other claims",
          std::move(parts)};
}

}  // namespace

std::string ExampleEvent::Json() const {
  std::string json;
  for (const ExamplePart& part : parts) json += part.json;
  return json;
}

std::vector<ExampleEvent> ExampleEvents() {
  const std::vector<Kind> kinds = {Capex(), Rule(),  Order(),  Supply(),
                                   Usage(), Alias(), Notice(), Price()};
  const auto* payload = v1::Event::descriptor()->FindOneofByName("payload");
  std::vector<ExampleEvent> examples;
  for (const Kind& kind : kinds) {
    const auto* field = v1::Event::descriptor()->FindFieldByNumber(kind.payload);
    CHECK(field != nullptr && field->containing_oneof() == payload);
    ExampleEvent& example = examples.emplace_back();
    example.kind = field->name();
    std::replace(example.kind.begin(), example.kind.end(), '_', '-');
    example.about = kind.about;
    example.parts.push_back(
        {"{\"eventId\":\"example-" + example.kind + "\",",
         "Yours to choose, and of no other event ever. Sending the same event again is safe. Left "
         "out, the server makes one of the content.",
         nullptr});
    example.parts.insert(example.parts.end(), kind.parts.begin(), kind.parts.end());
  }
  return examples;
}

}  // namespace chipline::cli
