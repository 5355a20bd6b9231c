#include "services/picture/claim_text.h"

#include <fmt/format.h>

#include "services/picture/scale.h"
#include "services/picture/text.h"
#include "services/words/enum_words.h"
#include "services/words/value_words.h"

namespace chipline::picture {

std::string SourceText(const v1::ClaimSummary& claim, const Names& names) {
  if (claim.event_id().empty()) return "";
  std::string text =
      claim.published().empty() ? "day not known" : DayWords(std::string_view(claim.published()));
  const std::string& first = claim.root().empty() ? claim.publisher() : claim.root();
  if (!first.empty()) text += " · " + names.Publisher(first);
  const std::string origin = claim.origin_name().empty() ? EnumWords(claim.origin())
                                                         : names.Publisher(claim.origin_name());
  if (!origin.empty()) text += first.empty() ? " · " + origin : fmt::format(" ({})", origin);
  if (!claim.publisher().empty() && claim.publisher() != first) {
    text += " via " + names.Publisher(claim.publisher());
  }
  return text + " · " + Isolated(claim.event_id());
}

std::string ScopeText(const v1::RuleState& state, const Names& names) {
  std::string text;
  if (state.end_users() == v1::END_USERS_APPROVED) text += " for approved customers";
  if (state.buyers_size() > 0) text += " for " + names.Companies(state.buyers(), ", ");
  if (!state.buyer_seat().empty())
    text += " for buyers seated in " + names.Place(state.buyer_seat());
  if (!state.purpose().empty()) text += " for " + Isolated(state.purpose());
  if (state.has_quantity_cap()) text += ", at most " + QuantityWords(state.quantity_cap());
  return text;
}

std::string RuleText(const v1::RuleState& state, const Names& names) {
  std::string text = EnumWords(state.gate());
  if (text.empty()) text = "unknown";
  const std::string effect = EnumWords(state.effect());
  if (!effect.empty() && effect != text) text += ": " + effect;
  text += ScopeText(state, names);
  if (!state.rule_id().empty()) text += fmt::format(" [{}]", Isolated(state.rule_id()));
  if (state.conditions_size() > 0) text += "; if " + Joined(state.conditions(), "; if ");
  if (!state.warning().empty()) text += "; " + Isolated(state.warning());
  return text;
}

std::string Quoted(std::string_view words) {
  return words.empty() ? "" : "“" + Isolated(words) + "”";
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& words,
                   std::string_view separator) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : std::string(separator)) + Isolated(word);
  }
  return text;
}

}  // namespace chipline::picture
