#include "services/timeline/folds/policy.h"

#include <array>

#include "fmt/format.h"

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

template <typename T>
int Compare(T a, T b) {
  return a == b ? 0 : (a < b ? -1 : 1);
}

// Policy 1. `compare` is below zero if `a` goes first; `reason` says why in a sentence.
struct Criterion {
  std::string_view rule;
  int (*compare)(const Weight& a, const Weight& b);
  std::string (*reason)(const Weight& first, const Weight& second);
};

const std::string& Id(const Weight& weight) { return weight.claim->event_id(); }

constexpr std::array<Criterion, 4> kPolicy1 = {{
    {rules::kOriginRank,
     [](const Weight& a, const Weight& b) { return Compare(a.origin_rank, b.origin_rank); },
     [](const Weight& a, const Weight& b) {
       return fmt::format("The origin of {} ({}) ranks above that of {} ({}).", Id(a),
                          OriginWord(a.claim->origin), Id(b), OriginWord(b.claim->origin));
     }},
    {rules::kMoreRoots, [](const Weight& a, const Weight& b) { return Compare(b.roots, a.roots); },
     [](const Weight& a, const Weight& b) {
       return fmt::format("{} independent roots agree with {}, {} with {}.", a.roots, Id(a),
                          b.roots, Id(b));
     }},
    {rules::kLaterPublication,
     [](const Weight& a, const Weight& b) { return Compare(b.published, a.published); },
     [](const Weight& a, const Weight& b) {
       return fmt::format("{} was published later ({}) than {} ({}).", Id(a), a.published.Format(),
                          Id(b), b.published.Format());
     }},
    {rules::kHigherPosition,
     [](const Weight& a, const Weight& b) { return Compare(b.position, a.position); },
     [](const Weight& a, const Weight& b) {
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

bool GoesFirst(const Weight& a, const Weight& b) { return Decisive(a, b).compare(a, b) < 0; }

std::string_view DecisiveRule(const Weight& first, const Weight& second) {
  return Decisive(first, second).rule;
}

std::string DecisiveReason(const Weight& first, const Weight& second) {
  return Decisive(first, second).reason(first, second);
}

std::optional<std::string_view> PrecedesBy(const Claim& a, const Claim& b) {
  const Weight first{OriginRank(a.origin), 1, a.published, a.position(), &a};
  const Weight second{OriginRank(b.origin), 1, b.published, b.position(), &b};
  const Criterion& decisive = Decisive(first, second);
  if (decisive.compare(first, second) >= 0) return std::nullopt;
  return decisive.rule;
}

Band BandOf(const Range& range) {
  const int percent = range.approximate      ? kApproximatePercent
                      : range.exact_number() ? kExactPercent
                                             : 0;
  return Band::Between(range.low, range.high, percent);
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
