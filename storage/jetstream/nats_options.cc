#include "storage/jetstream/nats_options.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "storage/error.h"
#include "storage/status_macros.h"

namespace chipline::jetstream {
namespace {

constexpr char kJwtMark[] = "-----BEGIN NATS USER JWT-----";

absl::StatusCode CodeOf(natsStatus status) {
  switch (status) {
    case NATS_OK:
      return absl::StatusCode::kOk;
    case NATS_CONNECTION_AUTH_FAILED:
      return absl::StatusCode::kUnauthenticated;
    case NATS_NOT_PERMITTED:
      return absl::StatusCode::kPermissionDenied;
    case NATS_MAX_PAYLOAD:
    case NATS_INVALID_ARG:
    case NATS_INVALID_SUBJECT:
    case NATS_ADDRESS_MISSING:
      return absl::StatusCode::kInvalidArgument;
    case NATS_SECURE_CONNECTION_WANTED:
    case NATS_SECURE_CONNECTION_REQUIRED:
    case NATS_SSL_ERROR:
    case NATS_NO_SERVER_SUPPORT:
      return absl::StatusCode::kFailedPrecondition;
    case NATS_NO_MEMORY:
      return absl::StatusCode::kResourceExhausted;
    case NATS_IO_ERROR:
    case NATS_CONNECTION_CLOSED:
    case NATS_NO_SERVER:
    case NATS_STALE_CONNECTION:
    case NATS_CONNECTION_DISCONNECTED:
    case NATS_INVALID_SUBSCRIPTION:
    // The buffer for messages that are published without a connection, which we keep empty.
    case NATS_INSUFFICIENT_BUFFER:
    case NATS_TIMEOUT:
    case NATS_NOT_YET_CONNECTED:
    case NATS_DRAINING:
    case NATS_NO_RESPONDERS:
      return absl::StatusCode::kUnavailable;
    default:
      return absl::StatusCode::kInternal;
  }
}

absl::Status BadFile(const std::string& path, std::string_view what) {
  return absl::FailedPreconditionError(absl::StrCat(path, ": ", std::string(what)));
}

// The text after `key` and a colon in one of the lines; empty if no line begins so.
std::string ValueOf(const std::string& text, const std::string& key) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (!absl::ConsumePrefix(&line, key)) continue;
    line = absl::StripLeadingAsciiWhitespace(line);
    if (absl::ConsumePrefix(&line, ":")) return std::string(absl::StripAsciiWhitespace(line));
  }
  return "";
}

absl::Status SetCredentials(const std::string& path, natsOptions* made) {
  std::ifstream file(path);
  std::ostringstream read;
  read << file.rdbuf();
  if (!file) return BadFile(path, "cannot be read; it should hold the credentials for NATS");
  const std::string text = read.str();
  if (text.find(kJwtMark) != std::string::npos) {
    return NatsError(natsOptions_SetUserCredentialsFromFiles(made, path.c_str(), nullptr), path);
  }
  const std::string user = ValueOf(text, "user");
  const std::string password = ValueOf(text, "password");
  if (user.empty() || password.empty()) {
    return BadFile(
        path,
        "holds no credentials: neither a JWT and a seed as nsc writes them (.creds), nor "
        "the two lines 'user: NAME' and 'password: PASSWORD'");
  }
  return NatsError(natsOptions_SetUserInfo(made, user.c_str(), password.c_str()), path);
}

absl::Status SetTls(const ConnectionOptions& options, natsOptions* made) {
  const bool demanded =
      std::any_of(options.urls.begin(), options.urls.end(),
                  [](const std::string& url) { return absl::StartsWith(url, "tls://"); });
  // The scheme is not enough: cnats 3.4 continues without TLS if the server offers none.
  RETURN_IF_ERROR(NatsError(natsOptions_SetSecure(made, demanded), "TLS"));
  if (!options.ca_file.empty()) {
    const natsStatus loaded = natsOptions_LoadCATrustedCertificates(made, options.ca_file.c_str());
    if (loaded != NATS_OK) return BadFile(options.ca_file, "holds no certificates (PEM) to trust");
  }
  if (options.certificate_file.empty() != options.key_file.empty()) {
    return absl::FailedPreconditionError(
        "a certificate for NATS and its key are given together or not at all");
  }
  if (!options.certificate_file.empty()) {
    const natsStatus loaded = natsOptions_LoadCertificatesChain(
        made, options.certificate_file.c_str(), options.key_file.c_str());
    if (loaded != NATS_OK) {
      return BadFile(options.certificate_file,
                     absl::StrCat("is no certificate (PEM) with its key in ", options.key_file));
    }
  }
  return absl::OkStatus();
}

// Operators look up reasons.
absl::Status WithReason(absl::StatusCode code, const std::string& text) {
  switch (code) {
    case absl::StatusCode::kUnavailable:
      return Error(code, "STREAM_UNREACHABLE", text);
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return Error(code, "STREAM_DENIED", text);
    default:
      return absl::Status(code, text);
  }
}

}  // namespace

absl::Status NatsError(natsStatus status, std::string_view what) {
  if (status == NATS_OK) return absl::OkStatus();
  std::string text = absl::StrCat(std::string(what), ": ", natsStatus_GetText(status));
  natsStatus last = NATS_OK;
  const char* detail = nats_GetLastError(&last);
  if (last == status && detail != nullptr && *detail != '\0')
    absl::StrAppend(&text, " (", detail, ")");
  return WithReason(CodeOf(status), text);
}

absl::StatusOr<NatsOptions> MakeNatsOptions(const ConnectionOptions& options) {
  natsOptions* created = nullptr;
  RETURN_IF_ERROR(NatsError(natsOptions_Create(&created), "options"));
  NatsOptions made(created);
  std::vector<const char*> urls;
  for (const std::string& url : options.urls) urls.push_back(url.c_str());
  const int64_t wait = absl::ToInt64Milliseconds(options.reconnect_wait);
  constexpr int kForEver = -1;
  // Publishing without a connection fails. One byte is the least that cnats accepts.
  constexpr int kNoBuffer = 1;
  for (natsStatus set :
       {natsOptions_SetServers(created, urls.data(), static_cast<int>(urls.size())),
        natsOptions_SetName(created, options.name.c_str()),
        natsOptions_SetTimeout(created, absl::ToInt64Milliseconds(options.connect_timeout)),
        natsOptions_SetPingInterval(created, absl::ToInt64Milliseconds(options.ping_interval)),
        natsOptions_SetMaxPingsOut(created, 2), natsOptions_SetAllowReconnect(created, true),
        natsOptions_SetMaxReconnect(created, kForEver), natsOptions_SetReconnectWait(created, wait),
        natsOptions_SetReconnectJitter(created, wait, wait),
        natsOptions_SetReconnectBufSize(created, kNoBuffer),
        natsOptions_SetFailRequestsOnDisconnect(created, true),
        natsOptions_SetWriteDeadline(created, absl::ToInt64Milliseconds(kWriteDeadline)),
        // Otherwise cnats 3.4 waits for a millisecond before it sends.
        natsOptions_SetSendAsap(created, true)}) {
    RETURN_IF_ERROR(NatsError(set, "options for NATS"));
  }
  if (!options.credentials_file.empty()) {
    RETURN_IF_ERROR(SetCredentials(options.credentials_file, created));
  }
  RETURN_IF_ERROR(SetTls(options, created));
  return made;
}

}  // namespace chipline::jetstream
