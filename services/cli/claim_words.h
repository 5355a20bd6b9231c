#ifndef CHIPLINE_SERVICES_CLI_CLAIM_WORDS_H_
#define CHIPLINE_SERVICES_CLI_CLAIM_WORDS_H_

#include <string>
#include <string_view>

#include "chipline/v1/event.pb.h"
#include "chipline/v1/source.pb.h"

namespace chipline::cli {

// What an event claims, in one line: "ByteDance: plan, about 85bn CNY for AI chips in 2026".
std::string ClaimWords(const v1::Event& event);

// No more of it than what it says of one field of an entry (ExplainedValue.field): "about 85bn
// CNY", "prohibited". Empty where that cannot be told apart.
std::string FigureWords(const v1::Event& event, std::string_view field);

// Who said it, from the nearest the reader to the first, and who knew it: "Scenari Economici ←
// South China Morning Post (unnamed)".
std::string SourceWords(const v1::Source& source);

// The day the nearest hop was published, in words; empty if not known.
std::string PublishedWords(const v1::Source& source);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_CLAIM_WORDS_H_
