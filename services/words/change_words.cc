#include "services/words/change_words.h"

#include <array>
#include <cstdint>
#include <utility>

#include "fmt/format.h"
#include "services/values/decimal.h"
#include "services/words/value_words.h"

namespace chipline {
namespace {

using Texts = google::protobuf::RepeatedPtrField<std::string>;

std::string Joined(const Texts& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : ", ") + text;
  return joined;
}

std::string Digits(const v1::Decimal& number) {
  const auto decimal = Decimal::FromProto(number);
  return decimal.ok() ? decimal->ToString() : "";
}
std::string Digits(int64_t number) { return std::to_string(number); }

// An amount or a quantity in digits: "about 85000000000 CNY".
template <typename Figure>
std::string InDigits(const Figure& figure, std::string_view unit) {
  const std::string_view about = figure.approximate() ? "about " : "";
  std::string number;
  if (figure.has_value()) {
    number = fmt::format("{}{}", about, Digits(figure.value()));
  } else if (figure.has_low() && figure.has_high()) {
    number = fmt::format("{}{} to {}", about, Digits(figure.low()), Digits(figure.high()));
  } else if (figure.has_low()) {
    number = fmt::format("at least {}{}", about, Digits(figure.low()));
  } else if (figure.has_high()) {
    number = fmt::format("at most {}{}", about, Digits(figure.high()));
  } else {
    return "";
  }
  return fmt::format("{} {}", number, unit);
}

std::string OrNothing(const std::string& says) { return says.empty() ? "without a value" : says; }

std::string ByClaims(const Texts& ids) {
  return ids.empty() ? "" : fmt::format(", by {}", Joined(ids));
}

std::string EndWords(const v1::WouldChange& change, const Wording& wording) {
  const std::string ids = Joined(change.event_ids());
  const std::string then = OrNothing(FigureInWords(change.then(), wording));
  const uint32_t omitted = change.entry_ids_omitted();
  const std::string more = omitted == 0 ? "" : fmt::format(" and {} more", omitted);
  switch (change.outcome()) {
    case v1::WOULD_CHANGE_OUTCOME_SAME:
      return fmt::format("Not the end of {} alone: it would still be {}{}.", ids, then,
                         ByClaims(change.then_event_ids()));
    case v1::WOULD_CHANGE_OUTCOME_OTHER:
      return fmt::format("If {} ended it would be {}{}.", ids, then,
                         ByClaims(change.then_event_ids()));
    case v1::WOULD_CHANGE_OUTCOME_ELSEWHERE:
      return fmt::format("The end of {}; what would hold instead is explained in {}.", ids,
                         change.entry_ids().empty() ? "the entries that it follows from"
                                                    : Joined(change.entry_ids()) + more);
    default:
      return fmt::format("The end of {}.", ids);
  }
}

// Which gates must open before an order is clear.
std::string GatesWords(const v1::WouldChange& change, const Wording& wording) {
  std::string closed;
  for (const v1::ReasonGate& gate : change.gates()) {
    const std::string name = GateInWords(gate, wording);
    const std::string by =
        gate.event_ids().empty() ? "" : fmt::format(" by {}", Joined(gate.event_ids()));
    closed += fmt::format("{}{} ({}{})", closed.empty() ? "" : ", ",
                          wording.plain ? fmt::format("gates[{}]", name) : name,
                          ShortName(v1::GateState_Name, gate.state(), "GATE_STATE_"), by);
  }
  return fmt::format("It is cleared when each of these lets pass: {}.", closed);
}

struct Change {
  std::string_view rule;
  std::string_view sentence;
};

constexpr std::array<Change, 26> kClaims = {{
    {"", "Any standing claim with a figure would give a value."},
    {"one_concerned",
     "Only another claim of the one concerned, or the end of the selected one, would change it."},
    {"origin_rank",
     "Only a claim of the same or a higher rank of origin, or the end of the selected one, would "
     "change it."},
    {"firmer_basis",
     "A claim of a higher rank of origin, or one that is as firm and has more independent roots in "
     "agreement with it or a later day, would change it."},
    {"more_roots",
     "A claim of a higher rank of origin or a firmer one, or more independent roots in agreement "
     "with another figure, would change it."},
    {"later_publication",
     "A claim of a higher rank of origin or a firmer one, another root in agreement with another "
     "figure, or a later publication would change it."},
    {"higher_position",
     "Any difference in origin, firmness, roots or day of publication would decide before the "
     "order of recording does."},
    {"only_claim",
     "Any other claim under this key would be weighed against it, and its retraction would leave "
     "no value."},
    {"gates_combined", "Any claim that closes a gate would change it."},
    {"latest_effective",
     "A claim in force that begins later, on these days or before, would take its place; so would "
     "one of the same day from a higher rank of origin."},
    {"strictest_rule",
     "A stricter rule beside it, or a later claim under its own number, would change it."},
    {"same_day", "A claim in force that begins later would take the place of both."},
    {"day_uncertain", "A claim that says on which day the change took effect would settle it."},
    {"nobody_said", "Any claim in force for these days would say what holds."},
    {"general_rule", "A later rule for anybody, or one that names the buyer, would change it."},
    {"names_buyer",
     "A later rule for anybody, or a later one that names the buyer, would change it."},
    {"licensed_to_others",
     "A rule for anybody, or a licence that names this buyer, would change it."},
    {"may_apply",
     "A claim that says whether the rule reaches the order, of the buyer, its seat, the place, the "
     "chip or the purpose, would settle it."},
    {"scope_holds", "A later rule for anybody, or of the same scope, would change it."},
    {"licence_goes_on",
     "A claim that ends the licence, or says that it stays in force, would settle it."},
    {"ending", "A claim that says on which day the licence ends would settle it."},
    {"earlier_order", "A rule that covers orders placed or shipped before it would change it."},
    {"coverage_unknown",
     "A claim that says which orders the rule covers, or when this one was placed or shipped, "
     "would settle it."},
    {"order_says", "A later rule, or a later report on the order, would change it."},
    {"quantity_times_price",
     "A stated value of the whole, or another quantity or price, would change it."},
    {"left_out", "Nothing shown here tells; the claims themselves do."},
}};

}  // namespace

