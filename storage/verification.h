#ifndef CHIPLINE_STORAGE_VERIFICATION_H_
#define CHIPLINE_STORAGE_VERIFICATION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/finding.h"
#include "storage/index_store.h"

namespace chipline::storage {

class Log;
class StoppedLog;

// A finding, and the check that found it.
struct CheckedFinding {
  std::string check;
  Finding finding;
};

// How far a verification is.
struct VerificationProgress {
  // The check that is being made; empty at the end.
  std::string_view check;
  CheckProgress of_check;
  // 0 to 1, over all checks, each counted alike.
  double fraction = 0;
};

// Several checks, one after another, in steps. Each tells its first findings and only counts the
// others. Not thread-safe; it may move between threads.
class Verification {
 public:
  // How many findings each check tells.
  static constexpr uint64_t kMaxTold = 200;

  explicit Verification(std::vector<std::unique_ptr<Check>> checks) : checks_(std::move(checks)) {}

  // Does a step of about so many bytes; adds what is to be told. False once all is done.
  bool Step(size_t max_bytes, std::vector<CheckedFinding>& findings);

  VerificationProgress progress() const;
  // Told or not, without notes.
  uint64_t findings() const { return findings_; }
  // Those of them that say only that something could not be read.
  uint64_t unreadable() const { return unreadable_; }
  // About how much was read so far.
  uint64_t bytes() const;

 private:
  const std::vector<std::unique_ptr<Check>> checks_;
  size_t current_ = 0;
  uint64_t told_ = 0;
  uint64_t findings_ = 0;
  uint64_t unreadable_ = 0;
};

// A check that finds what is known already.
std::unique_ptr<Check> Known(std::string_view name, std::vector<Finding> findings);

// Files, events and index of a log that is being served, up to where it ends now. It must outlive
// them.
std::vector<std::unique_ptr<Check>> ChecksOf(const Log& log);
// The same of one that is not. What cannot be opened is a finding.
std::vector<std::unique_ptr<Check>> ChecksOf(const StoppedLog& log);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_VERIFICATION_H_
