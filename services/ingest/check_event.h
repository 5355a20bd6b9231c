#ifndef CHIPLINE_SERVICES_INGEST_CHECK_EVENT_H_
#define CHIPLINE_SERVICES_INGEST_CHECK_EVENT_H_

#include "chipline/v1/event.pb.h"
#include "services/ingest/checks.h"

namespace chipline::ingest {

// Checks an event by every rule that can be told from it alone, and fills in what the server
// computes. Its size and its id are canonical.h's matter, since they are of its bytes.
void CheckEvent(v1::Event& event, const FieldPath& path, Review& review);

}  // namespace chipline::ingest

#endif  // CHIPLINE_SERVICES_INGEST_CHECK_EVENT_H_
