#include <memory>
#include <set>
#include <vector>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "services/rpc/status.h"
#include "storage/limits.h"
#include "tests/server/running_server.h"

namespace chipline::server {
namespace {

class AdminServiceTest : public RunningServer {
 protected:
  v1::GetStatsResponse Stats() const {
    v1::GetStatsResponse stats;
    const grpc::Status status = client_.admin->GetStats(Context().get(), {}, &stats);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return stats;
  }
  v1::ListSubscribersResponse Subscribers(const v1::ListSubscribersRequest& request = {}) const {
    v1::ListSubscribersResponse response;
    const grpc::Status status = client_.admin->ListSubscribers(Context().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  // A subscription that has caught up; its context is kept in `contexts_`.
  std::unique_ptr<grpc::ClientReader<v1::SubscribeResponse>> Subscribe(const std::string& name) {
    contexts_.push_back(Context());
    v1::SubscribeRequest request;
    request.set_client_name(name);
    auto reader = client_.subscriptions->Subscribe(contexts_.back().get(), request);
    v1::SubscribeResponse response;
    while (reader->Read(&response) && !response.has_caught_up()) {
    }
    return reader;
  }

  const Client client_ = NewClient();
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts_;
};

TEST_F(AdminServiceTest, ServerInfoSaysWhatTheServerIs) {
  v1::GetServerInfoResponse info;
  ASSERT_TRUE(client_.admin->GetServerInfo(Context().get(), {}, &info).ok());
  v1::GetHeadResponse head;
  ASSERT_TRUE(client_.log->GetHead(Context().get(), {}, &head).ok());
  EXPECT_FALSE(info.version().empty());
  EXPECT_EQ(info.log_id(), head.log_id());
  EXPECT_EQ(info.epoch(), 1);
  EXPECT_EQ(info.durability(), v1::DURABILITY_SYNC);
  EXPECT_FALSE(info.fold_key_version().empty());
  EXPECT_GT(info.start_time().seconds(), 0);
  EXPECT_EQ(info.limits().max_event_bytes(), limits::kMaxEventBytes);
}

TEST_F(AdminServiceTest, EveryLimitIsReported) {
  v1::GetServerInfoResponse info;
  ASSERT_TRUE(client_.admin->GetServerInfo(Context().get(), {}, &info).ok());
  const auto& descriptor = *v1::Limits::descriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    EXPECT_GT(info.limits().GetReflection()->GetUInt64(info.limits(), descriptor.field(i)), 0)
        << descriptor.field(i)->name();
  }
}

TEST_F(AdminServiceTest, AServerThatDoesNotSyncSaysSo) {
  Stop();
  options_.sync = false;
  Start();
  v1::GetServerInfoResponse info;
  ASSERT_TRUE(NewClient().admin->GetServerInfo(Context().get(), {}, &info).ok());
  EXPECT_EQ(info.durability(), v1::DURABILITY_NO_SYNC);
}

TEST_F(AdminServiceTest, StatsCountWhatHappened) {
  const auto request = AppendOf({Capex("a", "ByteDance"), Capex("b", "Alibaba")});
  ASSERT_TRUE(client_.Append(request).ok());
  ASSERT_TRUE(client_.Append(request).ok());
  ASSERT_FALSE(client_.Append(AppendOf({Capex("a", "Tencent")})).ok());
  const auto reader = Subscribe("one");
  const v1::GetStatsResponse stats = Stats();
  EXPECT_EQ(stats.head_position(), 2);
  EXPECT_EQ(stats.appended_events(), 2);
  EXPECT_EQ(stats.appends(), 1);
  EXPECT_EQ(stats.commits(), 1);
  EXPECT_EQ(stats.refused_appends(), 1);
  EXPECT_EQ(stats.duplicate_events(), 2);
  EXPECT_EQ(stats.queued_bytes(), 0);
  EXPECT_EQ(stats.streams(), 1);
  EXPECT_EQ(stats.delivered_events(), 2);
  EXPECT_GT(stats.disk_bytes(), 0);
  EXPECT_GT(stats.tail_bytes(), 0);
}

TEST_F(AdminServiceTest, ASubscriberIsListedWithItsPlace) {
  ASSERT_TRUE(client_.Append(AppendOf({Capex("a", "ByteDance")})).ok());
  const auto reader = Subscribe("the one");
  v1::ListSubscribersResponse list = Subscribers();
  // The client has the message a moment before the server knows that it was written.
  while (list.subscribers_size() == 1 && list.subscribers(0).state() != v1::SUBSCRIBER_STATE_LIVE) {
    list = Subscribers();
  }
  ASSERT_EQ(list.subscribers_size(), 1);
  const v1::Subscriber& subscriber = list.subscribers(0);
  EXPECT_EQ(subscriber.client_name(), "the one");
  EXPECT_EQ(subscriber.method(), "SubscriptionService.Subscribe");
  EXPECT_NE(subscriber.peer().find("127.0.0.1"), std::string::npos);
  EXPECT_EQ(subscriber.position(), 1);
  EXPECT_EQ(subscriber.lag_events(), 0);
  EXPECT_EQ(subscriber.lag().seconds(), 0);
  EXPECT_GT(subscriber.start_time().seconds(), 0);
}

TEST_F(AdminServiceTest, SubscribersComeInPagesEachOnce) {
  constexpr int kSubscribers = 5;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::SubscribeResponse>>> readers;
  for (int i = 0; i < kSubscribers; ++i) readers.push_back(Subscribe(fmt::format("s{}", i)));
  v1::ListSubscribersRequest request;
  request.set_page_size(2);
  std::set<std::string> names;
  int pages = 0;
  do {
    const v1::ListSubscribersResponse page = Subscribers(request);
    for (const auto& subscriber : page.subscribers()) names.insert(subscriber.client_name());
    request.set_page_token(page.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(names.size(), kSubscribers);
}

TEST_F(AdminServiceTest, ASubscriberThatIsGoneIsListedNoMore) {
  auto reader = Subscribe("gone soon");
  contexts_.back()->TryCancel();
  v1::SubscribeResponse response;
  while (reader->Read(&response)) {
  }
  reader->Finish();
  while (Subscribers().subscribers_size() > 0) {
  }
  EXPECT_EQ(Stats().streams(), 0);
}

}  // namespace
}  // namespace chipline::server
