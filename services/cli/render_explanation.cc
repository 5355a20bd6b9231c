#include "services/cli/render_explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "services/cli/claim_words.h"
#include "services/cli/interval_words.h"
#include "services/cli/render.h"
#include "services/cli/render_parts.h"
#include "services/words/change_words.h"
#include "services/words/date_words.h"
#include "services/words/enum_words.h"
#include "services/words/number_words.h"
#include "services/words/reason_words.h"

namespace chipline::cli {
namespace {

// As many as ExplainedValue.set_aside may hold, and as many intervals as are explained.
constexpr int kMostSetAside = 16;
constexpr int kMostIntervals = 32;

// The rule of a claim that makes none in the entry (services/timeline/folds/policy.h).
constexpr std::string_view kLinkOnly = "link_only";

using Claims = std::map<std::string_view, const v1::Event*>;

// "planned (expected)"; what is reported has happened and needs no word.
std::string StageWords(const v1::ExplainedField& field) {
  const std::string stage = EnumWords(field.stage());
  if (field.modality() == v1::MODALITY_REPORTED) return stage;
  return fmt::format("{} ({})", stage, EnumWords(field.modality()));
}

// "nvidia inventory for tencent as of 2026".
std::string HolderWords(const v1::ExplainedField& field) {
  std::string words = fmt::format("{} {}", field.holder(), EnumWords(field.metric()));
  if (!field.customer().empty()) words += " for " + field.customer();
  if (field.has_as_of()) words += " as of " + field.as_of().edtf();
  return words;
}

// One field with its values, one for each span of days.
struct Field {
  std::string name;
  std::vector<v1::ExplainedValue> values;
};

bool SameButForDays(v1::ExplainedValue a, v1::ExplainedValue b) {
  a.clear_valid();
  b.clear_valid();
  return a.SerializeAsString() == b.SerializeAsString();
}

std::vector<Field> FieldsOf(const v1::ExplainEntryResponse& response) {
  std::vector<Field> fields;
  for (const v1::ExplainedValue& value : response.values()) {
    auto field = std::find_if(fields.begin(), fields.end(),
                              [&](const Field& each) { return each.name == value.field(); });
    if (field == fields.end()) field = fields.insert(fields.end(), {value.field(), {}});
    const bool goes_on = !field->values.empty() && SameButForDays(field->values.back(), value) &&
                         field->values.back().valid().to() == value.valid().from();
    if (goes_on) {
      field->values.back().mutable_valid()->set_to(value.valid().to());
    } else {
      field->values.push_back(value);
    }
  }
  return fields;
}

std::string WithRule(std::string text, std::string_view rule) {
  if (rule.empty()) return text;
  return fmt::format("{}{}[{}]", text, text.empty() ? "" : " ", rule);
}

// "000-05 (about 85bn CNY)".
std::string NamedClaim(const std::string& id, const v1::ExplainedValue& value,
                       const Claims& claims) {
  const auto found = claims.find(id);
  if (found == claims.end()) return id;
  const std::string figure = FigureWords(*found->second, value.field());
  return figure.empty() ? id : fmt::format("{} ({})", id, figure);
}

// Whether one of the reasons names the event.
bool Names(const Reasons& reasons, const std::string& event_id) {
  return std::any_of(reasons.begin(), reasons.end(), [&](const v1::Reason& reason) {
    const auto& ids = reason.event_ids();
    const auto& claims = reason.claims();
    return std::find(ids.begin(), ids.end(), event_id) != ids.end() ||
           std::any_of(claims.begin(), claims.end(),
                       [&](const auto& claim) { return claim.event_id() == event_id; });
  });
}

std::string SetAsideWords(const v1::SetAside& aside, const v1::ExplainedValue& value) {
  std::string text = ReasonsOr(aside.reason(), aside.reasons());
  if (aside.rule() == value.grounds().rule() && text == GroundsInWords(value.grounds())) {
    return "for the same reason.";
  }
  const bool named = std::any_of(aside.by_event_ids().begin(), aside.by_event_ids().end(),
                                 [&](const std::string& id) { return Names(aside.reasons(), id); });
  if (aside.by_event_ids_size() > 0 && !named) {
    if (text.ends_with('.')) text.pop_back();
    text += fmt::format(": {}.", JoinWords(aside.by_event_ids(), ", "));
  }
  return WithRule(std::move(text), aside.rule());
}

// Claims that were set aside for one reason, together.
void AddSetAside(const v1::ExplainedValue& value, const Claims& claims, Block& block) {
  std::vector<std::pair<std::string, std::string>> told;
  for (const v1::SetAside& aside : value.set_aside()) {
    const std::string name = NamedClaim(aside.event_id(), value, claims);
    const std::string why = SetAsideWords(aside, value);
    const auto known = std::find_if(told.begin(), told.end(),
                                    [&](const auto& each) { return each.second == why; });
    if (known == told.end()) {
      told.emplace_back(name, why);
    } else {
      known->first += ", " + name;
    }
  }
  bool first = true;
  for (const auto& [names, why] : told) {
    block.Line(std::exchange(first, false) ? "set aside" : "", fmt::format("{}: {}", names, why));
  }
  if (value.set_aside_size() >= kMostSetAside) {
    block.Line("", fmt::format("More than these {} may have been set aside.", kMostSetAside),
               Tone::kCaution);
  }
}

// Whether it is told elsewhere: a day where the field goes on from it, and the end of claims that
// an order's state rests on at its gates.
bool IsToldElsewhere(const v1::WouldChange& change, const Field& field) {
  if (change.kind() == v1::WOULD_CHANGE_KIND_END) return field.name == "state";
  return !change.day().empty() &&
         std::any_of(field.values.begin(), field.values.end(),
                     [&](const auto& later) { return later.valid().from() == change.day(); });
}

// `said` are the sentences that the field has had already.
void AddWouldChange(const v1::ExplainedValue& value, const Field& field,
                    std::set<std::string>& said, Block& block) {
  bool first = true;
  bool repeated = false;
  for (const v1::WouldChange& change : value.would_change()) {
    if (IsToldElsewhere(change, field)) continue;
    std::string words = value.has_of() ? ChangeInWords(change) : change.words();
    // A server that is newer may have another kind of change.
    if (words.empty()) words = change.words();
    if (!said.insert(words).second) {
      repeated = true;
      continue;
    }
    block.Line(std::exchange(first, false) ? "would change" : "", words);
  }
  if (first && repeated) block.Line("would change", "as above");
}

void AddValue(const v1::ExplainedValue& value, const Field& field, const Claims& claims,
              std::set<std::string>& said, Block& block) {
  // A server that is older gives words alone.
  std::string heading = value.has_of() ? FieldWords(value.of()) : value.field();
  const std::string days = DaysWords(value.valid());
  if (!days.empty()) heading += ", " + days;
  const std::string says = value.has_of() ? FigureInWords(value.figure()) : value.says();
  block.Heading(heading, says.empty() ? "no value" : says,
                says.empty() ? Tone::kCaution : Tone::kStrong);
  const v1::Grounds& grounds = value.grounds();
  if (grounds.event_ids_size() > 0) {
    block.Line("rests on", IdWords(grounds.event_ids(), grounds.event_ids_omitted()));
  }
  const std::string why = WithRule(GroundsInWords(grounds), grounds.rule());
  if (!why.empty()) block.Line("why", why);
  AddSetAside(value, claims, block);
  AddWouldChange(value, field, said, block);
}

int IntervalsOf(const v1::TimelineEntry& entry) {
  return entry.has_export_rule() ? entry.export_rule().intervals_size()
                                 : entry.chip_order().intervals_size();
}

std::string VerdictOf(const v1::ExplainedClaim& claim) {
  const v1::ClaimSummary& summary = claim.summary();
  if (!claim.echo_of().empty()) return "repeats " + claim.echo_of();
  std::string verdict = claim.selected() ? "chosen" : EnumWords(summary.standing());
  if (!summary.ended_by().empty()) verdict += " by " + summary.ended_by();
  return verdict;
}

// Every event that a value names, chosen or set aside.
std::set<std::string_view> ToldOf(const v1::ExplainEntryResponse& response) {
  std::set<std::string_view> told;
  for (const v1::ExplainedValue& value : response.values()) {
    for (const std::string& id : value.grounds().event_ids()) told.insert(id);
    for (const v1::SetAside& aside : value.set_aside()) told.insert(aside.event_id());
  }
  return told;
}

// Of what only stands beside the entry's claims the first sentence says all that is not said of
// those.
void AddOwnWhy(const v1::ExplainedClaim& claim, Block& block) {
  const bool beside = claim.rules_size() > 0 && claim.rules(0) == kLinkOnly;
  Reasons reasons = claim.reasons();
  if (beside && reasons.size() > 1) reasons.DeleteSubrange(1, reasons.size() - 1);
  const std::string why = ReasonsOr(claim.explanation(), reasons);
  if (!why.empty()) {
    block.Line("why",
               WithRule(why, beside ? std::string(kLinkOnly) : JoinWords(claim.rules(), ", ")));
  }
}

void AddClaim(const v1::ExplainedClaim& claim, bool told, Block& block) {
  const v1::RecordedEvent& recorded = claim.event();
  const v1::Event& event = recorded.event();
  const v1::ClaimSummary& summary = claim.summary();
  block.Heading(fmt::format("{}  {}", event.event_id(), ClaimWords(event)), VerdictOf(claim),
                claim.selected() ? Tone::kGood : Tone::kFaint);
  std::string source = SourceWords(event.source());
  if (!summary.published().empty()) {
    source += fmt::format("{}{}", source.empty() ? "" : ", ", summary.published());
  }
  block.Line(
      "said by",
      fmt::format("{}{}position {}", source, source.empty() ? "" : " · ", recorded.position()),
      Tone::kFaint);
  if (!summary.scope_text().empty()) block.Line("words", "“" + summary.scope_text() + "”");
  for (const v1::Hop& hop : event.source().hops()) {
    if (!hop.verbatim().empty()) block.Line("words", "“" + hop.verbatim() + "”");
    if (!hop.url().empty()) block.Line("read at", hop.url(), Tone::kFaint);
  }
  for (const std::string& condition : summary.conditions()) AddCondition(condition, block);
  if (summary.denied_by_size() > 0) {
    block.Line("denied by", IdWords(summary.denied_by(), summary.denied_by_omitted()),
               Tone::kCaution);
  }
  if (summary.confirmed_by_size() > 0) {
    block.Line("confirmed by", IdWords(summary.confirmed_by(), summary.confirmed_by_omitted()));
  }
  if (!told && claim.echo_of().empty()) AddOwnWhy(claim, block);
}

}  // namespace

std::string FieldWords(const v1::ExplainedField& of) {
  const std::string& field = of.field();
  if (field == "selected") return "The figure";
  if (field == "general") return "For anybody";
  if (field == "state") return "The order as a whole";
  if (field == "unit_price") return "The price of one";
  if (field == "value") return "The price of all";
  if (field == "shortfall") return "What is missing";
  if (field == "scoped") return fmt::format("For {}", ScopeInWords(of.scope(), {}));
  if (field == "gates") return fmt::format("Gate {}", GateInWords(of.gate(), {}));
  if (field == "stages") return fmt::format("Quantity {}", StageWords(of));
  if (field == "ordered") return fmt::format("Named buyers, {}", StageWords(of));
  if (field == "holders") return fmt::format("What there is: {}", HolderWords(of));
  if (field == "readings") return fmt::format("The reading, {}", DateWords(of.as_of()));
  if (field == "growth") {
    return of.within() == "implied_amount"
               ? fmt::format("By the growth in {}", of.event_id())
               : fmt::format("The year before, by the growth in {}", of.event_id());
  }
  if (field == "comparisons") {
    return of.comparison() == "growth" ? "The members together, by their later figures and growth"
                                       : "The members together";
  }
  return field;
}

void RenderExplanation(const v1::ExplainEntryResponse& response, std::string_view day,
                       Block& block) {
  const v1::TimelineEntry& entry = response.entry();
  RenderHeading(entry, day, block);
  AddFooter(entry, "", block);
  if (IntervalsOf(entry) > kMostIntervals) {
    block.Line("left out",
               fmt::format("of {} intervals the latest {} are explained", IntervalsOf(entry),
                           kMostIntervals),
               Tone::kCaution);
  }
  Claims claims;
  for (const v1::ExplainedClaim& claim : response.claims()) {
    claims[claim.event().event().event_id()] = &claim.event().event();
  }
  for (const Field& field : FieldsOf(response)) {
    std::set<std::string> said;
    for (const v1::ExplainedValue& value : field.values) {
      block.Blank();
      AddValue(value, field, claims, said, block);
    }
  }
  const std::set<std::string_view> told = ToldOf(response);
  block.Blank();
  block.Heading(response.claims_size() == 1 ? "The claim" : "The claims, by position");
  for (const v1::ExplainedClaim& claim : response.claims()) {
    block.Blank();
    AddClaim(claim, told.contains(claim.event().event().event_id()), block);
  }
  if (!response.next_page_token().empty()) {
    block.Line("left out",
               fmt::format("these are the first {} claims; --claims N shows more",
                           CountWords(response.claims_size())),
               Tone::kCaution);
  }
}

}  // namespace chipline::cli
