#include "services/timeline/folds/policy.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"

#include "fmt/format.h"
#include "services/timeline/folds/policy_roots.h"
#include "services/values/band.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// For comparing only.
constexpr int kApproximatePercent = 5;
constexpr int kExactPercent = 2;
// How many times the selected figure is too many.
constexpr int64_t kSuspiciousFactor = 10;

std::string_view OriginWord(pb::OriginKind origin) {
  switch (origin) {
    case pb::ORIGIN_KIND_FILING:
      return "a filing";
    case pb::ORIGIN_KIND_OFFICIAL:
      return "official";
    case pb::ORIGIN_KIND_NAMED:
      return "a named source";
    case pb::ORIGIN_KIND_UNNAMED:
      return "unnamed sources";
    case pb::ORIGIN_KIND_ANALYST:
      return "an analyst";
    default:
      return "the press";
  }
}

// What policy 1 weighs in a claim.
struct Weight {
  int origin_rank;
  uint32_t roots;
  CivilDay published;
  uint64_t position;
};

Weight WeightOf(const Ranked& ranked) {
  return {OriginRank(ranked.lead.claim->origin), ranked.roots, ranked.published,
          ranked.lead.claim->position()};
}

template <typename T>
int Compare(T a, T b) {
  return a == b ? 0 : (a < b ? -1 : 1);
}

// Policy 1. `compare` is below zero if `a` goes first; `reason` says why in a sentence.
struct Criterion {
  std::string_view rule;
  int (*compare)(const Weight& a, const Weight& b);
  std::string (*reason)(const Ranked& first, const Ranked& second);
};

const std::string& Id(const Ranked& ranked) { return ranked.lead.claim->event_id(); }

constexpr std::array<Criterion, 4> kPolicy1 = {{
    {rules::kOriginRank,
     [](const Weight& a, const Weight& b) { return Compare(a.origin_rank, b.origin_rank); },
     [](const Ranked& a, const Ranked& b) {
       return fmt::format("The origin of {} ({}) ranks above that of {} ({}).", Id(a),
                          OriginWord(a.lead.claim->origin), Id(b),
                          OriginWord(b.lead.claim->origin));
     }},
    {rules::kMoreRoots, [](const Weight& a, const Weight& b) { return Compare(b.roots, a.roots); },
     [](const Ranked& a, const Ranked& b) {
       return fmt::format("{} independent roots agree with {}, {} with {}.", a.roots, Id(a),
                          b.roots, Id(b));
     }},
    {rules::kLaterPublication,
     [](const Weight& a, const Weight& b) { return Compare(b.published, a.published); },
     [](const Ranked& a, const Ranked& b) {
       return fmt::format("{} was published later ({}) than {} ({}).", Id(a), a.published.Format(),
                          Id(b), b.published.Format());
     }},
    {rules::kHigherPosition,
     [](const Weight& a, const Weight& b) { return Compare(b.position, a.position); },
     [](const Ranked& a, const Ranked& b) {
       return fmt::format("{} and {} are equal in all else, and {} was recorded later.", Id(a),
                          Id(b), Id(a));
     }},
}};

const Criterion& Decisive(const Weight& a, const Weight& b) {
  for (const Criterion& criterion : kPolicy1) {
    if (criterion.compare(a, b) != 0) return criterion;
  }
  return kPolicy1.back();
}

bool GoesFirst(const Weight& a, const Weight& b) { return Decisive(a, b).compare(a, b) < 0; }

Band BandOf(const Range& range) {
  const int percent = range.approximate      ? kApproximatePercent
                      : range.exact_number() ? kExactPercent
                                             : 0;
  return Band::Between(range.low, range.high, percent);
}

// Ten times the selected figure or more, within what is allowed for "about": 220 beside 22.2 is.
bool Suspicious(const Range& range, const Range& selected) {
  const std::optional<Decimal> base = selected.low ? selected.low : selected.high;
  const std::optional<Decimal> most = range.high ? range.high : range.low;
  if (!base || !most || base->negative() || base->zero()) return false;
  const std::optional<Decimal> limit = Times(*base, Decimal::FromUnits(kSuspiciousFactor));
  if (!limit) return false;
  const int percent = range.approximate ? kApproximatePercent : kExactPercent;
  return *most >= *limit || Band::Around(*most, percent).Contains(*limit);
}

