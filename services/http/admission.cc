#include "services/http/admission.h"

#include <string_view>
#include <utility>

#include "services/security/identity.h"
#include "storage/traceparent.h"

namespace chipline::http {

void Admit(const security::CallCheck& check, std::string path, const RequestHead& head,
           const Responder& responder, std::function<void(absl::Status)> done) {
  security::NewCall call;
  call.connection = &responder;
  call.path = std::move(path);
  call.credentials.certificate =
      security::PeerIdentity(security::PropertiesOf(responder.peer().certificate));
  call.credentials.authorization = std::string(ValueOf(head.fields, "authorization"));
  call.credentials.ambiguous = CountOf(head.fields, "authorization") > 1;
  constexpr std::string_view kTrace = storage::Traceparent::kHeader;
  if (CountOf(head.fields, kTrace) == 1) {
    call.credentials.trace = storage::Traceparent::Parse(ValueOf(head.fields, kTrace));
  }
  check(std::move(call), [done = std::move(done)](const absl::Status& status) {
    done(absl::Status(status.code(), status.message()));
  });
}

}  // namespace chipline::http
