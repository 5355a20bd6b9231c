#ifndef CHIPLINE_SERVICES_CLI_VERIFY_WORDS_H_
#define CHIPLINE_SERVICES_CLI_VERIFY_WORDS_H_

#include <string>

#include "chipline/v1/admin_service.pb.h"
#include "services/cli/console.h"

namespace chipline::cli {

// Prints a finding as a result: a line of text or of JSON.
void PrintFinding(const v1::VerifyFinding& finding, Console& console);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_VERIFY_WORDS_H_
