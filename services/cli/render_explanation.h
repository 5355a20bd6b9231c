#ifndef CHIPLINE_SERVICES_CLI_RENDER_EXPLANATION_H_
#define CHIPLINE_SERVICES_CLI_RENDER_EXPLANATION_H_

#include <string>
#include <string_view>

#include "chipline/v1/timeline_service.pb.h"
#include "services/cli/block.h"

namespace chipline::cli {

// ExplainedValue.of for people: "For bytedance", "Gate us export".
std::string FieldWords(const v1::ExplainedField& of);

// How an entry came to be. First the values, each with what it says, why, which claims were set
// aside and what would change it; intervals that differ in nothing but their days are one, and a
// later day is told where it begins. Then the claims as they were made, each once; a claim's own
// explanation only if no value tells of it.
void RenderExplanation(const v1::ExplainEntryResponse& response, std::string_view day,
                       Block& block);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_RENDER_EXPLANATION_H_
