#ifndef CHIPLINE_STORAGE_FINDING_H_
#define CHIPLINE_STORAGE_FINDING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

#include "storage/position.h"

namespace chipline::storage {

// Something that is not as it must be.
struct Finding {
  // The file, the key or the row that it is in.
  std::string place;
  // The first position concerned; 0 if it is not about positions.
  Position position = 0;
  // What is wrong, in plain words.
  std::string description;
  // Nothing is wrong: it says what was not looked at, and why.
  bool note = false;
  // It could not be read, which is no proof that it is damaged or gone.
  bool unreadable = false;
};

// What a failed read finds.
inline Finding ReadFinding(std::string place, Position position, const absl::Status& status) {
  return {std::move(place), position, std::string(status.message()), /*note=*/false,
          absl::IsUnavailable(status)};
}

// How far a check is, in units of its own.
struct CheckProgress {
  uint64_t done = 0;
  uint64_t total = 0;
};

// One kind of check of a data directory, made in steps, so that whoever makes it can stop, rest and
// tell in between. Keeps a bounded amount in memory. Not thread-safe; it may move between threads.
// What it looks at must outlive it.
class Check {
 public:
  virtual ~Check() = default;

  // "files", "events", …
  virtual std::string_view name() const = 0;
  // Looks at the next `max_bytes` or so, and adds what it finds. What cannot be read is a finding.
  // False once everything was looked at.
  virtual bool Step(size_t max_bytes, std::vector<Finding>& findings) = 0;
  virtual CheckProgress progress() const = 0;
  // About how much was read so far.
  virtual uint64_t bytes() const = 0;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_FINDING_H_
