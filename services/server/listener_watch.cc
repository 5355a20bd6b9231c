#include "services/server/listener_watch.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>

#include "fmt/format.h"
#include "services/rpc/descriptor_limit.h"
#include "services/server/log_line.h"
#include "storage/error.h"

namespace chipline::server {
namespace {

constexpr std::string_view kListening = "0A";

// What a row of the table says, as words: its number, the near end, the far end, the state, the
// queues, two of timers, the user, a timeout, the inode.
using Row = std::array<std::string_view, 10>;

Row ReadRow(std::string_view line) {
  Row row;
  for (std::string_view& word : row) {
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(' ')));
    word = line.substr(0, line.find(' '));
    line.remove_prefix(word.size());
  }
  return row;
}

// What stands behind the last colon, in hexadecimal.
uint64_t AfterColon(std::string_view word) {
  word.remove_prefix(word.rfind(':') + 1);
  uint64_t value = 0;
  std::from_chars(word.data(), word.data() + word.size(), value, 16);
  return value;
}

bool IsOf(const Row& row, int port) { return AfterColon(row[1]) == static_cast<uint64_t>(port); }

// The whole table if a connection to `port` waits, else nothing: listening sockets come first in
// it, and their second queue is of connections to be accepted, so that as a rule a few rows are
// read.
std::string TableIfAnyWaits(const char* path, int port) {
  std::ifstream table(path);
  std::string text;
  std::string line;
  std::getline(table, line);
  bool waits = false;
  while (std::getline(table, line)) {
    const Row row = ReadRow(line);
    waits |= row[3] == kListening && IsOf(row, port) && AfterColon(row[4]) > 0;
    if (row[3] != kListening && !waits) return {};
    text += line + "\n";
  }
  return waits ? text : std::string();
}

}  // namespace

std::set<std::string> WaitingConnections(std::string_view table, int port) {
  std::set<std::string> waiting;
  while (!table.empty()) {
    const std::string_view line = table.substr(0, table.find('\n'));
    table.remove_prefix(std::min(table.size(), line.size() + 1));
    const Row row = ReadRow(line);
    // A socket that no program has yet has no inode. Established, or closed by the far end since.
    const bool connected = row[3] == "01" || row[3] == "08";
    if (connected && IsOf(row, port) && row[9] == "0") waiting.emplace(row[2]);
  }
  return waiting;
}

absl::Status ListenerWatch::Look() {
  // Without one more the table below cannot be read either.
  without_ = DescriptorsLeft() ? 0 : without_ + 1;
  if (without_ >= kLooks) {
    return Error(
        absl::StatusCode::kUnavailable, "NOT_ACCEPTING",
        "there are too many open files, so that no connection is accepted; raise the limit "
        "of open files and start the server again");
  }
  std::set<std::string> waiting;
  for (const char* path : {"/proc/self/net/tcp", "/proc/self/net/tcp6"}) {
    waiting.merge(WaitingConnections(TableIfAnyWaits(path, port_), port_));
  }
  return Look(waiting);
}

absl::Status ListenerWatch::Look(const std::set<std::string>& waiting) {
  std::set<std::string> both;
  std::set_intersection(still_waiting_.begin(), still_waiting_.end(), waiting.begin(),
                        waiting.end(), std::inserter(both, both.end()));
  looks_ = both.empty() ? 0 : looks_ + 1;
  still_waiting_ = both.empty() ? waiting : std::move(both);
  if (looks_ < kLooks) return absl::OkStatus();
  if (looks_ == kLooks) {
    LogLine(LogLevel::kError, "connections are not accepted any more: descriptors ran out",
            {{"waiting", std::to_string(waiting.size())}});
  }
  return Error(absl::StatusCode::kUnavailable, "NOT_ACCEPTING",
               fmt::format("{} connections wait and none is accepted, since descriptors ran out; "
                           "raise the limit of open files and start the server again",
                           waiting.size()));
}

}  // namespace chipline::server
