#include "services/ingest/seal.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

#include "fmt/format.h"
#include "storage/error.h"
#include "storage/limits.h"
#include "tests/ingest/test_events.h"

namespace chipline::ingest {
namespace {

using testing::HasSubstr;

// The event as it is sealed, with a text that brings it to just so many bytes. The text must come
// out between 128 and 4,000 bytes for that.
v1::Event OfSize(const v1::Event& event, size_t bytes, std::string* (*text)(v1::Event&)) {
  v1::Event sized;
  EXPECT_TRUE(sized.ParseFromString(Sealed(event).event()));
  text(sized)->assign(2000, 'x');
  const size_t now = sized.ByteSizeLong();
  text(sized)->assign(2000 + bytes - now, 'x');
  EXPECT_EQ(sized.ByteSizeLong(), bytes);
  return sized;
}

std::string* ScopeOfUsage(v1::Event& event) {
  return event.mutable_usage_report()->mutable_scope_text();
}
std::string* PurposeOfRule(v1::Event& event) {
  return event.mutable_export_rule_change()->mutable_purpose();
}

// Near the largest event that the bounds of its fields allow.
v1::Event LargeRule() {
  v1::Event event = Rule();
  const std::string text(4000, 'x');
  v1::Source& source = *event.mutable_source();
  source.mutable_hops(0)->set_verbatim(text);
  source.mutable_hops(0)->set_url(std::string(2048, 'x'));
  source.mutable_hops(1)->set_relation(v1::HOP_RELATION_QUOTES);
  while (source.hops_size() < 16) *source.add_hops() = source.hops(0);
  event.mutable_labels(0)->set_value(std::string(1024, 'x'));
  while (event.labels_size() < 32) *event.add_labels() = event.labels(0);
  v1::ExportRuleChange& rule = *event.mutable_export_rule_change();
  while (rule.conditions_size() < 16) rule.add_conditions(text);
  rule.set_scope_text(text);
  rule.set_performance_threshold(text);
  for (auto* names : {rule.mutable_chips(), rule.mutable_chips_except(), rule.mutable_buyers(),
                      rule.mutable_destinations(), rule.mutable_destinations_except()}) {
    for (int i = 0; names->size() < 64; ++i) {
      if (event.ByteSizeLong() > limits::kMaxEventBytes - 4000) return event;
      names->Add()->set_mention(std::string(240, 'x') + std::to_string(i));
    }
  }
  return event;
}

std::vector<v1::Event> ManyUsages(int count, size_t bytes_each) {
  std::vector<v1::Event> events;
  for (int i = 0; i < count; ++i) {
    v1::Event event = Usage();
    event.set_event_id(fmt::format("usage-{}", 100'000 + i));
    events.push_back(bytes_each == 0 ? event : OfSize(event, bytes_each, ScopeOfUsage));
  }
  return events;
}

TEST(SealTest, AnAppendKeepsItsOrder) {
  const auto append = Seal(RequestOf(AllEvents()));
  ASSERT_TRUE(append.ok()) << append.status();
  ASSERT_EQ(append->events_size(), 8);
  for (int i = 0; i < 8; ++i) {
    const storage::v1::SealedEvent& sealed = append->events(i);
    EXPECT_EQ(sealed.event_id(), AllEvents()[static_cast<size_t>(i)].event_id());
    v1::Event event;
    ASSERT_TRUE(event.ParseFromString(sealed.event()));
    EXPECT_EQ(event.event_id(), sealed.event_id());
  }
  EXPECT_FALSE(append->validate_only());
}

TEST(SealTest, PreconditionsAndTheirFlagAreTakenOver) {
  v1::AppendEventsRequest request = RequestOf({Usage()});
  request.set_validate_only(true);
  request.add_preconditions()->set_subject("capex.alibaba+baidu");
  request.mutable_preconditions(0)->set_expected_revision(7);
  const auto append = Seal(std::move(request));
  ASSERT_TRUE(append.ok());
  EXPECT_TRUE(append->validate_only());
  ASSERT_EQ(append->preconditions_size(), 1);
  EXPECT_EQ(append->preconditions(0).subject(), "capex.alibaba+baidu");
  EXPECT_EQ(append->preconditions(0).expected_revision(), 7u);
}

TEST(SealTest, AnEmptyAppendIsRefused) {
  const auto violations = ViolationsOf(Seal(v1::AppendEventsRequest()).status());
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "events");
  EXPECT_THAT(violations[0].description, HasSubstr("is empty; 1 to 4096"));
}

TEST(SealTest, AnEventMayHave262144BytesAndNotOneMore) {
  const v1::Event large = LargeRule();
  const auto fits = SealOne(OfSize(large, limits::kMaxEventBytes, PurposeOfRule));
  ASSERT_TRUE(fits.ok()) << fits.status();
  EXPECT_EQ(fits->events(0).event().size(), limits::kMaxEventBytes);
  const auto violations =
      ViolationsOf(SealOne(OfSize(large, limits::kMaxEventBytes + 1, PurposeOfRule)).status());
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "events[0]");
  EXPECT_THAT(violations[0].description, HasSubstr("is 262145 bytes; an event has at most 262144"));
}

TEST(SealTest, AnAppendMayHave1000000BytesAndNotOneMore) {
  std::vector<v1::Event> events = ManyUsages(400, 2500);
  EXPECT_TRUE(Seal(RequestOf(events)).ok());
  events.back() = OfSize(events.back(), 2501, ScopeOfUsage);
  const auto violations = ViolationsOf(Seal(RequestOf(events)).status());
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "events");
  EXPECT_THAT(violations[0].description, HasSubstr("are 1000001 bytes together"));
}

TEST(SealTest, NamesThatGrowAsTheyAreFoldedCount) {
  // A ligature of eighteen letters in three bytes.
  std::string name;
  for (int i = 0; i < 60; ++i) name += "\uFDFA";
  std::vector<v1::Event> events = ManyUsages(1000, 0);
  for (v1::Event& event : events) {
    event.clear_source();
    event.mutable_usage_report()->mutable_company()->set_mention(name + event.event_id());
  }
  ASSERT_LT(RequestOf(events).ByteSizeLong(), limits::kMaxAppendBytes);
  const auto violations = ViolationsOf(Seal(RequestOf(events)).status());
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "events[0]");
  EXPECT_THAT(violations[0].description,
              HasSubstr("with all of its names folded, and has at most"));
  events.resize(500);
  EXPECT_TRUE(Seal(RequestOf(events)).ok());
}

