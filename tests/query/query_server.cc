#include "tests/query/query_server.h"

#include "gtest/gtest.h"

#include "fmt/format.h"

namespace chipline::query {

QueryServer::QueryServer()
    : service_(views_.materializer(), views_.clock(), {live_, catch_up_, timer_, subscribers_},
               catch_up_) {
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service_);
  server_ = builder.BuildAndStart();
  EXPECT_NE(server_, nullptr);
  stub_ = v1::TimelineService::NewStub(
      grpc::CreateChannel(fmt::format("127.0.0.1:{}", port), grpc::InsecureChannelCredentials()));
}

QueryServer::~QueryServer() {
  subscribers_.Drain();
  server_->Shutdown();
  server_->Wait();
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