// The root's own report comes before retellings, then the first published, then the first recorded.
bool LeadsBefore(const Candidate& a, const Candidate& b) {
  const auto key = [](const Candidate& candidate) {
    const Claim& claim = *candidate.claim;
    return std::make_tuple(claim.publisher != claim.root, claim.published, claim.position());
  };
  return key(a) < key(b);
}

// Of whom and what a figure is: equal for a claim and its echoes. A claim without a known root is
// never an echo.
struct EchoKey {
  std::string_view root;
  std::string_view event_id;
  std::string_view unit;
  std::optional<Decimal> low;
  std::optional<Decimal> high;

  friend bool operator==(const EchoKey&, const EchoKey&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const EchoKey& key) {
    return H::combine(std::move(state), key.root, key.event_id, key.unit,
                      key.low.value_or(Decimal()), key.high.value_or(Decimal()));
  }
};

EchoKey EchoKeyOf(const Candidate& candidate) {
  const Claim& claim = *candidate.claim;
  return {claim.root, claim.root.empty() ? std::string_view(claim.event_id()) : std::string_view(),
          candidate.unit, candidate.range.low, candidate.range.high};
}

// Takes the candidate among those that say the same.
void Merge(Candidate candidate, Ranked* ranked) {
  if (LeadsBefore(candidate, ranked->lead)) std::swap(candidate, ranked->lead);
  ranked->echoes.push_back(std::move(candidate));
}

// Once all that say the same are there.
void Settle(Ranked* ranked) {
  std::optional<CivilDay> dated;
  const auto date = [&](const Candidate& candidate) {
    if (!candidate.claim->root_dated) return;
    dated = std::max(dated.value_or(candidate.claim->published), candidate.claim->published);
  };
  date(ranked->lead);
  for (const Candidate& echo : ranked->echoes) date(echo);
  ranked->published = dated.value_or(ranked->lead.claim->published);
  std::sort(ranked->echoes.begin(), ranked->echoes.end(),
            [](const Candidate& a, const Candidate& b) {
              return a.claim->position() < b.claim->position();
            });
}

std::vector<Ranked> MergeEchoes(std::vector<Candidate> candidates) {
  std::vector<Ranked> merged;
  merged.reserve(candidates.size());
  absl::flat_hash_map<EchoKey, size_t> places;
  places.reserve(candidates.size());
  for (Candidate& candidate : candidates) {
    const auto [place, first] = places.try_emplace(EchoKeyOf(candidate), merged.size());
    if (first) {
      merged.emplace_back().lead = std::move(candidate);
    } else {
      Merge(std::move(candidate), &merged[place->second]);
    }
  }
  for (Ranked& ranked : merged) Settle(&ranked);
  return merged;
}

void CountRoots(std::vector<Ranked>* merged) {
  std::vector<RootedBand> bands;
  bands.reserve(merged->size());
  for (const Ranked& ranked : *merged) {
    bands.push_back({BandOf(ranked.lead.range), ranked.lead.unit, ranked.lead.claim->root});
  }
  const std::vector<uint32_t> roots = AgreeingRoots(bands);
  for (size_t i = 0; i < merged->size(); ++i) {
    (*merged)[i].roots = std::max<uint32_t>(1, roots[i]);
  }
}

// The likeliest first.
std::vector<Ranked> Sorted(std::vector<Ranked> merged) {
  std::vector<std::pair<Weight, size_t>> order;
  order.reserve(merged.size());
  for (size_t i = 0; i < merged.size(); ++i) order.emplace_back(WeightOf(merged[i]), i);
  std::sort(order.begin(), order.end(),
            [](const auto& a, const auto& b) { return GoesFirst(a.first, b.first); });
  std::vector<Ranked> sorted;
  sorted.reserve(merged.size());
  for (const auto& [weight, i] : order) sorted.push_back(std::move(merged[i]));
  return sorted;
}

