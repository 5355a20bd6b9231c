#include "storage/jetstream/api_error.h"

#include "gtest/gtest.h"

namespace chipline::jetstream {
namespace {

absl::StatusCode CodeOf(int err_code, std::string_view description) {
  return ApiError("publishing to stream s", 503, err_code, description).code();
}

TEST(ApiErrorTest, AStreamIsFullByItsLimits) {
  EXPECT_EQ(CodeOf(err_code::kStoreFailed, "maximum bytes exceeded"),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(CodeOf(err_code::kStoreFailed, "maximum messages exceeded"),
            absl::StatusCode::kResourceExhausted);
}

// What one server says of its own disk: the others may have the message.
TEST(ApiErrorTest, AFullDiskOfTheLeaderLeavesOpenWhatBecameOfAMessage) {
  EXPECT_EQ(
      CodeOf(err_code::kStoreFailed, "write /d/streams/s/msgs/1.blk: no space left on device"),
      absl::StatusCode::kUnavailable);
  EXPECT_EQ(CodeOf(err_code::kStoreFailed, ""), absl::StatusCode::kUnavailable);
}

TEST(ApiErrorTest, AServerThatIsAwayIsWaitedForAndOneThatIsMissingIsNot) {
  EXPECT_EQ(CodeOf(err_code::kNoSuitablePeers, "no suitable peers for placement, peer offline"),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(
      CodeOf(err_code::kNoSuitablePeers, "no suitable peers for placement, insufficient storage"),
      absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace chipline::jetstream
