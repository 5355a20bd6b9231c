#ifndef CHIPLINE_STORAGE_FILTER_H_
#define CHIPLINE_STORAGE_FILTER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/record.h"

namespace chipline::storage {

// One of several readers that share the subjects among them.
struct Shard {
  uint32_t index = 0;
  uint32_t count = 1;
};

// Named in the contract: XXH3-64 of the subject, modulo count.
inline constexpr uint32_t kShardHashVersion = 1;

// An event fits a clause if its subject fits one of the patterns or it has one of the entities.
struct Clause {
  std::vector<std::string> subject_patterns;
  std::vector<std::string> entities;
};

// An event matches if it fits every clause, and its subject is in the shard. A value.
struct Filter {
  std::vector<Clause> clauses;
  std::optional<Shard> shard;

  bool matches_all() const { return clauses.empty() && !shard.has_value(); }
  bool Matches(const RecordHeader& header) const;
  // Equal for equal filters, also after a restart. Tokens contain it.
  uint64_t Fingerprint() const;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_FILTER_H_
