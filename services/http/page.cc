#include "services/http/page.h"

#include <utility>

#include "fmt/format.h"
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

 private:
  std::shared_ptr<Responder> responder_;
  Response response_;
};

// Makes the response on another thread.
class MadePage final : public Exchange, public std::enable_shared_from_this<MadePage> {
 public:
  MadePage(boost::asio::io_context& io, Executor& thread, Tally& tally,
           std::shared_ptr<Responder> responder, std::function<Response()> make)
      : io_(io),
        thread_(thread),
        held_(tally.Hold()),
        responder_(std::move(responder)),
        make_(std::move(make)) {}

  void Start() override {
    thread_.Schedule([self = shared_from_this()]() mutable {
      Response response = self->make_();
      boost::asio::io_context& io = self->io_;
      boost::asio::post(io, [self = std::move(self), response = std::move(response)]() mutable {
        if (self->responder_ == nullptr) return;
        std::exchange(self->responder_, nullptr)->Respond(std::move(response));
      });
    });
  }
  void OnBody(std::optional<std::string> /*body*/) override {}
  void OnSent() override {}
  void OnGone() override { responder_ = nullptr; }
  bool is_call() const override { return false; }

 private:
  boost::asio::io_context& io_;
  Executor& thread_;
  const std::shared_ptr<const void> held_;
  std::shared_ptr<Responder> responder_;
  const std::function<Response()> make_;
};

Response Readiness(const std::function<std::string()>& unready) {
  const std::string words = unready();
  return words.empty() ? TextResponse(200, "ready") : TextResponse(503, words);
}

Response Metrics(const std::function<std::string()>& metrics) {
  return {200, {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}}, metrics()};
}

}  // namespace

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
  if (ready) return NewFixedPage(std::move(responder), Readiness(sources_.unready));
  return std::make_shared<MadePage>(io_, thread_, tally_, std::move(responder),
                                    [this] { return Metrics(sources_.metrics); });
}

}  // namespace chipline::http
