#ifndef CHIPLINE_SERVICES_TIMELINE_MENTIONS_H_
#define CHIPLINE_SERVICES_TIMELINE_MENTIONS_H_

#include <vector>

#include "chipline/v1/event.pb.h"

namespace chipline::timeline {

// The names in an event whose meaning can change: those without an id, of any kind and in any place
// (payload, origin, hops, conversions).
std::vector<const v1::Ref*> NamesIn(const v1::Event& event);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_MENTIONS_H_
