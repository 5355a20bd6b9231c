#ifndef CHIPLINE_SERVICES_QUERY_CHANGE_BYTES_H_
#define CHIPLINE_SERVICES_QUERY_CHANGE_BYTES_H_

#include <string>
#include <string_view>

#include "services/timeline/change_ring.h"

namespace chipline::query {

// Adds a field that holds a message, or text, given as bytes.
void AppendMessageField(int field, std::string_view bytes, std::string* out);

// The bytes of a chipline.v1.TimelineChange, around the entries' bytes as they are.
std::string ChangeBytes(const timeline::EntryChange& change);

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_CHANGE_BYTES_H_
