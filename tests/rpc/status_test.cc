#include "services/rpc/status.h"

#include <algorithm>
#include <string>

#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

#include "fmt/format.h"
#include "storage/limits.h"
#include "storage/violations.h"

namespace chipline {
namespace {

TEST(StatusTest, OkIsOk) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  EXPECT_TRUE(FromGrpcStatus(grpc::Status::OK).ok());
}

TEST(StatusTest, EveryCodeComesBackAsItself) {
  for (int code = 1; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "why");
    const grpc::Status sent = ToGrpcStatus(status);
    EXPECT_EQ(static_cast<int>(sent.error_code()), code);
    EXPECT_EQ(FromGrpcStatus(sent), status);
  }
}

google::rpc::BadRequest ListedBy(const absl::Status& status) {
  google::rpc::BadRequest listed;
  const google::rpc::Status sent = ToRpcStatus(status);
  for (const auto& detail : sent.details()) detail.UnpackTo(&listed);
  return listed;
}

TEST(StatusTest, DetailsTravelBothInTheTrailerAndInAMessage) {
  const absl::Status status =
      Error(absl::StatusCode::kOutOfRange, "POSITION_BEYOND_HEAD", "too far", {{"head", "7"}});
  EXPECT_EQ(FromGrpcStatus(ToGrpcStatus(status)), status);
  EXPECT_EQ(FromRpcStatus(ToRpcStatus(status)), status);
  EXPECT_EQ(ReasonOf(FromGrpcStatus(ToGrpcStatus(status))), "POSITION_BEYOND_HEAD");
}

// A detail of a type that nobody knows cannot be printed as JSON.
TEST(StatusTest, AMarkForTheProgramItselfIsToldToNobody) {
  absl::Status status = Error(absl::StatusCode::kInternal, "WHY", "words");
  status.SetPayload("chipline.jetstream/err_code", absl::Cord("10005"));
  const google::rpc::Status told = ToRpcStatus(status);
  ASSERT_EQ(told.details_size(), 1);
  EXPECT_TRUE(told.details(0).Is<google::rpc::ErrorInfo>());
  EXPECT_EQ(ReasonOf(FromGrpcStatus(ToGrpcStatus(status))), "WHY");
}

TEST(StatusTest, WhatViolationsListIsWhatAClientTakes) {
  for (const size_t size : {size_t{1}, size_t{20}, size_t{500}, size_t{1500}}) {
    Violations bad;
    const std::string description(size, 'x');
    for (int i = 0; i < 5000; ++i) {
      bad.Add(fmt::format("events[{}].chip_order.supplier", i), description);
    }
    const absl::Status status = bad.ToStatus();
    const grpc::Status sent = ToGrpcStatus(status);
    EXPECT_LE(sent.error_details().size(), kMaxStatusDetailBytes);
    // The details; the message is cut by itself.
    const google::rpc::BadRequest listed = ListedBy(FromGrpcStatus(sent));
    ASSERT_GE(listed.field_violations_size(), 1) << size;
    EXPECT_LE(listed.field_violations_size(), static_cast<int>(limits::kMaxViolations) + 1);
    EXPECT_EQ(listed.SerializeAsString(), ListedBy(status).SerializeAsString());
  }
}

TEST(StatusTest, AFailureOfManyPreconditionsIsCutToWhatAClientTakes) {
  std::vector<FailedPrecondition> failures;
  for (int i = 0; i < 64; ++i) failures.push_back({std::string(256, 's'), 1, 2});
  const absl::Status status = PreconditionError("revision", failures);
  const grpc::Status sent = ToGrpcStatus(status);
  EXPECT_LE(sent.error_details().size(), kMaxStatusDetailBytes);
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(sent.error_details()));
  google::rpc::PreconditionFailure kept;
  google::rpc::ErrorInfo info;
  for (const auto& detail : details.details()) {
    detail.UnpackTo(&kept);
    detail.UnpackTo(&info);
  }
  EXPECT_EQ(info.metadata().at("subject"), std::string(256, 's'));
  EXPECT_EQ(info.metadata().at("actual_revision"), "2");
  ASSERT_GT(kept.violations_size(), 1);
  const int listed = kept.violations_size() - 1;
  EXPECT_EQ(kept.violations(listed).description(), fmt::format("and {} more", 64 - listed));
  // Inside a message there is room for all.
  EXPECT_EQ(FromRpcStatus(ToRpcStatus(status)), status);
}

TEST(StatusTest, AFailedPreconditionHasItsFigures) {
  const absl::Status status = PreconditionError("revision", {{"a.b", 1, 2}, {"c.d", 0, 7}});
  EXPECT_EQ(ReasonOf(status), "EXPECTED_REVISION_DIFFERS");
  google::rpc::ErrorInfo info;
  google::rpc::PreconditionFailure failure;
  const google::rpc::Status sent = ToRpcStatus(status);
  for (const auto& detail : sent.details()) {
    detail.UnpackTo(&info);
    detail.UnpackTo(&failure);
  }
  EXPECT_THAT(
      info.metadata(),
      testing::UnorderedElementsAre(
          testing::Pair("subject", "a.b"), testing::Pair("subject_2", "c.d"),
          testing::Pair("expected_revision", "1"), testing::Pair("expected_revision_2", "0"),
          testing::Pair("actual_revision", "2"), testing::Pair("actual_revision_2", "7")));
  ASSERT_EQ(failure.violations_size(), 2);
  EXPECT_EQ(failure.violations(1).type(), "EXPECTED_REVISION");
  EXPECT_EQ(failure.violations(1).subject(), "c.d");
}

TEST(StatusTest, TheSameErrorIsTheSameBytes) {
  const auto bytes = [](const ErrorMetadata& metadata) {
    const absl::Status status = Error(absl::StatusCode::kUnavailable, "WHY", "words", metadata);
    return ToGrpcStatus(status).error_details() +
           ToGrpcStatus(WithMetadata(status, {{"position", "7"}})).error_details();
  };
  ErrorMetadata metadata;
  for (char key = 'a'; key <= 'z'; ++key) metadata.emplace_back(std::string(1, key), "value");
  const std::string first = bytes(metadata);
  std::reverse(metadata.begin(), metadata.end());
  // Protobuf orders each map anew.
  for (int i = 0; i < 100; ++i) ASSERT_EQ(bytes(metadata), first);
}

TEST(StatusTest, LongMessageIsCutBetweenCharacters) {
  std::string text;
  while (text.size() < 3 * kMaxStatusMessageBytes) text += "芯片";
  const grpc::Status sent = ToGrpcStatus(absl::InternalError(text));
  EXPECT_LE(sent.error_message().size(), kMaxStatusMessageBytes + 3);
  EXPECT_EQ((sent.error_message().size()) % 3, 0U);
}

TEST(StatusTest, MetadataIsAddedToWhatIsThere) {
  const absl::Status status = WithMetadata(
      Error(absl::StatusCode::kUnavailable, "DRAINING", "going", {{"a", "1"}}), {{"b", "2"}});
  google::rpc::ErrorInfo detail;
  ASSERT_TRUE(ToRpcStatus(status).details(0).UnpackTo(&detail));
  EXPECT_EQ(detail.reason(), "DRAINING");
  EXPECT_EQ(detail.metadata().at("a"), "1");
  EXPECT_EQ(detail.metadata().at("b"), "2");
  EXPECT_EQ(WithMetadata(absl::InternalError("x"), {{"b", "2"}}), absl::InternalError("x"));
}

}  // namespace
}  // namespace chipline
