#include <functional>

#include "gmock/gmock.h"
#include "grpcpp/impl/codegen/client_unary_call.h"

#include "fmt/format.h"
#include "services/rpc/page_token.h"
#include "services/rpc/resume_token.h"
#include "services/rpc/status.h"
#include "storage/error.h"
#include "storage/limits.h"
#include "tests/server/running_server.h"

namespace chipline::server {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// Each test sends something wrong, expects a clear answer, and then sees that the server goes on.
class BadInputTest : public RunningServer {
 protected:
  ~BadInputTest() override {
    EXPECT_TRUE(client_.Append(AppendOf({Capex("after-all-that", "ByteDance")})).ok());
  }

  absl::Status AppendStatus(const v1::AppendEventsRequest& request) const {
    return client_.Append(request).status();
  }
  absl::Status AppendSpoilt(const std::function<void(v1::Event&)>& spoil) const {
    v1::Event event = Capex("spoilt", "ByteDance");
    spoil(event);
    return AppendStatus(AppendOf({event}));
  }
  // A call with these bytes for a request.
  absl::Status CallWithBytes(const char* method, const std::string& bytes) const {
    const grpc::Slice slice(bytes);
    const grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    return FromGrpcStatus(grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
        client_.channel.get(),
        grpc::internal::RpcMethod(method, grpc::internal::RpcMethod::NORMAL_RPC, client_.channel),
        Context().get(), request, &response));
  }
  // How a stream ends, whatever it sent before.
  template <typename Response>
  static absl::Status End(std::unique_ptr<grpc::ClientReader<Response>> reader) {
    Response response;
    while (reader->Read(&response)) {
    }
    return FromGrpcStatus(reader->Finish());
  }

  const Client client_ = NewClient();
};

void ExpectBadFields(const absl::Status& status, const std::vector<std::string>& fields) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_EQ(ReasonOf(status), "INVALID_FIELDS");
  EXPECT_EQ(BadFields(status), fields) << status;
}

TEST_F(BadInputTest, AnEmptyRequest) { ExpectBadFields(AppendStatus({}), {"events"}); }

TEST_F(BadInputTest, AnEmptyPayload) {
  ExpectBadFields(AppendSpoilt([](v1::Event& event) { event.clear_payload(); }),
                  {"events[0].payload"});
}

TEST_F(BadInputTest, AnUnknownEnum) {
  ExpectBadFields(AppendSpoilt([](v1::Event& event) {
                    event.mutable_capex_announcement()->set_scope(static_cast<v1::CapexScope>(99));
                  }),
                  {"events[0].capex_announcement.scope"});
}

TEST_F(BadInputTest, AWrongCurrency) {
  ExpectBadFields(AppendSpoilt([](v1::Event& event) {
                    event.mutable_capex_announcement()->mutable_amount()->set_currency("RMB");
                  }),
                  {"events[0].capex_announcement.amount.currency"});
}

