// Every RPC that the server has, by everybody: what is not granted is refused, and a new RPC fails
// here until it is listed.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/impl/codegen/sync_stream.h"

#include "fmt/format.h"
#include "tests/security/secure_server.h"
#include "tests/server/running_server.h"

namespace chipline::security {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;

constexpr char kLog[] = "chipline.v1.EventLogService/";
constexpr char kSubscriptions[] = "chipline.v1.SubscriptionService/";
constexpr char kTimelines[] = "chipline.v1.TimelineService/";
constexpr char kAdmin[] = "chipline.v1.AdminService/";

// Which roles of the policy below have each RPC.
std::map<std::string, std::set<std::string>> Grants() {
  std::map<std::string, std::set<std::string>> grants;
  const auto grant = [&grants](const std::string& service, const std::vector<std::string>& methods,
                               const std::set<std::string>& roles) {
    for (const std::string& method : methods) grants[service + method] = roles;
  };
  grant(kLog, {"AppendEvents", "PipelineAppend"}, {"writer", "all"});
  grant(kLog, {"GetEvent", "ListEvents", "ReadEvents", "ListSubjects", "GetHead"},
        {"reader", "all"});
  grant(kSubscriptions, {"Subscribe", "GetCursor", "CommitCursor", "ListCursors"},
        {"reader", "all"});
  grant(kTimelines, {"GetTimeline", "WatchTimelines", "ListTimelines", "ExplainEntry"},
        {"reader", "all"});
  grant(kAdmin, {"GetServerInfo", "GetStats", "ListSubscribers", "GetCluster"},
        {"operator", "all"});
  grant(kAdmin, {"SetRulesVersion", "VerifyLog", "BackUpLog"}, {"all"});
  return grants;
}

std::string PolicyOf(const std::map<std::string, std::set<std::string>>& grants) {
  std::map<std::string, std::string> permissions;
  for (const auto& [method, roles] : grants) {
    for (const std::string& role : roles) {
      permissions[role] += fmt::format("permissions {{ methods: \"{}\" {} }}\n", method,
                                       Policy::MindsSubjects(method) ? R"(subjects: ">")" : "");
    }
  }
  std::string policy;
  for (const auto& [role, text] : permissions) {
    policy += fmt::format("roles {{ name: \"{}\"\n{} }}\n", role, text);
    policy += fmt::format(
        "bindings {{ role: \"{0}\" principals: \"dns:{0}.test\" principals: \"role:{0}\" }}\n",
        role);
  }
  return policy;
}

class EveryRpcTest : public SecureServer {
 protected:
  EveryRpcTest() {
    WritePolicy(PolicyOf(Grants()));
    options_.security.policy = options_.data_directory / "../policy.txtpb";
    Start();
    clients_.emplace("", WithNothing());
    clients_.emplace("nobody", As("DNS:nobody.test"));
    clients_.emplace("wrong token", WithToken("x.y.z"));
    for (const char* role : {"reader", "writer", "operator", "all"}) {
      clients_.emplace(role, As(fmt::format("DNS:{}.test", role)));
      clients_.emplace(std::string(role) + " by token",
                       WithToken(TokenFor("x", fmt::format(R"(,"roles":["{}"])", role))));
    }
  }

  using Stream = grpc::ClientReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>;

  static std::unique_ptr<Stream> Open(const SecureClient& client, const std::string& method,
                                      grpc::ClientContext* context) {
    grpc::internal::RpcMethod rpc(method.c_str(), grpc::internal::RpcMethod::BIDI_STREAMING,
                                  client.channel);
    return std::unique_ptr<Stream>(
        grpc::internal::ClientReaderWriterFactory<grpc::ByteBuffer, grpc::ByteBuffer>::Create(
            client.channel.get(), rpc, context));
  }

