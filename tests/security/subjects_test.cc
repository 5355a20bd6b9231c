// Callers who are kept to some subjects, on the real server.

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"

#include "fmt/format.h"
#include "services/rpc/status.h"
#include "storage/error.h"
#include "tests/security/secure_server.h"
#include "tests/server/running_server.h"

namespace chipline::security {
namespace {

using grpc::StatusCode;
using server::AppendOf;
using server::Capex;
using server::Context;
using testing::HasSubstr;
using testing::Not;

constexpr char kPolicy[] = R"pb(
  roles {
    name: "all"
    permissions {
      methods: [
        "chipline.v1.EventLogService/AppendEvents",
        "chipline.v1.EventLogService/PipelineAppend",
        "chipline.v1.EventLogService/GetEvent",
        "chipline.v1.EventLogService/ListEvents",
        "chipline.v1.EventLogService/ReadEvents",
        "chipline.v1.EventLogService/ListSubjects",
        "chipline.v1.SubscriptionService/Subscribe"
      ]
      subjects: ">"
    }
    permissions {
      methods: [ "chipline.v1.EventLogService/GetHead", "chipline.v1.AdminService/ListSubscribers" ]
    }
  }
  roles {
    name: "acme"
    permissions {
      methods: [
        "chipline.v1.EventLogService/AppendEvents",
        "chipline.v1.EventLogService/PipelineAppend",
        "chipline.v1.EventLogService/GetEvent",
        "chipline.v1.EventLogService/ListEvents",
        "chipline.v1.EventLogService/ReadEvents",
        "chipline.v1.EventLogService/ListSubjects",
        "chipline.v1.SubscriptionService/Subscribe"
      ]
      subjects: [ "capex.acme", "order.acme.>" ]
    }
  }
  bindings { role: "all" principals: "dns:all.test" }
  bindings {
    role: "acme"
    principals: [ "dns:acme.test", "sub:acme" ]
  }
)pb";

class SubjectsTest : public SecureServer {
 protected:
  SubjectsTest() {
    WritePolicy(kPolicy);
    options_.security.policy = options_.data_directory / "../policy.txtpb";
    options_.security.max_principal_streams = 3;
    Start();
    all_ = std::make_unique<SecureClient>(As("DNS:all.test"));
    acme_ = std::make_unique<SecureClient>(As("DNS:acme.test"));
  }

  static absl::Status Append(const SecureClient& client, const v1::AppendEventsRequest& request) {
    v1::AppendEventsResponse response;
    return FromGrpcStatus(client.log->AppendEvents(Context().get(), request, &response));
  }
  uint64_t Head() const {
    v1::GetHeadResponse response;
    EXPECT_TRUE(all_->log->GetHead(Context().get(), {}, &response).ok());
    return response.head_position();
  }
  static v1::Filter Subjects(const std::vector<std::string>& patterns) {
    v1::Filter filter;
    for (const std::string& pattern : patterns) filter.add_subject_patterns(pattern);
    return filter;
  }
  static void ExpectRefused(const absl::Status& status) {
    EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << status;
    EXPECT_EQ(ReasonOf(status), "SUBJECT_NOT_GRANTED");
    EXPECT_THAT(std::string(status.message()), HasSubstr("chipline.v1."));
  }

  std::unique_ptr<SecureClient> all_;
  std::unique_ptr<SecureClient> acme_;
};

TEST_F(SubjectsTest, WriterAppendsOwnSubjectsOnly) {
  EXPECT_TRUE(Append(*acme_, AppendOf({Capex("a", "acme")})).ok());
  ExpectRefused(Append(*acme_, AppendOf({Capex("b", "other")})));
  EXPECT_EQ(Head(), 1U);
  EXPECT_TRUE(Append(*all_, AppendOf({Capex("b", "other")})).ok());
}

TEST_F(SubjectsTest, OneForeignEventRefusesTheWholeAppend) {
  ExpectRefused(Append(*acme_, AppendOf({Capex("a", "acme"), Capex("b", "other")})));
  EXPECT_EQ(Head(), 0U);
  v1::AppendEventsRequest trial = AppendOf({Capex("b", "other")});
  trial.set_validate_only(true);
  ExpectRefused(Append(*acme_, trial));
}

TEST_F(SubjectsTest, SubjectIsTheOneThatTheNamesOfTheMomentGive) {
  v1::Event alias;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(event_id: "alias"
           alias_change {
             entity: "acme"
             kind: ENTITY_KIND_COMPANY
             alias: "Other Company"
             change: ALIAS_OPERATION_ADD
           }
      )pb",
      &alias));
  ExpectRefused(Append(*acme_, AppendOf({Capex("a", "Other Company")})));
  ExpectRefused(Append(*acme_, AppendOf({alias})));
  const absl::Status added = Append(*all_, AppendOf({alias}));
  ASSERT_TRUE(added.ok()) << added;
  EXPECT_TRUE(Append(*acme_, AppendOf({Capex("a", "Other Company")})).ok());
}

