#ifndef CHIPLINE_SERVICES_WORDS_STANDING_WORDS_H_
#define CHIPLINE_SERVICES_WORDS_STANDING_WORDS_H_

#include <string>

#include "chipline/v1/timeline.pb.h"

namespace chipline {

// What became of a claim that stands no more: "superseded by e-2", "replaced by its own later word
// e-2" where the same speaker says otherwise later. Each part only if it is known.
std::string EndedWords(const v1::ClaimSummary& claim, const v1::Grounds& grounds);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_STANDING_WORDS_H_
