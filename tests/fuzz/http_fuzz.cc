// What comes over HTTP: JSON that is read and written again is read as the same, and an envelope
// holds what is in it. The first byte chooses.
#include <string>

#include "chipline/v1/event_log_service.pb.h"
#include "chipline/v1/subscription_service.pb.h"
#include "services/http/connect.h"
#include "services/http/gzip.h"
#include "services/http/json.h"
#include "services/http/origin.h"
#include "tests/fuzz/check.h"

namespace {

using chipline::http::BytesOf;

void CheckJson(std::string_view text, const google::protobuf::Descriptor& type) {
  const auto request = chipline::http::RequestFromJson(text, type);
  if (!request.ok()) {
    MUST(absl::IsInvalidArgument(request.status()) && !request.status().message().empty());
    return;
  }
  const auto written = chipline::http::AnswerToJson(*request, type);
  MUST(written.ok());
  const auto again = chipline::http::RequestFromJson(*written, type);
  MUST(again.ok());
  MUST(BytesOf(*again) == BytesOf(*request));
}

void CheckEnvelope(std::string_view body) {
  for (const bool gzip : {false, true}) {
    const auto message = chipline::http::ReadEnvelope(body, gzip);
    if (!message.ok()) continue;
    MUST(gzip || !message->gzip);
    MUST(chipline::http::Envelope(*message) == body);
  }
  constexpr size_t kMost = 64 * 1024;
  const auto inflated = chipline::http::Gunzip(body, kMost);
  MUST(!inflated.ok() || inflated->size() <= kMost);
}

void CheckHead(std::string_view text) {
  chipline::http::RequestHead head;
  head.method = "OPTIONS";
  const size_t middle = text.find('\n');
  head.fields = {
      {"host", std::string(text.substr(0, middle))},
      {"origin", std::string(middle == std::string_view::npos ? "" : text.substr(middle))},
      {"connect-timeout-ms", std::string(text)}};
  (void)chipline::http::CheckOrigin({{"https://a.test"}, true}, head);
  (void)chipline::http::ReadContentType(text);
  const auto timeout = chipline::http::ReadTimeout(head.fields);
  MUST(!timeout.ok() || (*timeout)->count() >= 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  chipline::fuzz::Input input(chipline::fuzz::Text(bytes, size));
  const char kind = static_cast<char>(input.Byte());
  const std::string_view text = input.Take(size);
  if (kind == 'a') CheckJson(text, *chipline::v1::AppendEventsRequest::descriptor());
  if (kind == 's') CheckJson(text, *chipline::v1::SubscribeRequest::descriptor());
  if (kind == 'e') CheckEnvelope(text);
  if (kind == 'h') CheckHead(text);
  return 0;
}
