#include "services/ingest/rpc/append_traffic.h"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "services/ingest/rules.h"
#include "storage/error.h"
#include "storage/limits.h"

namespace chipline::ingest {
namespace {

constexpr char kGzipMagic[] = "\x1f\x8b";

class AppendTrafficTest : public testing::Test {
 protected:
  AppendTrafficTest() {
    std::string name = testing::TempDir() + "/traffic_XXXXXX";
    directory_ = mkdtemp(name.data());
    storage::LogOptions options;
    options.directory = directory_ / "log";
    auto log = storage::Log::Open(options, rules_);
    EXPECT_TRUE(log.ok()) << log.status();
    log_ = *std::move(log);
    appender_ = std::make_unique<Appender>(*log_);
    traffic_ = std::make_unique<AppendTraffic>(*appender_, sealing_, answering_);
  }
  ~AppendTrafficTest() override {
    traffic_.reset();
    appender_.reset();
    log_.reset();
    std::filesystem::remove_all(directory_);
  }

  static grpc::ByteBuffer Bytes(size_t size, const std::string& begin = "") {
    const grpc::Slice slice(begin + std::string(size - begin.size(), '\0'));
    return grpc::ByteBuffer(&slice, 1);
  }

  // How many requests like this wait until the next is refused, and how that is.
  std::pair<size_t, absl::Status> Fill(const grpc::ByteBuffer& request) {
    std::vector<AppendTraffic::Place> places;
    while (true) {
      absl::StatusOr<AppendTraffic::Place> place = traffic_->Admit(request);
      if (!place.ok()) return {places.size(), place.status()};
      places.push_back(*std::move(place));
    }
  }

  std::filesystem::path directory_;
  NamingRules rules_;
  std::unique_ptr<storage::Log> log_;
  Executor sealing_{1};
  Executor answering_{1};
  std::unique_ptr<Appender> appender_;
  std::unique_ptr<AppendTraffic> traffic_;
};

TEST_F(AppendTrafficTest, WhatWaitsToBeReadIsBounded) {
  const auto [count, refused] = Fill(Bytes(limits::kMaxRequestBytes));
  EXPECT_EQ(count, limits::kMaxQueuedBytes / limits::kMaxRequestBytes);
  EXPECT_EQ(ReasonOf(refused), "OVERLOADED");
  // They wait no more.
  EXPECT_TRUE(traffic_->Admit(Bytes(limits::kMaxRequestBytes)).ok());
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
  EXPECT_EQ(traffic_->Admit(Bytes(100))->executor, nullptr);
  EXPECT_EQ(traffic_->Admit(Bytes(100, kGzipMagic))->executor, &sealing_);
}

}  // namespace
}  // namespace chipline::ingest
