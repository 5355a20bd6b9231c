#ifndef CHIPLINE_TESTS_FAULTS_RECORDER_H_
#define CHIPLINE_TESTS_FAULTS_RECORDER_H_

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chipline/v1/event_log_service.pb.h"
#include "services/ingest/appender.h"
#include "storage/log.h"
#include "tests/checker/history.h"

namespace chipline::faults {

// Writes down what one client sees, in memory and, if it has a folder, in a file there that holds
// what was added even if this program is killed. Not thread-safe.
class Recorder {
 public:
  explicit Recorder(std::string name, const std::filesystem::path& folder = {});
  Recorder(Recorder&& other) noexcept
      : history_(std::move(other.history_)), file_(std::exchange(other.file_, -1)) {}
  ~Recorder();

  void Add(checker::Entry entry);
  const checker::History& history() const { return history_; }

 private:
  checker::History history_;
  int file_ = -1;
};

// The event of an id that says `content`, which begins with a company and a slash. If the company
// is "bad" the event is one that must be refused.
v1::Event EventOf(const std::string& event_id, const std::string& content);
v1::AppendEventsRequest RequestOf(const checker::Attempt& attempt);
// How an attempt ended, for the attempt's number.
checker::Entry AnswerOf(uint64_t number, const absl::StatusOr<v1::AppendEventsResponse>& answer);
// A chipline.v1.RecordedEvent as readers note it.
checker::SeenEvent SeenOf(std::string_view record);

// Appends and waits.
absl::StatusOr<v1::AppendEventsResponse> AppendNow(ingest::Appender& appender,
                                                   v1::AppendEventsRequest request);

// All that the log holds; stops at what cannot be read and says so.
absl::StatusOr<checker::History> ListAll(const storage::Log& log);
// Sends again every append of unknown outcome, and every `every`th of the acknowledged.
checker::History SendAgain(const std::vector<checker::History>& histories, storage::Log& log,
                           size_t every);

}  // namespace chipline::faults

#endif  // CHIPLINE_TESTS_FAULTS_RECORDER_H_
