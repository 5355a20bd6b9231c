#ifndef CHIPLINE_STORAGE_NODE_SILENCE_H_
#define CHIPLINE_STORAGE_NODE_SILENCE_H_

#include "absl/time/time.h"

namespace chipline::storage {

// A node of a cluster that nobody has heard of for so long is silent: it does not answer for a hole
// in the stream, metrics count it as silent, and `chipline cluster status` calls it so. Nodes speak
// each second.
inline constexpr absl::Duration kNodeSilence = absl::Seconds(5);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_NODE_SILENCE_H_
