#ifndef CHIPLINE_STORAGE_NODE_SILENCE_H_
#define CHIPLINE_STORAGE_NODE_SILENCE_H_

#include "absl/time/time.h"

namespace chipline::storage {

// A node that has not reported for this long is silent: it does not answer for a hole in the
// stream, and metrics and `chipline cluster status` show it as silent. Nodes report every second.
inline constexpr absl::Duration kNodeSilence = absl::Seconds(5);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_NODE_SILENCE_H_