pb::Envelope EnvelopeOf(const std::vector<Ranked>& ranked) {
  std::optional<Decimal> low = ranked.front().lead.range.low;
  std::optional<Decimal> high = ranked.front().lead.range.high;
  pb::Envelope envelope;
  for (const Ranked& each : ranked) {
    if (!each.comparable || each.flagged) continue;
    const Range& range = each.lead.range;
    low = low && range.low ? std::optional(std::min(*low, *range.low)) : std::nullopt;
    high = high && range.high ? std::optional(std::max(*high, *range.high)) : std::nullopt;
    if (range.approximate) envelope.set_approximate(true);
  }
  if (low) *envelope.mutable_low() = low->ToProto();
  if (high) *envelope.mutable_high() = high->ToProto();
  return envelope;
}

// Sets how each stands to the first, and why the first is the first.
void CompareWithSelected(std::vector<Ranked>* ranked) {
  Ranked& selected = ranked->front();
  int reasons = 0;
  for (Ranked& each : *ranked) {
    each.comparable = each.lead.unit == selected.lead.unit;
    each.agrees = each.comparable && Agree(each.lead.range, selected.lead.range);
    each.flagged =
        each.comparable && !each.agrees && Suspicious(each.lead.range, selected.lead.range);
    const Criterion& decisive = Decisive(WeightOf(selected), WeightOf(each));
    each.rule = decisive.rule;
    if (++reasons <= kMaxShown + 1) each.reason = decisive.reason(selected, each);
  }
  if (ranked->size() == 1) {
    selected.rule = rules::kOnlyClaim;
    selected.reason = "It is the only standing claim that states a figure.";
  } else {
    selected.rule = (*ranked)[1].rule;
    selected.reason = (*ranked)[1].reason;
  }
}

pb::Agreement AgreementOf(const std::vector<Ranked>& ranked) {
  int comparable = 0;
  for (const Ranked& each : ranked) {
    if (!each.comparable) continue;
    if (!each.agrees) return pb::AGREEMENT_CONFLICTING;
    ++comparable;
  }
  return comparable == 1 ? pb::AGREEMENT_SINGLE : pb::AGREEMENT_AGREEING;
}

}  // namespace

int OriginRank(pb::OriginKind origin) {
  switch (origin) {
    case pb::ORIGIN_KIND_FILING:
    case pb::ORIGIN_KIND_OFFICIAL:
      return 0;
    case pb::ORIGIN_KIND_NAMED:
      return 1;
    default:
      return 2;
  }
}

bool Agree(const Range& a, const Range& b) { return BandOf(a).Overlaps(BandOf(b)); }

std::optional<std::string_view> PrecedesBy(const Claim& a, const Claim& b) {
  const Weight first{OriginRank(a.origin), 1, a.published, a.position()};
  const Weight second{OriginRank(b.origin), 1, b.published, b.position()};
  const Criterion& decisive = Decisive(first, second);
  if (decisive.compare(first, second) >= 0) return std::nullopt;
  return decisive.rule;
}

Selection Select(std::vector<Candidate> candidates) {
  Selection selection;
  if (candidates.empty()) return selection;
  selection.ranked = MergeEchoes(std::move(candidates));
  CountRoots(&selection.ranked);
  selection.ranked = Sorted(std::move(selection.ranked));
  CompareWithSelected(&selection.ranked);
  selection.agreement = AgreementOf(selection.ranked);
  selection.envelope = EnvelopeOf(selection.ranked);
  return selection;
}

std::string_view WhatWouldChange(std::string_view rule) {
  if (rule == rules::kOnlyClaim) {
    return "Any other claim under this key would be weighed against it, and its retraction would "
           "leave no value.";
  }
  if (rule == rules::kOriginRank) {
    return "Only a claim of the same or a higher rank of origin, or the end of the selected one, "
           "would change it.";
  }
  if (rule == rules::kMoreRoots) {
    return "A claim of a higher rank of origin, or more independent roots in agreement with "
           "another figure, would change it.";
  }
  if (rule == rules::kLaterPublication) {
    return "A claim of a higher rank of origin, another root in agreement with another figure, or "
           "a later publication would change it.";
  }
  if (rule == rules::kHigherPosition) {
    return "Any difference in origin, roots or day of publication would decide before the order of "
           "recording does.";
  }
  return "A new standing claim would be weighed by the same rules.";
}

}  // namespace chipline::timeline
