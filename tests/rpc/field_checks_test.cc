#include "services/rpc/field_checks.h"

#include <cstdint>

#include "google/protobuf/unknown_field_set.h"
#include "gtest/gtest.h"

#include "chipline/v1/subscription_service.pb.h"
#include "storage/error.h"
#include "storage/timestamp.h"

namespace chipline {
namespace {

TEST(FieldChecksTest, UnknownFieldIsNamedWhereverItIs) {
  v1::SubscribeRequest request;
  request.set_after_position(1);
  EXPECT_TRUE(CheckKnownFields(request).ok());
  auto& filter = *request.mutable_filter();
  filter.GetReflection()->MutableUnknownFields(&filter)->AddVarint(900, 1);
  const absl::Status status = CheckKnownFields(request);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("filter"), absl::string_view::npos) << status;
  EXPECT_NE(status.message().find("900"), absl::string_view::npos) << status;
}

TEST(FieldChecksTest, PageSizeHasADefaultAndALimit) {
  Violations bad;
  EXPECT_EQ(ReadPageSize(0, bad), 100U);
  EXPECT_EQ(ReadPageSize(1, bad), 1U);
  EXPECT_EQ(ReadPageSize(5000, bad), 1000U);
  EXPECT_TRUE(bad.ToStatus().ok());
  ReadPageSize(-1, bad);
  EXPECT_EQ(bad.ToStatus().code(), absl::StatusCode::kInvalidArgument);
}

TEST(FieldChecksTest, TimesComeBackAndNonsenseIsRefused) {
  Violations bad;
  for (const int64_t nanos : {int64_t{0}, int64_t{1'700'000'000'123'456'789}, int64_t{-1}}) {
    const absl::Time time = absl::FromUnixNanos(nanos);
    EXPECT_EQ(ReadTimestamp(ToTimestamp(time), "time", bad), time);
  }
  EXPECT_TRUE(bad.ToStatus().ok());
  google::protobuf::Timestamp wrong;
  wrong.set_nanos(-1);
  EXPECT_FALSE(ReadTimestamp(wrong, "time", bad).has_value());
  wrong.set_nanos(0);
  wrong.set_seconds(INT64_MAX);
  EXPECT_FALSE(ReadTimestamp(wrong, "time", bad).has_value());
  EXPECT_EQ(bad.count(), 2U);
}

TEST(FieldChecksTest, DurationsWithTwoSignsAreRefused) {
  Violations bad;
  google::protobuf::Duration value;
  value.set_seconds(1);
  value.set_nanos(500'000'000);
  EXPECT_EQ(ReadDuration(value, "d", bad), absl::Milliseconds(1500));
  EXPECT_EQ(ReadDuration(ToDuration(absl::Nanoseconds(-1)), "d", bad), absl::Nanoseconds(-1));
  EXPECT_TRUE(bad.ToStatus().ok());
  value.set_nanos(-1);
  EXPECT_FALSE(ReadDuration(value, "d", bad).has_value());
}

}  // namespace
}  // namespace chipline
