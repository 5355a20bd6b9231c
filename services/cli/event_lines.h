#ifndef CHIPLINE_SERVICES_CLI_EVENT_LINES_H_
#define CHIPLINE_SERVICES_CLI_EVENT_LINES_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <istream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "chipline/v1/event.pb.h"

namespace chipline::cli {

// Reads one line of text: an Event, or a RecordedEvent as `export` writes it, of which only the
// event is kept. The first key says which. INVALID_ARGUMENT naming `source`, line and column.
absl::StatusOr<v1::Event> ParseEventLine(std::string_view text, std::string_view source,
                                         uint64_t line);

// One line that was parsed.
struct EventLine {
  uint64_t number = 0;
  // The event, or what is wrong with the line.
  absl::StatusOr<v1::Event> event;
};

// Events from a file or standard input, one a line; blank lines are passed over. A file is read
// some lines ahead, which threads share to parse: that is what an import takes its time for. Of
// standard input no line is read before it is asked for. Not thread-safe.
class EventLines {
 public:
  // A line as it was read.
  struct Text {
    uint64_t number;
    std::string bytes;
  };

  // "-" is standard input. NOT_FOUND if the file cannot be opened.
  static absl::StatusOr<EventLines> Open(const std::string& file);

  // The next line; nullopt at the end.
  std::optional<EventLine> Next();

  // Bytes read so far, and in all; 0 if that cannot be known.
  uint64_t bytes_read() const { return bytes_read_; }
  uint64_t total_bytes() const { return total_bytes_; }
  const std::string& name() const { return name_; }

 private:
  EventLines(std::string name, std::unique_ptr<std::istream> owned, std::istream& input,
             uint64_t total_bytes);

  // The next lines, up to so many.
  std::vector<Text> Read(size_t lines);
  // To parsed_.
  void Parse(const std::vector<Text>& texts);
  std::vector<EventLine> ParseGroup(std::span<const Text> texts) const;

  std::string name_;
  // Null for standard input.
  std::unique_ptr<std::istream> owned_;
  std::istream* input_;
  uint64_t total_bytes_;
  uint64_t bytes_read_ = 0;
  uint64_t line_ = 0;
  std::deque<EventLine> parsed_;
};

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_EVENT_LINES_H_
