#ifndef CHIPLINE_SERVICES_CLI_TIMELINE_FLAGS_H_
#define CHIPLINE_SERVICES_CLI_TIMELINE_FLAGS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "CLI/App.hpp"
#include "chipline/v1/timeline_service.pb.h"

namespace chipline::cli {

// Adds capex, rule, order, supply, usage, price and company below `command`, of which one must be
// chosen; it fills `query`.
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

// Which versions the answer must be by; 0: the server's, whichever they are. A script that compares
// answers over time asks for them, so that it is refused rather than given others.
struct VersionFlags {
  uint32_t view = 0;
  uint32_t policy = 0;
};
void AddVersionFlags(CLI::App& command, VersionFlags& flags);

template <typename Request>
void SetVersions(const VersionFlags& flags, Request& request) {
  request.set_view_version(flags.view);
  request.set_policy_version(flags.policy);
}

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_TIMELINE_FLAGS_H_
