#include "services/words/reason_words.h"

#include <algorithm>
#include <array>
#include <utility>

#include "fmt/format.h"
#include "services/words/date_words.h"
#include "services/words/enum_words.h"
#include "services/words/number_words.h"
#include "services/words/reach_words.h"
#include "services/words/reason_sentences.h"
#include "services/words/value_words.h"

namespace chipline {
namespace {

using Texts = google::protobuf::RepeatedPtrField<std::string>;
using Write = EntityWords::Write;

std::string Joined(const Texts& texts, std::string_view separator, const Write& write = nullptr) {
  std::string joined;
  for (const std::string& text : texts) {
    if (!joined.empty()) joined += separator;
    joined += write == nullptr ? text : write(text);
  }
  return joined;
}

std::string Digits(const v1::Decimal& number) { return DecimalWords(number); }
std::string Digits(int64_t number) { return CountWords(number); }

// The number of an amount, a quantity or a ratio, to the last digit: "about 85,000,000,000".
template <typename Figure>
std::string NumberOf(const Figure& figure) {
  const std::string_view about = figure.approximate() ? "about " : "";
  if (figure.has_value()) return fmt::format("{}{}", about, Digits(figure.value()));
  if (figure.has_low() && figure.has_high()) {
    return fmt::format("{}{} to {}", about, Digits(figure.low()), Digits(figure.high()));
  }
  if (figure.has_low()) return fmt::format("at least {}{}", about, Digits(figure.low()));
  if (figure.has_high()) return fmt::format("at most {}{}", about, Digits(figure.high()));
  return "an unstated figure";
}

// "350,000 placed, less 20,000 delivered or in use and 30,000 cancelled, less 5,000 in stock".
std::string PartsWords(const v1::CountParts& parts) {
  std::string words = NumberOf(parts.placed()) + " placed";
  if (parts.has_delivered()) {
    words += fmt::format(", less {} delivered or in use", NumberOf(parts.delivered()));
  }
  if (parts.has_cancelled()) {
    words += fmt::format("{} {} cancelled", parts.has_delivered() ? " and" : ", less",
                         NumberOf(parts.cancelled()));
  }
  if (parts.has_stock()) words += fmt::format(", less {} in stock", NumberOf(parts.stock()));
  return words;
}

// What stands beside the days of a range.
struct DaySigns {
  std::string_view one;
  std::string_view by;
  std::string_view at_the_latest;
};
// "on 2026-01-15", "by 2026-01-15".
constexpr DaySigns kOn = {"on ", "by ", ""};
// "2026-01-15", "2026-01-15 at the latest".
constexpr DaySigns kAlone = {"", "", " at the latest"};

std::string DaysWords(const v1::DayRange& days, const DaySigns& signs, const Write& write) {
  if (days.earliest().empty() && days.latest().empty()) return "on an unknown day";
  const std::string latest = days.latest().empty() ? "" : write(days.latest());
  if (days.earliest() == days.latest()) return fmt::format("{}{}", signs.one, latest);
  if (days.earliest().empty()) return fmt::format("{}{}{}", signs.by, latest, signs.at_the_latest);
  const std::string earliest = write(days.earliest());
  if (latest.empty()) return fmt::format("{}{} or later", signs.one, earliest);
  return fmt::format("between {} and {}", earliest, latest);
}

std::string ClaimDaysWords(const v1::Reason& reason, const Write& write) {
  std::string words;
  for (const v1::ClaimDays& claim : reason.claim_days()) {
    if (!words.empty()) words += "; ";
    words += fmt::format("{} began {}", claim.event_id(), DaysWords(claim.began(), kOn, write));
    if (claim.has_ended()) {
      words += fmt::format(" and ended {}", DaysWords(claim.ended(), kOn, write));
    }
    if (!claim.may_be_rescinded_since().empty()) {
      words += fmt::format(" and may be rescinded since {}", write(claim.may_be_rescinded_since()));
    }
  }
  if (reason.count() > 0) words += fmt::format("; and {} more", CountWords(reason.count()));
  return words;
}

std::string SpanWords(const v1::DayRange& days, const Write& write) {
  std::string words;
  if (!days.earliest().empty()) words += fmt::format(" from {}", write(days.earliest()));
  if (!days.latest().empty()) words += fmt::format(" until {}", write(days.latest()));
  return words;
}

// Fills the places of one sentence.
class Filler {
 public:
  Filler(const v1::Reason& reason, const Wording& wording) : reason_(reason), wording_(wording) {}