TEST_F(SubjectsTest, RepeatOfAForeignEventTellsNothingOfIt) {
  ASSERT_TRUE(Append(*all_, AppendOf({Capex("b", "other")})).ok());
  ExpectRefused(Append(*acme_, AppendOf({Capex("b", "other")})));
}

TEST_F(SubjectsTest, PreconditionOnAForeignSubjectIsRefused) {
  v1::AppendEventsRequest request = AppendOf({Capex("a", "acme")});
  auto& precondition = *request.add_preconditions();
  precondition.set_subject("capex.other");
  ExpectRefused(Append(*acme_, request));
  precondition.set_subject("capex.acme");
  EXPECT_TRUE(Append(*acme_, request).ok());
}

TEST_F(SubjectsTest, PipelineRefusesTheForeignAppendAndGoesOn) {
  const auto context = Context();
  const auto stream = acme_->log->PipelineAppend(context.get());
  uint64_t id = 0;
  for (const char* company : {"acme", "other", "acme"}) {
    v1::PipelineAppendRequest request;
    request.set_request_id(++id);
    *request.mutable_append() = AppendOf({Capex(std::to_string(id), company)});
    ASSERT_TRUE(stream->Write(request));
  }
  stream->WritesDone();
  std::vector<int> codes;
  v1::PipelineAppendResponse response;
  while (stream->Read(&response)) codes.push_back(response.error().code());
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_THAT(codes, testing::ElementsAre(0, StatusCode::PERMISSION_DENIED, 0));
}

TEST_F(SubjectsTest, PolicyThatChangesCountsFromTheNextAppendOfAPipeline) {
  const auto context = Context();
  const auto stream = acme_->log->PipelineAppend(context.get());
  uint64_t id = 0;
  const auto append = [&](const char* company) {
    v1::PipelineAppendRequest request;
    request.set_request_id(++id);
    *request.mutable_append() = AppendOf({Capex("p" + std::to_string(id), company)});
    v1::PipelineAppendResponse response;
    return stream->Write(request) && stream->Read(&response) ? response.error().code() : -1;
  };
  EXPECT_EQ(append("acme"), 0);
  std::string policy = kPolicy;
  policy.replace(policy.rfind("capex.acme"), 10, "capex.next");
  WritePolicy(policy);
  EXPECT_TRUE(Eventually([&] { return append("acme") == StatusCode::PERMISSION_DENIED; }));
  EXPECT_EQ(append("next"), 0);
  context->TryCancel();
  stream->Finish();
}

TEST_F(SubjectsTest, ReaderMustAskWithinTheGrant) {
  ASSERT_TRUE(Append(*all_, AppendOf({Capex("a", "acme"), Capex("b", "other")})).ok());
  const auto list = [this](const v1::Filter& filter) {
    v1::ListEventsRequest request;
    *request.mutable_filter() = filter;
    v1::ListEventsResponse response;
    const absl::Status status =
        FromGrpcStatus(acme_->log->ListEvents(Context().get(), request, &response));
    for (const auto& event : response.events()) EXPECT_EQ(event.subject(), "capex.acme");
    return status;
  };
  EXPECT_TRUE(list(Subjects({"capex.acme"})).ok());
  EXPECT_TRUE(list(Subjects({"capex.acme", "order.acme.*"})).ok());
  v1::Filter narrower = Subjects({"capex.acme"});
  narrower.add_companies("other");
  EXPECT_TRUE(list(narrower).ok());
  ExpectRefused(list({}));
  ExpectRefused(list(Subjects({">"})));
  ExpectRefused(list(Subjects({"capex.*"})));
  ExpectRefused(list(Subjects({"capex.acme", "capex.other"})));
  ExpectRefused(list(Subjects({"order.acme"})));
  v1::Filter by_entity;
  by_entity.add_companies("acme");
  ExpectRefused(list(by_entity));
  v1::Filter by_type;
  by_type.add_event_types(v1::EVENT_TYPE_CAPEX_ANNOUNCEMENT);
  ExpectRefused(list(by_type));
}

