// Subscribe over gRPC: starts, live delivery, filters, shards, refusals.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "google/protobuf/util/time_util.h"
#include "gtest/gtest.h"

#include "fmt/format.h"
#include "services/rpc/status.h"
#include "storage/timestamp.h"
#include "tests/stream/stream_server.h"

namespace chipline::testing {
namespace {

class SubscribeTest : public ::testing::Test {
 protected:
  // The positions of all events until caught_up.
  std::vector<uint64_t> UntilCaughtUp(SubscriptionClient& client) {
    std::vector<uint64_t> positions;
    while (true) {
      const v1::SubscribeResponse response = client.Next();
      for (const auto& event : response.batch().events()) positions.push_back(event.position());
      if (response.has_caught_up() || ::testing::Test::HasFailure()) return positions;
    }
  }
  std::vector<uint64_t> History(const v1::SubscribeRequest& request) {
    SubscriptionClient client(*stub_, request);
    return UntilCaughtUp(client);
  }
  absl::Status Refusal(const v1::SubscribeRequest& request) {
    return FromGrpcStatus(SubscriptionClient(*stub_, request).End());
  }

  StreamServer server_;
  TestLog& log_ = server_.log();
  std::unique_ptr<v1::SubscriptionService::Stub> stub_ = server_.Subscriptions();
};

TEST_F(SubscribeTest, EmptyLogIsCaughtUpAtOnceAndThenLive) {
  SubscriptionClient client(*stub_, {});
  EXPECT_TRUE(client.Next().has_started());
  const auto caught_up = client.Next();
  EXPECT_TRUE(caught_up.has_caught_up());
  EXPECT_EQ(caught_up.position(), 0U);
  log_.AppendOne("capex.a");
  const auto batch = client.NextStep();
  ASSERT_EQ(batch.batch().events_size(), 1);
  EXPECT_EQ(batch.batch().events(0).subject(), "capex.a");
  EXPECT_EQ(batch.position(), 1U);
  EXPECT_EQ(batch.head_position(), 1U);
}

TEST_F(SubscribeTest, EveryStartBeginsWhereItSays) {
  for (int i = 0; i < 5; ++i) log_.AppendOne("capex.a");
  const absl::Time time = log_.Append({{"t", "capex.a", {}, 0}}).time;
  log_.AppendOne("capex.a");
  EXPECT_EQ(History({}), (std::vector<uint64_t>{1, 2, 3, 4, 5, 6, 7}));
  v1::SubscribeRequest after;
  after.set_after_position(4);
  EXPECT_EQ(History(after), (std::vector<uint64_t>{5, 6, 7}));
  v1::SubscribeRequest at_time;
  *at_time.mutable_start_time() = ToTimestamp(time);
  EXPECT_EQ(History(at_time), (std::vector<uint64_t>{6, 7}));
  v1::SubscribeRequest head;
  head.set_head(true);
  EXPECT_EQ(History(head), std::vector<uint64_t>());
}

TEST_F(SubscribeTest, HeartbeatTellsProgressOverWhatTheFilterLeavesOut) {
  v1::SubscribeRequest request;
  request.mutable_filter()->add_chips("h20");
  request.mutable_heartbeat_interval()->set_seconds(1);
  SubscriptionClient client(*stub_, request);
  EXPECT_TRUE(client.Next().has_started());
  EXPECT_TRUE(client.Next().has_caught_up());
  for (int i = 0; i < 10; ++i) log_.AppendOne("capex.a", {"company/a"});
  v1::SubscribeResponse response = client.Next();
  while (response.has_heartbeat() && response.position() < 10) response = client.Next();
  EXPECT_TRUE(response.has_heartbeat());
  EXPECT_EQ(response.position(), 10U);
  EXPECT_GT(response.heartbeat().server_time().seconds(), 1'700'000'000);
  log_.AppendOne("order.a.b", {"chip/h20"});
  const auto match = client.NextStep();
  ASSERT_EQ(match.batch().events_size(), 1);
  EXPECT_EQ(match.batch().events(0).position(), 11U);
}

TEST_F(SubscribeTest, FilterKeepsWhatMatchesEveryField) {
  log_.AppendOne("order.a.1", {"chip/h20", "company/a"});
  log_.AppendOne("order.a.2", {"chip/h200", "company/a"});
  log_.AppendOne("capex.a", {"chip/h20", "company/a"});
  log_.AppendOne("order.b.1", {"chip/h20", "company/b"});
  v1::SubscribeRequest request;
  request.mutable_filter()->add_event_types(v1::EVENT_TYPE_CHIP_ORDER);
  request.mutable_filter()->add_chips("h20");
  request.mutable_filter()->add_companies("a");
  request.mutable_filter()->add_companies("c");
  EXPECT_EQ(History(request), std::vector<uint64_t>{1});
}

TEST_F(SubscribeTest, ShardsTogetherAreTheWholeAndKeepASubjectTogether) {
  for (int i = 0; i < 200; ++i) log_.AppendOne(fmt::format("capex.c{}", i % 20));
  std::map<uint64_t, uint32_t> shard_of;
  std::map<std::string, std::set<uint32_t>> shards_of_subject;
  for (uint32_t index = 0; index < 3; ++index) {
    v1::SubscribeRequest request;
    request.mutable_shard()->set_index(index);
    request.mutable_shard()->set_count(3);
    SubscriptionClient client(*stub_, request);
    v1::SubscribeResponse response = client.Next();
    for (; !response.has_caught_up(); response = client.Next()) {
      for (const auto& event : response.batch().events()) {
        EXPECT_TRUE(shard_of.emplace(event.position(), index).second);
        shards_of_subject[event.subject()].insert(index);
      }
    }
    EXPECT_EQ(response.position(), 200U);
  }
  EXPECT_EQ(shard_of.size(), 200U);
  EXPECT_EQ(shards_of_subject.size(), 20U);
  for (const auto& [subject, shards] : shards_of_subject) EXPECT_EQ(shards.size(), 1U) << subject;
}

TEST_F(SubscribeTest, StartYetToComeIsOutOfRange) {
  v1::SubscribeRequest beyond;
  beyond.set_after_position(1);
  EXPECT_EQ(ReasonOf(Refusal(beyond)), "POSITION_BEYOND_HEAD");
  v1::SubscribeRequest future;
  *future.mutable_start_time() = ToTimestamp(absl::Now() + absl::Hours(1));
  EXPECT_EQ(Refusal(future).code(), absl::StatusCode::kOutOfRange);
}

TEST_F(SubscribeTest, EveryViolationIsReportedAtOnce) {
  v1::SubscribeRequest request;
  request.set_head(false);
  request.mutable_filter()->add_chips("H 20");
  request.mutable_shard()->set_index(2);
  request.mutable_shard()->set_count(2);
  request.mutable_heartbeat_interval()->set_nanos(1);
  request.set_max_batch_bytes(7);
  request.set_client_name(std::string(129, 'x'));
  const absl::Status status = Refusal(request);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  google::rpc::BadRequest bad;
  const google::rpc::Status sent = ToRpcStatus(status);
  for (const auto& detail : sent.details()) detail.UnpackTo(&bad);
  std::set<std::string> fields;
  for (const auto& violation : bad.field_violations()) fields.insert(violation.field());
  EXPECT_EQ(fields,
            (std::set<std::string>{"head", "filter.chips[0]", "shard.index", "heartbeat_interval",
                                   "max_batch_bytes", "client_name"}));
}

TEST_F(SubscribeTest, TokenOfAnotherFilterShardOrLogIsRefused) {
  log_.AppendOne("capex.a");
  SubscriptionClient client(*stub_, {});
  const std::string token = client.Next().resume_token();
  v1::SubscribeRequest request;
  request.set_resume_token(token);
  request.mutable_filter()->add_chips("h20");
  EXPECT_EQ(ReasonOf(Refusal(request)), "TOKEN_OTHER_QUERY");
  request.clear_filter();
  request.mutable_shard()->set_count(2);
  EXPECT_EQ(ReasonOf(Refusal(request)), "TOKEN_OTHER_QUERY");
  request.clear_shard();
  request.set_resume_token(token.substr(1));
  EXPECT_EQ(Refusal(request).code(), absl::StatusCode::kInvalidArgument);
  StreamServer other;
  request.set_resume_token(token);
  const absl::Status refused =
      FromGrpcStatus(SubscriptionClient(*other.Subscriptions(), request).End());
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(refused), "TOKEN_OTHER_LOG");
}

TEST_F(SubscribeTest, BytesThatAreNoRequestAreTheClientsFault) {
  grpc::ClientContext context;
  const auto channel = server_.Connect();
  const grpc::internal::RpcMethod method("/chipline.v1.SubscriptionService/Subscribe",
                                         grpc::internal::RpcMethod::SERVER_STREAMING);
  const grpc::Slice slice(std::string("\x42\x02\xc3\x28"));
  const grpc::ByteBuffer request(&slice, 1);
  std::unique_ptr<grpc::ClientReader<grpc::ByteBuffer>> reader(
      grpc::internal::ClientReaderFactory<grpc::ByteBuffer>::Create(channel.get(), method, &context,
                                                                    request));
  grpc::ByteBuffer response;
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace chipline::testing
