#include <string>

#include "absl/status/status.h"

#include "fmt/format.h"
#include "services/http/connect.h"
#include "services/http/counts.h"
#include "services/metrics/parts.h"

namespace chipline::metrics {

void AddHttp(const http::HttpCounts& counts, Families& families) {
  families.Gauge("chipline_http_connections", "Open connections of the HTTP listener.",
                 Number(counts.connections));
  families.Counter("chipline_http_connections_taken_total",
                   "Connections that the HTTP listener took since the start.",
                   Number(counts.connections_taken));
  families.Counter("chipline_http_connections_unserved_total",
                   "Connections that were closed before they were served or over: there was no "
                   "room (full), an idle one made room for another (displaced), or TLS was not "
                   "set up in time (handshake).");
  for (size_t i = 0; i < http::kUnservedNames.size(); ++i) {
    families.Add(Number(counts.connections_unserved[i]),
                 {{"cause", std::string(http::kUnservedNames[i])}});
  }
  families.Counter("chipline_http_responses_total", "HTTP answers since the start, by status.");
  // No answer is below 200.
  for (size_t digit = 2; digit < counts.responses.size(); ++digit) {
    families.Add(Number(counts.responses[digit]), {{"status", fmt::format("{}xx", digit)}});
  }
  families.Counter("chipline_http_calls_total",
                   "RPCs by the Connect protocol that ended, by Connect's code.");
  for (size_t code = 0; code < counts.calls.size(); ++code) {
    families.Add(Number(counts.calls[code]),
                 {{"code", std::string(http::CodeName(static_cast<absl::StatusCode>(code)))}});
  }
  families.Counter("chipline_http_received_bytes_total",
                   "Bytes of requests over HTTP, their heads among them.",
                   Number(counts.received_bytes));
  families.Counter("chipline_http_sent_bytes_total",
                   "Bytes of answers over HTTP, their heads among them.",
                   Number(counts.sent_bytes));
}

}  // namespace chipline::metrics
