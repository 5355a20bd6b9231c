#ifndef CHIPLINE_SERVICES_CLI_VERIFY_WORDS_H_
#define CHIPLINE_SERVICES_CLI_VERIFY_WORDS_H_

#include <string>

#include "chipline/v1/admin_service.pb.h"
#include "services/cli/console.h"

namespace chipline::cli {

// "index, id x: the event is at position 3, but the index does not have it", with a newline.
std::string FindingLine(const v1::VerifyFinding& finding, const Palette& palette);

// Prints a finding as a result: a line of text or of JSON.
void PrintFinding(const v1::VerifyFinding& finding, Console& console);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_VERIFY_WORDS_H_
