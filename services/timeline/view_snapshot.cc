#include "services/timeline/view_snapshot.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/time/time.h"

#include "fmt/format.h"
#include "services/kinds/entry_key.h"
#include "services/kinds/entry_kind.h"
#include "services/timeline/folds/dependencies.h"
#include "services/timeline/folds/reasons.h"
#include "services/timeline/folds/rule_words.h"
#include "services/timeline/view_keys.h"
#include "storage/error.h"
#include "storage/status_macros.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using storage::Position;
using storage::v1::ViewEntry;

constexpr absl::Duration kRebuildRetry = absl::Seconds(1);

// As RuleFold says it of days of which nobody spoke.
pb::TimelineEntry UnknownRule(const pb::ExportRuleKey& key) {
  pb::TimelineEntry entry;
  *entry.mutable_key()->mutable_export_rule() = key;
  entry.set_entry_id(kinds::EntryId(entry.key()));
  pb::RuleInterval& always = *entry.mutable_export_rule()->add_intervals();
  always.mutable_valid();
  always.set_certain(true);
  always.set_agreement(pb::AGREEMENT_NO_VALUE);
  pb::RuleState& general = *always.mutable_general();
  general.set_gate(pb::GATE_STATE_UNKNOWN);
  general.mutable_grounds()->set_rule(std::string(rules::kNobodySaid));
  SetReason(ReasonOf(pb::REASON_KIND_NOBODY_SAID_OF_ROUTE), general.mutable_grounds());
  return entry;
}

// Whether the question is for this jurisdiction and step.
bool IsWanted(const pb::ExportRuleKey& key, const pb::ExportRuleQuery& query,
              const NamesAt& names) {
  if (query.gate() != pb::GATE_KIND_UNSPECIFIED && query.gate() != key.gate()) return false;
  if (query.jurisdiction().empty()) return true;
  pb::Ref jurisdiction;
  jurisdiction.set_mention(query.jurisdiction());
  return key.jurisdiction() == query.jurisdiction() ||
         key.jurisdiction() == names.Place(jurisdiction);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ViewSnapshot>> ViewSnapshot::Take(const Materializer& views) {
  RETURN_IF_ERROR(views.health());
  std::unique_ptr<ViewSnapshot> taken(new ViewSnapshot(views));
  ASSIGN_OR_RETURN(taken->meta_, views.store().Meta(&taken->snapshot_));
  // One without a layout is about to be made anew.
  if (taken->meta_.rebuilding() || taken->meta_.layout_version() == 0) {
    return RetryError("VIEWS_REBUILDING", "the timelines are being rebuilt from the log",
                      kRebuildRetry);
  }
  return taken;
}

std::vector<Position> ViewSnapshot::NameChanges(Position after) const {
  // Mostly the latest are asked for.
  std::vector<Position> positions;
  const auto& changes = names_->changes;
  for (size_t i = changes.size(); i > 0 && changes[i - 1] > after; --i) {
    if (changes[i - 1] <= position()) positions.push_back(changes[i - 1]);
  }
  std::reverse(positions.begin(), positions.end());
  return positions;
}

absl::Status ViewSnapshot::Visit(const ResolvedQuery& query, const AsOf& as_of,
                                 std::string_view after,
                                 const std::function<bool(EntryVersion)>& visit) const {
  constexpr size_t kIdsAtATime = 256;
  std::string from(after);
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<std::string> ids, Candidates(query, from, kIdsAtATime));
    for (const std::string& entry_id : ids) {
      ASSIGN_OR_RETURN(EntryVersion entry, folder_.At(entry_id, as_of));
      if (!entry.exists() || !query.Matches(entry)) continue;
      if (!visit(std::move(entry))) return absl::OkStatus();
    }
    if (ids.size() < kIdsAtATime) return absl::OkStatus();
    from = ids.back();
  }
}

absl::StatusOr<std::vector<std::string>> ViewSnapshot::Candidates(const ResolvedQuery& query,
                                                                  std::string_view after,
                                                                  size_t limit) const {
  std::set<std::string> ids;
  if (query.clauses.empty()) return std::vector<std::string>();
  absl::Status counted;
  for (const std::string& facet : query.clauses.front()) {
    for (const std::string& kind : query.kinds) {
      if (!after.empty() && after > kind && !after.starts_with(kind)) continue;
      const std::string from =
          after.starts_with(kind) ? std::string(after.substr(kind.size())) + '\0' : "";
      size_t found = 0;
      RETURN_IF_ERROR(store().Scan(ViewFamily::kFacets, PairKey(facet, kind), from, &snapshot_,
                                   [&](std::string_view rest, std::string_view) {
                                     counted = folder_.Count(0);
                                     if (!counted.ok() || ++found > limit) return false;
                                     ids.insert(kind + std::string(rest));
                                     if (ids.size() > limit) ids.erase(std::prev(ids.end()));
                                     return true;
                                   }));
      RETURN_IF_ERROR(counted);
    }
  }
  return std::vector<std::string>(ids.begin(), ids.end());
}

absl::StatusOr<std::shared_ptr<const EntryExplanation>> ViewSnapshot::Explain(
    const std::string& entry_id, const AsOf& as_of) const {
  ASSIGN_OR_RETURN(std::optional<FoldInput> input, folder_.InputAt(entry_id, as_of));
  const bool exists = input.has_value() && std::any_of(input->rows.begin(), input->rows.end(),
                                                       [](const Claim& row) { return row.own; });
  if (!exists) {
    return Error(absl::StatusCode::kNotFound, "NO_SUCH_ENTRY",
                 fmt::format("there is no entry {}", entry_id), {{"entry_id", entry_id}});
  }
  return std::make_shared<const EntryExplanation>(*std::move(input), names_, as_of);
}

