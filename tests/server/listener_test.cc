// Who is let in when descriptors run out, and again when there are some.

#include "services/server/listener.h"

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <vector>

#include "absl/time/clock.h"

#include "storage/error.h"
#include "tests/server/running_server.h"

namespace chipline::server {
namespace {

using grpc::StatusCode;

// The program's limit of open files, as it was when the test is over.
class DescriptorLimits {
 public:
  DescriptorLimits() { EXPECT_EQ(getrlimit(RLIMIT_NOFILE, &before_), 0); }
  ~DescriptorLimits() { Set(before_.rlim_cur); }
  void Set(rlim_t limit) const {
    const rlimit wanted{limit, before_.rlim_max};
    EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &wanted), 0);
  }

 private:
  rlimit before_{};
};

grpc::Status HeadOf(const Client& client, absl::Duration patience) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + patience));
  context.set_wait_for_ready(true);
  v1::GetHeadResponse response;
  return client.log->GetHead(&context, {}, &response);
}

using ListenerTest = RunningServer;

TEST_F(ListenerTest, ConnectionsBeyondTheirShareOfDescriptorsAreClosedAndLaterOnesServed) {
  const Client known = NewClient();
  EXPECT_EQ(known.Head(), 0U);
  const DescriptorLimits limits;
  const Descriptor next(dup(0));
  ASSERT_TRUE(next.ok());
  // More than the program has open, so that a client gets a descriptor, but connections have
  // theirs.
  limits.Set(static_cast<rlim_t>(next.get()) + 20);
  const Client refused = NewClient();
  EXPECT_EQ(HeadOf(refused, absl::Seconds(1)).error_code(), StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(known.Head(), 0U);
  limits.Set(static_cast<rlim_t>(next.get()) + 1000);
  EXPECT_TRUE(HeadOf(refused, absl::Minutes(1)).ok());
  EXPECT_EQ(NewClient().Head(), 0U);
}

TEST_F(ListenerTest, AcceptsGoOnAfterOneThatFailedForWantOfDescriptors) {
  const Client known = NewClient();
  EXPECT_EQ(known.Head(), 0U);
  const DescriptorLimits limits;
  // The kernel completes connections that nobody accepts, so these wait.
  std::vector<Descriptor> clients;
  for (int i = 0; i < 3; ++i) clients.emplace_back(socket(AF_INET, SOCK_STREAM, 0));
  limits.Set(static_cast<rlim_t>(clients.front().get()));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(server_->port()));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (const Descriptor& client : clients) {
    EXPECT_EQ(connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  for (int i = 0; i < 10; ++i) EXPECT_EQ(known.Head(), 0U);
  limits.Set(static_cast<rlim_t>(clients.front().get()) + 1000);
  EXPECT_EQ(NewClient().Head(), 0U);
}

TEST_F(ListenerTest, PortThatIsTakenIsRefusedWithTheCause) {
  const SystemClock clock;
  const auto second = Listener::Open({"127.0.0.1", server_->port()}, clock, [](const Notice&) {});
  EXPECT_EQ(ReasonOf(second.status()), "CANNOT_LISTEN");
  EXPECT_NE(second.status().message().find("Address already in use"), absl::string_view::npos);
}

TEST_F(ListenerTest, WildcardTakesIpv4) {
  Stop();
  options_.listen = "0.0.0.0:0";
  options_.insecure = true;
  Start();
  EXPECT_EQ(NewClient().Head(), 0U);
}

}  // namespace
}  // namespace chipline::server
