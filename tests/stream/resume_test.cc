// A client that goes on with the last resume_token, or the last position, misses nothing and
// repeats nothing, wherever it was cut off.
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "tests/stream/stream_server.h"

namespace chipline::testing {
namespace {

enum class Resume { kToken, kPosition };

class ResumeTest : public ::testing::TestWithParam<Resume> {
 protected:
  void SetUp() override {
    std::mt19937 random(kSeed);
    RecordProperty("seed", kSeed);
    for (int append = 0; append < 40; ++append) {
      std::vector<TestEvent> events;
      const int size = 1 + static_cast<int>(random() % 5);
      for (int i = 0; i < size; ++i) {
        const std::string chip = random() % 4 == 0 ? "chip/h20" : "chip/h200";
        events.push_back({fmt::format("e{}-{}", append, i), "order.a.1", {chip}, random() % 3000});
      }
      log_.Append(events);
    }
  }

  void GoOnAfter(const v1::SubscribeResponse& last, v1::SubscribeRequest& request) const {
    if (GetParam() == Resume::kToken) {
      request.set_resume_token(last.resume_token());
    } else {
      request.set_after_position(last.position());
    }
  }

  // Cuts the subscription off after `cut` messages each time until it has caught up; returns the
  // positions of all events that came.
  std::vector<uint64_t> WithCutsAfter(int cut, v1::SubscribeRequest request) {
    std::vector<uint64_t> positions;
    while (!HasFailure()) {
      SubscriptionClient client(*stub_, request);
      for (int i = 0; i < cut; ++i) {
        const v1::SubscribeResponse response = client.Next();
        for (const auto& event : response.batch().events()) positions.push_back(event.position());
        GoOnAfter(response, request);
        if (response.has_caught_up()) return positions;
      }
    }
    return positions;
  }

  static constexpr unsigned kSeed = 20261105;
  StreamServer server_;
  TestLog& log_ = server_.log();
  std::unique_ptr<v1::SubscriptionService::Stub> stub_ = server_.Subscriptions();
};

TEST_P(ResumeTest, NothingIsMissedOrRepeatedWhereverItIsCut) {
  v1::SubscribeRequest all;
  all.set_max_batch_bytes(4096);
  v1::SubscribeRequest some = all;
  some.mutable_filter()->add_chips("h20");
  for (const auto& request : {all, some}) {
    const std::vector<uint64_t> whole = WithCutsAfter(1'000'000, request);
    ASSERT_GT(whole.size(), 10U);
    for (int cut = 2; cut < 12; ++cut) EXPECT_EQ(WithCutsAfter(cut, request), whole) << cut;
  }
}

TEST_P(ResumeTest, CutFromAnyMessageTheRestIsTheSame) {
  v1::SubscribeRequest request;
  request.set_max_batch_bytes(4096);
  request.mutable_filter()->add_chips("h20");
  const std::vector<uint64_t> whole = WithCutsAfter(1'000'000, request);
  SubscriptionClient client(*stub_, request);
  std::vector<uint64_t> seen;
  while (true) {
    const v1::SubscribeResponse response = client.Next();
    for (const auto& event : response.batch().events()) seen.push_back(event.position());
    v1::SubscribeRequest rest = request;
    GoOnAfter(response, rest);
    std::vector<uint64_t> both = seen;
    for (const uint64_t position : WithCutsAfter(1'000'000, rest)) both.push_back(position);
    EXPECT_EQ(both, whole) << response.position();
    if (response.has_caught_up()) break;
  }
}

TEST_P(ResumeTest, LiveEventsBetweenTwoSubscriptionsComeWithTheNext) {
  v1::SubscribeRequest request;
  request.set_head(true);
  std::vector<uint64_t> positions;
  std::vector<uint64_t> expected;
  for (int round = 0; round < 20; ++round) {
    {
      SubscriptionClient client(*stub_, request);
      v1::SubscribeResponse response = client.Next();
      GoOnAfter(response, request);
      while (positions.size() < expected.size()) {
        response = client.Next();
        for (const auto& event : response.batch().events()) positions.push_back(event.position());
        GoOnAfter(response, request);
      }
      if (round % 2 == 0) expected.push_back(log_.AppendOne("order.a.1"));
    }
    expected.push_back(log_.AppendOne("order.a.1"));
    if (round + 1 == 20) break;
  }
  expected.resize(positions.size());
  EXPECT_EQ(positions, expected);
  EXPECT_GT(positions.size(), 20U);
}

INSTANTIATE_TEST_SUITE_P(By, ResumeTest, ::testing::Values(Resume::kToken, Resume::kPosition),
                         [](const auto& by) {
                           return by.param == Resume::kToken ? "Token" : "Position";
                         });

}  // namespace
}  // namespace chipline::testing
