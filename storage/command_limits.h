#ifndef CHIPLINE_STORAGE_COMMAND_LIMITS_H_
#define CHIPLINE_STORAGE_COMMAND_LIMITS_H_

#include <cstddef>

// How large a command may be. Besides its events a command has their folded names, which may be
// longer than the names themselves, and the subjects that its sender may write to. A message of a
// stream holds 2 MB. A single server keeps the same limit, so that its log can always be moved into
// a stream.
namespace chipline::limits {

inline constexpr size_t kMaxCommandBytes = 1'900'000;
// Part of it: patterns of the subjects that the caller is granted.
inline constexpr size_t kMaxGrantBytes = 64 * 1024;
// The rest: events, their names and the preconditions.
inline constexpr size_t kMaxSealedBytes = kMaxCommandBytes - kMaxGrantBytes - 1024;

}  // namespace chipline::limits

#endif  // CHIPLINE_STORAGE_COMMAND_LIMITS_H_