  // What stands in the place of this name; empty for a name that there is not.
  std::string Of(std::string_view name) const {
    if (name.starts_with("first") && reason_.claims_size() > 0) {
      return OfClaim(reason_.claims(0), name.substr(5));
    }
    if (name.starts_with("second") && reason_.claims_size() > 1) {
      return OfClaim(reason_.claims(1), name.substr(6));
    }
    for (const auto& [known, write] : kWriters) {
      if (known == name) return (this->*write)();
    }
    return "";
  }

 private:
  using Writer = std::string (Filler::*)() const;

  const EntityWords& entities() const { return wording_.entities; }

  std::string OfClaim(const v1::WeighedClaim& claim, std::string_view what) const {
    if (what == ".speaker") return SpeakerOf(claim.speaker(), "an official source");
    if (what == ".origin") return std::string(OriginWords(claim.origin()));
    if (what == ".basis") return std::string(BasisWords(claim.basis()));
    if (what == ".roots") return CountWords(claim.roots());
    if (what == ".published") return entities().day(claim.published());
    return claim.event_id();
  }
  std::string SpeakerOf(const std::string& id, std::string_view unnamed) const {
    return id.empty() ? std::string(unnamed) : entities().company(id);
  }

  std::string Speaker() const { return SpeakerOf(reason_.speaker(), "an unnamed source"); }
  std::string Events() const { return Joined(reason_.event_ids(), ", "); }
  std::string EventsAndMore() const {
    const std::string more =
        reason_.count() == 0 ? "" : fmt::format(" and {} more", CountWords(reason_.count()));
    return Events() + more;
  }
  std::string Count() const { return CountWords(reason_.count()); }
  std::string AmountAt(int at) const {
    if (at >= reason_.amounts_size()) return "";
    const v1::Amount& amount = reason_.amounts(at);
    return wording_.plain ? fmt::format("{} {}", NumberOf(amount), amount.currency())
                          : AmountWords(amount);
  }
  std::string Amount() const { return AmountAt(0); }
  std::string SecondAmount() const { return AmountAt(1); }
  std::string NumberAt(int at) const {
    return at < reason_.quantities_size() ? NumberOf(reason_.quantities(at)) : "";
  }
  std::string Number() const { return NumberAt(0); }
  std::string SecondNumber() const { return NumberAt(1); }
  std::string UnitsPer() const {
    return reason_.quantities_size() == 0 ? "" : CountWords(reason_.quantities(0).units_per());
  }
  std::string RatioNumber() const { return NumberOf(reason_.ratio()); }
  std::string Period() const {
    return wording_.plain ? reason_.period() : EdtfWords(reason_.period());
  }
  std::string Parts() const { return PartsWords(reason_.parts()); }
  std::string DaysOn() const { return DaysWords(reason_.days(), kOn, entities().day); }
  std::string Days() const { return DaysWords(reason_.days(), kAlone, entities().day); }
  std::string Day() const { return entities().day(reason_.days().latest()); }
  std::string OfClaims() const { return ClaimDaysWords(reason_, entities().day); }
  std::string Places() const { return Joined(reason_.places(), ", ", entities().place); }
  std::string PlacesByAnd() const { return Joined(reason_.places(), " and to ", entities().place); }
  std::string State() const {
    if (reason_.gates().empty()) return "";
    return std::string(ShortName(v1::GateState_Name, reason_.gates(0).state(), "GATE_STATE_"));
  }
  std::string Gates() const {
    std::string words;
    for (const v1::ReasonGate& gate : reason_.gates()) {
      words += fmt::format("{}{} ({})", words.empty() ? "" : ", ", GateInWords(gate, wording_),
                           ShortName(v1::GateState_Name, gate.state(), "GATE_STATE_"));
    }
    return words;
  }
  std::string Unless() const {
    if (reason_.applies_if().empty()) {
      return wording_.plain ? ", unless none of many conditions holds"
                            : " if one of many conditions holds";
    }
    if (!wording_.plain) return " if " + AppliesIfWords(reason_.applies_if(), entities());
    return ", unless " + AppliesUnlessWords(reason_.applies_if(), entities());
  }
  std::string KeepsOut() const {
    return reason_.applies_if().empty() ? "none of many conditions holds"
                                        : AppliesUnlessWords(reason_.applies_if(), entities());
  }
  std::string Applies() const {
    if (reason_.applies_if().empty()) return "It applies only if one of many conditions holds";
    if (!wording_.plain) {
      return "It applies only if " + AppliesIfWords(reason_.applies_if(), entities());
    }
    return "It does not apply if " + AppliesUnlessWords(reason_.applies_if(), entities());
  }
  std::string MoreMayApply() const {
    return reason_.count() == 0 ? "" : fmt::format(" {} more may apply.", Count());
  }
  std::string Makes() const {
    if (reason_.event_ids().empty()) {
      return fmt::format("It stands in {} and makes the gate", Entry());
    }
    const std::string more = reason_.count() == 0 ? "" : fmt::format(" and {} more", Count());
    return fmt::format("{}{} in {} makes it", Events(), more, Entry());
  }
  std::string Entry() const { return Joined(reason_.entry_ids(), ", "); }
  std::string ScopeInEntry() const {
    const std::string scope = ScopeInWords(reason_.scope(), wording_);
    return scope.empty() ? fmt::format("in {}", Entry())
                         : fmt::format("for {} in {}", scope, Entry());
  }
  std::string Relation() const { return std::string(RelationWords(reason_.relation())); }
  // What a claim states that is the only one.
  std::string Stated() const {
    if (reason_.field() == "unit_price") return "a price for one";
    if (reason_.field() == "value") return "a total price";
    if (reason_.field() == "stages") return "a count of this stage as of its latest day";
    return "a figure";
  }
  std::string FieldName() const { return reason_.field(); }
  std::string FieldOnDays() const {
    return NameOfField() + SpanWords(reason_.days(), entities().day);
  }
  std::string NameOfField() const {
    if (wording_.plain) return reason_.field();
    if (!reason_.gates().empty()) return GateInWords(reason_.gates(0), wording_);
    return reason_.has_scope() ? ScopeInWords(reason_.scope(), wording_) : reason_.field();
  }

