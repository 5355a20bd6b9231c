#ifndef CHIPLINE_SERVICES_WORDS_CHANGE_WORDS_H_
#define CHIPLINE_SERVICES_WORDS_CHANGE_WORDS_H_

#include <string>
#include <string_view>

#include "chipline/v1/timeline_service.pb.h"
#include "services/words/reason_words.h"

// What an explanation says of a value: its figure, and what would change it. Pure.
namespace chipline {

// "about 85bn CNY", "DENIED (PROHIBITED)". Empty: no value.
std::string FigureInWords(const v1::ExplainedFigure& figure, const Wording& wording = {});

// In a sentence: "If 002-01 ended it would be about 85bn CNY, by 000-05."
std::string ChangeInWords(const v1::WouldChange& change, const Wording& wording = {});

// Which new claim would make the rule choose otherwise, in a sentence. `rule` is the stable word of
// Grounds.rule.
std::string_view ClaimThatWouldChange(std::string_view rule);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_CHANGE_WORDS_H_