  // Calls any method with an empty request; the status, or OK if a stream had a first message.
  static grpc::Status Call(const SecureClient& client, const std::string& method) {
    const auto context = server::Context();
    const std::unique_ptr<Stream> stream = Open(client, method, context.get());
    const grpc::Slice empty;
    stream->WriteLast(grpc::ByteBuffer(&empty, 1), grpc::WriteOptions());
    grpc::ByteBuffer answer;
    if (stream->Read(&answer)) {
      context->TryCancel();
      stream->Finish();
      return grpc::Status::OK;
    }
    return stream->Finish();
  }

  std::map<std::string, SecureClient> clients_;
};

// What the policy would call it; from the descriptors of the services that the server registers.
std::vector<std::string> EveryRpc() {
  std::vector<std::string> methods;
  for (const google::protobuf::FileDescriptor* file :
       {v1::GetHeadRequest::descriptor()->file(), v1::SubscribeRequest::descriptor()->file(),
        v1::GetTimelineRequest::descriptor()->file(), v1::GetStatsRequest::descriptor()->file()}) {
    for (int i = 0; i < file->service_count(); ++i) {
      const google::protobuf::ServiceDescriptor& service = *file->service(i);
      for (int j = 0; j < service.method_count(); ++j) {
        methods.push_back(service.full_name() + "/" + service.method(j)->name());
      }
    }
  }
  return methods;
}

TEST_F(EveryRpcTest, IsListedHere) {
  const auto grants = Grants();
  std::set<std::string> known;
  for (const auto& [method, roles] : grants) known.insert(method);
  const std::vector<std::string> every = EveryRpc();
  EXPECT_EQ(known, std::set<std::string>(every.begin(), every.end()))
      << "a new RPC needs a line in Grants(), and a thought on who may call it";
}

TEST_F(EveryRpcTest, IsAnsweredToThoseWhoHaveItAndToNobodyElse) {
  const auto grants = Grants();
  for (const std::string& method : EveryRpc()) {
    const auto granted = grants.find(method);
    for (const auto& [who, client] : clients_) {
      const grpc::Status status = Call(client, "/" + method);
      const std::string role = who.substr(0, who.find(' '));
      if (granted != grants.end() && granted->second.contains(role)) {
        EXPECT_NE(status.error_code(), StatusCode::PERMISSION_DENIED) << method << " " << who;
        EXPECT_NE(status.error_code(), StatusCode::UNAUTHENTICATED) << method << " " << who;
        EXPECT_NE(status.error_code(), StatusCode::UNAVAILABLE) << status.error_message();
      } else if (who.empty() || who == "wrong token") {
        EXPECT_EQ(status.error_code(), StatusCode::UNAUTHENTICATED) << method << " " << who;
        EXPECT_THAT(status.error_message(), HasSubstr(method));
      } else {
        EXPECT_EQ(status.error_code(), StatusCode::PERMISSION_DENIED) << method << " " << who;
        EXPECT_THAT(status.error_message(), HasSubstr(method));
      }
    }
  }
}

TEST_F(EveryRpcTest, HealthIsOpenAndWhatGrpcBringsBesidesIsNot) {
  for (const auto& [who, client] : clients_) {
    EXPECT_TRUE(Call(client, "/grpc.health.v1.Health/Check").ok()) << who;
    const StatusCode refused = who.empty() || who == "wrong token" ? StatusCode::UNAUTHENTICATED
                                                                   : StatusCode::PERMISSION_DENIED;
    for (const char* method : {"/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                               "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                               "/grpc.channelz.v1.Channelz/GetServers", "/not.a.Service/AtAll",
                               "/chipline.v1.EventLogService/NoSuchMethod"}) {
      EXPECT_EQ(Call(client, method).error_code(), refused) << method << " " << who;
    }
  }
}

TEST_F(EveryRpcTest, ReflectionIsAnsweredInBothVersionsOnceOneIsGranted) {
  const char v1[] = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
  const char v1alpha[] = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
  for (const char* granted : {v1, v1alpha}) {
    auto grants = Grants();
    grants[granted + 1] = {"operator"};
    WritePolicy(PolicyOf(grants));
    EXPECT_TRUE(Eventually([&] { return Call(clients_.at("operator"), granted).ok(); })) << granted;
    EXPECT_TRUE(Call(clients_.at("operator"), v1).ok()) << granted;
    EXPECT_TRUE(Call(clients_.at("operator"), v1alpha).ok()) << granted;
    EXPECT_EQ(Call(clients_.at("reader"), v1).error_code(), StatusCode::PERMISSION_DENIED);
    WritePolicy(PolicyOf(Grants()));
    EXPECT_TRUE(Eventually([&] { return !Call(clients_.at("operator"), granted).ok(); }));
  }
}

TEST_F(EveryRpcTest, ReflectionEndsOnceItIsTakenAway) {
  const std::string method = "grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
  auto grants = Grants();
  grants[method] = {"operator"};
  WritePolicy(PolicyOf(grants));
  const SecureClient& client = clients_.at("operator");
  ASSERT_TRUE(Eventually([&] { return Call(client, "/" + method).ok(); }));
  const auto context = server::Context();
  const std::unique_ptr<Stream> stream = Open(client, "/" + method, context.get());
  const auto answered = [&] {
    const grpc::Slice empty;
    grpc::ByteBuffer answer;
    return stream->Write(grpc::ByteBuffer(&empty, 1)) && stream->Read(&answer);
  };
  EXPECT_TRUE(answered());
  WritePolicy(PolicyOf(Grants()));
  ASSERT_TRUE(Eventually([&] { return !answered(); }));
  EXPECT_EQ(stream->Finish().error_code(), StatusCode::PERMISSION_DENIED);
}

TEST_F(EveryRpcTest, WhatDoesNotExistIsSaidToThoseWhoMayReflect) {
  auto grants = Grants();
  grants["grpc.reflection.v1.ServerReflection/ServerReflectionInfo"] = {"operator"};
  WritePolicy(PolicyOf(grants));
  for (const char* method : {"/not.a.Service/AtAll", "/chipline.v1.EventLogService/NoSuchMethod"}) {
    EXPECT_TRUE(Eventually([&] {
      return Call(clients_.at("operator"), method).error_code() == StatusCode::UNIMPLEMENTED;
    })) << method;
    EXPECT_EQ(Call(clients_.at("reader"), method).error_code(), StatusCode::PERMISSION_DENIED);
  }
  EXPECT_EQ(Call(clients_.at("operator"), "/grpc.channelz.v1.Channelz/GetServers").error_code(),
            StatusCode::PERMISSION_DENIED);
}

TEST_F(EveryRpcTest, BadPolicyOnReloadKeepsTheLastGoodOne) {
  const SecureClient& reader = clients_.at("reader");
  auto grants = Grants();
  grants[std::string(kLog) + "GetHead"] = {"all"};
  WritePolicy("roles { name: \"reader\"");
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(reader.Head().ok());
  WritePolicy(PolicyOf(grants));
  EXPECT_TRUE(
      Eventually([&] { return reader.Head().error_code() == StatusCode::PERMISSION_DENIED; }));
}

TEST_F(EveryRpcTest, PathsThatAreWrittenOtherwiseAreNotLetIn) {
  // The server's own router takes only the one form; the gate must not be milder.
  for (const char* path :
       {"/chipline.v1.EventLogService/GetHead/", "//chipline.v1.EventLogService/GetHead",
        "/chipline.v1.EventLogService//GetHead", "/CHIPLINE.V1.EVENTLOGSERVICE/GETHEAD",
        "/grpc.health.v1.Health/../../chipline.v1.EventLogService/GetHead"}) {
    EXPECT_FALSE(Call(clients_.at("nobody"), path).ok()) << path;
    EXPECT_FALSE(Call(clients_.at(""), path).ok()) << path;
  }
}

}  // namespace
}  // namespace chipline::security