absl::StatusOr<ViewSnapshot::Listed> ViewSnapshot::List(std::string_view prefix,
                                                        std::string_view after, size_t limit,
                                                        size_t max_bytes) const {
  // Of entries as they are stored: what there is to read for the listings.
  constexpr size_t kMaxReadBytes = 8 * 1024 * 1024;
  constexpr size_t kFieldBytes = 8;
  Listed page;
  page.last = std::string(after);
  size_t bytes = 0;
  size_t read_bytes = 0;
  absl::Status failed;
  const bool within = after.starts_with(prefix);
  const std::string from = within ? std::string(after.substr(prefix.size())) + '\0' : "";
  const auto visit = [&](std::string_view rest, std::string_view value) {
    page.more = page.listings.size() == limit || read_bytes > kMaxReadBytes;
    if (page.more) return false;
    const std::string entry_id = fmt::format("{}{}", prefix, rest);
    read_bytes += value.size();
    failed = folder_.Count(value.size());
    if (!failed.ok()) return false;
    absl::StatusOr<std::optional<pb::TimelineListing>> listing = ListingOf(entry_id, value);
    failed = listing.status();
    if (!failed.ok()) return false;
    if (listing->has_value()) {
      bytes += (*listing)->ByteSizeLong() + kFieldBytes;
      page.more = bytes > max_bytes;
      if (page.more) return false;
      page.listings.push_back(**std::move(listing));
    }
    page.last = entry_id;
    return true;
  };
  RETURN_IF_ERROR(store().Scan(ViewFamily::kEntries, prefix, from, &snapshot_, visit));
  RETURN_IF_ERROR(failed);
  return page;
}

absl::StatusOr<std::optional<pb::TimelineListing>> ViewSnapshot::ListingOf(
    const std::string& entry_id, std::string_view value) const {
  ASSIGN_OR_RETURN(ViewEntry stored, ParseView<ViewEntry>(entry_id, value));
  if (stored.changed_position() > position()) {
    // A fold that is not done has written it already.
    ASSIGN_OR_RETURN(EntryVersion version, folder_.At(entry_id, AsOf{position(), std::nullopt}));
    if (!version.exists()) return std::optional<pb::TimelineListing>();
    stored.set_entry(std::move(version.bytes));
  }
  ASSIGN_OR_RETURN(pb::TimelineEntry entry, ParseView<pb::TimelineEntry>(entry_id, stored.entry()));
  pb::TimelineListing listing;
  listing.set_entry_id(entry.entry_id());
  *listing.mutable_key() = std::move(*entry.mutable_key());
  listing.set_last_position(entry.last_position());
  listing.set_claim_count(entry.claim_count());
  return std::optional<pb::TimelineListing>(std::move(listing));
}

absl::StatusOr<ViewSnapshot::Steps> ViewSnapshot::StepsOf(const pb::TimelineQuery& query,
                                                          const AsOf& as_of) const {
  Steps steps;
  RETURN_IF_ERROR(Visit(Resolve(query, as_of.position), as_of, "", [&](const EntryVersion& rule) {
    const pb::TimelineEntry entry = rule.Parse();
    steps.emplace(entry.key().export_rule().jurisdiction(), entry.key().export_rule().gate());
    return true;
  }));
  return steps;
}

absl::StatusOr<std::vector<EntryVersion>> ViewSnapshot::Unsaid(const pb::ExportRuleQuery& query,
                                                               const AsOf& as_of) const {
  std::vector<EntryVersion> unsaid;
  if (query.chip().empty() || query.destination().empty()) return unsaid;
  const NamesAt names{names_->table, as_of.position};
  pb::Ref chip;
  chip.set_mention(query.chip());
  pb::Ref destination;
  destination.set_mention(query.destination());
  pb::ExportRuleKey key;
  key.set_chip(names.Chip(chip));
  key.set_destination(names.Place(destination));

  Steps steps;
  if (!query.jurisdiction().empty() && query.gate() != pb::GATE_KIND_UNSPECIFIED) {
    pb::Ref jurisdiction;
    jurisdiction.set_mention(query.jurisdiction());
    steps.emplace(names.Place(jurisdiction), query.gate());
  }
  pb::TimelineQuery of_chip;
  *of_chip.mutable_export_rule() = query;
  of_chip.mutable_export_rule()->clear_destination();
  pb::TimelineQuery of_place;
  *of_place.mutable_export_rule() = query;
  of_place.mutable_export_rule()->clear_chip();
  for (const pb::TimelineQuery& near : {of_chip, of_place}) {
    ASSIGN_OR_RETURN(Steps controlled, StepsOf(near, as_of));
    steps.merge(controlled);
  }
  ASSIGN_OR_RETURN(const std::vector<pb::TimelineEntry> rules,
                   folder_.DependenciesAt(RulesThatMayBeOf(key.chip(), key.destination()), as_of));
  for (const pb::TimelineEntry& rule : rules) {
    const pb::ExportRuleKey& of = rule.key().export_rule();
    if (IsWanted(of, query, names)) steps.emplace(of.jurisdiction(), of.gate());
  }
  pb::TimelineQuery of_both;
  *of_both.mutable_export_rule() = query;
  ASSIGN_OR_RETURN(const Steps said, StepsOf(of_both, as_of));
  for (const auto& [jurisdiction, gate] : steps) {
    if (said.contains({jurisdiction, gate})) continue;
    key.set_jurisdiction(jurisdiction);
    key.set_gate(gate);
    const pb::TimelineEntry entry = UnknownRule(key);
    unsaid.push_back({entry.entry_id(), entry.SerializeAsString(), kinds::FirstDay(entry), {}});
  }
  return unsaid;
}

}  // namespace chipline::timeline
