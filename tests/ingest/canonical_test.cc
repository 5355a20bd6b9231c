#include "services/ingest/canonical.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

#include "tests/ingest/test_events.h"

namespace chipline::ingest {
namespace {

// Without an id, and without the bounds that the server computes.
v1::Event Plan() {
  return ParseEvent(R"pb(
    capex_announcement {
      companies { mention: "ByteDance" }
      scope: CAPEX_SCOPE_AI_INFRASTRUCTURE
      period { kind: PERIOD_KIND_CALENDAR edtf: "2026" }
      basis: CAPEX_BASIS_PLAN
      amount {
        currency: "CNY"
        value { units: 160000000000 }
        bound: BOUND_EXACT
      }
      accounting: ACCOUNTING_CAPEX
    }
  )pb");
}

// Made by hand from the encoding's description and by another implementation of SHA-256. These
// never change: an event that comes again must be found to be the same for ever.
constexpr absl::string_view kPlanId = "sha256-5b47228d0c6ab0d7fa4f2d6fe5b6422d";
constexpr absl::string_view kPlanBytes =
    "0a27"
    "7368613235362d3562343732323864306336616230643766613466326436666535623634323264"
    "5247"
    "0a0b0a09"
    "4279746544616e6365"
    "1003"
    "32200801"
    "120432303236"
    "1a0a323032362d30312d3031"
    "220a323032372d30312d3031"
    "3801"
    "42100a03434e591207088080f985d4042801"
    "5801";

TEST(CanonicalTest, BytesAndIdAreThoseOfTheGoldenEvent) {
  const auto sealed = Sealed(Plan());
  EXPECT_EQ(sealed.event_id(), kPlanId);
  EXPECT_EQ(absl::BytesToHexString(sealed.event()), kPlanBytes);
}

TEST(CanonicalTest, BytesOfTheBytesAreTheSame) {
  for (const v1::Event& event : AllEvents()) {
    const auto sealed = Sealed(event);
    v1::Event again;
    ASSERT_TRUE(again.ParseFromString(sealed.event()));
    EXPECT_EQ(Sealed(again).event(), sealed.event()) << event.event_id();
  }
}

TEST(CanonicalTest, FieldsSentInAnotherOrderGiveTheSameBytes) {
  const auto sealed = Sealed(Usage());
  v1::Event source_only;
  *source_only.mutable_source() = Usage().source();
  v1::Event rest = Usage();
  rest.clear_source();
  v1::Event reordered;
  ASSERT_TRUE(
      reordered.ParseFromString(rest.SerializeAsString() + source_only.SerializeAsString()));
  EXPECT_EQ(Sealed(reordered).event(), sealed.event());
}

TEST(CanonicalTest, BoundsThatWereSentGiveTheSameBytes) {
  v1::Event event = Plan();
  event.mutable_capex_announcement()->mutable_period()->set_start("2026-01-01");
  event.mutable_capex_announcement()->mutable_period()->set_end("2027-01-01");
  EXPECT_EQ(Sealed(event).event_id(), kPlanId);
}

TEST(CanonicalTest, BoundsOfADateAreFilledIn) {
  v1::Event event;
  ASSERT_TRUE(event.ParseFromString(Sealed(Order()).event()));
  EXPECT_EQ(event.chip_order().stage_date().earliest(), "");
  EXPECT_EQ(event.chip_order().stage_date().latest(), "2026-02-17");
  EXPECT_EQ(event.source().hops(0).published().earliest(), "2025-12-01");
  EXPECT_EQ(event.source().hops(0).published().latest(), "2025-12-31");
}

TEST(CanonicalTest, TheServersIdIsTakenBackFromAClient) {
  v1::Event event = Plan();
  event.set_event_id(std::string(kPlanId));
  EXPECT_EQ(absl::BytesToHexString(Sealed(event).event()), kPlanBytes);
  // For another event it is refused.
  event.mutable_capex_announcement()->set_basis(v1::CAPEX_BASIS_GUIDANCE);
  const auto violations = ViolationsOf(SealOne(event).status());
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "events[0].event_id");
}

TEST(CanonicalTest, LabelsKeepTheirOrder) {
  v1::Event event = Plan();
  for (const char* key : {"b", "a"}) {
    v1::Label& label = *event.add_labels();
    label.set_key(key);
  }
  v1::Event sealed;
  ASSERT_TRUE(sealed.ParseFromString(Sealed(event).event()));
  EXPECT_EQ(sealed.labels(0).key(), "b");
  EXPECT_EQ(sealed.labels(1).key(), "a");
  v1::Event other = Plan();
  *other.add_labels() = event.labels(1);
  *other.add_labels() = event.labels(0);
  EXPECT_NE(Sealed(other).event_id(), Sealed(event).event_id());
}

}  // namespace
}  // namespace chipline::ingest
