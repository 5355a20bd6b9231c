#ifndef CHIPLINE_SERVICES_WORDS_REASON_SENTENCES_H_
#define CHIPLINE_SERVICES_WORDS_REASON_SENTENCES_H_

#include <string_view>

#include "chipline/v1/reason.pb.h"

namespace chipline {

// The sentence of a reason, with the places of its values in braces: reason_words.cc fills them.
// Empty for a kind that this program does not know, and for GATE_DECIDES, whose sentence is that of
// the gate.
std::string_view SentenceOf(v1::ReasonKind kind);

// What sentences call an origin, how firm a claim is, and what a link does.
std::string_view OriginWords(v1::OriginKind origin);
std::string_view BasisWords(v1::CapexBasis basis);
std::string_view RelationWords(v1::LinkRelation relation);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_REASON_SENTENCES_H_