  static constexpr std::array<std::pair<std::string_view, Writer>, 31> kWriters = {{
      {"speaker", &Filler::Speaker},
      {"events", &Filler::Events},
      {"events and more", &Filler::EventsAndMore},
      {"count", &Filler::Count},
      {"amount", &Filler::Amount},
      {"amount.2", &Filler::SecondAmount},
      {"number", &Filler::Number},
      {"number.2", &Filler::SecondNumber},
      {"units_per", &Filler::UnitsPer},
      {"ratio", &Filler::RatioNumber},
      {"period", &Filler::Period},
      {"parts", &Filler::Parts},
      {"on days", &Filler::DaysOn},
      {"days", &Filler::Days},
      {"day", &Filler::Day},
      {"claim days", &Filler::OfClaims},
      {"places", &Filler::Places},
      {"places by and", &Filler::PlacesByAnd},
      {"state", &Filler::State},
      {"gates", &Filler::Gates},
      {"unless", &Filler::Unless},
      {"keeps out", &Filler::KeepsOut},
      {"applies", &Filler::Applies},
      {"more may apply", &Filler::MoreMayApply},
      {"makes", &Filler::Makes},
      {"entry", &Filler::Entry},
      {"scope in entry", &Filler::ScopeInEntry},
      {"relation", &Filler::Relation},
      {"stated", &Filler::Stated},
      {"field", &Filler::FieldName},
      {"field on days", &Filler::FieldOnDays},
  }};

