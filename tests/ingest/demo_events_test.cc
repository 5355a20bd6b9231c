#include <fstream>
#include <string>

#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"

#include "services/ingest/rules.h"
#include "tests/ingest/test_events.h"

namespace chipline::ingest {
namespace {

// The events that a newcomer imports first are all taken, one append each, and their names agree.
TEST(DemoEventsTest, AllOfThemAreTaken) {
  std::ifstream file("deploy/demo/events.ndjson");
  ASSERT_TRUE(file.is_open());
  NamingRules rules;
  uint64_t position = 0;
  for (std::string line; std::getline(file, line);) {
    v1::Event event;
    const auto parsed = google::protobuf::util::JsonStringToMessage(line, &event);
    ASSERT_TRUE(parsed.ok()) << line << parsed.ToString();
    const auto append = SealOne(event);
    ASSERT_TRUE(append.ok()) << event.event_id() << ": " << append.status();
    const auto name = rules.Admit(append->events(0), ++position);
    ASSERT_TRUE(name.ok()) << event.event_id() << ": " << name.status();
    EXPECT_EQ(name->subject.find(".x-"),
              name->subject.starts_with("order.") || name->subject.starts_with("notice.")
                  ? name->subject.find(".x-")
                  : std::string::npos)
        << event.event_id() << " names something that no alias covers: " << name->subject;
  }
  EXPECT_GE(position, 47u);
}

}  // namespace
}  // namespace chipline::ingest
