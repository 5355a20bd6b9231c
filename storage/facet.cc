#include "storage/facet.h"

namespace chipline::storage {
namespace {

std::string Facet(char kind, std::string_view name) {
  std::string facet(1, kind);
  facet += name;
  return facet;
}

std::string SubjectFacet(std::string_view subject_or_prefix) {
  return Facet('s', subject_or_prefix);
}

}  // namespace

std::string BlockFacet() { return "b"; }

std::string EntityFacet(std::string_view entity) { return Facet('e', entity); }

std::vector<std::string> FacetsOf(std::string_view subject,
                                  const std::vector<std::string_view>& entities) {
  std::vector<std::string> facets;
  facets.reserve(entities.size() + 4);
  for (std::string_view entity : entities) facets.push_back(EntityFacet(entity));
  for (size_t dot = subject.find('.'); dot != std::string_view::npos;
       dot = subject.find('.', dot + 1)) {
    facets.push_back(SubjectFacet(subject.substr(0, dot + 1)));
  }
  facets.push_back(SubjectFacet(subject));
  return facets;
}

std::optional<std::string> PatternFacet(std::string_view pattern) {
  const size_t wildcard = pattern.find_first_of("*>");
  if (wildcard == std::string_view::npos) return SubjectFacet(pattern);
  if (wildcard == 0) return std::nullopt;
  return SubjectFacet(pattern.substr(0, wildcard));
}

}  // namespace chipline::storage
