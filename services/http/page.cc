#include "services/http/page.h"

#include <utility>

#include "absl/status/status.h"

#include "fmt/format.h"
#include "services/http/admission.h"
#include "services/http/bounds.h"
#include "services/http/gzip.h"
#include "services/security/policy.h"
#include <boost/asio/post.hpp>

namespace chipline::http {
namespace {

class FixedPage final : public Exchange {
 public:
  FixedPage(std::shared_ptr<Responder> responder, Response response)
      : responder_(std::move(responder)), response_(std::move(response)) {}

  void Start() override { std::exchange(responder_, nullptr)->Respond(std::move(response_)); }
  void OnBody(std::optional<std::string> /*body*/) override {}
  void OnSent() override {}
  void OnGone() override { responder_ = nullptr; }
  bool is_call() const override { return false; }
  bool is_stream() const override { return false; }

 private:
  std::shared_ptr<Responder> responder_;
  Response response_;
};

// Why a page is refused.
Response Refusal(const absl::Status& status) {
  unsigned http_status = 503;
  if (absl::IsUnauthenticated(status)) http_status = 401;
  if (absl::IsPermissionDenied(status)) http_status = 403;
  const absl::string_view words = status.message();
  Response response = TextResponse(http_status, std::string_view(words.data(), words.size()));
  if (http_status == 401) response.fields.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

// The page of metrics, for those who may have it.
class MetricsPage final : public Exchange, public std::enable_shared_from_this<MetricsPage> {
 public:
  // Without a check everybody may.
  MetricsPage(boost::asio::io_context& io, MetricsMaker& maker, Tally& tally, RequestHead head,
              std::shared_ptr<Responder> responder, const security::CallCheck& check)
      : io_(io),
        maker_(maker),
        held_(tally.Hold()),
        head_(std::move(head)),
        responder_(std::move(responder)),
        check_(check) {}

  void Start() override {
    if (check_ == nullptr) return Make();
    Admit(check_, fmt::format("/{}", security::kMetricsMethod), head_, *responder_,
          [self = shared_from_this()](const absl::Status& status) {
            self->Post([status](MetricsPage& page) { page.OnChecked(status); });
          });
  }
  void OnBody(std::optional<std::string> /*body*/) override {}
  void OnSent() override {}
  void OnGone() override { responder_ = nullptr; }
  bool is_call() const override { return false; }
  bool is_stream() const override { return false; }

 private:
  // Runs `task` on the listener's thread, unless nobody waits for the answer by then.
  void Post(std::function<void(MetricsPage&)> task) {
    boost::asio::post(io_, [self = shared_from_this(), task = std::move(task)] {
      if (self->responder_ != nullptr) task(*self);
    });
  }
  void OnChecked(const absl::Status& status) {
    if (status.ok()) return Make();
    Respond(Refusal(status));
  }
  void Make() {
    maker_.Ask(AcceptsGzip(head_.fields, "accept-encoding"),
               [self = shared_from_this()](const MetricsMaker::Page& made) {
                 self->Post([made](MetricsPage& page) { page.Respond(*made); });
               });
  }
  void Respond(Response response) {
    std::exchange(responder_, nullptr)->Respond(std::move(response));
  }

  boost::asio::io_context& io_;
  MetricsMaker& maker_;
  const std::shared_ptr<const void> held_;
  const RequestHead head_;
  std::shared_ptr<Responder> responder_;
  const security::CallCheck& check_;
};

Response Readiness(const std::function<std::string()>& unready) {
  const std::string words = unready();
  return words.empty() ? TextResponse(200, "ready") : TextResponse(503, words);
}

Response Metrics(std::string text) {
  return {
      200,
      {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}, {"Vary", "Accept-Encoding"}},
      std::move(text)};
}

Response Compressed(const Response& plain) {
  Response response = plain;
  if (plain.body.size() < bounds::kMinGzipBytes) return response;
  response.body = Gzip(plain.body);
  response.fields.emplace_back("Content-Encoding", "gzip");
  return response;
}

}  // namespace

void MetricsMaker::Ask(bool gzip, Done done) {
  const MutexLock lock(mutex_);
  waiting_.push_back({gzip, std::move(done)});
  if (waiting_.size() == 1) thread_.Schedule([this] { Make(); });
}

void MetricsMaker::Make() {
  std::vector<Waiting> waiting;
  {
    const MutexLock lock(mutex_);
    waiting.swap(waiting_);
  }
  const auto plain = std::make_shared<const Response>(Metrics(metrics_()));
  Page compressed;
  for (const Waiting& each : waiting) {
    if (each.gzip && compressed == nullptr) {
      compressed = std::make_shared<const Response>(Compressed(*plain));
    }
    each.done(each.gzip ? compressed : plain);
  }
}

std::shared_ptr<Exchange> NewFixedPage(std::shared_ptr<Responder> responder, Response response) {
  return std::make_shared<FixedPage>(std::move(responder), std::move(response));
}

std::shared_ptr<Exchange> Pages::Find(const RequestHead& head,
                                      std::shared_ptr<Responder> responder) {
  const bool live = head.path == "/livez";
  const bool ready = head.path == "/readyz";
  if (!live && !ready && head.path != "/metrics") return nullptr;
  if (head.method != "GET" && head.method != "HEAD") {
    Response response = TextResponse(405, fmt::format("{} is there for GET and HEAD", head.path));
    response.fields.emplace_back("Allow", "GET, HEAD");
    return NewFixedPage(std::move(responder), std::move(response));
  }
  if (live) return NewFixedPage(std::move(responder), TextResponse(200, "alive"));
  // At once: metrics may wait for a disk, on which readiness must not depend.
  if (ready) return NewFixedPage(std::move(responder), Readiness(unready_));
  return std::make_shared<MetricsPage>(io_, maker_, tally_, head, std::move(responder),
                                       metrics_check_);
}

}  // namespace chipline::http
