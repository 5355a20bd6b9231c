#include <filesystem>

#include "gmock/gmock.h"

#include "fmt/format.h"
#include "storage/error.h"
#include "tests/server/running_server.h"

namespace chipline::server {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAre;

using StartTest = RunningServer;

TEST_F(StartTest, ADirectoryThatIsInUseIsRefusedAndTheOtherGoesOn) {
  const absl::Status status = TryStart().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_EQ(NewClient().Head(), 0);
}

TEST_F(StartTest, APortThatIsTakenIsRefused) {
  const auto other = options_.data_directory / "other";
  ServerOptions options = options_;
  options.data_directory = other;
  options.listen = fmt::format("127.0.0.1:{}", server_->port());
  const absl::Status status = Server::Start(options).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(options.listen));
}

TEST_F(StartTest, AnAddressThatOthersCanReachIsRefused) {
  ServerOptions options = options_;
  options.listen = "0.0.0.0:0";
  EXPECT_EQ(Server::Start(options).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(StartTest, EveryOptionOutOfBoundsIsNamed) {
  ServerOptions options;
  options.cache_bytes = 0;
  options.threads = 0;
  options.max_streams = 0;
  options.drain = absl::Hours(1);
  EXPECT_THAT(
      BadFields(Server::Start(options).status()),
      UnorderedElementsAre("data_directory", "cache_bytes", "threads", "max_streams", "drain"));
}

TEST_F(StartTest, ADamagedFormatIsRefusedAndNamed) {
  Stop();
  std::filesystem::resize_file(options_.data_directory / "FORMAT", 1);
  const absl::Status status = TryStart().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
}

TEST_F(StartTest, AHealthyServerSaysSo) { EXPECT_TRUE(server_->CheckHealth().ok()); }

}  // namespace
}  // namespace chipline::server
