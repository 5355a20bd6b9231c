#ifndef CHIPLINE_SERVICES_CLI_EVENT_LINES_H_
#define CHIPLINE_SERVICES_CLI_EVENT_LINES_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "chipline/v1/event.pb.h"
#include "services/cli/line_reader.h"

namespace chipline::cli {

// Reads one line of text: an Event, or a RecordedEvent as `export` writes it, of which only the
// event is kept. The first key says which. INVALID_ARGUMENT naming `source`, line and column, also
// for an event of more than limits::kMaxEventBytes.
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
  // "-" is standard input. NOT_FOUND if the file cannot be opened, INVALID_ARGUMENT if it is a
  // directory.
  static absl::StatusOr<EventLines> Open(const std::string& file);

  // The next line; nullopt at the end, or where reading failed: see status().
  std::optional<EventLine> Next();

  // FAILED_PRECONDITION, with the last line that was read, once reading has failed.
  const absl::Status& status() const { return reader_.status(); }
  // Bytes read so far, and in all; 0 if that cannot be known.
  uint64_t bytes_read() const { return reader_.bytes_read(); }
  uint64_t total_bytes() const { return reader_.total_bytes(); }
  const std::string& name() const { return reader_.name(); }

 private:
  explicit EventLines(LineReader reader) : reader_(std::move(reader)) {}

  // The next lines that are not blank, up to so many.
  std::vector<TextLine> Read(size_t lines);
  // To parsed_.
  void Parse(const std::vector<TextLine>& texts);
  std::vector<EventLine> ParseGroup(std::span<const TextLine> texts) const;

  LineReader reader_;
  std::deque<EventLine> parsed_;
};

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_EVENT_LINES_H_