std::string FigureInWords(const v1::ExplainedFigure& figure, const Wording& wording) {
  switch (figure.says_case()) {
    case v1::ExplainedFigure::kAmount:
      return wording.plain ? InDigits(figure.amount(), figure.amount().currency())
                           : AmountWords(figure.amount());
    case v1::ExplainedFigure::kQuantity:
      if (!wording.plain) return QuantityWords(figure.quantity());
      return InDigits(figure.quantity(),
                      ShortName(v1::Unit_Name, figure.quantity().unit(), "UNIT_"));
    case v1::ExplainedFigure::kOrder:
      return std::string(ShortName(v1::OrderState_Name, figure.order(), "ORDER_STATE_"));
    case v1::ExplainedFigure::kGate: {
      std::string says(ShortName(v1::GateState_Name, figure.gate(), "GATE_STATE_"));
      if (figure.effect() == v1::RULE_EFFECT_UNSPECIFIED) return says;
      return fmt::format("{} ({})", says,
                         ShortName(v1::RuleEffect_Name, figure.effect(), "RULE_EFFECT_"));
    }
    case v1::ExplainedFigure::SAYS_NOT_SET:
      return "";
  }
  return "";
}

std::string ChangeInWords(const v1::WouldChange& change, const Wording& wording) {
  switch (change.kind()) {
    case v1::WOULD_CHANGE_KIND_DAY:
      return fmt::format("From {} it is {}{}.", wording.entities.day(change.day()),
                         FigureInWords(change.then(), wording), ByClaims(change.event_ids()));
    case v1::WOULD_CHANGE_KIND_END:
      return EndWords(change, wording);
    case v1::WOULD_CHANGE_KIND_CLAIM:
      if (!change.gates().empty()) return GatesWords(change, wording);
      return std::string(ClaimThatWouldChange(change.rule()));
    default:
      return "";
  }
}

std::string_view ClaimThatWouldChange(std::string_view rule) {
  for (const Change& each : kClaims) {
    if (each.rule == rule) return each.sentence;
  }
  return "A new standing claim would be weighed by the same rules.";
}

}  // namespace chipline
