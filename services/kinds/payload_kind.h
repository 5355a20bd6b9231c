#ifndef CHIPLINE_SERVICES_KINDS_PAYLOAD_KIND_H_
#define CHIPLINE_SERVICES_KINDS_PAYLOAD_KIND_H_

#include <string>

#include "services/kinds/event_kind.h"

namespace chipline::kinds {

// What every kind has of its payload. `get` is the generated accessor of v1::Event.
template <typename Payload, const Payload& (v1::Event::*get)() const>
class PayloadKind : public EventKind {
 public:
  const Texts& conditions(const v1::Event& event) const final { return Of(event).conditions(); }
  const std::string& scope_text(const v1::Event& event) const final {
    return Of(event).scope_text();
  }

 protected:
  static const Payload& Of(const v1::Event& event) { return (event.*get)(); }
};

}  // namespace chipline::kinds

#endif  // CHIPLINE_SERVICES_KINDS_PAYLOAD_KIND_H_
