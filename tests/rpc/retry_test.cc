#include "services/rpc/retry.h"

#include <optional>
#include <string>

#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

#include "services/rpc/status.h"
#include "storage/error.h"
#include "storage/timestamp.h"

namespace chipline {
namespace {

// After how long the same may be sent again, as a client reads it.
std::optional<absl::Duration> DelayIn(const absl::Status& status) {
  std::optional<absl::Duration> delay;
  const google::rpc::Status sent = ToRpcStatus(status);
  for (const google::protobuf::Any& detail : sent.details()) {
    google::rpc::RetryInfo retry;
    if (!detail.UnpackTo(&retry)) continue;
    EXPECT_FALSE(delay.has_value()) << "told twice";
    delay = FromDuration(retry.retry_delay());
  }
  return delay;
}

TEST(RetryTest, EveryReasonOfTheTableHasItsDelay) {
  ASSERT_FALSE(RetryDelays().empty());
  for (const RetryDelay& each : RetryDelays()) {
    for (const auto code : {absl::StatusCode::kUnavailable, absl::StatusCode::kResourceExhausted}) {
      const absl::Status status = WithRetryInfo(Error(code, each.reason, "words"));
      const auto delay = DelayIn(status);
      if (each.delay == absl::InfiniteDuration()) {
        EXPECT_FALSE(delay.has_value()) << each.reason;
      } else {
        EXPECT_EQ(delay, each.delay) << each.reason;
      }
      EXPECT_EQ(ReasonOf(status), each.reason);
    }
  }
}

TEST(RetryTest, OnlyWhatMayPassHasADelay) {
  for (int number = 0; number <= static_cast<int>(absl::StatusCode::kUnauthenticated); ++number) {
    const auto code = static_cast<absl::StatusCode>(number);
    const bool passes =
        code == absl::StatusCode::kUnavailable || code == absl::StatusCode::kResourceExhausted;
    const auto delay = DelayIn(WithRetryInfo(Error(code, "NOT_IN_THE_TABLE", "words")));
    EXPECT_EQ(delay.has_value(), passes) << number;
    if (passes) {
      EXPECT_EQ(*delay, kRetryDelay) << number;
    }
  }
  EXPECT_EQ(WithRetryInfo(absl::OkStatus()), absl::OkStatus());
}

TEST(RetryTest, WithoutAReasonAnOutageMayPassAndALargeRequestDoesNot) {
  EXPECT_EQ(DelayIn(WithRetryInfo(absl::UnavailableError("gone"))), kRetryDelay);
  EXPECT_EQ(DelayIn(WithRetryInfo(absl::ResourceExhaustedError("too large"))), std::nullopt);
}

TEST(RetryTest, WhatIsSaidAlreadyStays) {
  const absl::Status status = RetryError("STREAM_FULL", "words", absl::Milliseconds(100));
  EXPECT_EQ(WithRetryInfo(status), status);
  EXPECT_EQ(DelayIn(WithRetryInfo(status)), absl::Milliseconds(100));
}

}  // namespace
}  // namespace chipline
