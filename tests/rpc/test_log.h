#ifndef CHIPLINE_TESTS_RPC_TEST_LOG_H_
#define CHIPLINE_TESTS_RPC_TEST_LOG_H_

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/log.h"

namespace chipline::testing {

// An event as the log sees one: its subject and entities are what the test says.
struct TestEvent {
  std::string id;
  std::string subject;
  // kind/id.
  std::vector<std::string> entities;
  // Bytes of a label, to make it large.
  size_t padding = 0;
};

// Names an event as its TestEvent says.
class TestRules final : public storage::EventRules {
 public:
  absl::StatusOr<storage::EventName> Admit(const storage::v1::SealedEvent& event,
                                           storage::Position position) override;
  void Forget(storage::Position) override {}
  absl::Status Restore(storage::Position, const storage::v1::NameChange&) override {
    return absl::OkStatus();
  }
  std::string_view NameSubjects() const override { return "alias.>"; }
  absl::StatusOr<storage::v1::NameChange> NameChangeIn(std::string_view) const override {
    return storage::v1::NameChange();
  }
};

// A log in a directory of its own, which goes with it. Does not sync. Thread-safe.
class TestLog {
 public:
  TestLog();
  ~TestLog();

  storage::Log& log() { return *log_; }
  const storage::LogReader& reader() const { return log_->reader(); }

  // Appends atomically and waits for it; fails the test if it is refused.
  storage::Outcome Append(const std::vector<TestEvent>& events);
  // One event about `subject` with an id of its own.
  storage::Position AppendOne(std::string subject, std::vector<std::string> entities = {},
                              size_t padding = 0);

 private:
  const std::filesystem::path directory_;
  TestRules rules_;
  std::unique_ptr<storage::Log> log_;
};

}  // namespace chipline::testing

#endif  // CHIPLINE_TESTS_RPC_TEST_LOG_H_
