#include "services/cli/render_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <iterator>
#include <map>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "services/words/condition_words.h"
#include "services/words/date_words.h"
#include "services/words/enum_words.h"
#include "services/words/number_words.h"
#include "services/words/reason_words.h"

namespace chipline::cli {
namespace {

std::string Capitals(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// What an entry leaves out, by the lists that are shown here.
struct Omitted {
  std::map<std::string, uint64_t> elements;
  uint64_t texts = 0;
};

void AddOmitted(const google::protobuf::Message& message, Omitted* omitted) {
  static constexpr std::string_view kLists[] = {
      "alternatives",      "conditions",   "growth",
      "not_in_force",      "open_groups",  "readings",
      "revisions",         "unquantified", "unit_price_alternatives",
      "value_alternatives"};
  constexpr std::string_view kEnd = "_omitted";
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const google::protobuf::FieldDescriptor* field : fields) {
    std::string name = field->name();
    if (name == "texts_cut") omitted->texts += reflection.GetUInt32(message, field);
    if (name.ends_with(kEnd)) {
      name.resize(name.size() - kEnd.size());
      if (std::find(std::begin(kLists), std::end(kLists), name) == std::end(kLists)) continue;
      std::replace(name.begin(), name.end(), '_', ' ');
      omitted->elements[name] += reflection.GetUInt32(message, field);
    }
    if (field->message_type() == nullptr) continue;
    if (!field->is_repeated()) {
      AddOmitted(reflection.GetMessage(message, field), omitted);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      AddOmitted(reflection.GetRepeatedMessage(message, field, i), omitted);
    }
  }
}

Cell AgreesCell(v1::Bound bound, bool agrees) {
  if (bound == v1::BOUND_UNSTATED) return {"no number", Tone::kFaint};
  return agrees ? Cell("agrees") : Cell("does not agree", Tone::kBad);
}

}  // namespace

std::string JoinWords(const google::protobuf::RepeatedPtrField<std::string>& words,
                      std::string_view separator) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

std::string IdWords(const google::protobuf::RepeatedPtrField<std::string>& ids, uint32_t omitted) {
  const std::string text = JoinWords(ids, ", ");
  return omitted == 0 ? text : fmt::format("{} and {} more", text, CountWords(omitted));
}

std::string ClaimSourceWords(const v1::ClaimSummary& claim) {
  std::string text = claim.publisher();
  if (!claim.root().empty() && claim.root() != claim.publisher()) {
    text += (text.empty() ? "" : " ← ") + claim.root();
  }
  const std::string origin =
      claim.origin_name().empty() ? EnumWords(claim.origin()) : claim.origin_name();
  if (!origin.empty()) text += text.empty() ? origin : fmt::format(" ({})", origin);
  if (!claim.published().empty()) text += ", " + claim.published();
  return text;
}

std::string GroundsWords(const v1::Grounds& grounds) {
  std::string text = GroundsInWords(grounds);
  if (text.empty()) text = grounds.rule();
  if (!grounds.derived() || grounds.event_ids_size() == 0) return text;
  if (text.ends_with('.')) text.pop_back();
  return fmt::format("{}{}from {}", text, text.empty() ? "" : "; ",
                     IdWords(grounds.event_ids(), grounds.event_ids_omitted()));
}

std::string LabelledCondition(std::string_view stated) {
  const Condition condition = ConditionOf(stated);
  return condition.label + ": " + condition.text;
}

void AddCondition(std::string_view stated, Block& block) {
  const Condition condition = ConditionOf(stated);
  block.Line(condition.label, condition.text);
}

void AddClaimLines(const v1::ClaimSummary& claim, const v1::Grounds& grounds, Block& block) {
  std::string source = ClaimSourceWords(claim);
  if (!claim.event_id().empty()) {
    source += fmt::format("{}event {}", source.empty() ? "" : " · ", claim.event_id());
  }
  if (!source.empty()) block.Line("", source, Tone::kFaint);
  if (const std::string why = GroundsWords(grounds); !why.empty()) {
    block.Line("", "why: " + why, Tone::kFaint);
  }
  if (!claim.scope_text().empty()) block.Line("", "words: “" + claim.scope_text() + "”");
  for (const std::string& condition : claim.conditions()) {
    block.Line("", LabelledCondition(condition));
  }
  if (claim.denied_by_size() > 0) {
    block.Line("", "denied by " + IdWords(claim.denied_by(), claim.denied_by_omitted()),
               Tone::kCaution);
  }
  if (claim.confirmed_by_size() > 0) {
    block.Line("", "confirmed by " + IdWords(claim.confirmed_by(), claim.confirmed_by_omitted()));
  }
  if (claim.flagged()) {
    block.Line("", "ten times the selected figure or more: check the units", Tone::kBad);
  }
}

Cell AgreesCell(const v1::QuantityFigure& other) {
  return AgreesCell(other.quantity().bound(), other.agrees());
}

Cell AgreesCell(const v1::AmountFigure& other) {
  return AgreesCell(other.amount().bound(), other.agrees());
}

std::string OmittedWords(const v1::TimelineEntry& entry) {
  Omitted omitted;
  AddOmitted(entry, &omitted);
  std::string words;
  const auto add = [&](uint64_t count, std::string_view what) {
    if (count == 0) return;
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ",
                         CountWords(static_cast<int64_t>(count)), what);
  };
  for (const auto& [name, count] : omitted.elements) add(count, name);
  add(omitted.texts, "texts in part");
  return words.empty() ? words : words + "; explain tells every claim whole";
}

