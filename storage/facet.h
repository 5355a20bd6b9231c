#ifndef CHIPLINE_STORAGE_FACET_H_
#define CHIPLINE_STORAGE_FACET_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chipline::storage {

// A facet is what posting lists are kept by: each entity of an event, its subject, and each prefix
// of its subject that ends in a dot. They start with a letter that keeps the kinds apart.
std::vector<std::string> FacetsOf(std::string_view subject,
                                  const std::vector<std::string_view>& entities);

// Of the events with which a stored block begins, whatever they are.
std::string BlockFacet();

std::string EntityFacet(std::string_view entity);

// The narrowest facet whose events include all that fit the pattern; none if only all events do.
std::optional<std::string> PatternFacet(std::string_view pattern);

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_FACET_H_
