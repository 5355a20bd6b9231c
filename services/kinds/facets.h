#ifndef CHIPLINE_SERVICES_KINDS_FACETS_H_
#define CHIPLINE_SERVICES_KINDS_FACETS_H_

#include <set>
#include <string>
#include <string_view>

#include "google/protobuf/repeated_ptr_field.h"

#include "chipline/v1/event.pb.h"
#include "services/values/names_at.h"

namespace chipline::kinds {

// Queries find entries by facets: a role and who or what has it, for example company/bytedance,
// buyer/tencent, chip/h200, gate/1. An entry has those of its key and of each of its claims, even
// of claims that no longer stand. Publishers have no role.
using Facets = std::set<std::string>;

std::string Facet(std::string_view role, std::string_view who);

// The roles in which a company concerns an entry.
inline constexpr std::string_view kCompanyRoles[] = {"company", "supplier", "buyer", "holder",
                                                     "customer"};

// Each of the companies in this role.
void AddCompanies(std::string_view role, const google::protobuf::RepeatedPtrField<v1::Ref>& refs,
                  const NamesAt& names, Facets* facets);

}  // namespace chipline::kinds

#endif  // CHIPLINE_SERVICES_KINDS_FACETS_H_
