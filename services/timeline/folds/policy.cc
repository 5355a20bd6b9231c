#include "services/timeline/folds/policy.h"

#include <array>

#include "fmt/format.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// For comparing only.
constexpr int kApproximatePercent = 5;
constexpr int kExactPercent = 2;
// How far from its number a bound that is open on one side agrees with others.
constexpr int64_t kBoundFactor = 10;
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

std::string_view BasisInWords(const Weight& weight) {
  switch (weight.claim->event.event().capex_announcement().basis()) {
    case pb::CAPEX_BASIS_COMMITTED:
      return "committed";
    case pb::CAPEX_BASIS_GUIDANCE:
      return "guidance";
    case pb::CAPEX_BASIS_ESTIMATE:
      return "an estimate";
    default:
      return "a plan";
  }
}

// The open end of a bound, for comparing; nothing where ten times as much is not more.
std::optional<Decimal> TenTimesOf(const std::optional<Decimal>& low) {
  if (!low || low->negative() || low->zero()) return std::nullopt;
  return Times(*low, Decimal::FromUnits(kBoundFactor));
}
std::optional<Decimal> TenthOf(const std::optional<Decimal>& high) {
  if (!high || high->negative() || high->zero()) return std::nullopt;
  return Divide(*high, Decimal::FromUnits(kBoundFactor));
}

template <typename T>
int Compare(T a, T b) {
  return a == b ? 0 : (a < b ? -1 : 1);
}

// Policy 2. `compare` is below zero if `a` goes first; `reason` says why in a sentence, and
// `would_change` what would make policy choose otherwise where this criterion decided.
struct Criterion {
  std::string_view rule;
  int (*compare)(const Weight& a, const Weight& b);
  std::string (*reason)(const Weight& first, const Weight& second);
  std::string_view would_change;
};

const std::string& Id(const Weight& weight) { return weight.claim->event_id(); }

std::string SpeakerInWords(const Weight& weight) {
  const bool official = weight.claim->origin == pb::ORIGIN_KIND_OFFICIAL;
  return official || weight.claim->speaker.empty() ? "an official source" : weight.claim->speaker;
}

constexpr std::array<Criterion, 6> kPolicy2 = {{
    {rules::kOneConcerned,
     [](const Weight& a, const Weight& b) {
       return Compare(a.voice != Voice::kConcerned, b.voice != Voice::kConcerned);
     },
     [](const Weight& a, const Weight& b) {
       return fmt::format("{} is what the one concerned says itself ({}); {} is not ({}).", Id(a),
                          SpeakerInWords(a), Id(b), OriginWord(b.claim->origin));
     },
     "Only another claim of the one concerned, or the end of the selected one, would change it."},
    {rules::kOriginRank, [](const Weight& a, const Weight& b) { return Compare(a.voice, b.voice); },
     [](const Weight& a, const Weight& b) {
       return fmt::format("The origin of {} ({}) ranks above that of {} ({}).", Id(a),
                          OriginWord(a.claim->origin), Id(b), OriginWord(b.claim->origin));
     },
     "Only a claim of the same or a higher rank of origin, or the end of the selected one, would "
     "change it."},
    {rules::kFirmerBasis,
     [](const Weight& a, const Weight& b) { return Compare(a.firmness, b.firmness); },
     [](const Weight& a, const Weight& b) {
       return fmt::format("{} is {} and {} is {}.", Id(a), BasisInWords(a), Id(b), BasisInWords(b));
     },
     "A claim of a higher rank of origin, or one that is as firm and has more independent roots in "
     "agreement with it or a later day, would change it."},
    {rules::kMoreRoots, [](const Weight& a, const Weight& b) { return Compare(b.roots, a.roots); },
     [](const Weight& a, const Weight& b) {
       return fmt::format("{} independent roots agree with {}, {} with {}.", a.roots, Id(a),
                          b.roots, Id(b));
     },
     "A claim of a higher rank of origin or a firmer one, or more independent roots in agreement "
     "with another figure, would change it."},
    {rules::kLaterPublication,
     [](const Weight& a, const Weight& b) { return Compare(b.published, a.published); },
     [](const Weight& a, const Weight& b) {
       return fmt::format("{} was published later ({}) than {} ({}).", Id(a), a.published.Format(),
                          Id(b), b.published.Format());
     },
     "A claim of a higher rank of origin or a firmer one, another root in agreement with another "
     "figure, or a later publication would change it."},
    {rules::kHigherPosition,
     [](const Weight& a, const Weight& b) { return Compare(b.position, a.position); },
     [](const Weight& a, const Weight& b) {
       return fmt::format("{} and {} are equal in all else, and {} was recorded later.", Id(a),
                          Id(b), Id(a));
     },
     "Any difference in origin, firmness, roots or day of publication would decide before the "
     "order "
     "of recording does."},
}};

