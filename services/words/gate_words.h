#ifndef CHIPLINE_SERVICES_WORDS_GATE_WORDS_H_
#define CHIPLINE_SERVICES_WORDS_GATE_WORDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "chipline/v1/timeline.pb.h"
#include "services/words/entity_words.h"

// What a rule does, how a gate stands and why, in phrases that the command's tables and the
// pictures share.
namespace chipline {

// The most that may pass: "at most 75,000 chips", "up to about 75,000 chips", "at least 400,000
// chips" where that is all that is known of it.
std::string CapWords(const v1::Quantity& cap);

// Whom and what a state is for, with a space or a comma before it: " for bytedance, at most 75,000
// chips". Empty for anybody.
std::string ScopeWords(const v1::RuleState& state, const EntityWords& words = {});

// "conditional: licensed for approved customers; if controlled licences are issued". Of what is not
// in force, with its status: "denied: prohibited (proposed)".
std::string RuleStateWords(const v1::RuleState& state, const EntityWords& words = {});

// What holds for anybody in an interval. Where that is not known, why: "unknown: the day of the
// change is not known exactly; perhaps denied or conditional".
std::string GeneralWords(const v1::RuleInterval& interval, const EntityWords& words = {});

// Everything but SATISFIED and NOT_REQUIRED.
bool IsOpen(const v1::GateStatus& gate);

// "us export of h20".
std::string GateNameWords(const v1::GateStatus& gate, const EntityWords& words = {});

// "us export of h20 conditional for up to 75,000 chips".
std::string GateWords(const v1::GateStatus& gate, const EntityWords& words = {});

// What a gate turns on: "if licences are issued", "if nettrix has its seat in cn: denied
// (prohibited) by 88 FR 73458 (e-1)". With rules that may apply, which say their condition each. A
// condition of the gate's own that stands in `said`, a text beside it, is not said again.
std::vector<std::string> TurnsOnWords(const v1::GateStatus& gate, const EntityWords& words = {},
                                      std::string_view said = {});

// Why a gate stands so, in a sentence. Which rules may apply besides is left to TurnsOnWords.
std::string GateReasonWords(const v1::GateStatus& gate, const EntityWords& words = {});

// A gate with its events and its reason, then what it turns on, each an indented line of its own.
std::vector<std::string> WhyWords(const v1::GateStatus& gate, const EntityWords& words = {});

// Why an order stands as it does, in a sentence; without one, that nobody named a gate, if so.
// Empty where the open gates say it all.
std::string ReasonWords(const v1::OrderInterval& interval, const EntityWords& words = {});

// "us export blocks (004-01.b)".
std::string EdgeWords(const v1::GateEdge& edge, const EntityWords& words = {});

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_GATE_WORDS_H_
