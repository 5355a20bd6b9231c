#ifndef CHIPLINE_SERVICES_PICTURE_CLAIM_TEXT_H_
#define CHIPLINE_SERVICES_PICTURE_CLAIM_TEXT_H_

#include <string>
#include <string_view>

#include "google/protobuf/repeated_field.h"

#include "chipline/v1/timeline.pb.h"
#include "services/picture/names.h"
#include "services/words/gate_words.h"

// Who said something, and what a rule does, with the names of the page. Everything that comes from
// a report is isolated (text.h).
namespace chipline::picture {

// "15 Jan 2026 · Financial Times (unnamed) via Scenari Economici · event 002-01"; empty for no
// claim.
std::string SourceText(const v1::ClaimSummary& claim, const Names& names);

// "events 002-01, 002-03"; empty for none.
std::string EventsText(const google::protobuf::RepeatedPtrField<std::string>& ids);

// The names of a picture, for the phrases of services/words. `names` must outlive it.
EntityWords WordsWith(const Names& names);

// What became of a claim: "replaced by its own later word e-2".
std::string EndedText(v1::ClaimSummary claim, const v1::Grounds& grounds);

// "DENIED".
std::string Capitals(std::string text);

// A day as pictures write it, for phrases of services/words.
std::string WriteDay(std::string_view day);

// "“AI chips”"; empty for nothing.
std::string Quoted(std::string_view words);

// Each isolated.
std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& words,
                   std::string_view separator);

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_CLAIM_TEXT_H_