  const v1::Reason& reason_;
  const Wording& wording_;
};

void AddSentence(const v1::Reason& reason, const Wording& wording, std::string* text) {
  std::string_view sentence = SentenceOf(reason.kind());
  if (sentence.empty()) return;
  if (!text->empty()) *text += ' ';
  const Filler filler(reason, wording);
  while (true) {
    const size_t open = sentence.find('{');
    *text += sentence.substr(0, open);
    if (open == std::string_view::npos) return;
    const size_t close = sentence.find('}', open);
    *text += filler.Of(sentence.substr(open + 1, close - open - 1));
    sentence.remove_prefix(close + 1);
  }
}

const v1::GateStatus* FindGate(const v1::OrderInterval& interval, const v1::Reason& reason) {
  if (reason.gates().empty()) return nullptr;
  const v1::ReasonGate& sought = reason.gates(0);
  for (const v1::GateStatus& gate : interval.gates()) {
    if (gate.jurisdiction() == sought.jurisdiction() && gate.gate() == sought.gate() &&
        gate.chip() == sought.chip()) {
      return &gate;
    }
  }
  return nullptr;
}

}  // namespace

const Wording& PlainWording() {
  static const Wording* const plain = new Wording{EntityWords(), true};
  return *plain;
}

void AddReasonInWords(const v1::Reason& reason, const Wording& wording, std::string* text) {
  AddSentence(reason, wording, text);
}

std::string ReasonsInWords(const Reasons& reasons, const Wording& wording) {
  std::string text;
  for (const v1::Reason& reason : reasons) AddSentence(reason, wording, &text);
  return text;
}

bool AllKnown(const Reasons& reasons) {
  return !reasons.empty() &&
         std::none_of(reasons.begin(), reasons.end(), [](const v1::Reason& reason) {
           return reason.kind() != v1::REASON_KIND_GATE_DECIDES &&
                  SentenceOf(reason.kind()).empty();
         });
}

std::string ReasonsOr(const std::string& text, const Reasons& reasons, const Wording& wording) {
  return AllKnown(reasons) ? ReasonsInWords(reasons, wording) : text;
}

std::string GroundsInWords(const v1::Grounds& grounds, const Wording& wording) {
  return ReasonsOr(grounds.reason(), grounds.reasons(), wording);
}

std::string OrderReasonsInWords(const v1::OrderInterval& interval, const Wording& wording,
                                const std::function<std::string(const v1::GateStatus&)>& of_gate) {
  std::string text;
  for (const v1::Reason& reason : interval.reasons()) {
    if (reason.kind() != v1::REASON_KIND_GATE_DECIDES) {
      AddSentence(reason, wording, &text);
      continue;
    }
    if (reason.gates().empty()) continue;
    const v1::ReasonGate& gate = reason.gates(0);
    const v1::GateStatus* status = FindGate(interval, reason);
    text +=
        fmt::format("{} {}", wording.entities.place(gate.jurisdiction()), EnumWords(gate.gate()));
    // The gate may be one that the interval leaves out.
    text += status == nullptr ? "." : fmt::format(": {}", of_gate(*status));
    if (reason.count() == 1) text += " Another gate does the same.";
    if (reason.count() > 1) {
      text += fmt::format(" {} more gates do the same.", CountWords(reason.count()));
    }
  }
  return text;
}

std::string GateInWords(const v1::ReasonGate& gate, const Wording& wording) {
  const EntityWords& entities = wording.entities;
  const std::string kind = EnumWords(gate.gate());
  if (!wording.plain) {
    std::string words = fmt::format("{} {}", entities.place(gate.jurisdiction()), kind);
    return gate.chip().empty() ? words : fmt::format("{} of {}", words, entities.chip(gate.chip()));
  }
  return fmt::format("{}/{}{}{}", gate.jurisdiction(), kind, gate.chip().empty() ? "" : "/",
                     gate.chip());
}

std::string ScopeInWords(const v1::RuleScope& scope, const Wording& wording) {
  std::string words = Joined(scope.buyers(), ", ", wording.entities.company);
  const auto add = [&words](const std::string& part) {
    words += fmt::format("{}{}", words.empty() ? "" : ", ", part);
  };
  if (!scope.buyer_seat().empty()) add("seat " + wording.entities.place(scope.buyer_seat()));
  if (!scope.purpose().empty()) add(wording.entities.quoted(scope.purpose()));
  return words;
}

}  // namespace chipline
