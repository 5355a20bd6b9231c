#include <thread>
#include <utility>

#include "gmock/gmock.h"

#include "fmt/format.h"
#include "services/rpc/status.h"
#include "storage/error.h"
#include "tests/server/running_server.h"

namespace chipline::server {
namespace {

using AppendTest = RunningServer;

TEST_F(AppendTest, AnswersWhereEachEventIs) {
  const auto answer =
      NewClient().Append(AppendOf({Capex("a", "ByteDance"), Capex("b", "Alibaba")}));
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->events_size(), 2);
  EXPECT_EQ(answer->events(0).event_id(), "a");
  EXPECT_EQ(answer->events(0).position(), 1);
  EXPECT_EQ(answer->events(0).subject(), "capex.bytedance");
  EXPECT_EQ(answer->events(1).position(), 2);
  EXPECT_TRUE(answer->has_record_time());
}

TEST_F(AppendTest, ARepeatAfterARestartGetsTheFirstAnswer) {
  const auto request = AppendOf({Capex("a", "ByteDance"), Capex("b", "Alibaba")});
  const auto first = NewClient().Append(request);
  ASSERT_TRUE(first.ok()) << first.status();
  Stop();
  Start();
  auto second = NewClient().Append(request);
  ASSERT_TRUE(second.ok()) << second.status();
  for (auto& event : *second->mutable_events()) {
    EXPECT_TRUE(event.duplicate());
    event.set_duplicate(false);
  }
  EXPECT_EQ(second->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(NewClient().Head(), 2);
}

TEST_F(AppendTest, ARestartKeepsEverything) {
  constexpr int kEvents = 500;
  {
    const Client client = NewClient();
    for (int i = 0; i < kEvents; ++i) {
      ASSERT_TRUE(client.Append(AppendOf({Capex(fmt::format("id-{}", i), "ByteDance", 1)})).ok());
    }
  }
  Stop();
  Start();
  const Client client = NewClient();
  const auto context = Context();
  const auto reader = client.log->ReadEvents(context.get(), {});
  v1::ReadEventsResponse response;
  int seen = 0;
  while (reader->Read(&response)) {
    for (const auto& event : response.events()) {
      EXPECT_EQ(event.event().event_id(), fmt::format("id-{}", seen));
      EXPECT_EQ(event.revision(), static_cast<uint64_t>(++seen));
    }
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(seen, kEvents);
}

TEST_F(AppendTest, OfEightRacingForARevisionExactlyOneWins) {
  constexpr int kClients = 8;
  constexpr int kRounds = 40;
  std::vector<std::vector<bool>> won(kClients);
  std::vector<std::thread> threads;
  for (int c = 0; c < kClients; ++c) {
    threads.emplace_back([this, c, &won] {
      const Client client = NewClient();
      for (int round = 0; round < kRounds; ++round) {
        auto request = AppendOf({Capex(fmt::format("r{}-c{}", round, c), "ByteDance")});
        auto& precondition = *request.add_preconditions();
        precondition.set_subject("capex.bytedance");
        precondition.set_expected_revision(static_cast<uint64_t>(round));
        absl::StatusCode code = client.Append(request).status().code();
        // Too early: the round before is not decided yet.
        while (code == absl::StatusCode::kAborted && client.Head() < static_cast<uint64_t>(round)) {
          code = client.Append(request).status().code();
        }
        won[static_cast<size_t>(c)].push_back(code == absl::StatusCode::kOk);
        EXPECT_TRUE(code == absl::StatusCode::kOk || code == absl::StatusCode::kAborted);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (size_t round = 0; round < kRounds; ++round) {
    int winners = 0;
    for (const auto& one : won) winners += one[round] ? 1 : 0;
    EXPECT_LE(winners, 1) << "round " << round;
  }
  // Each position is one round's winner.
  EXPECT_EQ(NewClient().Head(), kRounds);
}

TEST_F(AppendTest, ManyClientsAndLargeAppendsAllGetTheirAnswers) {
  constexpr int kClients = 16;
  constexpr int kAppends = 10;
  std::vector<std::thread> threads;
  for (int c = 0; c < kClients; ++c) {
    threads.emplace_back([this, c] {
      const Client client = NewClient();
      for (int i = 0; i < kAppends; ++i) {
        std::vector<v1::Event> events;
        // One that is read on gRPC's own thread, then one that is not.
        for (int e = 0; e < (i % 2 == 0 ? 1 : 50); ++e) {
          events.push_back(Capex(fmt::format("c{}-{}-{}", c, i, e), "ByteDance"));
        }
        const auto answer = client.Append(AppendOf(events));
        ASSERT_TRUE(answer.ok()) << answer.status();
        for (int e = 1; e < answer->events_size(); ++e) {
          EXPECT_EQ(answer->events(e).position(),
                    answer->events(0).position() + static_cast<uint64_t>(e));
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(NewClient().Head(), kClients * (kAppends / 2) * 51);
}

TEST_F(AppendTest, AFailedPreconditionNamesTheRevisionThatIs) {
  const Client client = NewClient();
  ASSERT_TRUE(client.Append(AppendOf({Capex("a", "ByteDance")})).ok());
  auto request = AppendOf({Capex("b", "ByteDance")});
  request.add_preconditions()->set_subject("capex.bytedance");
  const absl::Status status = client.Append(request).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(status), "EXPECTED_REVISION_DIFFERS");
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("but it is at 1"));
}

TEST_F(AppendTest, AnIdWithOtherContentIsRefused) {
  const Client client = NewClient();
  ASSERT_TRUE(client.Append(AppendOf({Capex("a", "ByteDance", 1)})).ok());
  const absl::Status status = client.Append(AppendOf({Capex("a", "ByteDance", 2)})).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReasonOf(status), "EVENT_ID_REUSED");
}

TEST_F(AppendTest, ValidateOnlyStoresNothing) {
  const Client client = NewClient();
  auto request = AppendOf({Capex("a", "ByteDance")});
  request.set_validate_only(true);
  const auto answer = client.Append(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->events(0).position(), 0);
  EXPECT_EQ(client.Head(), 0);
}

}  // namespace
}  // namespace chipline::server
