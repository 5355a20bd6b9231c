#include "storage/jetstream/address.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "storage/status_macros.h"

namespace chipline::jetstream {
namespace {

constexpr std::string_view kForm =
    "nats://HOST:PORT,HOST:PORT,HOST:PORT/STREAM (or tls:// for TLS)";
constexpr int kMaxPort = 65535;

absl::string_view Text(std::string_view text) { return {text.data(), text.size()}; }

absl::Status Wrong(std::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("the log's address: ", Text(what), "; it has the form ", Text(kForm)));
}

bool InStream(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
}
bool InHostName(char c) { return InStream(c) || c == '.'; }
bool InIpv6(char c) {
  return absl::ascii_isxdigit(static_cast<unsigned char>(c)) || c == ':' || c == '.' || c == '%';
}

// The host without its port. `rest` keeps the port with its colon. Empty if there is no host.
std::string_view TakeHost(std::string_view text, std::string_view& rest) {
  const bool brackets = text.front() == '[';
  const size_t end = brackets ? text.find(']') : std::min(text.find(':'), text.size());
  if (end == std::string_view::npos) return {};
  const std::string_view host = text.substr(0, brackets ? end + 1 : end);
  const std::string_view name = brackets ? host.substr(1, host.size() - 2) : host;
  rest = text.substr(host.size());
  const bool good = !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return brackets ? InIpv6(c) : InHostName(c);
  });
  return good ? host : std::string_view();
}

absl::StatusOr<std::string> ParseHost(std::string_view text) {
  if (text.empty()) return Wrong("a host is missing between, before or after its commas");
  std::string_view rest;
  const std::string_view host = TakeHost(text, rest);
  if (host.empty()) {
    return Wrong(absl::StrCat(
        "'", Text(text), "' is no host name or address; an IPv6 address stands in [brackets]"));
  }
  int port = kDefaultPort;
  if (!rest.empty() && (rest.front() != ':' || !absl::SimpleAtoi(Text(rest.substr(1)), &port) ||
                        port < 1 || port > kMaxPort)) {
    return Wrong(absl::StrCat("'", Text(text), "' has no port from 1 to ", kMaxPort));
  }
  return absl::StrCat(Text(host), ":", port);
}

}  // namespace

std::vector<std::string> Address::Urls() const {
  std::vector<std::string> urls;
  for (const std::string& host : hosts) {
    urls.push_back(absl::StrCat(tls ? "tls://" : "nats://", host));
  }
  return urls;
}

absl::StatusOr<Address> ParseAddress(std::string_view text) {
  constexpr std::string_view kPlain = "nats://";
  constexpr std::string_view kTls = "tls://";
  Address address;
  address.tls = text.substr(0, kTls.size()) == kTls;
  if (!address.tls && text.substr(0, kPlain.size()) != kPlain) {
    return Wrong("it begins with neither nats:// nor tls://");
  }
  text.remove_prefix(address.tls ? kTls.size() : kPlain.size());
  // First, since other errors repeat the text.
  if (text.find('@') != std::string_view::npos) {
    return Wrong(
        "it holds a user name; put user and password into a file and name it by --log-creds");
  }
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return Wrong("the stream's name is missing");
  address.stream = std::string(text.substr(slash + 1));
  if (address.stream.empty() || address.stream.size() > kMaxStreamName ||
      !std::all_of(address.stream.begin(), address.stream.end(), InStream)) {
    return Wrong(absl::StrCat("'", address.stream, "' is no stream name, which has 1 to ",
                              kMaxStreamName, " letters, digits, '-' and '_'"));
  }
  for (absl::string_view host : absl::StrSplit(Text(text.substr(0, slash)), ',')) {
    ASSIGN_OR_RETURN(std::string parsed, ParseHost({host.data(), host.size()}));
    address.hosts.push_back(std::move(parsed));
  }
  if (address.hosts.size() > kMaxHosts) {
    return Wrong(absl::StrCat("it has ", address.hosts.size(), " hosts, and at most ", kMaxHosts,
                              " are allowed"));
  }
  return address;
}

}  // namespace chipline::jetstream
