#include "storage/file_check.h"

#include <string>

#include "rocksdb/metadata.h"
#include "rocksdb/sst_file_reader.h"

namespace chipline::storage {
namespace {

std::filesystem::path PathOf(const rocksdb::LiveFileMetaData& file) {
  // The name starts with a slash.
  return std::filesystem::path(file.db_path) / file.name.substr(file.name.find_first_not_of('/'));
}

bool IsLive(const Rocks& database, const std::filesystem::path& path) {
  for (const auto& file : database.Tables()) {
    if (PathOf(file) == path) return true;
  }
  return false;
}

}  // namespace

FileCheck::FileCheck(std::vector<const Rocks*> databases) {
  for (const Rocks* database : databases) {
    for (const auto& file : database->Tables()) {
      files_.push_back({database, PathOf(file), file.size});
      progress_.total += file.size;
    }
  }
}

bool FileCheck::Step(size_t, std::vector<Finding>& findings) {
  if (next_ == files_.size()) return false;
  const File& file = files_[next_++];
  progress_.done += file.bytes;
  rocksdb::Options options;
  options.env = file.database->env();
  rocksdb::SstFileReader reader(options);
  rocksdb::Status status = reader.Open(file.path.string());
  if (status.ok()) {
    constexpr size_t kReadahead = 2 * 1024 * 1024;
    rocksdb::ReadOptions reading;
    reading.readahead_size = kReadahead;
    status = reader.VerifyChecksum(reading);
  }
  if (!status.ok() && IsLive(*file.database, file.path)) {
    Finding finding{file.path.string(), 0,
                    "the file does not fit its checksums: " + status.ToString()};
    if (status.IsPathNotFound() || status.IsNotFound()) {
      finding.description = "the file is missing";
    } else if (!status.IsCorruption()) {
      finding.description = "the file cannot be read: " + status.ToString();
      finding.unreadable = true;
    }
    findings.push_back(std::move(finding));
  }
  return next_ < files_.size();
}

}  // namespace chipline::storage
