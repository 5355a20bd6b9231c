#include "storage/jetstream/fetch.h"

#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "storage/status_macros.h"
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace chipline::jetstream {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

struct HostAndPort {
  std::string host;
  std::string port;
};

absl::StatusOr<HostAndPort> Split(const std::string& url) {
  const size_t scheme = url.find("://");
  std::string rest = scheme == std::string::npos ? url : url.substr(scheme + 3);
  if (!rest.empty() && rest.back() == '/') rest.pop_back();
  const size_t colon = rest.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == rest.size() ||
      rest.find('/') != std::string::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", url, "' is no address of the form http://HOST:PORT"));
  }
  absl::string_view host = absl::string_view(rest).substr(0, colon);
  if (absl::ConsumePrefix(&host, "[")) (void)absl::ConsumeSuffix(&host, "]");
  return HostAndPort{std::string(host), rest.substr(colon + 1)};
}

// Connects and makes one exchange, all within `timeout`.
class Exchange {
 public:
  Exchange(std::string url, absl::Duration timeout) : url_(std::move(url)), timeout_(timeout) {}

  // `talk` begins the exchange and ends it by Finish. Runs on this thread.
  absl::Status Run(const std::function<void()>& talk) {
    ASSIGN_OR_RETURN(const HostAndPort to, Split(url_));
    const auto timeout = absl::ToChronoNanoseconds(timeout_);
    stream_.expires_after(timeout);
    resolver_.async_resolve(to.host, to.port, [&](error_code failed, const auto& found) {
      if (failed) return Finish(failed);
      stream_.async_connect(found, [&](error_code refused, const auto&) {
        if (refused) return Finish(refused);
        talk();
      });
    });
    context_.run_for(timeout);
    if (!finished_) return absl::UnavailableError(absl::StrCat(url_, " did not answer in time"));
    if (result_) return absl::UnavailableError(absl::StrCat(url_, ": ", result_.message()));
    return absl::OkStatus();
  }

  void Finish(error_code result) {
    finished_ = true;
    result_ = result;
  }

  beast::tcp_stream& stream() { return stream_; }

 private:
  std::string url_;
  absl::Duration timeout_;
  asio::io_context context_;
  asio::ip::tcp::resolver resolver_{context_};
  beast::tcp_stream stream_{context_};
  bool finished_ = false;
  error_code result_;
};

}  // namespace

absl::StatusOr<std::string> ReadFirstLine(const std::string& url, absl::Duration timeout) {
  std::string text;
  Exchange exchange(url, timeout);
  RETURN_IF_ERROR(exchange.Run([&] {
    asio::async_read_until(exchange.stream(), asio::dynamic_buffer(text, kMaxFetchedBytes), "\r\n",
                           [&](error_code failed, size_t) { exchange.Finish(failed); });
  }));
  return text.substr(0, text.find("\r\n"));
}

absl::StatusOr<std::string> HttpGet(const std::string& url, const std::string& path,
                                    absl::Duration timeout) {
  if (url.substr(0, 7) != "http://") {
    return absl::InvalidArgumentError(absl::StrCat(
        "'", url, "' is no address of the form http://HOST:PORT (monitors by https are not read)"));
  }
  http::request<http::empty_body> request(http::verb::get, path, 11);
  request.set(http::field::host, url.substr(7));
  request.set(http::field::connection, "close");
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(kMaxFetchedBytes);
  Exchange exchange(url, timeout);
  RETURN_IF_ERROR(exchange.Run([&] {
    http::async_write(exchange.stream(), request, [&](error_code failed, size_t) {
      if (failed) return exchange.Finish(failed);
      http::async_read(exchange.stream(), buffer, parser,
                       [&](error_code ended, size_t) { exchange.Finish(ended); });
    });
  }));
  if (parser.get().result() != http::status::ok) {
    return absl::UnavailableError(
        absl::StrCat(url, path, " answered with HTTP status ", parser.get().result_int()));
  }
  return parser.get().body();
}

}  // namespace chipline::jetstream
