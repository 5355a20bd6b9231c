#ifndef CHIPLINE_SERVICES_CLI_STATUS_WORDS_H_
#define CHIPLINE_SERVICES_CLI_STATUS_WORDS_H_

#include <string>
#include <string_view>

#include "google/rpc/status.pb.h"

#include "services/cli/block.h"

namespace chipline::cli {

// Its reason in ErrorInfo, for example EXPECTED_REVISION_DIFFERS; empty if it has none.
std::string ReasonOf(const google::rpc::Status& status);

// Where a call went, and with what.
struct Called {
  std::string_view server;
  // With --tls-ca.
  bool tls = false;
  // With --tls-cert.
  bool certificate = false;
  // What ProxyFor() gives.
  std::string_view proxy = {};
};

// What gRPC itself says when it gets no answer, in plain words, with the flag that may help; what
// it does not know it gives back as it is. Names the proxy that was tried, if any.
std::string TransportWords(int code, const std::string& message, const Called& called);

// The status for people: code and message, each violation on a line of its own, the facts that came
// with it, and what to do.
void RenderStatus(const google::rpc::Status& status, Block& block);

}  // namespace chipline::cli

#endif  // CHIPLINE_SERVICES_CLI_STATUS_WORDS_H_
