#ifndef CHIPLINE_SERVICES_WORDS_REACH_WORDS_H_
#define CHIPLINE_SERVICES_WORDS_REACH_WORDS_H_

#include <string>

#include "chipline/v1/reason.pb.h"
#include "services/words/entity_words.h"

// What is not known of a rule and an order, in words. Pure.
namespace chipline {

using AppliesIfList = google::protobuf::RepeatedPtrField<v1::AppliesIf>;

// When the rule applies: "the chips go to cn and nettrix has its seat in cn". Several ways to apply
// are joined by ", or". Empty if there is none.
std::string AppliesIfWords(const AppliesIfList& any, const EntityWords& words = {});

// What keeps the rule from applying: "they do not go to cn, or the seat of nettrix is not cn". For
// several ways to apply each has to fail, joined by ", and".
std::string AppliesUnlessWords(const AppliesIfList& any, const EntityWords& words = {});

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_REACH_WORDS_H_
