#ifndef CHIPLINE_TESTS_FAULTS_SCENE_H_
#define CHIPLINE_TESTS_FAULTS_SCENE_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rocksdb/env.h"

#include "services/ingest/rules.h"
#include "storage/log.h"
#include "tests/checker/checker.h"
#include "tests/faults/load.h"

// What tests of faults share: a folder, a log in it, how often and from what seed they run.
namespace chipline::faults {

// A folder that goes with the object.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// An open log with the rules that it was opened with.
struct OpenedLog {
  std::unique_ptr<ingest::NamingRules> rules;
  std::unique_ptr<storage::Log> log;
};
absl::StatusOr<OpenedLog> OpenLog(const std::filesystem::path& directory,
                                  rocksdb::Env* env = nullptr, const Clock* clock = nullptr);

// After a fault: opens the log, sends again what may be in it, lets the readers finish, reads it
// all, and holds everything against the promises. The error says why the log could not be opened or
// read.
absl::StatusOr<checker::Verdict> Judge(Load& load, const std::filesystem::path& directory);
// The same for clients of another process, by what they left.
absl::StatusOr<checker::Verdict> Judge(std::vector<checker::History> histories,
                                       const std::filesystem::path& directory);

// From CHIPLINE_SEED, or a new one. Printed, so that a failure can be had again.
uint64_t Seed();
// How many rounds a test is to run: `usual`, or that many times CHIPLINE_FAULT_ROUNDS.
int Rounds(int usual);

}  // namespace chipline::faults

#endif  // CHIPLINE_TESTS_FAULTS_SCENE_H_
