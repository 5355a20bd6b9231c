#ifndef CHIPLINE_TESTS_CHECKER_HISTORY_H_
#define CHIPLINE_TESTS_CHECKER_HISTORY_H_

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "tests/checker/history.pb.h"

namespace chipline::checker {

// What one client saw, in order.
struct History {
  // Whose it is; for evidence.
  std::string name;
  std::vector<Entry> entries;
};

// The line of an entry, with its newline.
std::string ToLine(const Entry& entry);

// Reads a file of such lines; it gives the history its name. A last line without a newline is left
// out: its writer was killed. INVALID_ARGUMENT, naming the line, if another is not an Entry;
// NOT_FOUND if there is no such file.
absl::StatusOr<History> ReadHistory(const std::filesystem::path& path);

}  // namespace chipline::checker

#endif  // CHIPLINE_TESTS_CHECKER_HISTORY_H_
