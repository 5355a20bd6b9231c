#include "services/cli/status_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "google/rpc/error_details.pb.h"

#include "storage/timestamp.h"

namespace chipline::cli {
namespace {

namespace rpc = google::rpc;

// Of the further lines of what has no room in one.
constexpr size_t kHanging = 2;

std::string CodeWords(int code) {
  return absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
}

// What the reader can do about an error that gRPC itself reports; a server's own errors say so in
// their message, and so do those that name a flag. Empty where there is nothing to say.
std::string_view AdviceFor(const rpc::Status& status) {
  if (!ReasonOf(status).empty() || status.message().find("--") != std::string::npos) return "";
  switch (static_cast<absl::StatusCode>(status.code())) {
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

bool Says(const std::string& message, std::initializer_list<std::string_view> any) {
  return std::any_of(any.begin(), any.end(), [&message](std::string_view words) {
    return message.find(words) != std::string::npos;
  });
}

// Why a connection that was made came to nothing. gRPC 1.51 says "Socket closed" or "Connection
// reset" where the other end closed it without a word: a server with TLS to whom plain text was
// spoken does, and, by TLS 1.3, one that did not like the client's certificate or got none.
std::string ClosedWords(const Called& called) {
  if (!called.tls) {
    return fmt::format(
        "{} closed the connection at once. This call was made without TLS; if the server has it, "
        "give --tls-ca, and what it asks for of --tls-cert with --tls-key and --token-file",
        called.server);
  }
  if (!called.certificate) {
    return fmt::format(
        "{} closed the connection while TLS was set up. Most likely it asks for a client "
        "certificate: give --tls-cert and --tls-key",
        called.server);
  }
  return fmt::format(
      "{} closed the connection while TLS was set up. Most likely it does not take the certificate "
      "in --tls-cert: that must be of the CA that the server trusts, for clients, and valid now",
      called.server);
}

// Why TLS failed, where this end found it out.
std::string HandshakeWords(const std::string& message, const Called& called) {
  if (Says(message, {"certificate verify failed"})) {
    return fmt::format(
        "the certificate of {} cannot be trusted: it is not of the CA in --tls-ca, or not valid "
        "now",
        called.server);
  }
  if (Says(message, {"wrong version number", "packet length too long"})) {
    return fmt::format("{} does not speak TLS. If it is a server without, leave out --tls-ca",
                       called.server);
  }
  return fmt::format("{} and this command cannot agree on TLS: see --tls-ca and --tls-cert",
                     called.server);
}

std::string UnavailableWords(const std::string& message, const Called& called) {
  // These are of the proxy then, not of the server.
  if (!called.proxy.empty() && Says(message, {"DNS resolution failed", "Connection refused"})) {
    return fmt::format("{} cannot be reached", called.server);
  }
  if (Says(message, {"DNS resolution failed"})) {
    return fmt::format("{} is no host that can be found", called.server);
  }
  if (Says(message, {"Connection refused"})) {
    return fmt::format("nothing listens at {}", called.server);
  }
  if (Says(message, {"is not in peer certificate"})) {
    return fmt::format(
        "the certificate of {} is for other names; call the server by one that is in it "
        "(--server)",
        called.server);
  }
  if (Says(message, {"handshake failed", "Handshake failed"})) {
    return HandshakeWords(message, called);
  }
  const bool closed = Says(message, {"Socket closed", "Connection reset", "GOAWAY", "Broken pipe"});
  if (Says(message, {"failed to connect", "connections to all backends failing"})) {
    return closed ? ClosedWords(called) : fmt::format("{} cannot be reached", called.server);
  }
  return closed ? fmt::format("the connection to {} was lost", called.server) : message;
}

void AddInfo(const rpc::ErrorInfo& info, Block& block) {
  block.Prose({"  reason: "}, info.reason(), kHanging);
  // Maps have no order of their own.
  std::vector<std::pair<std::string, std::string>> facts(info.metadata().begin(),
                                                         info.metadata().end());
  std::sort(facts.begin(), facts.end());
  for (const auto& [name, value] : facts) {
    block.Prose({fmt::format("  {}: ", name)}, value, kHanging);
  }
}

void AddDetail(const std::string& name, const std::string& description, Block& block) {
  block.Prose({fmt::format("  {}", name), Tone::kStrong}, fmt::format(": {}", description),
              kHanging);
}

// Without the proxy.
std::string DirectWords(int code, const std::string& message, const Called& called) {
  switch (static_cast<absl::StatusCode>(code)) {
    case absl::StatusCode::kUnavailable:
      return UnavailableWords(message, called);
    case absl::StatusCode::kCancelled:
      return Says(message, {"CANCELLED"}) ? "the call was broken off" : message;
    case absl::StatusCode::kDeadlineExceeded:
      return Says(message, {"Deadline Exceeded"})
                 ? fmt::format("no answer from {} in time", called.server)
                 : message;
    case absl::StatusCode::kUnimplemented:
      return message.empty()
                 ? fmt::format("{} does not know this call: is it an older server?", called.server)
                 : message;
    default:
      return message;
  }
}

}  // namespace

std::string ReasonOf(const google::rpc::Status& status) {
  std::string reason;
  ForEach<rpc::ErrorInfo>(status, [&](const rpc::ErrorInfo& info) { reason = info.reason(); });
  return reason;
}

std::string TransportWords(int code, const std::string& message, const Called& called) {
  std::string words = DirectWords(code, message, called);
  if (called.proxy.empty() || words == message) return words;
  return fmt::format("{}; it was tried through the proxy {}", words, called.proxy);
}

void RenderStatus(const google::rpc::Status& status, Block& block) {
  block.Prose({fmt::format("{}:", CodeWords(status.code())), Tone::kBad},
              fmt::format(" {}", Headline(status)), kHanging);
  ForEach<rpc::BadRequest>(status, [&](const rpc::BadRequest& detail) {
    for (const auto& violation : detail.field_violations()) {
      AddDetail(violation.field(), violation.description(), block);
    }
  });
  ForEach<rpc::PreconditionFailure>(status, [&](const rpc::PreconditionFailure& detail) {
    for (const auto& violation : detail.violations()) {
      AddDetail(violation.subject(), violation.description(), block);
    }
  });
  ForEach<rpc::ResourceInfo>(status, [&](const rpc::ResourceInfo& detail) {
    AddDetail(detail.resource_name(), detail.description(), block);
  });
  ForEach<rpc::ErrorInfo>(status, [&](const rpc::ErrorInfo& info) { AddInfo(info, block); });
  ForEach<rpc::RetryInfo>(status, [&](const rpc::RetryInfo& detail) {
    const absl::Duration delay = FromDuration(detail.retry_delay());
    block.Spans({{fmt::format("  retry after: {:.3g} s", absl::ToDoubleSeconds(delay))}});
  });
  const std::string_view advice = AdviceFor(status);
  if (!advice.empty()) block.Prose({}, advice, 0, Tone::kFaint);
}

}  // namespace chipline::cli
