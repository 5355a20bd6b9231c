#include "services/cli/status_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "google/rpc/error_details.pb.h"

namespace chipline::cli {
namespace {

namespace rpc = google::rpc;

std::string CodeWords(int code) {
  return absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
}

// What the reader can do about an error that gRPC itself reports; a server's own errors say so in
// their message. Empty where there is nothing to say.
std::string_view AdviceFor(int code) {
  switch (static_cast<absl::StatusCode>(code)) {
    case absl::StatusCode::kUnavailable:
      return "Is a server there (--server HOST:PORT)? One with TLS wants --tls-ca, and perhaps "
             "--tls-cert and --tls-key. If it was only busy, retry: with the same event ids "
             "nothing "
             "is stored twice.";
    case absl::StatusCode::kDeadlineExceeded:
      return "Give it longer (--timeout), or retry with the same event ids.";
    case absl::StatusCode::kUnauthenticated:
      return "Say who you are: --tls-cert and --tls-key, or --token-file (see SECURITY.md).";
    default:
      return "";
  }
}

template <typename Detail, typename Visit>
void ForEach(const rpc::Status& status, Visit visit) {
  for (const google::protobuf::Any& any : status.details()) {
    Detail detail;
    if (any.Is<Detail>() && any.UnpackTo(&detail)) visit(detail);
  }
}

// The message without the violations that are listed below it anyway: "2 fields are wrong".
std::string Headline(const rpc::Status& status) {
  bool repeated = false;
  const auto look = [&](const std::string& description) {
    repeated = repeated ||
               (!description.empty() && status.message().find(description) != std::string::npos);
  };
  ForEach<rpc::BadRequest>(status, [&](const rpc::BadRequest& detail) {
    for (const auto& violation : detail.field_violations()) look(violation.description());
  });
  ForEach<rpc::PreconditionFailure>(status, [&](const rpc::PreconditionFailure& detail) {
    for (const auto& violation : detail.violations()) look(violation.description());
  });
  return repeated ? status.message().substr(0, status.message().find(": ")) : status.message();
}

std::string InfoWords(const rpc::ErrorInfo& info) {
  std::string text = fmt::format("  reason: {}\n", info.reason());
  // Maps have no order of their own.
  std::vector<std::pair<std::string, std::string>> facts(info.metadata().begin(),
                                                         info.metadata().end());
  std::sort(facts.begin(), facts.end());
  for (const auto& [name, value] : facts) text += fmt::format("  {}: {}\n", name, value);
  return text;
}

}  // namespace

std::string ReasonOf(const google::rpc::Status& status) {
  std::string reason;
  ForEach<rpc::ErrorInfo>(status, [&](const rpc::ErrorInfo& info) { reason = info.reason(); });
  return reason;
}

std::string TransportWords(int code, const std::string& message, std::string_view server) {
  const auto says = [&message](std::string_view words) {
    return message.find(words) != std::string::npos;
  };
  switch (static_cast<absl::StatusCode>(code)) {
    case absl::StatusCode::kUnavailable:
      if (says("DNS resolution failed")) {
        return fmt::format("{} is no host that can be found", server);
      }
      if (says("Connection refused")) return fmt::format("nothing listens at {}", server);
      if (says("handshake failed") || says("Handshake failed")) {
        return fmt::format("{} and this command cannot agree on TLS: see --tls-ca and --tls-cert",
                           server);
      }
      if (says("failed to connect") || says("connections to all backends failing")) {
        return fmt::format("{} cannot be reached", server);
      }
      if (says("Socket closed") || says("Connection reset") || says("GOAWAY") ||
          says("Broken pipe")) {
        return fmt::format("the connection to {} was lost", server);
      }
      return message;
    case absl::StatusCode::kCancelled:
      return says("CANCELLED") ? "the call was broken off" : message;
    case absl::StatusCode::kDeadlineExceeded:
      return says("Deadline Exceeded") ? fmt::format("no answer from {} in time", server) : message;
    case absl::StatusCode::kUnimplemented:
      return message.empty()
                 ? fmt::format("{} does not know this call: is it an older server?", server)
                 : message;
    default:
      return message;
  }
}

std::string StatusWords(const google::rpc::Status& status, const Palette& palette) {
  std::string text = fmt::format(
      "{} {}\n", palette.Paint(Tone::kBad, CodeWords(status.code()) + ":"), Headline(status));
  ForEach<rpc::BadRequest>(status, [&](const rpc::BadRequest& detail) {
    for (const auto& violation : detail.field_violations()) {
      text += fmt::format("  {}: {}\n", palette.Paint(Tone::kStrong, violation.field()),
                          violation.description());
    }
  });
  ForEach<rpc::PreconditionFailure>(status, [&](const rpc::PreconditionFailure& detail) {
    for (const auto& violation : detail.violations()) {
      text += fmt::format("  {}: {}\n", palette.Paint(Tone::kStrong, violation.subject()),
                          violation.description());
    }
  });
  ForEach<rpc::ResourceInfo>(status, [&](const rpc::ResourceInfo& detail) {
    text += fmt::format("  {}: {}\n", palette.Paint(Tone::kStrong, detail.resource_name()),
                        detail.description());
  });
  ForEach<rpc::ErrorInfo>(status, [&](const rpc::ErrorInfo& info) { text += InfoWords(info); });
  ForEach<rpc::RetryInfo>(status, [&](const rpc::RetryInfo& detail) {
    const double seconds = static_cast<double>(detail.retry_delay().seconds()) +
                           static_cast<double>(detail.retry_delay().nanos()) / 1e9;
    text += fmt::format("  retry after: {:.3g} s\n", seconds);
  });
  const std::string_view advice = AdviceFor(status.code());
  if (!advice.empty() && ReasonOf(status).empty()) {
    text += palette.Paint(Tone::kFaint, advice) + "\n";
  }
  return text;
}

}  // namespace chipline::cli
