#include "services/timeline/folds/policy.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>
#include <utility>

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

Ranked Merge(std::vector<Candidate> same) {
  Ranked ranked;
  const auto lead = std::min_element(same.begin(), same.end(), LeadsBefore);
  ranked.lead = *lead;
  std::optional<CivilDay> dated;
  for (const Candidate& candidate : same) {
    if (!candidate.claim->root_dated) continue;
    dated = std::max(dated.value_or(candidate.claim->published), candidate.claim->published);
  }
  ranked.published = dated.value_or(lead->claim->published);
  same.erase(lead);
  std::sort(same.begin(), same.end(), [](const Candidate& a, const Candidate& b) {
    return a.claim->position() < b.claim->position();
  });
  ranked.echoes = std::move(same);
  return ranked;
}

// Of whom and what a figure is: equal for a claim and its echoes. A claim without a known root is
// never an echo.
auto EchoKeyOf(const Candidate& candidate) {
  const auto end = [](const std::optional<Decimal>& number) {
    return std::make_pair(number.has_value(), number.value_or(Decimal()));
  };
  const Claim& claim = *candidate.claim;
  return std::make_tuple(
      std::string_view(claim.root), claim.root.empty() ? std::string_view(claim.event_id()) : "",
      std::string_view(candidate.unit), end(candidate.range.low), end(candidate.range.high));
}

std::vector<Ranked> MergeEchoes(std::vector<Candidate> candidates) {
  std::vector<size_t> order(candidates.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return EchoKeyOf(candidates[a]) < EchoKeyOf(candidates[b]);
  });
  std::vector<Ranked> merged;
  for (size_t i = 0; i < order.size();) {
    const auto key = EchoKeyOf(candidates[order[i]]);
    std::vector<Candidate> same;
    // What is moved from keeps its claim, but not its unit, so the key is of what is not moved yet.
    size_t end = i + 1;
    while (end < order.size() && EchoKeyOf(candidates[order[end]]) == key) ++end;
    for (; i < end; ++i) same.push_back(std::move(candidates[order[i]]));
    merged.push_back(Merge(std::move(same)));
  }
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
  std::sort(selection.ranked.begin(), selection.ranked.end(),
            [](const Ranked& a, const Ranked& b) { return GoesFirst(WeightOf(a), WeightOf(b)); });
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
