#ifndef CHIPLINE_TESTS_QUERY_QUERY_SERVER_H_
#define CHIPLINE_TESTS_QUERY_QUERY_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "grpcpp/grpcpp.h"

#include "chipline/v1/timeline_service.grpc.pb.h"
#include "services/query/timeline_service.h"
#include "services/rpc/subscribers.h"
#include "services/rpc/timer.h"
#include "storage/executor.h"
#include "tests/timeline/views_fixture.h"

namespace chipline::query {

// TimelineService on a port of the system's choice, over a log of its own.
class QueryServer {
 public:
  QueryServer();
  ~QueryServer();

  timeline::Views& views() { return views_; }
  v1::TimelineService::Stub& stub() { return *stub_; }
  TimelineService& service() { return *service_; }

  // Ends all calls and begins again, on views that go on or are built anew, and waits for them.
  void Restart(bool rebuild);
  // The same without waiting, on views that are being built anew.
  void RestartRebuilding();
  // Makes it a little past 00:00 UTC of the day, YYYY-MM-DD, and lets watches know.
  void SetDay(const std::string& day);

  // Waits for the views to have it.
  storage::Position Append(const std::vector<std::string>& events);

 private:
  void Start();
  void Stop();

  timeline::Views views_;

  Executor live_{1};
  Executor catch_up_{2};
  Timer timer_;
  std::unique_ptr<Subscribers> subscribers_;
  std::unique_ptr<TimelineService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::TimelineService::Stub> stub_;
};

// A watch's client side. Not thread-safe.
class WatchClient {
 public:
  WatchClient(v1::TimelineService::Stub& stub, const v1::WatchTimelinesRequest& request)
      : reader_(stub.WatchTimelines(&context_, request)) {}
  ~WatchClient();

  // The next message that is not a heartbeat; fails the test if there is none.
  v1::WatchTimelinesResponse Next();
  v1::WatchTimelinesResponse NextHeartbeat();
  // How the stream ended; reads what is left.
  grpc::Status End();
  // From another thread than the one that reads.
  void Cancel() { context_.TryCancel(); }
  // All messages until the stream ends, however it ends.
  std::vector<v1::WatchTimelinesResponse> ReadToEnd();

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchTimelinesResponse>> reader_;
  bool ended_ = false;
};

// Events as text, each with the few fields that a test is about.
std::string CapexText(const std::string& id, const std::string& company, int billions,
                      const std::string& year = "2026");
std::string AliasText(const std::string& id, const std::string& entity, const std::string& name,
                      const std::string& change = "ADD");
std::string RuleText(const std::string& id, const std::string& chip, const std::string& place,
                     const std::string& effect, const std::string& day);
// A rule that ends; see RuleText.
std::string ExpiringRuleText(const std::string& id, const std::string& chip,
                             const std::string& effect, const std::string& from,
                             const std::string& to);
// An order of ByteDance's, to China.
std::string OrderText(const std::string& id, const std::string& chip);
std::string RetractionText(const std::string& id, const std::string& target);

}  // namespace chipline::query

#endif  // CHIPLINE_TESTS_QUERY_QUERY_SERVER_H_
