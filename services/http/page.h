#ifndef CHIPLINE_SERVICES_HTTP_PAGE_H_
#define CHIPLINE_SERVICES_HTTP_PAGE_H_

#include <functional>
#include <memory>
#include <string>

#include "services/http/exchange.h"
#include "services/http/tally.h"
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
  Pages(boost::asio::io_context& io, Tally& tally, PageSources sources)
      : io_(io), tally_(tally), sources_(std::move(sources)) {}

  std::shared_ptr<Exchange> Find(const RequestHead& head, std::shared_ptr<Responder> responder);

 private:
  boost::asio::io_context& io_;
  Tally& tally_;
  const PageSources sources_;
  // Its own, so that no call keeps a scrape waiting.
  Executor thread_{1};
};

}  // namespace chipline::http

#endif  // CHIPLINE_SERVICES_HTTP_PAGE_H_