TEST_F(BadInputTest, LowAboveHigh) {
  const absl::Status status = AppendSpoilt([](v1::Event& event) {
    auto& amount = *event.mutable_capex_announcement()->mutable_amount();
    amount.clear_value();
    amount.mutable_low()->set_units(2);
    amount.mutable_high()->set_units(1);
    amount.set_bound(v1::BOUND_RANGE);
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_THAT(BadFields(status), Contains(StartsWith("events[0].capex_announcement.amount")));
}

TEST_F(BadInputTest, HalfADate) {
  ExpectBadFields(AppendSpoilt([](v1::Event& event) {
                    event.mutable_source()->mutable_hops(0)->mutable_published()->set_edtf("2025-");
                  }),
                  {"events[0].source.hops[0].published.edtf"});
}

TEST_F(BadInputTest, EverythingWrongIsNamedAtOnce) {
  const absl::Status status = AppendSpoilt([](v1::Event& event) {
    event.mutable_source()->mutable_hops(0)->mutable_published()->set_edtf("2025-");
    event.mutable_capex_announcement()->mutable_amount()->set_currency("RMB");
  });
  EXPECT_THAT(BadFields(status),
              testing::UnorderedElementsAre("events[0].source.hops[0].published.edtf",
                                            "events[0].capex_announcement.amount.currency"));
}

TEST_F(BadInputTest, AnEventOf300KiB) {
  const absl::Status status = AppendSpoilt([](v1::Event& event) {
    event.mutable_capex_announcement()->set_scope_text(std::string(300 * 1024, 'x'));
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_THAT(BadFields(status), Contains("events[0]"));
}

TEST_F(BadInputTest, AnEventOf5MiB) {
  const absl::Status status = AppendSpoilt([](v1::Event& event) {
    event.mutable_capex_announcement()->set_scope_text(std::string(5 * 1024 * 1024, 'x'));
  });
  // So far above the limit gRPC takes nothing in, and says so in its own words.
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("larger than max"));
}

TEST_F(BadInputTest, ARequestJustAboveTheLimit) {
  const absl::Status status = AppendSpoilt([](v1::Event& event) {
    event.mutable_capex_announcement()->set_scope_text(std::string(limits::kMaxRequestBytes, 'x'));
  });
  ExpectBadFields(status, {"request"});
  EXPECT_THAT(std::string(status.message()), HasSubstr("has at most 4194304"));
}

TEST_F(BadInputTest, AQuestionOf65KiB) {
  v1::GetEventRequest request;
  request.set_event_id(std::string(65 * 1024, 'x'));
  v1::GetEventResponse response;
  const absl::Status status =
      FromGrpcStatus(client_.log->GetEvent(Context().get(), request, &response));
  ExpectBadFields(status, {"request"});
  EXPECT_THAT(std::string(status.message()), HasSubstr("has at most 65536"));
  v1::ReadEventsRequest read;
  read.mutable_filter()->add_chips(std::string(65 * 1024, 'x'));
  const auto context = Context();
  ExpectBadFields(End(client_.log->ReadEvents(context.get(), read)), {"request"});
}

// What an empty message takes in memory is many times its two bytes in a request.
TEST_F(BadInputTest, MillionsOfEmptyMessages) {
  for (const char* field : {"\x0a", "\x12", "\x1a"}) {
    std::string bytes;
    for (size_t i = 0; i < limits::kMaxRequestBytes / 2; ++i) bytes.append(field).push_back('\0');
    const absl::Status status = CallWithBytes("/chipline.v1.EventLogService/AppendEvents", bytes);
    ExpectBadFields(status, {"request"});
    EXPECT_THAT(std::string(status.message()), HasSubstr("has more than 262144 fields"));
  }
}

TEST_F(BadInputTest, ABatchOf100000) {
  v1::AppendEventsRequest request;
  for (int i = 0; i < 100'000; ++i) request.add_events()->set_event_id("x");
  ExpectBadFields(AppendStatus(request), {"events"});
}

TEST_F(BadInputTest, TextThatIsNotUtf8) {
  v1::AppendEventsRequest request = AppendOf({Capex("a", "ByteDance")});
  std::string bytes = request.SerializeAsString();
  bytes.replace(bytes.find("ByteDance"), 4, "\xff\xfe\xff\xfe");
  ExpectBadFields(CallWithBytes("/chipline.v1.EventLogService/AppendEvents", bytes), {"request"});
}

TEST_F(BadInputTest, BytesThatAreNotAMessage) {
  for (const char* method :
       {"/chipline.v1.EventLogService/AppendEvents", "/chipline.v1.EventLogService/GetEvent",
        "/chipline.v1.SubscriptionService/CommitCursor", "/chipline.v1.TimelineService/GetTimeline",
        "/chipline.v1.AdminService/GetStats"}) {
    SCOPED_TRACE(method);
    ExpectBadFields(CallWithBytes(method, "\x0a\xff\xff"), {"request"});
  }
}

TEST_F(BadInputTest, AMethodThatIsNotThere) {
  EXPECT_EQ(CallWithBytes("/chipline.v1.EventLogService/DeleteEvents", "").code(),
            absl::StatusCode::kUnimplemented);
}

TEST_F(BadInputTest, PositionsBeyondTheHead) {
  constexpr uint64_t kBeyond = 1000;
  v1::GetEventRequest get;
  get.set_position(kBeyond);
  v1::GetEventResponse got;
  EXPECT_EQ(FromGrpcStatus(client_.log->GetEvent(Context().get(), get, &got)).code(),
            absl::StatusCode::kOutOfRange);

  v1::ReadEventsRequest read;
  read.set_after_position(kBeyond);
  const auto read_context = Context();
  EXPECT_EQ(End(client_.log->ReadEvents(read_context.get(), read)).code(),
            absl::StatusCode::kOutOfRange);

  v1::SubscribeRequest subscribe;
  subscribe.set_after_position(kBeyond);
  const auto subscribe_context = Context();
  EXPECT_EQ(End(client_.subscriptions->Subscribe(subscribe_context.get(), subscribe)).code(),
            absl::StatusCode::kOutOfRange);

  v1::CommitCursorRequest commit;
  commit.set_name("me");
  commit.set_position(kBeyond);
  v1::CommitCursorResponse committed;
  EXPECT_EQ(FromGrpcStatus(client_.subscriptions->CommitCursor(Context().get(), commit, &committed))
                .code(),
            absl::StatusCode::kOutOfRange);
}

TEST_F(BadInputTest, TokensOfAnotherLog) {
  const TokenScope elsewhere{"another log", 1, 0};
  v1::SubscribeRequest subscribe;
  subscribe.set_resume_token(SealResumeToken(elsewhere, 1));
  const auto context = Context();
  const absl::Status subscribed = End(client_.subscriptions->Subscribe(context.get(), subscribe));
  EXPECT_EQ(subscribed.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(subscribed), "TOKEN_OTHER_LOG");

  v1::ListEventsRequest list;
  list.set_page_token(SealPageToken(elsewhere, {1, ""}));
  v1::ListEventsResponse page;
  EXPECT_EQ(FromGrpcStatus(client_.log->ListEvents(Context().get(), list, &page)).code(),
            absl::StatusCode::kFailedPrecondition);
  list.set_page_token("not a token");
  ExpectBadFields(FromGrpcStatus(client_.log->ListEvents(Context().get(), list, &page)),
                  {"page_token"});
}

TEST_F(BadInputTest, RequestsThatAskForNothingOrTooMuch) {
  v1::GetEventResponse event;
  ExpectBadFields(FromGrpcStatus(client_.log->GetEvent(Context().get(), {}, &event)), {"event"});
  v1::GetCursorResponse cursor;
  ExpectBadFields(FromGrpcStatus(client_.subscriptions->GetCursor(Context().get(), {}, &cursor)),
                  {"name"});
  v1::ListSubscribersRequest list;
  list.set_page_size(-1);
  v1::ListSubscribersResponse subscribers;
  ExpectBadFields(
      FromGrpcStatus(client_.admin->ListSubscribers(Context().get(), list, &subscribers)),
      {"page_size"});
}

TEST_F(BadInputTest, WhatIsNotThere) {
  v1::GetEventRequest get;
  get.set_event_id("nobody");
  v1::GetEventResponse event;
  EXPECT_EQ(FromGrpcStatus(client_.log->GetEvent(Context().get(), get, &event)).code(),
            absl::StatusCode::kNotFound);
  v1::GetCursorRequest get_cursor;
  get_cursor.set_name("nobody");
  v1::GetCursorResponse cursor;
  EXPECT_EQ(
      FromGrpcStatus(client_.subscriptions->GetCursor(Context().get(), get_cursor, &cursor)).code(),
      absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace chipline::server
