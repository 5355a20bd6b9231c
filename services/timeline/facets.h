#ifndef CHIPLINE_SERVICES_TIMELINE_FACETS_H_
#define CHIPLINE_SERVICES_TIMELINE_FACETS_H_

#include <set>
#include <string>
#include <string_view>

#include "services/timeline/folds/claim.h"

namespace chipline::timeline {

// Queries find entries by facets: a role and who or what has it, for example company/bytedance,
// buyer/tencent, chip/h200, gate/1. An entry has those of its key and of each of its claims, even
// of claims that no longer stand. Publishers have no role.
std::string Facet(std::string_view role, std::string_view who);

// The roles in which a company concerns an entry.
inline constexpr std::string_view kCompanyRoles[] = {"company", "supplier", "buyer", "holder",
                                                     "customer"};

void AddKeyFacets(const v1::EntryKey& key, std::set<std::string>* facets);
void AddClaimFacets(const v1::EntryKey& key, const v1::Event& event, const NamesAt& names,
                    std::set<std::string>* facets);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FACETS_H_
