#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_ENTRY_LIMITS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_ENTRY_LIMITS_H_

#include <cstddef>

// What keeps an entry small however many claims it has. timeline.proto says of each list how long
// it may be and what counts the rest; policy.h (kMaxShown), readings_fold.h and ordered_quantity.h
// have the others.
namespace chipline::timeline {

// An entry as it is stored and answered; see entry_size.h. A change of one has it before and after,
// and perhaps the intervals around a day as well, and must fit into a message of 1 MiB.
inline constexpr size_t kMaxEntryBytes = 320 * 1024;
// The latest intervals of valid time, as many as fit into both.
inline constexpr size_t kMaxIntervals = 512;
inline constexpr size_t kMaxIntervalBytes = 512 * 1024;
// The latest pieces of valid time that are looked at, since equal ones become one interval.
inline constexpr size_t kMaxPieces = 2048;
// Scopes of a rule.
inline constexpr size_t kMaxScopes = 64;
// Buyers, and chips, of an order.
inline constexpr size_t kMaxParties = 64;
// Holders of a chip.
inline constexpr size_t kMaxHolders = 64;
// Ids of events, or of publishers, in one list.
inline constexpr int kMaxIds = 64;
// The values of an explanation.
inline constexpr size_t kMaxExplainedBytes = 320 * 1024;

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_ENTRY_LIMITS_H_
