#ifndef CHIPLINE_STORAGE_FACET_H_
#define CHIPLINE_STORAGE_FACET_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chipline::storage {

// Posting lists are kept for facets: each entity of an event, its subject, and each prefix of its
// subject that ends in a dot. The first letter of a facet says which kind it is.
std::vector<std::string> FacetsOf(std::string_view subject,
                                  const std::vector<std::string_view>& entities);

// The facet of all events with which a stored block begins.
std::string BlockFacet();

std::string EntityFacet(std::string_view entity);

// The narrowest facet that covers all events that fit the pattern. None if every event does.
std::optional<std::string> PatternFacet(std::string_view pattern);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_FACET_H_
