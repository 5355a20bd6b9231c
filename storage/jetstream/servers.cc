#include "storage/jetstream/servers.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "storage/error.h"
#include "storage/jetstream/fetch.h"
#include "storage/jetstream/json.h"
#include "storage/mutex.h"
#include "storage/status_macros.h"

namespace chipline::jetstream {
namespace {

// From a greeting, or from /varz or the system account; the latter two have "jetstream" as an
// object.
ServerFacts FactsOf(const rapidjson::Value& json) {
  ServerFacts facts;
  facts.id = TextOf(json, "server_id");
  facts.name = TextOf(json, "server_name");
  facts.version = TextOf(json, "version");
  facts.max_payload = IntegerOf(json, "max_payload");
  const rapidjson::Value& config = MemberOf(MemberOf(json, "jetstream"), "config");
  // False flags are left out. From 2.10 on the interval shows that the flag is known.
  if (HasMember(config, "sync_interval")) facts.sync_always = FlagOf(config, "sync_always");
  return facts;
}

absl::StatusOr<ServerFacts> ReadFacts(absl::StatusOr<std::string> text, const std::string& from) {
  RETURN_IF_ERROR(text.status());
  ASSIGN_OR_RETURN(const rapidjson::Document json, ParseJson(*text, from));
  ServerFacts facts = FactsOf(json);
  if (facts.id.empty() || facts.version.empty()) {
    return absl::UnavailableError(absl::StrCat(from, " is no nats-server, or says no version"));
  }
  return facts;
}

void Note(absl::StatusOr<ServerFacts> facts, ServersSeen& seen) {
  if (!facts.ok()) {
    seen.silent.push_back(facts.status());
    return;
  }
  ServersSeen one;
  one.servers.push_back(*std::move(facts));
  Merge(one, seen);
}

absl::StatusOr<std::string> Greeting(const std::string& url, absl::Duration timeout) {
  ASSIGN_OR_RETURN(std::string line, ReadFirstLine(url, timeout));
  absl::string_view text = line;
  if (!absl::ConsumePrefix(&text, "INFO ")) {
    return absl::UnavailableError(absl::StrCat(url, " greets as no nats-server does"));
  }
  return std::string(text);
}

// {2, 10, 27}. A part that cannot be read is 0, and so older than all.
std::vector<int> NumbersOf(const std::string& version) {
  std::vector<int> numbers;
  for (absl::string_view part : absl::StrSplit(version, absl::ByAnyChar(".-+"))) {
    int number = 0;
    numbers.push_back(absl::SimpleAtoi(part, &number) ? number : 0);
    if (numbers.size() == 3) break;
  }
  return numbers;
}

std::string FaultsOf(const ServerFacts& server, const ServerRequirements& required) {
  std::vector<std::string> faults;
  if (NumbersOf(server.version) < NumbersOf(required.oldest_version)) {
    faults.push_back(absl::StrCat("its version is ", server.version, " and must be ",
                                  required.oldest_version, " or later"));
  }
  if (server.max_payload < required.max_payload) {
    faults.push_back(absl::StrCat("max_payload is ", server.max_payload, " and must be at least ",
                                  required.max_payload, " (set max_payload: 8MB)"));
  }
  if (required.synced && server.sync_always != true) {
    faults.push_back(absl::StrCat(
        server.sync_always ? "it acknowledges before it syncs"
                           : "it does not say whether it syncs before it acknowledges (give its "
                             "monitor's address or the system account)",
        "; set sync_interval: always in its jetstream block"));
  }
  if (faults.empty()) return "";
  return absl::StrCat("nats-server ", server.name, ": ", absl::StrJoin(faults, ", "));
}

}  // namespace

void Merge(const ServersSeen& more, ServersSeen& seen) {
  for (const ServerFacts& facts : more.servers) {
    const auto same = std::find_if(seen.servers.begin(), seen.servers.end(),
                                   [&](const ServerFacts& known) { return known.id == facts.id; });
    if (same == seen.servers.end()) {
      seen.servers.push_back(facts);
    } else if (facts.sync_always) {
      same->sync_always = facts.sync_always;
    }
  }
  seen.silent.insert(seen.silent.end(), more.silent.begin(), more.silent.end());
}

ServersSeen AskGreetings(const Connection& connection, absl::Duration timeout) {
  ServersSeen seen;
  for (const std::string& url : connection.servers()) {
    Note(ReadFacts(Greeting(url, timeout), url), seen);
  }
  return seen;
}

ServersSeen AskMonitors(const std::vector<std::string>& urls, absl::Duration timeout) {
  ServersSeen seen;
  for (const std::string& url : urls) {
    Note(ReadFacts(HttpGet(url, "/varz", timeout), url), seen);
  }
  return seen;
}

absl::Status CheckServers(const std::vector<ServerFacts>& servers,
                          const ServerRequirements& required) {
  std::vector<std::string> faults;
  for (const ServerFacts& server : servers) {
    std::string fault = FaultsOf(server, required);
    if (!fault.empty()) faults.push_back(std::move(fault));
  }
  if (faults.empty()) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, "SERVER_UNFIT", absl::StrJoin(faults, "; "));
}

std::optional<bool> SyncVerified(const std::vector<ServerFacts>& servers) {
  std::optional<bool> all = true;
  for (const ServerFacts& server : servers) {
    if (server.sync_always == false) return false;
    if (!server.sync_always) all.reset();
  }
  return servers.empty() ? std::nullopt : all;
}

}  // namespace chipline::jetstream
