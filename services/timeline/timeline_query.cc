#include "services/timeline/timeline_query.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "fmt/format.h"
#include "services/kinds/entry_kind.h"
#include "services/kinds/facets.h"
#include "services/values/fold_key.h"
#include "services/values/subject_token.h"
#include "storage/error.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using Clause = std::vector<std::string>;

// The same as for the purpose of a rule.
constexpr size_t kMaxPurposeBytes = 4000;

// The ids for which the name may stand in entries.
std::vector<std::string> IdsOf(const NamesAt& names, pb::EntityKind kind, const std::string& name) {
  const std::string fold_key = FoldKey(name);
  if (auto entity = names.table.Resolve(kind, fold_key, names.position)) return {*entity};
  std::vector<std::string> ids = {SubjectToken(fold_key)};
  if (IsEntityId(name) && name != ids.front()) ids.push_back(name);
  return ids;
}

Clause ClauseOf(std::string_view role, const std::vector<std::string>& ids) {
  Clause clause;
  for (const std::string& id : ids) clause.push_back(kinds::Facet(role, id));
  return clause;
}

Clause CompanyClause(const NamesAt& names, std::string_view role, const std::string& name) {
  return ClauseOf(role, IdsOf(names, pb::ENTITY_KIND_COMPANY, name));
}

Clause ChipClause(const NamesAt& names, const std::string& name) {
  return ClauseOf("chip", IdsOf(names, pb::ENTITY_KIND_CHIP, name));
}

Clause PlaceClause(const NamesAt& names, std::string_view role, const std::string& name) {
  return ClauseOf(role, IdsOf(names, pb::ENTITY_KIND_PLACE, name));
}

ResolvedQuery ResolveRules(const pb::ExportRuleQuery& query, const NamesAt& names) {
  ResolvedQuery resolved{{"rule/"}, {}};
  auto& clauses = resolved.clauses;
  if (!query.chip().empty()) clauses.push_back(ChipClause(names, query.chip()));
  if (!query.destination().empty()) {
    clauses.push_back(PlaceClause(names, "destination", query.destination()));
  }
  if (!query.jurisdiction().empty()) {
    clauses.push_back(PlaceClause(names, "jurisdiction", query.jurisdiction()));
  }
  if (query.gate() != pb::GATE_KIND_UNSPECIFIED) {
    clauses.push_back({kinds::Facet("gate", fmt::format("{}", static_cast<int>(query.gate())))});
  }
  return resolved;
}

ResolvedQuery ResolveOrders(const pb::ChipOrderQuery& query, const NamesAt& names) {
  ResolvedQuery resolved{{"order/"}, {}};
  if (!query.order().empty()) resolved.clauses.push_back({kinds::Facet("order", query.order())});
  if (!query.buyer().empty()) {
    resolved.clauses.push_back(CompanyClause(names, "buyer", query.buyer()));
  }
  if (!query.chip().empty()) resolved.clauses.push_back(ChipClause(names, query.chip()));
  return resolved;
}

ResolvedQuery ResolvePrices(const pb::PriceQuery& query, const NamesAt& names) {
  ResolvedQuery resolved{{"price/"}, {ChipClause(names, query.chip())}};
  if (!query.place().empty()) {
    resolved.clauses.push_back(PlaceClause(names, "place", query.place()));
  }
  return resolved;
}

ResolvedQuery ResolveCompany(const pb::CompanyQuery& query, const NamesAt& names) {
  Clause clause;
  for (const std::string_view role : kinds::kCompanyRoles) {
    const Clause in_role = CompanyClause(names, role, query.company());
    clause.insert(clause.end(), in_role.begin(), in_role.end());
  }
  ResolvedQuery resolved{{}, {std::move(clause)}};
  for (const kinds::EntryKindRow& row : kinds::EntryKinds()) {
    if (row.of_company) resolved.kinds.emplace_back(row.prefix);
  }
  return resolved;
}

