#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_STATEMENT_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_STATEMENT_H_

#include <string>

#include "services/timeline/folds/claim.h"

namespace chipline::timeline {

// What an event says, as text: what distinguishes it inside its entry, and its figure, without who
// says it, in what words, or how it converts the figure. Two claims of an entry with the same root
// and the same statement are one claim and its echo. "About" is left out, since retellings drop it.
// For comparing only; never shown and never stored.
std::string StatementOf(const v1::Event& event, const NamesAt& names);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_STATEMENT_H_
