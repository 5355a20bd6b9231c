#ifndef CHIPLINE_SERVICES_WORDS_REACH_WORDS_H_
#define CHIPLINE_SERVICES_WORDS_REACH_WORDS_H_

#include <string>
#include <string_view>

#include "services/words/entity_words.h"

// Sentences of the server's about whom and what a rule reaches. It states them with ids, and as
// what would keep the rule from applying (services/timeline/folds/rule_reach.cc writes them).
namespace chipline {

// The sentence with its entities as `words` writes them: "they do not go to China". An id is one
// only where the sentence says so ("go to cn", "the seat of nettrix is not cn", "us/export/h20"),
// since "it", "in" and "us" are ids, too. What stands in quotation marks stays.
std::string WithNames(std::string_view sentence, const EntityWords& words);

// PossibleRule.condition turned into when the rule applies: "they do not go to cn, or the seat of
// nettrix is not cn" becomes "the chips go to cn and nettrix has its seat in cn". Names may stand
// in the place of ids. Empty if some part of it has another form.
std::string AppliesIfWords(std::string_view condition);

// A sentence that says when a rule applies by what would keep it from that, the other way round:
// "A rule may apply, unless they do not go to cn." becomes "A rule may apply if the chips go to
// cn."
std::string WithReachInWords(std::string_view sentence);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_REACH_WORDS_H_
