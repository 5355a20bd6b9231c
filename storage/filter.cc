#include "storage/filter.h"

#include <xxhash.h>

#include <algorithm>
#include <string_view>

#include "storage/subject_pattern.h"

namespace chipline::storage {
namespace {

bool Fits(const Clause& clause, const RecordHeader& header) {
  const auto fits_subject = [&](const std::string& pattern) {
    return SubjectMatches(pattern, header.subject);
  };
  const auto has_entity = [&](const std::string& entity) {
    return std::binary_search(header.entities.begin(), header.entities.end(),
                              std::string_view(entity));
  };
  return std::any_of(clause.subject_patterns.begin(), clause.subject_patterns.end(),
                     fits_subject) ||
         std::any_of(clause.entities.begin(), clause.entities.end(), has_entity);
}

}  // namespace

bool Filter::Matches(const RecordHeader& header) const {
  if (shard.has_value() &&
      XXH3_64bits(header.subject.data(), header.subject.size()) % shard->count != shard->index) {
    return false;
  }
  return std::all_of(clauses.begin(), clauses.end(),
                     [&](const Clause& clause) { return Fits(clause, header); });
}

uint64_t Filter::Fingerprint() const {
  // No value has a control character, so these marks keep different filters apart.
  std::string text;
  for (const Clause& clause : clauses) {
    text += '\1';
    for (const std::string& pattern : clause.subject_patterns) text += '\2' + pattern;
    for (const std::string& entity : clause.entities) text += '\3' + entity;
  }
  if (shard.has_value()) {
    text += '\4' + std::to_string(shard->index) + '/' + std::to_string(shard->count);
  }
  return XXH3_64bits(text.data(), text.size());
}

}  // namespace chipline::storage