TEST(SealTest, AnAppendMayHave4096EventsAndNotOneMore) {
  std::vector<v1::Event> events = ManyUsages(4096, 0);
  for (v1::Event& event : events) event.clear_source();
  EXPECT_TRUE(Seal(RequestOf(events)).ok());
  events.push_back(Supply());
  const auto violations = ViolationsOf(Seal(RequestOf(events)).status());
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "events");
  EXPECT_THAT(violations[0].description, HasSubstr("has 4097 values; at most 4096"));
}

TEST(SealTest, AnIdTwiceInAnAppendIsRefused) {
  const auto violations = ViolationsOf(Seal(RequestOf({Usage(), Supply(), Usage()})).status());
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "events[2].event_id");
  EXPECT_THAT(violations[0].description, HasSubstr("as is events[0].event_id"));
}

TEST(SealTest, TheSameEventTwiceWithoutAnIdIsRefused) {
  v1::Event event = Usage();
  event.clear_event_id();
  const auto violations = ViolationsOf(Seal(RequestOf({event, event})).status());
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "events[1].event_id");
}

TEST(SealTest, BadPreconditionsAreRefused) {
  v1::AppendEventsRequest request = RequestOf({Usage()});
  request.add_preconditions()->set_subject("capex.bytedance");
  request.add_preconditions();
  request.add_preconditions()->set_subject("capex.*");
  request.add_preconditions()->set_subject("capex.bytedance");
  const auto violations = ViolationsOf(Seal(std::move(request)).status());
  ASSERT_EQ(violations.size(), 3u);
  EXPECT_EQ(violations[0].field, "preconditions[1].subject");
  EXPECT_EQ(violations[1].field, "preconditions[2].subject");
  EXPECT_THAT(violations[1].description, HasSubstr("is \"capex.*\"; a subject is required"));
  EXPECT_EQ(violations[2].field, "preconditions[3].subject");
  EXPECT_THAT(violations[2].description, HasSubstr("repeats preconditions[0].subject"));
}

TEST(SealTest, AtMost64Preconditions) {
  v1::AppendEventsRequest request = RequestOf({Usage()});
  for (int i = 0; i < 64; ++i) request.add_preconditions()->set_subject(fmt::format("s.{}", i));
  EXPECT_TRUE(Seal(v1::AppendEventsRequest(request)).ok());
  request.add_preconditions()->set_subject("s.64");
  EXPECT_EQ(ViolationsOf(Seal(std::move(request)).status()).size(), 1u);
}

TEST(SealTest, UnknownFieldsOfTheRequestAreRefused) {
  v1::AppendEventsRequest request = RequestOf({Usage()});
  request.GetReflection()->MutableUnknownFields(&request)->AddVarint(9, 1);
  auto* precondition = request.add_preconditions();
  precondition->set_subject("capex.bytedance");
  precondition->GetReflection()->MutableUnknownFields(precondition)->AddVarint(9, 1);
  const auto violations = ViolationsOf(Seal(std::move(request)).status());
  ASSERT_EQ(violations.size(), 2u);
  EXPECT_EQ(violations[0].field, "");
  EXPECT_EQ(violations[1].field, "preconditions[0]");
}

TEST(SealTest, ALongListOfViolationsFitsIntoTheTrailersAndSaysHowManyItLacks) {
  v1::AppendEventsRequest request = RequestOf(std::vector<v1::Event>(1000));
  const absl::Status status = Seal(std::move(request)).status();
  EXPECT_EQ(ReasonOf(status), "INVALID_FIELDS");
  const auto violations = ViolationsOf(status);
  ASSERT_GT(violations.size(), 10u);
  const size_t listed = violations.size() - 1;
  // Each event lacks a payload, and all but the first have the id of the first.
  EXPECT_EQ(violations.back().field, "");
  EXPECT_THAT(violations.back().description,
              HasSubstr(std::to_string(1999 - listed) + " more fields are wrong; only the first " +
                        std::to_string(listed)));
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.BadRequest");
  ASSERT_TRUE(payload.has_value());
  EXPECT_LT(payload->size(), 5000u);
}

}  // namespace
}  // namespace chipline::ingest
