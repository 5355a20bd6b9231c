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

bool IsLive(rocksdb::DB& database, const std::filesystem::path& path) {
  std::vector<rocksdb::LiveFileMetaData> files;
  database.GetLiveFilesMetaData(&files);
  for (const auto& file : files) {
    if (PathOf(file) == path) return true;
  }
  return false;
}

}  // namespace

FileCheck::FileCheck(std::vector<rocksdb::DB*> databases) {
  for (rocksdb::DB* database : databases) {
    std::vector<rocksdb::LiveFileMetaData> files;
    database->GetLiveFilesMetaData(&files);
    for (const auto& file : files) {
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
  rocksdb::SstFileReader reader(options);
  rocksdb::Status status = reader.Open(file.path.string());
  if (status.ok()) {
    constexpr size_t kReadahead = 2 * 1024 * 1024;
    rocksdb::ReadOptions reading;
    reading.readahead_size = kReadahead;
    status = reader.VerifyChecksum(reading);
  }
  if (!status.ok() && IsLive(*file.database, file.path)) {
    std::error_code ignored;
    findings.push_back(
        {file.path.string(), 0,
         std::filesystem::exists(file.path, ignored)
             ? "the file does not fit its checksums or cannot be read: " + status.ToString()
             : "the file is missing"});
  }
  return next_ < files_.size();
}

}  // namespace chipline::storage
