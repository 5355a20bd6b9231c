#include "services/timeline/folds/policy.h"

#include <array>

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

// Policy 2. `compare` is below zero if `a` goes first; `add` gives what was compared.
struct Criterion {
  std::string_view rule;
  pb::ReasonKind kind;
  int (*compare)(const Weight& a, const Weight& b);
  void (*add)(const Weight& weight, pb::WeighedClaim& claim);
};

void AddNothing(const Weight& /*weight*/, pb::WeighedClaim& /*claim*/) {}

void AddSpeaker(const Weight& weight, pb::WeighedClaim& claim) {
  claim.set_origin(weight.claim->origin);
  const bool official = weight.claim->origin == pb::ORIGIN_KIND_OFFICIAL;
  if (!official) claim.set_speaker(weight.claim->speaker);
}

constexpr std::array<Criterion, 6> kPolicy2 = {{
    {rules::kOneConcerned, pb::REASON_KIND_ONE_CONCERNED,
     [](const Weight& a, const Weight& b) {
       return Compare(a.voice != Voice::kConcerned, b.voice != Voice::kConcerned);
     },
     AddSpeaker},
    {rules::kOriginRank, pb::REASON_KIND_ORIGIN_RANK,
     [](const Weight& a, const Weight& b) { return Compare(a.voice, b.voice); },
     [](const Weight& weight, pb::WeighedClaim& claim) { claim.set_origin(weight.claim->origin); }},
    {rules::kFirmerBasis, pb::REASON_KIND_FIRMER_BASIS,
     [](const Weight& a, const Weight& b) { return Compare(a.firmness, b.firmness); },
     [](const Weight& weight, pb::WeighedClaim& claim) {
       claim.set_basis(weight.claim->event.event().capex_announcement().basis());
     }},
    {rules::kMoreRoots, pb::REASON_KIND_MORE_ROOTS,
     [](const Weight& a, const Weight& b) { return Compare(b.roots, a.roots); },
     [](const Weight& weight, pb::WeighedClaim& claim) { claim.set_roots(weight.roots); }},
    {rules::kLaterPublication, pb::REASON_KIND_LATER_PUBLICATION,
     [](const Weight& a, const Weight& b) { return Compare(b.published, a.published); },
     [](const Weight& weight, pb::WeighedClaim& claim) {
       claim.set_published(weight.published.Format());
     }},
    {rules::kHigherPosition, pb::REASON_KIND_HIGHER_POSITION,
     [](const Weight& a, const Weight& b) { return Compare(b.position, a.position); }, AddNothing},
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

pb::Reason DecisiveReason(const Weight& first, const Weight& second) {
  const Criterion& decisive = Decisive(first, second);
  pb::Reason reason;
  reason.set_kind(decisive.kind);
  for (const Weight* weight : {&first, &second}) {
    pb::WeighedClaim& claim = *reason.add_claims();
    claim.set_event_id(weight->claim->event_id());
    decisive.add(*weight, claim);
  }
  return reason;
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

}  // namespace chipline::timeline
