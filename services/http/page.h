#ifndef CHIPLINE_SERVICES_HTTP_PAGE_H_
#define CHIPLINE_SERVICES_HTTP_PAGE_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"

#include "services/http/exchange.h"
#include "services/http/tally.h"
#include "services/security/tls_credentials.h"
#include "storage/executor.h"
#include "storage/mutex.h"
#include <boost/asio/io_context.hpp>

namespace chipline::http {

// What is asked for pages. Called on a thread of their own, so that they may take some
// milliseconds.
struct PageSources {
  // Prometheus' text format.
  std::function<std::string()> metrics;
  // Why the server is not ready, in words. Empty: it is.
  std::function<std::string()> unready;
};

// Makes the page of metrics on a thread of its own: once for all who wait, so that many who ask, or
// asked and left, cost as much as one. Thread-safe. Must outlive who asks.
class MetricsMaker {
 public:
  // Shared by all that it was made for.
  using Page = std::shared_ptr<const Response>;
  using Done = std::function<void(const Page& page)>;

  explicit MetricsMaker(std::function<std::string()> metrics) : metrics_(std::move(metrics)) {}
  // Calls `done` on the maker's thread, with what was made after this call began.
  void Ask(bool gzip, Done done);

 private:
  struct Waiting {
    bool gzip = false;
    Done done;
  };
  void Make();

  const std::function<std::string()> metrics_;
  Mutex mutex_;
  // Those that the next page is for. Not empty: it is scheduled.
  std::vector<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  // Its own, so that no call keeps a scrape waiting. The last member: it ends first.
  Executor thread_{1};
};

// Answers with this, whatever comes.
std::shared_ptr<Exchange> NewFixedPage(std::shared_ptr<Responder> responder, Response response);

// /livez, /readyz and /metrics, for GET and HEAD. Null if the path is another. Liveness says only
// that the listener answers: a slow disk or a rebuild is no reason to start the server again.
// Everything must outlive the exchange.
class Pages {
 public:
  // With `metrics_check`, /metrics answers only callers who may call security::kMetricsMethod.
  // Null: it answers everybody, as the probes do in any case.
  Pages(boost::asio::io_context& io, Tally& tally, PageSources sources,
        security::CallCheck metrics_check)
      : io_(io),
        tally_(tally),
        unready_(std::move(sources.unready)),
        metrics_check_(std::move(metrics_check)),
        maker_(std::move(sources.metrics)) {}

  std::shared_ptr<Exchange> Find(const RequestHead& head, std::shared_ptr<Responder> responder);

 private:
  boost::asio::io_context& io_;
  Tally& tally_;
  const std::function<std::string()> unready_;
  const security::CallCheck metrics_check_;
  MetricsMaker maker_;
};

}  // namespace chipline::http

#endif  // CHIPLINE_SERVICES_HTTP_PAGE_H_
