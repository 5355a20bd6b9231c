#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "fmt/format.h"
#include "storage/limits.h"
#include "tests/server/running_server.h"

namespace chipline::server {
namespace {

// Reads of one event have threads of their own.
class LanesTest : public RunningServer {
 protected:
  static constexpr int kScanners = 64;

  // More than one call looks at.
  void Fill() {
    const Client client = NewClient();
    int64_t id = 0;
    while (id < static_cast<int64_t>(limits::kMaxScanRows) + 1) {
      v1::AppendEventsRequest request;
      for (int i = 0; i < 2000; ++i) {
        *request.add_events() = Capex(fmt::format("e{}", id++), "ByteDance");
      }
      ASSERT_TRUE(client.Append(request).ok());
    }
  }

  void Scan() {
    const Client client = NewClient();
    v1::ListEventsRequest request;
    request.mutable_filter()->add_subject_patterns("*.nomatch.>");
    while (!done_) {
      v1::ListEventsResponse page;
      const grpc::Status status = client.log->ListEvents(Context().get(), request, &page);
      // One is enough to see what is wrong.
      if (!status.ok() && failures_++ == 0) ADD_FAILURE() << status.error_message();
      ++scans_;
    }
  }

  std::atomic<bool> done_ = false;
  std::atomic<int> scans_ = 0;
  std::atomic<int> failures_ = 0;
};

TEST_F(LanesTest, OneEventIsReadWhileSixtyFourClientsScan) {
  Fill();
  std::vector<std::thread> scanners;
  for (int i = 0; i < kScanners; ++i) scanners.emplace_back([this] { Scan(); });
  const Client client = NewClient();
  while (scans_ < kScanners) std::this_thread::yield();

  constexpr int kReads = 20;
  const int before = scans_;
  for (int i = 0; i < kReads; ++i) {
    v1::GetEventRequest request;
    request.set_position(1 + static_cast<uint64_t>(i));
    v1::GetEventResponse response;
    EXPECT_TRUE(client.log->GetEvent(Context().get(), request, &response).ok());
  }
  const int meanwhile = scans_ - before;
  done_ = true;
  for (std::thread& scanner : scanners) scanner.join();
  // In one queue each read would wait for the scans of all others.
  EXPECT_LT(meanwhile, kReads * kScanners / 4);
  EXPECT_EQ(failures_, 0);
}

}  // namespace
}  // namespace chipline::server
