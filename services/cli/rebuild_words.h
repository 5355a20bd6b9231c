#ifndef CHIPLINE_SERVICES_CLI_REBUILD_WORDS_H_
#define CHIPLINE_SERVICES_CLI_REBUILD_WORDS_H_

#include <string>

#include "chipline/v1/admin_service.pb.h"

namespace chipline::cli {

// How far a rebuild of the timelines has come: "at position 40,000 of 100,000 (40 %)". Empty if
// none is under way.
std::string RebuildWords(const v1::GetStatsResponse& stats);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_REBUILD_WORDS_H_
