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
#include "services/words/date_words.h"
#include "services/words/enum_words.h"
#include "services/words/number_words.h"
#include "services/words/reach_words.h"
#include "services/words/sentence_words.h"

namespace chipline::cli {
namespace {

// As many as ExplainedValue.set_aside may hold, and as many intervals as are explained.
constexpr int kMostSetAside = 16;
constexpr int kMostIntervals = 32;

// The rule of a claim that makes none in the entry (services/timeline/folds/policy.h).
constexpr std::string_view kLinkOnly = "link_only";

using Claims = std::map<std::string_view, const v1::Event*>;

// Names of enum values within a field, in lower case: "PLANNED EXPECTED".
std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '_') c = ' ';
  }
  return lower;
}

// "PLANNED EXPECTED" as the tables have it, "planned (expected)"; what is reported has happened and
// needs no word.
std::string StageAndModality(std::string_view text) {
  const size_t space = text.rfind(' ');
  if (space == std::string_view::npos) return Lower(text);
  const std::string stage = Lower(text.substr(0, space));
  const std::string modality = Lower(text.substr(space + 1));
  return modality == "reported" ? stage : fmt::format("{} ({})", stage, modality);
}

// "nvidia INVENTORY for tencent" with the metric in words.
std::string HolderWords(std::string_view text) {
  std::string words;
  while (true) {
    const size_t space = text.find(' ');
    const std::string word(text.substr(0, space));
    v1::SupplyMetric metric = v1::SUPPLY_METRIC_UNSPECIFIED;
    const bool is_metric = v1::SupplyMetric_Parse("SUPPLY_METRIC_" + word, &metric);
    words += is_metric ? EnumWords(metric) : word;
    if (space == std::string_view::npos) return words;
    words += ' ';
    text.remove_prefix(space + 1);
  }
}

// A sentence of the server's: figures readable, fields by the names they have here.
std::string Sentence(std::string_view words) {
  std::string text = WithFiguresInWords(WithPeriodsInWords(WithReachInWords(words)));
  for (size_t at = 0; (at = text.find("gates[", at)) != std::string::npos;) {
    const size_t end = text.find(']', at);
    if (end == std::string::npos) break;
    text.erase(end, 1);
    text.erase(at, std::string_view("gates[").size());
  }
  return text;
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

std::string SetAsideWords(const v1::SetAside& aside, const v1::ExplainedValue& value) {
  if (aside.reason() == value.grounds().reason() && aside.rule() == value.grounds().rule()) {
    return "for the same reason.";
  }
  std::string text = Sentence(aside.reason());
  const bool named =
      std::any_of(aside.by_event_ids().begin(), aside.by_event_ids().end(),
                  [&](const std::string& id) { return text.find(id) != std::string::npos; });
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
    if (!said.insert(change.words()).second) {
      repeated = true;
      continue;
    }
    block.Line(std::exchange(first, false) ? "would change" : "", Sentence(change.words()));
  }
  if (first && repeated) block.Line("would change", "as above");
}

void AddValue(const v1::ExplainedValue& value, const Field& field, const Claims& claims,
              std::set<std::string>& said, Block& block) {
  std::string heading = FieldWords(value.field());
  const std::string days = DaysWords(value.valid());
  if (!days.empty()) heading += ", " + days;
  block.Heading(heading, value.says().empty() ? "no value" : WithFiguresInWords(value.says()),
                value.says().empty() ? Tone::kCaution : Tone::kStrong);
  const v1::Grounds& grounds = value.grounds();
  if (grounds.event_ids_size() > 0) {
    block.Line("rests on", IdWords(grounds.event_ids(), grounds.event_ids_omitted()));
  }
  const std::string why = WithRule(Sentence(grounds.reason()), grounds.rule());
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
  std::string_view text = claim.explanation();
  const bool beside = claim.rules_size() > 0 && claim.rules(0) == kLinkOnly;
  if (beside) text = text.substr(0, text.find(". "));
  std::string why = Sentence(text);
  if (beside && !why.ends_with('.')) why += '.';
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

std::string FieldWords(std::string_view field) {
  const size_t open = field.find('[');
  const size_t close = field.rfind(']');
  const std::string_view name = field.substr(0, open);
  const std::string_view inner = open == std::string_view::npos || close == std::string_view::npos
                                     ? std::string_view()
                                     : field.substr(open + 1, close - open - 1);
  if (field == "selected") return "The figure";
  if (field == "general") return "For anybody";
  if (field == "state") return "The order as a whole";
  if (field == "unit_price") return "The price of one";
  if (field == "value") return "The price of all";
  if (field == "shortfall") return "What is missing";
  if (name == "scoped") return fmt::format("For {}", inner);
  if (name == "gates") return fmt::format("Gate {}", inner);
  if (name == "stages") return fmt::format("Quantity {}", StageAndModality(inner));
  if (name == "ordered") return fmt::format("Named buyers, {}", StageAndModality(inner));
  if (name == "holders") return fmt::format("What there is: {}", HolderWords(inner));
  if (name == "readings") return fmt::format("The use, {}", EdtfWords(inner));
  if (field.ends_with(".implied_amount")) return fmt::format("By the growth in {}", inner);
  if (name == "growth") return fmt::format("The year before, by the growth in {}", inner);
  if (name == "comparisons") {
    return inner == "growth" ? "The members together, by their later figures and growth"
                             : "The members together";
  }
  return std::string(field);
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
