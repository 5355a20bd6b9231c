#include "services/server/grpc_log.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chipline::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SetClock final : public Clock {
 public:
  absl::Time Now() const override { return now; }
  absl::Time now = absl::FromUnixSeconds(1'800'000'000);
};

class GrpcLogTest : public testing::Test {
 protected:
  SetClock clock_;
  std::vector<std::string> told_;
  GrpcLog log_{clock_, [this](const Notice& notice) {
                 std::string line(notice.warning ? "W " : "E ");
                 line += notice.message;
                 for (const auto& [key, value] : notice.fields) {
                   line += " " + std::string(key) + "=" + value;
                 }
                 told_.push_back(line);
               }};
};

TEST_F(GrpcLogTest, ALineSaysWhereAndWhat) {
  log_.Note("a.cc:1", "Handshake failed");
  EXPECT_THAT(told_, ElementsAre("W gRPC says source=a.cc:1 cause=Handshake failed"));
}

TEST_F(GrpcLogTest, AFloodIsCountedAndToldOfOnce) {
  for (int i = 0; i < GrpcLog::kLines + 990; ++i) log_.Note("a.cc:1", "Handshake failed");
  log_.Flush();
  EXPECT_THAT(told_, SizeIs(GrpcLog::kLines));
  told_.clear();
  clock_.now += GrpcLog::kWindow;
  log_.Flush();
  log_.Flush();
  EXPECT_THAT(told_, ElementsAre("W gRPC said more than is told of left_out=990"));
  told_.clear();
  log_.Note("a.cc:1", "Handshake failed");
  EXPECT_THAT(told_, SizeIs(1));
}

TEST_F(GrpcLogTest, TheLastWordsBeforeAnAbortAreToldInAnyFlood) {
  for (int i = 0; i < GrpcLog::kLines; ++i) log_.Note("a.cc:1", "Handshake failed");
  told_.clear();
  log_.Note("a.cc:1", "Handshake failed");
  EXPECT_THAT(told_, IsEmpty());
  log_.Note("b.cc:2", "assertion failed: x == y");
  EXPECT_THAT(told_, ElementsAre("E gRPC says source=b.cc:2 cause=assertion failed: x == y"));
}

TEST_F(GrpcLogTest, ALongMessageIsCut) {
  log_.Note("a.cc:1", std::string(100'000, 'x'));
  ASSERT_THAT(told_, SizeIs(1));
  EXPECT_THAT(told_[0], SizeIs(testing::Lt(1100U)));
}

}  // namespace
}  // namespace chipline::server
