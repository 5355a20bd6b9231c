#ifndef CHIPLINE_STORAGE_POSITION_H_
#define CHIPLINE_STORAGE_POSITION_H_

#include <cstdint>

namespace chipline::storage {

// An event's place in the log. Positions start at 1 and have no gaps. 0 means "before everything",
// so an unset start is the beginning, and a saved position can be the next start unchanged.
using Position = uint64_t;

// An event's place in its subject. Revisions start at 1 and have no gaps. 0 means that the subject
// has no event.
using Revision = uint64_t;

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_POSITION_H_
