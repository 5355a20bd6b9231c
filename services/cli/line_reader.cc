#include "services/cli/line_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace chipline::cli {
namespace {

constexpr size_t kReadBytes = 256 * 1024;

}  // namespace

absl::StatusOr<LineReader> LineReader::Open(const std::string& file) {
  const bool standard_input = file == "-";
  const int descriptor =
      standard_input ? STDIN_FILENO : open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (descriptor < 0) {
    return absl::NotFoundError(fmt::format("{}: cannot be opened: {}", file, std::strerror(errno)));
  }
  struct stat found {};
  const bool known = fstat(descriptor, &found) == 0;
  const bool regular = known && S_ISREG(found.st_mode);
  LineReader reader(standard_input ? "standard input" : file, descriptor,
                    regular && !standard_input ? static_cast<uint64_t>(found.st_size) : 0);
  if (known && S_ISDIR(found.st_mode)) {
    return absl::InvalidArgumentError(
        fmt::format("{}: is a directory; name a file in it", reader.name()));
  }
  return reader;
}

LineReader::LineReader(std::string name, int descriptor, uint64_t total_bytes)
    : name_(std::move(name)), descriptor_(descriptor), total_bytes_(total_bytes) {}

LineReader::LineReader(LineReader&& other) noexcept
    : name_(std::move(other.name_)),
      descriptor_(std::exchange(other.descriptor_, STDIN_FILENO)),
      total_bytes_(other.total_bytes_),
      bytes_read_(other.bytes_read_),
      number_(other.number_),
      buffer_(std::move(other.buffer_)),
      used_(other.used_),
      status_(std::move(other.status_)) {}

LineReader::~LineReader() {
  if (descriptor_ != STDIN_FILENO) close(descriptor_);
}

bool LineReader::Fill() {
  if (!status_.ok()) return false;
  buffer_.resize(kReadBytes);
  used_ = 0;
  ssize_t got = 0;
  do {
    got = read(descriptor_, buffer_.data(), buffer_.size());
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    status_ = absl::FailedPreconditionError(
        fmt::format("{}: cannot be read after line {}: {}", name_, number_, std::strerror(errno)));
  }
  buffer_.resize(static_cast<size_t>(std::max<ssize_t>(got, 0)));
  return got > 0;
}

void LineReader::Add(std::string& line, const char* bytes, size_t size, bool& too_long) {
  const size_t room = kMaxLineBytes - line.size();
  too_long = too_long || size > room;
  line.append(bytes, std::min(size, room));
}

std::optional<TextLine> LineReader::Next() {
  TextLine line;
  bool any = false;
  while (used_ < buffer_.size() || Fill()) {
    any = true;
    const char* from = buffer_.data() + used_;
    const size_t left = buffer_.size() - used_;
    const auto* end = static_cast<const char*>(std::memchr(from, '\n', left));
    const size_t size = end == nullptr ? left : static_cast<size_t>(end - from);
    Add(line.bytes, from, size, line.too_long);
    const size_t taken = end == nullptr ? size : size + 1;
    used_ += taken;
    bytes_read_ += taken;
    if (end != nullptr) break;
  }
  // What stands before the place where reading failed is no line.
  if (!any || !status_.ok()) return std::nullopt;
  line.number = ++number_;
  return line;
}

}  // namespace chipline::cli
