#include "services/timeline/folds/replaced.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"

#include "fmt/format.h"
#include "services/timeline/folds/capex_figures.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/order_facts.h"
#include "services/timeline/folds/revisions.h"
#include "services/timeline/folds/selector.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// An order's figures are kept apart by WithinOf.
std::string DaysOf(const pb::Date& date) {
  return fmt::format("{}/{}", date.earliest(), date.latest());
}

// Which figures of the entry the row's is compared with.
std::string GroupOf(const Claim& row, const NamesAt& names) {
  const pb::Event& event = row.event.event();
  if (event.has_chip_supply()) {
    const pb::ChipSupply& supply = event.chip_supply();
    return fmt::format(
        "{}/{}/{}/{}", names.Company(supply.holder()), static_cast<int>(supply.metric()),
        supply.has_customer() ? names.Company(supply.customer()) : "", DaysOf(supply.as_of()));
  }
  if (event.has_price_report()) return DaysOf(event.price_report().as_of());
  return event.has_usage_report() ? DaysOf(event.usage_report().as_of()) : "";
}

std::optional<Candidate> CandidateAt(size_t row, const Rows& rows, const Effects& effects) {
  const pb::Event& event = rows[row].event.event();
  const bool stands = effects[row].standing == pb::STANDING_STANDING;
  if (event.has_capex_announcement()) {
    if (stands) return ReadCapexClaim(row, rows, effects).candidate;
    return CandidateOf(rows[row], effects[row], event.capex_announcement().amount());
  }
  if (event.has_chip_order()) {
    auto counted = CandidateOf(rows[row], effects[row], event.chip_order().quantity());
    if (counted) counted->within = WithinOf(event.chip_order());
    return counted;
  }
  if (event.has_chip_supply()) {
    return CandidateOf(rows[row], effects[row], event.chip_supply().quantity());
  }
  if (event.has_usage_report()) {
    return CandidateOf(rows[row], effects[row], event.usage_report().value());
  }
  if (event.has_price_report()) {
    return CandidateOf(rows[row], effects[row], event.price_report().amount());
  }
  return std::nullopt;
}

}  // namespace

void MarkReplaced(const pb::EntryKey& key, const Rows& rows, const NamesAt& names,
                  Effects* effects) {
  if (key.has_export_rule()) return;
  std::map<std::string, Selector> groups;
  absl::flat_hash_map<const Claim*, size_t> row_of;
  for (size_t row = 0; row < rows.size(); ++row) {
    if (!rows[row].own) continue;
    const std::optional<Candidate> candidate = CandidateAt(row, rows, *effects);
    if (!candidate) continue;
    row_of[&rows[row]] = row;
    Selector& group = groups[GroupOf(rows[row], names)];
    if ((*effects)[row].standing == pb::STANDING_STANDING) {
      group.Add(*candidate);
    } else {
      group.AddEnded(*candidate);
    }
  }
  for (auto& [of, group] : groups) {
    group.Select();
    for (const Selector::Replaced& each : group.TakeReplaced()) {
      Effect& effect = (*effects)[row_of.at(each.candidate.claim)];
      effect = ReplacedEffect(effect, group.ReplacerOf(each));
    }
  }
}

}  // namespace chipline::timeline
