#include "storage/jetstream/api_error.h"

#include <string>

#include "gtest/gtest.h"

#include "storage/error.h"
#include "storage/jetstream/genesis.h"

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
  // What the leader says of servers that it has not heard of yet.
  EXPECT_EQ(CodeOf(err_code::kNoSuitablePeers, "no suitable peers for placement"),
            absl::StatusCode::kUnavailable);
}

absl::Status Placement(int err_code, std::string_view description, int replicas = 3) {
  return PlacementError(ApiError("STREAM.CREATE s", 400, err_code, description), replicas);
}

TEST(ApiErrorTest, WhoGetsNoPlaceForAStreamIsToldWhatToDo) {
  const absl::Status apart =
      Placement(err_code::kNoSuitablePeers, "no suitable peers for placement, peer offline");
  EXPECT_EQ(apart.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(apart), "STREAM_NOT_PLACED");
  EXPECT_NE(apart.message().find("3 copies"), std::string::npos) << apart;
  EXPECT_NE(apart.message().find("one after the other"), std::string::npos) << apart;
  EXPECT_NE(apart.message().find("peer offline"), std::string::npos) << apart;

  const absl::Status full = Placement(err_code::kNoSuitablePeers,
                                      "no suitable peers for placement, insufficient storage");
  EXPECT_EQ(full.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(full.message().find("one after the other"), std::string::npos) << full;

  const absl::Status alone = Placement(err_code::kReplicasNeedCluster,
                                       "replicas > 1 not supported in non-clustered mode", 5);
  EXPECT_EQ(alone.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(alone.message().find("--replicas 1"), std::string::npos) << alone;

  EXPECT_EQ(ReasonOf(Placement(err_code::kStreamNameExists, "stream name already in use")), "");
}

}  // namespace
}  // namespace chipline::jetstream
