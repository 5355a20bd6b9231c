#include "tests/query/query_server.h"

#include "gtest/gtest.h"

#include "fmt/format.h"

namespace chipline::query {

QueryServer::QueryServer() { Start(); }

QueryServer::~QueryServer() { Stop(); }

void QueryServer::Start() {
  subscribers_ = std::make_unique<Subscribers>();
  service_ = std::make_unique<TimelineService>(views_.materializer(), views_.clock(),
                                               StreamHost{live_, catch_up_, timer_, *subscribers_},
                                               catch_up_);
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(service_.get());
  server_ = builder.BuildAndStart();
  EXPECT_NE(server_, nullptr);
  stub_ = v1::TimelineService::NewStub(
      grpc::CreateChannel(fmt::format("127.0.0.1:{}", port), grpc::InsecureChannelCredentials()));
}

void QueryServer::Stop() {
  subscribers_->Drain();
  server_->Shutdown();
  server_->Wait();
  server_.reset();
  service_.reset();
  subscribers_.reset();
}

void QueryServer::Restart(bool rebuild) {
  Stop();
  if (rebuild) {
    views_.Delete();
  } else {
    views_.Stop();
  }
  views_.Start();
  views_.WaitFor(views_.reader().head());
  Start();
}

void QueryServer::RestartRebuilding() {
  Stop();
  views_.Delete();
  views_.Start();
  Start();
}

void QueryServer::SetDay(const std::string& day) {
  views_.step_clock().Set(StartOf(CivilDay::Parse(day).value()) + absl::Seconds(10));
  service_->ClockWasSet();
}

storage::Position QueryServer::Append(const std::vector<std::string>& events) {
  const storage::Position end = views_.AppendText(events);
  views_.WaitFor(end);
  return end;
}

WatchClient::~WatchClient() {
  context_.TryCancel();
  if (!ended_) reader_->Finish();
}

v1::WatchTimelinesResponse WatchClient::Next() {
  v1::WatchTimelinesResponse response;
  do {
    if (!reader_->Read(&response)) {
      ended_ = true;
      const grpc::Status status = reader_->Finish();
      ADD_FAILURE() << "the watch ended: " << status.error_message();
      return {};
    }
  } while (response.has_heartbeat());
  return response;
}

v1::WatchTimelinesResponse WatchClient::NextHeartbeat() {
  v1::WatchTimelinesResponse response;
  EXPECT_TRUE(reader_->Read(&response));
  EXPECT_TRUE(response.has_heartbeat()) << response.DebugString();
  return response;
}

grpc::Status WatchClient::End() {
  v1::WatchTimelinesResponse response;
  while (reader_->Read(&response)) {
  }
  ended_ = true;
  return reader_->Finish();
}

std::vector<v1::WatchTimelinesResponse> WatchClient::ReadToEnd() {
  std::vector<v1::WatchTimelinesResponse> all;
  v1::WatchTimelinesResponse response;
  while (reader_->Read(&response)) all.push_back(response);
  ended_ = true;
  reader_->Finish();
  return all;
}

std::string CapexText(const std::string& id, const std::string& company, int billions,
                      const std::string& year) {
  return fmt::format(R"(
    event_id: "{}"
    source {{
      hops {{
        publisher {{ mention: "Financial Times" }}
        relation: HOP_RELATION_PRIMARY
        published {{ edtf: "2025-12-23" }}
      }}
    }}
    capex_announcement {{
      companies {{ mention: "{}" }}
      scope: CAPEX_SCOPE_AI
      period {{ kind: PERIOD_KIND_CALENDAR edtf: "{}" }}
      basis: CAPEX_BASIS_PLAN
      accounting: ACCOUNTING_CAPEX
      amount {{ currency: "CNY" value {{ units: {}000000000 }} bound: BOUND_EXACT }}
    }})",
                     id, company, year, billions);
}

std::string AliasText(const std::string& id, const std::string& entity, const std::string& name,
                      const std::string& change) {
  return fmt::format(R"(
    event_id: "{}"
    alias_change {{
      entity: "{}" kind: ENTITY_KIND_COMPANY alias: "{}" change: ALIAS_OPERATION_{}
    }})",
                     id, entity, name, change);
}

std::string RuleText(const std::string& id, const std::string& chip, const std::string& place,
                     const std::string& effect, const std::string& day) {
  return fmt::format(R"(
    event_id: "{}"
    export_rule_change {{
      nature: RULE_NATURE_CHANGE
      jurisdiction {{ mention: "US" }}
      gate: GATE_KIND_EXPORT
      chips {{ mention: "{}" }}
      destinations {{ mention: "{}" }}
      effect: RULE_EFFECT_{}
      status: RULE_STATUS_IN_FORCE
      effective {{ edtf: "{}" }}
    }})",
                     id, chip, place, effect, day);
}

std::string ExpiringRuleText(const std::string& id, const std::string& chip,
                             const std::string& effect, const std::string& from,
                             const std::string& to) {
  std::string text = RuleText(id, chip, "China", effect, from);
  text.insert(text.rfind('}'), fmt::format(R"(expires {{ edtf: "{}" }})", to));
  return text;
}

std::string OrderText(const std::string& id, const std::string& chip) {
  return fmt::format(R"(
    event_id: "{}"
    chip_order {{
      order_id: "{}"
      buyers {{ mention: "ByteDance" }}
      supplier {{ mention: "Nvidia" }}
      chips {{ mention: "{}" }}
      destination {{ mention: "China" }}
      quantity {{ unit: UNIT_CHIP value: 20000 bound: BOUND_EXACT }}
      stage: ORDER_STAGE_PLANNED
      modality: MODALITY_REPORTED
    }})",
                     id, id, chip);
}

std::string RetractionText(const std::string& id, const std::string& target) {
  return fmt::format(R"(
    event_id: "{}"
    source {{
      hops {{ publisher {{ mention: "Financial Times" }} relation: HOP_RELATION_PRIMARY }}
    }}
    links {{ relation: LINK_RELATION_RETRACTS event_id: "{}" }}
    claim_notice {{ text: "withdrawn" }})",
                     id, target);
}

}  // namespace chipline::query
