#ifndef CHIPLINE_SERVICES_KINDS_CHECK_EVENT_H_
#define CHIPLINE_SERVICES_KINDS_CHECK_EVENT_H_

#include "chipline/v1/event.pb.h"
#include "services/kinds/checks.h"

namespace chipline::kinds {

// Checks an event by every rule that can be told from it alone, and fills in what the server
// computes. Its size and its id are canonical.h's matter, since they are of its bytes.
void CheckEvent(v1::Event& event, const FieldPath& path, Review& review);

}  // namespace chipline::kinds

#endif  // CHIPLINE_SERVICES_KINDS_CHECK_EVENT_H_
