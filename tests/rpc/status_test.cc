#include "services/rpc/status.h"

#include <string>

#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

#include "fmt/format.h"

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

TEST(StatusTest, DetailsTravelBothInTheTrailerAndInAMessage) {
  const absl::Status status =
      Error(absl::StatusCode::kOutOfRange, "POSITION_BEYOND_HEAD", "too far", {{"head", "7"}});
  EXPECT_EQ(FromGrpcStatus(ToGrpcStatus(status)), status);
  EXPECT_EQ(FromRpcStatus(ToRpcStatus(status)), status);
  EXPECT_EQ(ReasonOf(FromGrpcStatus(ToGrpcStatus(status))), "POSITION_BEYOND_HEAD");
}

TEST(StatusTest, ManyViolationsAreCutToWhatAClientTakesAndTheRestIsCounted) {
  google::rpc::BadRequest bad;
  for (int i = 0; i < 5000; ++i) {
    auto& violation = *bad.add_field_violations();
    violation.set_field(fmt::format("events[{}].chip_order.supplier", i));
    violation.set_description("is missing");
  }
  const absl::Status status = BadRequestError(bad);
  const grpc::Status sent = ToGrpcStatus(status);
  EXPECT_LE(sent.error_details().size(), kMaxStatusDetailBytes);
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(sent.error_details()));
  ASSERT_EQ(details.details_size(), 2);
  google::rpc::BadRequest kept;
  ASSERT_TRUE(details.details(1).UnpackTo(&kept) || details.details(0).UnpackTo(&kept));
  ASSERT_GT(kept.field_violations_size(), 10);
  const int listed = kept.field_violations_size() - 1;
  EXPECT_EQ(kept.field_violations(listed).description(), fmt::format("and {} more", 5000 - listed));
  EXPECT_EQ(ReasonOf(FromGrpcStatus(sent)), "INVALID_FIELDS");
  // Inside a message there is room for all.
  EXPECT_EQ(FromRpcStatus(ToRpcStatus(status)), status);
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
