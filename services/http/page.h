#ifndef CHIPLINE_SERVICES_HTTP_PAGE_H_
#define CHIPLINE_SERVICES_HTTP_PAGE_H_

#include <functional>
#include <memory>
#include <string>

#include "services/http/exchange.h"
#include "services/http/tally.h"
#include "services/security/tls_credentials.h"
#include "storage/executor.h"
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
        sources_(std::move(sources)),
        metrics_check_(std::move(metrics_check)) {}

  std::shared_ptr<Exchange> Find(const RequestHead& head, std::shared_ptr<Responder> responder);

 private:
  boost::asio::io_context& io_;
  Tally& tally_;
  const PageSources sources_;
  const security::CallCheck metrics_check_;
  // Its own, so that no call keeps a scrape waiting.
  Executor thread_{1};
};

}  // namespace chipline::http

#endif  // CHIPLINE_SERVICES_HTTP_PAGE_H_
