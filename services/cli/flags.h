#ifndef CHIPLINE_SERVICES_CLI_FLAGS_H_
#define CHIPLINE_SERVICES_CLI_FLAGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

#include "CLI/App.hpp"
#include "chipline/v1/filter.pb.h"
#include "services/cli/credentials.h"

// Kinds of flags that several subcommands have.
namespace chipline::cli {

// "10s", "1.5m", "500ms"; more than none.
CLI::Option* AddDuration(CLI::App& app, const std::string& name, absl::Duration& value,
                         const std::string& description);

// A list: the flag may be repeated, each time with one value or several between commas.
CLI::Option* AddList(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                     const std::string& description);

// "64MiB", "1GiB", "4096": bytes.
CLI::Option* AddBytes(CLI::App& app, const std::string& name, uint64_t& value,
                      const std::string& description);

// --tls-ca, --tls-cert, --tls-key and --token-file.
void AddCredentialFlags(CLI::App& app, CredentialFlags& flags);

// Makes --help say the default of every option: "none" where nothing is the default, and "off".
void ShowDefaults(CLI::App& app);

// 2026-01-15 (its start, UTC) or 2026-01-15T10:20:30Z.
absl::StatusOr<google::protobuf::Timestamp> ParseTimeFlag(const std::string& text);
// Accepts what ParseTimeFlag reads.
CLI::Validator TimeFlag();
// YYYY-MM-DD.
CLI::Validator DayFlag();

// What --type, --subject, --company, --chip and --jurisdiction were given.
struct FilterFlags {
  std::vector<std::string> types;
  std::vector<std::string> subjects;
  std::vector<std::string> companies;
  std::vector<std::string> chips;
  std::vector<std::string> jurisdictions;
};
void AddFilterFlags(CLI::App& app, FilterFlags& flags);
v1::Filter ToFilter(const FilterFlags& flags);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_FLAGS_H_
