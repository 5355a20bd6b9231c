#ifndef CHIPLINE_SERVICES_CLI_LINE_READER_H_
#define CHIPLINE_SERVICES_CLI_LINE_READER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chipline::cli {

// The longest line that is kept. An event has at most limits::kMaxEventBytes, of which JSON makes
// six times as many where each byte has to be escaped.
inline constexpr size_t kMaxLineBytes = 4 * 1024 * 1024;

// One line, without its end.
struct TextLine {
  // From 1.
  uint64_t number = 0;
  std::string bytes;
  // Longer than kMaxLineBytes, so that only its beginning was kept.
  bool too_long = false;
};

// The lines of a file or of standard input, by the system's own read(), since std::istream says no
// more of an error than that there was one. Reads no more at a time than there is. Not thread-safe.
class LineReader {
 public:
  // "-" is standard input. NOT_FOUND if the file cannot be opened, INVALID_ARGUMENT if it is a
  // directory.
  static absl::StatusOr<LineReader> Open(const std::string& file);
  ~LineReader();
  LineReader(LineReader&& other) noexcept;
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;
  LineReader& operator=(LineReader&&) = delete;

  // The next line; nullopt at the end, or where reading failed: see status().
  std::optional<TextLine> Next();

  // FAILED_PRECONDITION with the system's words once reading has failed.
  const absl::Status& status() const { return status_; }
  // "standard input" where that is read.
  const std::string& name() const { return name_; }
  // Bytes given out, and in all; 0 if that cannot be known.
  uint64_t bytes_read() const { return bytes_read_; }
  uint64_t total_bytes() const { return total_bytes_; }

 private:
  LineReader(std::string name, int descriptor, uint64_t total_bytes);

  // More of the file into the buffer; false at the end and where reading failed.
  bool Fill();
  // Adds to the line, as far as there is room in it.
  static void Add(std::string& line, const char* bytes, size_t size, bool& too_long);

  std::string name_;
  int descriptor_;
  uint64_t total_bytes_;
  uint64_t bytes_read_ = 0;
  uint64_t number_ = 0;
  std::string buffer_;
  size_t used_ = 0;
  absl::Status status_;
};

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_LINE_READER_H_
