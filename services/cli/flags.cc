#include "services/cli/flags.h"

#include <fmt/format.h>

#include <map>

#include "CLI/CLI.hpp"
#include "chipline/v1/event.pb.h"
#include "services/words/enum_words.h"
#include "storage/timestamp.h"

namespace chipline::cli {

CLI::Option* AddDuration(CLI::App& app, const std::string& name, absl::Duration& value,
                         const std::string& description) {
  return app
      .add_option_function<std::string>(
          name, [&value](const std::string& text) { absl::ParseDuration(text, &value); },
          description)
      ->check(CLI::Validator(
          [](std::string& text) {
            absl::Duration parsed;
            return absl::ParseDuration(text, &parsed) && parsed > absl::ZeroDuration() &&
                           parsed < absl::Hours(24 * 365)
                       ? std::string()
                       : fmt::format("{} is no duration such as 10s", text);
          },
          "DURATION"))
      ->option_text(fmt::format("DURATION={}", absl::FormatDuration(value)));
}

CLI::Option* AddList(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                     const std::string& description) {
  return app.add_option(name, values, description)->allow_extra_args(false)->delimiter(',');
}

CLI::Option* AddBytes(CLI::App& app, const std::string& name, uint64_t& value,
                      const std::string& description) {
  constexpr uint64_t kMiB = 1024 * 1024;
  const std::string text = value % kMiB == 0   ? fmt::format("{}MiB", value / kMiB)
                           : value % 1024 == 0 ? fmt::format("{}KiB", value / 1024)
                                               : std::to_string(value);
  return app.add_option(name, value, description)
      ->transform(CLI::AsSizeValue(false))
      ->option_text("BYTES=" + text);
}

void AddCredentialFlags(CLI::App& app, CredentialFlags& flags) {
  app.add_option("--tls-ca", flags.tls_ca,
                 "PEM file of the CAs to trust for the server; turns on TLS");
  app.add_option("--tls-cert", flags.tls_cert, "PEM file of the certificate to show the server");
  app.add_option("--tls-key", flags.tls_key, "PEM file of its key");
  app.add_option("--token-file", flags.token_file,
                 "file of a bearer token to send with every call, over TLS only");
}

void ShowDefaults(CLI::App& app) {
  for (CLI::Option* option : app.get_options([](CLI::Option*) { return true; })) {
    const std::string name = option->get_single_name();
    if (option->get_lnames().empty() || name == "help" || name == "version") continue;
    if (option->get_required() || option->get_items_expected_max() == 0) {
      if (!option->get_required()) option->description(option->get_description() + " [off]");
      continue;
    }
    if (!option->get_option_text().empty()) continue;
    if (option->get_default_str().empty() || option->get_default_str() == "{}") {
      option->description(option->get_description() + " [none]");
      option->default_str("");
    }
  }
}

absl::StatusOr<google::protobuf::Timestamp> ParseTimeFlag(const std::string& text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error) &&
      !absl::ParseTime("%Y-%m-%d", text, absl::UTCTimeZone(), &time, &error)) {
    return absl::InvalidArgumentError(
        fmt::format("{} is no time such as 2026-01-15 or 2026-01-15T10:20:30Z", text));
  }
  return ToTimestamp(time);
}

CLI::Validator TimeFlag() {
  return CLI::Validator(
      [](std::string& text) {
        const auto time = ParseTimeFlag(text);
        return time.ok() ? std::string() : std::string(time.status().message());
      },
      "TIME");
}

CLI::Validator DayFlag() {
  return CLI::Validator(
      [](std::string& text) {
        absl::Time time;
        std::string error;
        return text.size() == 10 &&
                       absl::ParseTime("%Y-%m-%d", text, absl::UTCTimeZone(), &time, &error)
                   ? std::string()
                   : fmt::format("{} is no day such as 2026-01-15", text);
      },
      "DAY");
}

void AddFilterFlags(CLI::App& app, FilterFlags& flags) {
  AddList(app, "--type", flags.types, "only these kinds of event")
      ->check(CLI::IsMember(EnumFlagNames(*v1::EventType_descriptor())))
      ->group("Filter");
  AddList(app, "--subject", flags.subjects,
          "only these subjects; * is one token, a last > the rest: 'order.bytedance.>'")
      ->group("Filter");
  AddList(app, "--company", flags.companies, "only what names these companies, by id or name")
      ->group("Filter");
  AddList(app, "--chip", flags.chips, "only what names these chips, by id or name")
      ->group("Filter");
  AddList(app, "--jurisdiction", flags.jurisdictions, "only what names these places, by id or name")
      ->group("Filter");
}

v1::Filter ToFilter(const FilterFlags& flags) {
  v1::Filter filter;
  for (const std::string& type : flags.types) {
    filter.add_event_types(
        static_cast<v1::EventType>(EnumFromFlagName(*v1::EventType_descriptor(), type)));
  }
  const auto add = [](const std::vector<std::string>& from, auto* to) {
    to->Add(from.begin(), from.end());
  };
  add(flags.subjects, filter.mutable_subject_patterns());
  add(flags.companies, filter.mutable_companies());
  add(flags.chips, filter.mutable_chips());
  add(flags.jurisdictions, filter.mutable_jurisdictions());
  return filter;
}

}  // namespace chipline::cli
