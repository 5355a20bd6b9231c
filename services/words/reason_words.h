#ifndef CHIPLINE_SERVICES_WORDS_REASON_WORDS_H_
#define CHIPLINE_SERVICES_WORDS_REASON_WORDS_H_

#include <functional>
#include <string>
#include <string_view>

#include "chipline/v1/reason.pb.h"
#include "chipline/v1/timeline.pb.h"
#include "services/words/entity_words.h"

// The sentences of reasons, made from their values. The one place where they stand: the command
// writes them for people, and the server fills the text fields of its answers with them. Pure.
namespace chipline {

using Reasons = google::protobuf::RepeatedPtrField<v1::Reason>;

// How sentences are written.
struct Wording {
  EntityWords entities;
  // As the text fields of the contract have it: figures in digits, gates as us/export/h20, and of a
  // rule that may apply what keeps it from that. Else as people read it.
  bool plain = false;
};

// For the text fields of the contract.
const Wording& PlainWording();

// One sentence for each reason, with a space between. A kind that this program does not know says
// nothing.
std::string ReasonsInWords(const Reasons& reasons, const Wording& wording = {});

// Adds the sentence of one, behind a space if there is text.
void AddReasonInWords(const v1::Reason& reason, const Wording& wording, std::string* text);

// Whether there are reasons, and this program has a sentence for each.
bool AllKnown(const Reasons& reasons);

// The same as ReasonsInWords, or `text` as the server wrote it where there are no reasons, or one
// of a kind that this program does not know: the server may be older or newer.
std::string ReasonsOr(const std::string& text, const Reasons& reasons, const Wording& wording = {});
std::string GroundsInWords(const v1::Grounds& grounds, const Wording& wording = {});

// Why an order stands as it does. `of_gate` gives the reason of the gate that decides.
std::string OrderReasonsInWords(const v1::OrderInterval& interval, const Wording& wording,
                                const std::function<std::string(const v1::GateStatus&)>& of_gate);

// "us/export/h20", or "us export of h20".
std::string GateInWords(const v1::ReasonGate& gate, const Wording& wording);

// "alibaba, tencent, seat cn, training".
std::string ScopeInWords(const v1::RuleScope& scope, const Wording& wording);

// The short name of an enum's value: DENIED of GATE_STATE_DENIED.
template <typename Enum>
std::string_view ShortName(const std::string& (*name)(Enum), Enum value, std::string_view prefix) {
  const std::string_view whole = name(value);
  return whole.starts_with(prefix) ? whole.substr(prefix.size()) : whole;
}

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_REASON_WORDS_H_
