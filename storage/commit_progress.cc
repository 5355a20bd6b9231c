#include "storage/commit_progress.h"

#include <unistd.h>

#include <fstream>
#include <string>

namespace chipline::storage {

int ThisThread() { return ::gettid(); }

bool ThreadWaitsForDisk(int thread) {
  std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
  std::string line;
  std::getline(file, line);
  // The state follows the name. The name is in parentheses and may contain some.
  const size_t end = line.rfind(')');
  return end != std::string::npos && end + 2 < line.size() && line[end + 2] == 'D';
}

}  // namespace chipline::storage