const Criterion& Decisive(const Weight& a, const Weight& b) {
  for (const Criterion& criterion : kPolicy2) {
    if (criterion.compare(a, b) != 0) return criterion;
  }
  return kPolicy2.back();
}

}  // namespace

int FirmnessOf(const Claim& claim) {
  switch (claim.event.event().capex_announcement().basis()) {
    case pb::CAPEX_BASIS_COMMITTED:
      return 0;
    case pb::CAPEX_BASIS_ESTIMATE:
      return 2;
    default:
      return 1;
  }
}

bool GoesFirst(const Weight& a, const Weight& b) { return Decisive(a, b).compare(a, b) < 0; }

std::string_view DecisiveRule(const Weight& first, const Weight& second) {
  return Decisive(first, second).rule;
}

std::string DecisiveReason(const Weight& first, const Weight& second) {
  return Decisive(first, second).reason(first, second);
}

std::optional<std::string_view> PrecedesBy(const Claim& a, const Claim& b) {
  const Weight first{a.voice, FirmnessOf(a), 1, a.published, a.position(), &a};
  const Weight second{b.voice, FirmnessOf(b), 1, b.published, b.position(), &b};
  const Criterion& decisive = Decisive(first, second);
  if (decisive.compare(first, second) >= 0) return std::nullopt;
  return decisive.rule;
}

Band BandOf(const Range& range) {
  const int percent = range.approximate      ? kApproximatePercent
                      : range.exact_number() ? kExactPercent
                                             : 0;
  return Band::Between(range.low ? range.low : TenthOf(range.high),
                       range.high ? range.high : TenTimesOf(range.low), percent);
}

bool Agree(const Range& a, const Range& b) { return BandOf(a).Overlaps(BandOf(b)); }

TenTimes::TenTimes(const Range& of) {
  const std::optional<Decimal> base = of.low ? of.low : of.high;
  if (!base || base->negative() || base->zero()) return;
  limit_ = Times(*base, Decimal::FromUnits(kSuspiciousFactor));
}

bool TenTimes::operator()(const Range& range) const {
  const std::optional<Decimal> most = range.high ? range.high : range.low;
  if (!limit_ || !most) return false;
  if (*most >= *limit_) return true;
  // Further below than any percentage reaches.
  if (most->nanos() + most->nanos() / 8 < limit_->nanos()) return false;
  const int percent = range.approximate ? kApproximatePercent : kExactPercent;
  return Band::Around(*most, percent).Contains(*limit_);
}

std::string_view WhatWouldChange(std::string_view rule) {
  if (rule == rules::kOnlyClaim) {
    return "Any other claim under this key would be weighed against it, and its retraction would "
           "leave no value.";
  }
  for (const Criterion& criterion : kPolicy2) {
    if (criterion.rule == rule) return criterion.would_change;
  }
  return "A new standing claim would be weighed by the same rules.";
}

}  // namespace chipline::timeline
