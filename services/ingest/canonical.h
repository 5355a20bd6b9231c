#ifndef CHIPLINE_SERVICES_INGEST_CANONICAL_H_
#define CHIPLINE_SERVICES_INGEST_CANONICAL_H_

#include <string>
#include <string_view>

#include "chipline/v1/event.pb.h"

// The bytes that an event is for ever. They are the deterministic serialisation of the event with
// what the server computes filled in (check_event.h does that), so the fields come in the order of
// their numbers, and two events are equal if their bytes are.
namespace chipline::ingest {

// The prefix of the ids that the server gives.
inline constexpr std::string_view kContentIdPrefix = "sha256-";

// The id of an event that came without one: kContentIdPrefix and the first 128 bits, in lower-case
// hex, of the SHA-256 of its canonical bytes without the field event_id.
std::string ContentId(std::string_view bytes_without_id);

// Sets event_id to the event's content id if it is empty, and gives the canonical bytes.
std::string Canonicalize(v1::Event& event);

// Whether the id is without kContentIdPrefix, or is just the one that the server would have given.
// `bytes` are the event's canonical ones.
bool MayHaveId(const v1::Event& event, std::string_view bytes);

}  // namespace chipline::ingest

#endif  // CHIPLINE_SERVICES_INGEST_CANONICAL_H_
