#include "tests/rpc/test_log.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <utility>

#include "gtest/gtest.h"

#include "chipline/v1/event.pb.h"
#include "fmt/format.h"

namespace chipline::testing {
namespace {

std::filesystem::path NewDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "chipline-test-XXXXXX").string();
  EXPECT_NE(mkdtemp(pattern.data()), nullptr);
  return pattern;
}

storage::v1::SealedEvent Seal(const TestEvent& event) {
  v1::Event body;
  body.set_event_id(event.id);
  body.mutable_claim_notice()->set_text("about " + event.subject);
  if (event.padding > 0) {
    v1::Label& label = *body.add_labels();
    label.set_key("padding");
    label.set_value(std::string(event.padding, 'x'));
  }
  storage::v1::SealedEvent sealed;
  sealed.set_event(body.SerializeAsString());
  sealed.set_event_id(event.id);
  sealed.mutable_naming()->add_subject()->set_literal(event.subject);
  for (const std::string& entity : event.entities) {
    sealed.mutable_naming()->add_mentions()->set_id(entity);
  }
  return sealed;
}

}  // namespace

absl::StatusOr<storage::EventName> TestRules::Admit(const storage::v1::SealedEvent& event,
                                                    storage::Position) {
  storage::EventName name;
  name.subject = event.naming().subject(0).literal();
  for (const auto& mention : event.naming().mentions()) name.entities.push_back(mention.id());
  std::sort(name.entities.begin(), name.entities.end());
  return name;
}

TestLog::TestLog() : directory_(NewDirectory()) {
  storage::LogOptions options;
  options.directory = directory_ / "log";
  options.sync = false;
  auto log = storage::Log::Open(options, rules_);
  EXPECT_TRUE(log.ok()) << log.status();
  log_ = *std::move(log);
}

TestLog::~TestLog() {
  log_.reset();
  std::filesystem::remove_all(directory_);
}

storage::Outcome TestLog::Append(const std::vector<TestEvent>& events) {
  storage::v1::Command command;
  for (const TestEvent& event : events) {
    *command.mutable_append()->add_events() = Seal(event);
  }
  std::promise<storage::Outcome> outcome;
  const absl::Status submitted =
      log_->Submit(std::move(command),
                   [&outcome](storage::Outcome result) { outcome.set_value(std::move(result)); });
  EXPECT_TRUE(submitted.ok()) << submitted;
  if (!submitted.ok()) return {submitted, {}, {}, 0};
  storage::Outcome result = outcome.get_future().get();
  EXPECT_TRUE(result.status.ok()) << result.status;
  return result;
}

storage::Position TestLog::AppendOne(std::string subject, std::vector<std::string> entities,
                                     size_t padding) {
  static std::atomic<int> number{0};
  const storage::Outcome outcome =
      Append({{fmt::format("one-{}", ++number), std::move(subject), std::move(entities), padding}});
  return outcome.events.empty() ? 0 : outcome.events.front().position;
}

}  // namespace chipline::testing
