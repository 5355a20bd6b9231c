#ifndef CHIPLINE_STORAGE_STATE_KEYS_H_
#define CHIPLINE_STORAGE_STATE_KEYS_H_

#include <string>

#include "storage/key.h"
#include "storage/position.h"

// The rows of the family `state`; storage/FORMAT.md says what each holds.
namespace chipline::storage {

// Names, folded as when they were recorded.
inline constexpr char kNamePrefix[] = "name/";
// Present once every name of the log has its row.
inline constexpr char kNamesKept[] = "names";
// Rows of a log that follows a stream.
inline constexpr char kGenesisKey[] = "genesis";
inline constexpr char kAppliedKey[] = "applied";
inline constexpr char kProposerPrefix[] = "proposer/";
inline constexpr char kHolePrefix[] = "hole/";
inline constexpr char kRulesKey[] = "rules";
inline constexpr char kDigestKey[] = "digest";
inline constexpr char kKeptDigestPrefix[] = "digest/";

// Prefixes of all rows that belong to a stream.
inline constexpr const char* kStreamRows[] = {kGenesisKey, kAppliedKey, kProposerPrefix,
                                              kHolePrefix, kRulesKey,   kDigestKey};

inline std::string NameKey(Position position) {
  return std::string(kNamePrefix).append(BigEndian(position));
}
inline std::string ProposerKey(uint64_t proposer) {
  return std::string(kProposerPrefix).append(BigEndian(proposer));
}
inline std::string HoleKey(uint64_t first) {
  return std::string(kHolePrefix).append(BigEndian(first));
}
inline std::string KeptDigestKey(Position position) {
  return std::string(kKeptDigestPrefix).append(BigEndian(position));
}

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_STATE_KEYS_H_
