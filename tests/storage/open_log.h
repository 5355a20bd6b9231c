#ifndef CHIPLINE_TESTS_STORAGE_OPEN_LOG_H_
#define CHIPLINE_TESTS_STORAGE_OPEN_LOG_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "chipline/v1/event.pb.h"
#include "storage/log.h"
#include "storage/record.h"

// A real log in a fresh directory, and short ways to say what tests do with it.
namespace chipline::storage::testing {

// A directory that goes with the object.
class TempDirectory {
 public:
  TempDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "chipline-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TempDirectory() { std::filesystem::remove_all(path_); }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A clock that moves when told to.
class ManualClock final : public Clock {
 public:
  absl::Time Now() const override { return now; }
  absl::Time now = absl::FromUnixSeconds(1'700'000'000);
};

// Rules without a domain: the subject and the entities are those that the command states.
class LiteralRules final : public EventRules {
 public:
  absl::StatusOr<EventName> Admit(const v1::SealedEvent& event, Position position) override {
    if (event.event_id() == refused_id) return absl::AlreadyExistsError("refused by the rules");
    admitted.push_back(position);
    EventName name;
    for (const auto& token : event.naming().subject()) {
      if (!name.subject.empty()) name.subject += '.';
      name.subject += token.literal();
    }
    for (const auto& mention : event.naming().mentions()) name.entities.push_back(mention.id());
    return name;
  }
  void Forget(Position position) override {
    while (!admitted.empty() && admitted.back() >= position) admitted.pop_back();
  }
  absl::Status Restore(Position position, const v1::NameChange& change) override {
    restored.push_back(position);
    restored_keys.push_back(change.fold_key());
    return absl::OkStatus();
  }
  std::string_view NameSubjects() const override { return "alias.>"; }
  absl::StatusOr<v1::NameChange> NameChangeIn(std::string_view recorded_event) const override {
    chipline::v1::RecordedEvent event;
    if (!event.ParseFromArray(recorded_event.data(), static_cast<int>(recorded_event.size()))) {
      return absl::DataLossError("not an event");
    }
    v1::NameChange change;
    change.set_fold_key("found again: " + event.event().event_id());
    return change;
  }

  std::string refused_id;
  std::vector<Position> admitted;
  std::vector<Position> restored;
  std::vector<std::string> restored_keys;
};

// An event with an id and a text, on a subject, naming sorted entities. One on alias.> changes a
// name.
inline v1::SealedEvent Sealed(const std::string& event_id, const std::string& subject,
                              const std::string& text = "",
                              const std::vector<std::string>& entities = {}) {
  chipline::v1::Event event;
  event.set_event_id(event_id);
  event.mutable_claim_notice()->set_text(text);
  v1::SealedEvent sealed;
  sealed.set_event(event.SerializeAsString());
  sealed.set_event_id(event_id);
  std::string token;
  for (const char c : subject + ".") {
    if (c != '.') {
      token += c;
      continue;
    }
    sealed.mutable_naming()->add_subject()->set_literal(token);
    token.clear();
  }
  if (subject.starts_with("alias.")) {
    sealed.mutable_naming()->mutable_name_change()->set_fold_key(event_id);
  }
  for (const std::string& entity : entities) {
    sealed.mutable_naming()->add_mentions()->set_id(entity);
  }
  return sealed;
}

inline v1::Command AppendCommand(const std::vector<v1::SealedEvent>& events) {
  v1::Command command;
  for (const v1::SealedEvent& event : events) *command.mutable_append()->add_events() = event;
  return command;
}

// Submits and waits for the outcome.
inline Outcome Submit(Log& log, v1::Command command) {
  std::promise<Outcome> promise;
  const absl::Status status = log.Submit(
      std::move(command), [&](Outcome outcome) { promise.set_value(std::move(outcome)); });
  if (!status.ok()) {
    Outcome refused;
    refused.status = status;
    return refused;
  }
  return promise.get_future().get();
}

inline Outcome Append(Log& log, const std::vector<v1::SealedEvent>& events) {
  return Submit(log, AppendCommand(events));
}

// The events of a batch, parsed.
inline std::vector<chipline::v1::RecordedEvent> EventsOf(const Batch& batch) {
  std::vector<chipline::v1::RecordedEvent> events;
  for (const BlockSlice& slice : batch.slices) {
    const absl::Status status = ForEachRecord(slice.bytes, [&](std::string_view record) {
      chipline::v1::RecordedEvent event;
      EXPECT_TRUE(event.ParseFromArray(record.data(), static_cast<int>(record.size())));
      events.push_back(std::move(event));
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
  }
  return events;
}

// Everything that a cursor sees up to the head.
inline std::vector<chipline::v1::RecordedEvent> ReadAll(const Log& log, Filter filter = {},
                                                        Position after = 0,
                                                        size_t max_bytes = 1 << 20) {
  std::vector<chipline::v1::RecordedEvent> all;
  Cursor cursor(log.reader(), std::move(filter), after);
  while (cursor.position() < log.reader().head()) {
    const auto batch = cursor.Next(max_bytes);
    EXPECT_TRUE(batch.ok()) << batch.status();
    if (!batch.ok()) break;
    for (auto& event : EventsOf(*batch)) all.push_back(std::move(event));
  }
  return all;
}

inline Filter SubjectFilter(const std::string& pattern) {
  return Filter{{Clause{{pattern}, {}}}, {}};
}

inline Filter EntityFilter(const std::string& entity) { return Filter{{Clause{{}, {entity}}}, {}}; }

// A log in a directory of its own, which tests may close and open again.
class LogTest : public ::testing::Test {
 protected:
  void SetUp() override { Open(); }

  void Open() {
    auto opened = TryOpen();
    ASSERT_TRUE(opened.ok()) << opened.status();
    log = *std::move(opened);
  }
  absl::StatusOr<std::unique_ptr<Log>> TryOpen() {
    rules = LiteralRules();
    LogOptions options;
    options.directory = directory.path();
    options.clock = &clock;
    return Log::Open(options, rules);
  }
  void Reopen() {
    log.reset();
    Open();
  }

  TempDirectory directory;
  ManualClock clock;
  LiteralRules rules;
  std::unique_ptr<Log> log;
};

}  // namespace chipline::storage::testing

#endif  // CHIPLINE_TESTS_STORAGE_OPEN_LOG_H_
