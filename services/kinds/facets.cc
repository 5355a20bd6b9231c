#include "services/kinds/facets.h"

#include "fmt/format.h"

namespace chipline::kinds {

std::string Facet(std::string_view role, std::string_view who) {
  return fmt::format("{}/{}", role, who);
}

void AddCompanies(std::string_view role, const google::protobuf::RepeatedPtrField<v1::Ref>& refs,
                  const NamesAt& names, Facets* facets) {
  for (const v1::Ref& ref : refs) facets->insert(Facet(role, names.Company(ref)));
}

}  // namespace chipline::kinds
