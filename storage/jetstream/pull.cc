#include "storage/jetstream/pull.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace chipline::jetstream {
namespace {

absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

std::optional<Origin> ParseOrigin(std::string_view reply) {
  constexpr size_t kShort = 9;
  constexpr size_t kWithDomain = 11;
  const std::vector<absl::string_view> tokens = absl::StrSplit(ToAbsl(reply), '.');
  if (tokens.size() < kShort || tokens[0] != "$JS" || tokens[1] != "ACK") return std::nullopt;
  // The position of the stream's name.
  const size_t at = tokens.size() >= kWithDomain ? 4 : 2;
  Origin origin;
  origin.consumer = {tokens[at + 1].data(), tokens[at + 1].size()};
  int64_t nanoseconds = 0;
  if (!absl::SimpleAtoi(tokens[at + 3], &origin.stream_sequence) ||
      !absl::SimpleAtoi(tokens[at + 4], &origin.consumer_sequence) ||
      !absl::SimpleAtoi(tokens[at + 5], &nanoseconds)) {
    return std::nullopt;
  }
  origin.time = absl::FromUnixNanos(nanoseconds);
  return origin;
}

// None of the names needs escaping: ParseAddress allows only letters, digits, '-' and '_'.
std::string ConsumerJson(const std::string& stream, const std::string& name, uint64_t from,
                         absl::Duration inactive_threshold) {
  return absl::StrCat("{\"stream_name\":\"", stream, "\",\"config\":{\"name\":\"", name,
                      "\",\"deliver_policy\":\"by_start_sequence\",\"opt_start_seq\":", from,
                      ",\"ack_policy\":\"none\",\"replay_policy\":\"instant\",\"mem_storage\":true,"
                      "\"num_replicas\":1,\"inactive_threshold\":",
                      absl::ToInt64Nanoseconds(inactive_threshold), "}}");
}

std::string PullJson(int batch, size_t max_bytes, absl::Duration expires,
                     absl::Duration heartbeat) {
  return absl::StrCat("{\"batch\":", batch, ",\"max_bytes\":", max_bytes,
                      ",\"expires\":", absl::ToInt64Nanoseconds(expires),
                      ",\"idle_heartbeat\":", absl::ToInt64Nanoseconds(heartbeat), "}");
}

PullStatus PullStatusOf(std::string_view status, std::string_view description) {
  if (status == "100") return PullStatus::kHeartbeat;
  // 404: no messages; 408: its time is over.
  if (status == "404" || status == "408") return PullStatus::kRequestEnded;
  if (status == "409") {
    if (absl::StrContains(ToAbsl(description), "MaxBytes")) return PullStatus::kTooLarge;
    if (absl::StrContains(ToAbsl(description), "Batch Completed")) return PullStatus::kRequestEnded;
  }
  return PullStatus::kConsumerLost;
}

}  // namespace chipline::jetstream
