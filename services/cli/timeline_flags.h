#ifndef CHIPLINE_SERVICES_CLI_TIMELINE_FLAGS_H_
#define CHIPLINE_SERVICES_CLI_TIMELINE_FLAGS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "CLI/App.hpp"
#include "chipline/v1/timeline_service.pb.h"

namespace chipline::cli {

// Adds capex, rule, order, supply, usage and company below `command`, of which one must be chosen;
// it fills `query`.
void AddTimelineQueries(CLI::App& command, const std::shared_ptr<v1::TimelineQuery>& query);

// As known when.
struct KnownFlags {
  std::optional<uint64_t> position;
  std::string time;
  std::string published_by;
};
void AddKnownFlags(CLI::App& command, KnownFlags& flags);
// Absent if none of the flags was given.
std::optional<v1::Known> ToKnown(const KnownFlags& flags);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_TIMELINE_FLAGS_H_
