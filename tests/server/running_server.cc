#include "tests/server/running_server.h"

#include <chrono>
#include <cstdlib>
#include <utility>

#include "absl/strings/cord.h"
#include "google/protobuf/text_format.h"
#include "google/rpc/error_details.pb.h"
#include "grpcpp/create_channel.h"

#include "fmt/format.h"
#include "services/rpc/status.h"

namespace chipline::server {
namespace {

// More than a sound server takes for anything.
constexpr std::chrono::seconds kPatience{60};

}  // namespace

std::unique_ptr<grpc::ClientContext> Context() {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() + kPatience);
  return context;
}

v1::Event Capex(std::string_view id, std::string_view company, int billions) {
  v1::Event event;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        source {
          hops {
            publisher { mention: "Financial Times" }
            relation: HOP_RELATION_PRIMARY
            published { edtf: "2025-12-23" }
          }
        }
        capex_announcement {
          companies {}
          scope: CAPEX_SCOPE_AI
          period { kind: PERIOD_KIND_CALENDAR edtf: "2026" }
          basis: CAPEX_BASIS_PLAN
          amount {
            currency: "CNY"
            value {}
            bound: BOUND_EXACT
          }
          accounting: ACCOUNTING_CAPEX
        })pb",
      &event));
  event.set_event_id(std::string(id));
  auto& capex = *event.mutable_capex_announcement();
  capex.mutable_companies(0)->set_mention(std::string(company));
  capex.mutable_amount()->mutable_value()->set_units(int64_t{billions} * 1'000'000'000);
  return event;
}

v1::AppendEventsRequest AppendOf(const std::vector<v1::Event>& events) {
  v1::AppendEventsRequest request;
  for (const v1::Event& event : events) *request.add_events() = event;
  return request;
}

std::vector<std::string> BadFields(const absl::Status& status) {
  std::vector<std::string> fields;
  google::rpc::BadRequest details;
  const auto payload = status.GetPayload("type.googleapis.com/" +
                                         google::rpc::BadRequest::descriptor()->full_name());
  if (!payload.has_value() || !details.ParseFromString(std::string(*payload))) return fields;
  for (const auto& violation : details.field_violations()) fields.push_back(violation.field());
  return fields;
}

Client::Client(int port) {
  grpc::ChannelArguments arguments;
  // So that clients of one test do not share a connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  channel = grpc::CreateCustomChannel(fmt::format("127.0.0.1:{}", port),
                                      grpc::InsecureChannelCredentials(), arguments);
  // gRPC 1.51 now and then takes a connection that is being made for one that failed (grpc#35064)
  // and answers every call with UNAVAILABLE until it tries again, a second later.
  // Some tests are of connections that are refused, so it is no failure if that does not help.
  constexpr std::chrono::seconds kSecondTry{3};
  (void)channel->WaitForConnected(std::chrono::system_clock::now() + kSecondTry);
  log = v1::EventLogService::NewStub(channel);
  subscriptions = v1::SubscriptionService::NewStub(channel);
  timelines = v1::TimelineService::NewStub(channel);
  admin = v1::AdminService::NewStub(channel);
}

absl::StatusOr<v1::AppendEventsResponse> Client::Append(
    const v1::AppendEventsRequest& request) const {
  v1::AppendEventsResponse response;
  const grpc::Status status = log->AppendEvents(Context().get(), request, &response);
  if (!status.ok()) return FromGrpcStatus(status);
  return response;
}

uint64_t Client::Head() const {
  v1::GetHeadResponse response;
  const grpc::Status status = log->GetHead(Context().get(), {}, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.head_position();
}

RunningServer::RunningServer() {
  std::string path = std::filesystem::temp_directory_path() / "chipline-server-XXXXXX";
  EXPECT_NE(mkdtemp(path.data()), nullptr);
  options_.data_directory = path;
  options_.listen = "127.0.0.1:0";
  options_.threads = 2;
  Start();
}

RunningServer::~RunningServer() {
  Stop();
  std::filesystem::remove_all(options_.data_directory);
}

void RunningServer::Start() {
  auto started = TryStart();
  ASSERT_TRUE(started.ok()) << started.status();
  server_ = *std::move(started);
}

void RunningServer::Stop() { server_.reset(); }

}  // namespace chipline::server
