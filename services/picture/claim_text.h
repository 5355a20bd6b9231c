#ifndef CHIPLINE_SERVICES_PICTURE_CLAIM_TEXT_H_
#define CHIPLINE_SERVICES_PICTURE_CLAIM_TEXT_H_

#include <string>
#include <string_view>

#include "google/protobuf/repeated_field.h"

#include "chipline/v1/timeline.pb.h"
#include "services/picture/names.h"

// Who said something, and what a rule does, with the names of the page. Everything that comes from
// a report is isolated (text.h).
namespace chipline::picture {

// "15 Jan 2026 · Financial Times (unnamed) via Scenari Economici · 002-01"; empty for no claim.
std::string SourceText(const v1::ClaimSummary& claim, const Names& names);

// "conditional: licensed for approved customers; if approved customers only".
std::string RuleText(const v1::RuleState& state, const Names& names);

// Whom and what a scoped state is for: "for buyers seated in China".
std::string ScopeText(const v1::RuleState& state, const Names& names);

// "“AI chips”"; empty for nothing.
std::string Quoted(std::string_view words);

// Each isolated.
std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& words,
                   std::string_view separator);

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_CLAIM_TEXT_H_
