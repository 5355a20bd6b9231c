#include "services/ingest/rpc/append_traffic.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "storage/error.h"
#include "storage/limits.h"
#include "tests/ingest/log_case.h"

namespace chipline::ingest {
namespace {

constexpr char kGzipMagic[] = "\x1f\x8b";

class AppendTrafficTest : public LogCase {
 protected:
  static grpc::ByteBuffer Bytes(size_t size, const std::string& begin = "") {
    const grpc::Slice slice(begin + std::string(size - begin.size(), '\0'));
    return grpc::ByteBuffer(&slice, 1);
  }

  // How many requests like this wait until the next is refused, and how that is.
  std::pair<size_t, absl::Status> Fill(const grpc::ByteBuffer& request) {
    std::vector<AppendTraffic::Place> places;
    while (true) {
      absl::StatusOr<AppendTraffic::Place> place = traffic_.Admit(request);
      if (!place.ok()) return {places.size(), place.status()};
      places.push_back(*std::move(place));
    }
  }

  Executor sealing_{1};
  Executor answering_{1};
  Appender appender_{*log_};
  AppendTraffic traffic_{appender_, sealing_, answering_};
};

TEST_F(AppendTrafficTest, WhatWaitsToBeReadIsBounded) {
  const auto [count, refused] = Fill(Bytes(limits::kMaxRequestBytes));
  EXPECT_EQ(count, limits::kMaxQueuedBytes / limits::kMaxRequestBytes);
  EXPECT_EQ(ReasonOf(refused), "OVERLOADED");
  // They wait no more.
  EXPECT_TRUE(traffic_.Admit(Bytes(limits::kMaxRequestBytes)).ok());
}

TEST_F(AppendTrafficTest, ACompressedRequestCountsForWhatItMayBecome) {
  constexpr size_t kBytes = 64 * 1024;
  EXPECT_EQ(Fill(Bytes(kBytes)).first, limits::kMaxQueuedBytes / kBytes);
  EXPECT_EQ(Fill(Bytes(kBytes, kGzipMagic)).first, limits::kMaxQueuedBytes / kBytes / 16);
  // And never for more than a request may be.
  EXPECT_EQ(Fill(Bytes(limits::kMaxRequestBytes / 2, kGzipMagic)).first,
            limits::kMaxQueuedBytes / limits::kMaxRequestBytes);
}

TEST_F(AppendTrafficTest, ASmallRequestIsReadAtOnceUnlessItIsCompressed) {
  EXPECT_EQ(traffic_.Admit(Bytes(100))->executor, nullptr);
  EXPECT_EQ(traffic_.Admit(Bytes(100, kGzipMagic))->executor, &sealing_);
}

}  // namespace
}  // namespace chipline::ingest
