#ifndef CHIPLINE_STORAGE_FILE_CHECK_H_
#define CHIPLINE_STORAGE_FILE_CHECK_H_

#include <filesystem>
#include <string_view>
#include <vector>

#include "storage/finding.h"
#include "storage/rocks.h"

namespace chipline::storage {

// Checks every table file of the databases: it exists, and its content fits its checksums. One file
// a step. The databases may be in use; files that compaction removes meanwhile are skipped.
class FileCheck final : public Check {
 public:
  explicit FileCheck(std::vector<const Rocks*> databases);

  std::string_view name() const override { return "files"; }
  bool Step(size_t max_bytes, std::vector<Finding>& findings) override;
  CheckProgress progress() const override { return progress_; }
  uint64_t bytes() const override { return progress_.done; }

 private:
  struct File {
    const Rocks* database;
    std::filesystem::path path;
    uint64_t bytes;
  };

  std::vector<File> files_;
  size_t next_ = 0;
  // In bytes.
  CheckProgress progress_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_FILE_CHECK_H_