void AddLeftOutCount(uint32_t count, std::string_view what, Block& block) {
  if (count == 0) return;
  block.Line("left out", fmt::format("{} more {} than are shown", CountWords(count), what),
             Tone::kCaution);
}

void AddFooter(const v1::TimelineEntry& entry, std::string_view more, Block& block) {
  const std::string omitted = OmittedWords(entry);
  if (!omitted.empty()) block.Line("left out", omitted, Tone::kCaution);
  // Made up for the question: the log has no such entry, so its name leads nowhere.
  if (entry.claim_count() == 0 && entry.last_position() == 0) {
    return block.Line("", "no claim says anything of it", Tone::kFaint);
  }
  block.Line("",
             fmt::format("{}{} {} · position {} · {}", more, entry.claim_count(),
                         entry.claim_count() == 1 ? "claim" : "claims", entry.last_position(),
                         entry.entry_id()),
             Tone::kFaint);
}

Tone ToneOf(v1::Agreement agreement) {
  switch (agreement) {
    case v1::AGREEMENT_CONFLICTING:
      return Tone::kBad;
    case v1::AGREEMENT_AGREEING:
      return Tone::kGood;
    case v1::AGREEMENT_NO_VALUE:
      return Tone::kCaution;
    default:
      return Tone::kPlain;
  }
}

Tone ToneOf(v1::GateState gate) {
  switch (gate) {
    case v1::GATE_STATE_DENIED:
      return Tone::kBad;
    case v1::GATE_STATE_SATISFIED:
    case v1::GATE_STATE_NOT_REQUIRED:
      return Tone::kGood;
    case v1::GATE_STATE_CONDITIONAL:
    case v1::GATE_STATE_PENDING:
      return Tone::kCaution;
    default:
      return Tone::kFaint;
  }
}

Tone ToneOf(v1::OrderState state) {
  switch (state) {
    case v1::ORDER_STATE_BLOCKED:
      return Tone::kBad;
    case v1::ORDER_STATE_CLEARED:
      return Tone::kGood;
    case v1::ORDER_STATE_WAITING:
    case v1::ORDER_STATE_CLEARED_IF:
      return Tone::kCaution;
    default:
      return Tone::kFaint;
  }
}

std::string Verdict(v1::Agreement agreement) { return Capitals(EnumWords(agreement)); }
std::string Verdict(v1::GateState gate) {
  return gate == v1::GATE_STATE_UNSPECIFIED ? "UNKNOWN" : Capitals(EnumWords(gate));
}
std::string Verdict(v1::OrderState state) { return Capitals(EnumWords(state)); }

}  // namespace chipline::cli
