#ifndef CHIPLINE_SERVICES_WORDS_STANDING_WORDS_H_
#define CHIPLINE_SERVICES_WORDS_STANDING_WORDS_H_

#include <string>

#include "chipline/v1/timeline.pb.h"

namespace chipline {

// What became of a claim that stands no more: "superseded by e-2", "replaced by its own later word
// e-2" where the same speaker says otherwise later. Each part only if it is known.
std::string EndedWords(const v1::ClaimSummary& claim, const v1::Grounds& grounds);

// Whether a holder has no count because what was said of it was withdrawn or replaced since, and
// not because nobody stated one.
bool IsWithdrawn(const v1::HolderSupply& holder);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_STANDING_WORDS_H_
