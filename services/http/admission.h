#ifndef CHIPLINE_SERVICES_HTTP_ADMISSION_H_
#define CHIPLINE_SERVICES_HTTP_ADMISSION_H_

#include <functional>
#include <string>

#include "absl/status/status.h"

#include "services/http/exchange.h"
#include "services/http/message.h"
#include "services/security/tls_credentials.h"

namespace chipline::http {

// Asks `check` whether the client that sent `head` may call `path`, and calls `done` once, now or
// later, on any thread. A status has the code and the words that gRPC would answer, without
// details, for which gRPC has no room there. `responder` must live until `done` is called.
void Admit(const security::CallCheck& check, std::string path, const RequestHead& head,
           const Responder& responder, std::function<void(absl::Status)> done);

}  // namespace chipline::http

#endif  // CHIPLINE_SERVICES_HTTP_ADMISSION_H_