TEST_F(SubjectsTest, ReadsAndSubscriptionsAskTheSame) {
  ASSERT_TRUE(Append(*all_, AppendOf({Capex("a", "acme"), Capex("b", "other")})).ok());
  const auto read = [this](const v1::Filter& filter) {
    v1::ReadEventsRequest request;
    *request.mutable_filter() = filter;
    const auto context = Context();
    const auto stream = acme_->log->ReadEvents(context.get(), request);
    v1::ReadEventsResponse response;
    while (stream->Read(&response)) {
      for (const auto& event : response.events()) EXPECT_EQ(event.subject(), "capex.acme");
    }
    return FromGrpcStatus(stream->Finish());
  };
  EXPECT_TRUE(read(Subjects({"capex.acme"})).ok());
  ExpectRefused(read({}));
  const auto context = Context();
  const auto stream = acme_->subscriptions->Subscribe(context.get(), {});
  v1::SubscribeResponse step;
  EXPECT_FALSE(stream->Read(&step));
  ExpectRefused(FromGrpcStatus(stream->Finish()));
}

TEST_F(SubjectsTest, OneEventAndTheSubjectsAskTheSame) {
  ASSERT_TRUE(Append(*all_, AppendOf({Capex("a", "acme"), Capex("b", "other")})).ok());
  const auto get = [this](const v1::GetEventRequest& request) {
    v1::GetEventResponse response;
    return FromGrpcStatus(acme_->log->GetEvent(Context().get(), request, &response));
  };
  v1::GetEventRequest event;
  event.set_position(1);
  EXPECT_TRUE(get(event).ok());
  event.set_position(2);
  ExpectRefused(get(event));
  EXPECT_THAT(get(event).ToString(), Not(HasSubstr("other")));
  event.set_event_id("b");
  ExpectRefused(get(event));
  const auto subjects = [this](const std::string& pattern) {
    v1::ListSubjectsRequest request;
    request.set_subject_pattern(pattern);
    v1::ListSubjectsResponse response;
    return FromGrpcStatus(acme_->log->ListSubjects(Context().get(), request, &response));
  };
  EXPECT_TRUE(subjects("capex.acme").ok());
  ExpectRefused(subjects(""));
  ExpectRefused(subjects("capex.*"));
}

TEST_F(SubjectsTest, SubscriptionEndsOnceItIsNotGrantedAnyMore) {
  v1::SubscribeRequest request;
  *request.mutable_filter() = Subjects({"capex.acme"});
  request.mutable_heartbeat_interval()->set_seconds(1);
  const auto context = Context();
  const auto stream = acme_->subscriptions->Subscribe(context.get(), request);
  v1::SubscribeResponse step;
  ASSERT_TRUE(stream->Read(&step));
  std::string policy = kPolicy;
  policy.replace(policy.find(R"("dns:acme.test", )"), 17, "");
  WritePolicy(policy);
  while (stream->Read(&step)) {
  }
  const absl::Status end = FromGrpcStatus(stream->Finish());
  EXPECT_EQ(end.code(), absl::StatusCode::kPermissionDenied) << end;
  EXPECT_EQ(ReasonOf(end), "METHOD_NOT_GRANTED");
}

TEST_F(SubjectsTest, OneCallerHasOnlySoManyStreams) {
  v1::SubscribeRequest request;
  *request.mutable_filter() = Subjects({"capex.acme"});
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::SubscribeResponse>>> streams;
  v1::SubscribeResponse step;
  const auto open = [&] {
    contexts.push_back(Context());
    streams.push_back(acme_->subscriptions->Subscribe(contexts.back().get(), request));
    return streams.back()->Read(&step);
  };
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(open()) << i;
  EXPECT_FALSE(open());
  const absl::Status refused = FromGrpcStatus(streams.back()->Finish());
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), "TOO_MANY_STREAMS");
  // Another caller has its own.
  const auto other_context = Context();
  const auto other = all_->subscriptions->Subscribe(other_context.get(), request);
  EXPECT_TRUE(other->Read(&step));
  v1::ListSubscribersResponse listed;
  ASSERT_TRUE(all_->admin->ListSubscribers(Context().get(), {}, &listed).ok());
  EXPECT_EQ(listed.subscribers(0).principal(), "dns:acme.test");
  other_context->TryCancel();
  contexts[0]->TryCancel();
  EXPECT_TRUE(Eventually(open));
  for (const auto& context : contexts) context->TryCancel();
}

TEST_F(SubjectsTest, TokenIsKeptToItsSubjectsToo) {
  const SecureClient client = WithToken(TokenFor("acme"));
  EXPECT_TRUE(Append(client, AppendOf({Capex("a", "acme")})).ok());
  ExpectRefused(Append(client, AppendOf({Capex("b", "other")})));
}

}  // namespace
}  // namespace chipline::security