absl::Status Require(bool given, std::string_view field, std::string_view part,
                     std::string_view why) {
  if (given) return absl::OkStatus();
  return BadFieldError(fmt::format("{}.{}", field, part), why);
}

}  // namespace

bool ResolvedQuery::Matches(const EntryVersion& entry) const {
  const auto is_of = [&](const std::string& kind) { return entry.entry_id.starts_with(kind); };
  const auto has = [&](const std::string& facet) {
    return std::binary_search(entry.facets.begin(), entry.facets.end(), facet);
  };
  return std::any_of(kinds.begin(), kinds.end(), is_of) &&
         std::all_of(clauses.begin(), clauses.end(), [&](const Clause& clause) {
           return std::any_of(clause.begin(), clause.end(), has);
         });
}

absl::Status CheckQuery(const pb::TimelineQuery& query, std::string_view field) {
  static constexpr std::string_view kRequired = "is required: an id or a name";
  switch (query.timeline_case()) {
    case pb::TimelineQuery::kCapex:
      return Require(!query.capex().company().empty(), field, "capex.company", kRequired);
    case pb::TimelineQuery::kExportRule: {
      const pb::ExportRuleQuery& rule = query.export_rule();
      if (!pb::GateKind_IsValid(rule.gate())) {
        return BadFieldError(fmt::format("{}.export_rule.gate", field), "is not a known gate");
      }
      if (rule.purpose().size() > kMaxPurposeBytes) {
        return BadFieldError(fmt::format("{}.export_rule.purpose", field),
                             fmt::format("has {} bytes; at most {} are allowed",
                                         rule.purpose().size(), kMaxPurposeBytes));
      }
      return Require(
          !rule.chip().empty() || !rule.destination().empty() || !rule.jurisdiction().empty(),
          field, "export_rule", "needs a chip, a destination or a jurisdiction");
    }
    case pb::TimelineQuery::kChipOrder: {
      const pb::ChipOrderQuery& order = query.chip_order();
      return Require(!order.order().empty() || !order.buyer().empty() || !order.chip().empty(),
                     field, "chip_order", "needs an order, a buyer or a chip");
    }
    case pb::TimelineQuery::kChipSupply:
      return Require(!query.chip_supply().chip().empty(), field, "chip_supply.chip", kRequired);
    case pb::TimelineQuery::kUsage:
      return Require(!query.usage().company().empty(), field, "usage.company", kRequired);
    case pb::TimelineQuery::kPrice:
      return Require(!query.price().chip().empty(), field, "price.chip", kRequired);
    case pb::TimelineQuery::kCompany:
      return Require(!query.company().company().empty(), field, "company.company", kRequired);
    case pb::TimelineQuery::TIMELINE_NOT_SET:
      break;
  }
  return BadFieldError(field,
                       "needs a timeline: capex, export_rule, chip_order, chip_supply, usage, "
                       "price or company");
}

ResolvedQuery ResolveQuery(const pb::TimelineQuery& query, const NamesAt& names) {
  switch (query.timeline_case()) {
    case pb::TimelineQuery::kCapex:
      return {{"capex/"}, {CompanyClause(names, "company", query.capex().company())}};
    case pb::TimelineQuery::kExportRule:
      return ResolveRules(query.export_rule(), names);
    case pb::TimelineQuery::kChipOrder:
      return ResolveOrders(query.chip_order(), names);
    case pb::TimelineQuery::kChipSupply:
      return {{"supply/"}, {ChipClause(names, query.chip_supply().chip())}};
    case pb::TimelineQuery::kUsage:
      return {{"usage/"}, {CompanyClause(names, "company", query.usage().company())}};
    case pb::TimelineQuery::kPrice:
      return ResolvePrices(query.price(), names);
    case pb::TimelineQuery::kCompany:
      return ResolveCompany(query.company(), names);
    case pb::TimelineQuery::TIMELINE_NOT_SET:
      break;
  }
  return {};
}

}  // namespace chipline::timeline
