#ifndef CHIPLINE_STORAGE_COMMAND_LIMITS_H_
#define CHIPLINE_STORAGE_COMMAND_LIMITS_H_

#include <cstddef>

// How large a command may be. With its events it has their names, folded, which may be longer than
// the names themselves, and what its sender may write to. So that every log can be moved into a
// stream, whose messages hold 2 MB, a log of one machine takes none that is larger either.
namespace chipline::limits {

inline constexpr size_t kMaxCommandBytes = 1'900'000;
// Of it, what may be the patterns of subjects that a caller is granted.
inline constexpr size_t kMaxGrantBytes = 64 * 1024;
// What is left for the events, their names and the preconditions.
inline constexpr size_t kMaxSealedBytes = kMaxCommandBytes - kMaxGrantBytes - 1024;

}  // namespace chipline::limits

#endif  // CHIPLINE_STORAGE_COMMAND_LIMITS_H_
