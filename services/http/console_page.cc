#include "services/http/console_page.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/statusor.h"

#include "fmt/format.h"
#include "services/http/gzip.h"
#include "services/http/page.h"

namespace chipline::http {
namespace {

// Nothing runs that is not one of the files, and nothing is sent to another host.
constexpr char kContentPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

Fields FieldsOf(const console::File& file) {
  return {{"Content-Type", std::string(file.content_type)},
          {"ETag", std::string(file.etag)},
          {"Cache-Control", "no-cache"},
          {"Vary", "Accept-Encoding"},
          {"Content-Security-Policy", kContentPolicy},
          {"X-Content-Type-Options", "nosniff"},
          {"Referrer-Policy", "no-referrer"},
          {"Cross-Origin-Opener-Policy", "same-origin"},
          {"Cross-Origin-Resource-Policy", "same-origin"}};
}

// If-None-Match is a list, and a proxy that compressed anew marks tags as weak.
bool IsKnown(const console::File& file, const RequestHead& head) {
  return ValueOf(head.fields, "if-none-match").find(file.etag) != std::string_view::npos;
}

Response ContentOf(const console::File& file, const RequestHead& head) {
  Response response;
  response.fields = FieldsOf(file);
  if (IsKnown(file, head)) {
    response.status = 304;
    return response;
  }
  if (AcceptsGzip(head.fields, "accept-encoding")) {
    response.fields.emplace_back("Content-Encoding", "gzip");
    response.body = std::string(file.gzip);
    return response;
  }
  absl::StatusOr<std::string> content = Gunzip(file.gzip, file.bytes);
  if (!content.ok()) return TextResponse(500, "this file of the console is damaged");
  response.body = *std::move(content);
  return response;
}

}  // namespace

std::shared_ptr<Exchange> FindConsolePage(std::span<const console::File> files,
                                          const RequestHead& head,
                                          std::shared_ptr<Responder> responder) {
  const auto file = std::find_if(files.begin(), files.end(), [&head](const console::File& each) {
    return each.path == head.path;
  });
  if (file == files.end()) {
    if (head.path != "/") return nullptr;
    return NewFixedPage(std::move(responder),
                        TextResponse(404,
                                     "there is no console here: --http-console off, or the program "
                                     "was built without it"));
  }
  if (head.method != "GET" && head.method != "HEAD") {
    Response response = TextResponse(405, fmt::format("{} is there for GET and HEAD", head.path));
    response.fields.emplace_back("Allow", "GET, HEAD");
    return NewFixedPage(std::move(responder), std::move(response));
  }
  return NewFixedPage(std::move(responder), ContentOf(*file, head));
}

}  // namespace chipline::http
