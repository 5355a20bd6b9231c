#include "storage/rocks_log.h"

#include <array>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace chipline {
namespace {

// Limit for one run. More would not help anybody.
constexpr size_t kMaxBytes = 1024 * 1024;
constexpr size_t kMaxLine = 4096;

}  // namespace

RocksLog::RocksLog(std::filesystem::path file)
    : Logger(rocksdb::InfoLogLevel::WARN_LEVEL), file_(std::move(file)) {}

void RocksLog::Logv(const char* format, va_list arguments) {
  if (file_.empty()) return;
  std::array<char, kMaxLine> text{};
  if (std::vsnprintf(text.data(), text.size(), format, arguments) < 0) return;
  const std::string line =
      absl::FormatTime(absl::RFC3339_full, absl::Now(), absl::UTCTimeZone()) + " " + text.data();
  const MutexLock lock(mutex_);
  if (written_ >= kMaxBytes) return;
  if (!output_.is_open()) {
    std::error_code none;
    std::filesystem::rename(file_, file_.string() + ".old", none);
    output_.open(file_);
  }
  written_ += line.size() + 1;
  // An earlier write may have failed, and there may be room again.
  output_.clear();
  output_ << line << "\n" << std::flush;
}

}  // namespace chipline
