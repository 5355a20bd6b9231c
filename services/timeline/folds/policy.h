#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_POLICY_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_POLICY_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/links.h"
#include "services/values/band.h"
#include "services/values/figures.h"

namespace chipline::timeline {

// The stable words that Grounds.rule holds.
namespace rules {
// Policy 2, in the order in which its rules are asked. The first that tells two claims apart
// decides.
inline constexpr std::string_view kOneConcerned = "one_concerned";
inline constexpr std::string_view kOriginRank = "origin_rank";
inline constexpr std::string_view kFirmerBasis = "firmer_basis";
inline constexpr std::string_view kMoreRoots = "more_roots";
inline constexpr std::string_view kLaterPublication = "later_publication";
inline constexpr std::string_view kHigherPosition = "higher_position";
// Nothing had to be decided.
inline constexpr std::string_view kOnlyClaim = "only_claim";
// Why a claim stands no more, or is not weighed.
inline constexpr std::string_view kSuperseded = "superseded";
// No link, but a later claim of its speaker.
inline constexpr std::string_view kReplaced = "replaced";
inline constexpr std::string_view kCorrected = "corrected";
inline constexpr std::string_view kRetracted = "retracted";
inline constexpr std::string_view kEcho = "echo";
inline constexpr std::string_view kNoFigure = "no_figure";
inline constexpr std::string_view kLinkOnly = "link_only";
// How a value was computed.
inline constexpr std::string_view kYearBefore = "amount_over_growth";
inline constexpr std::string_view kGrowthImplied = "growth_on_year_before";
inline constexpr std::string_view kGrowthComputed = "growth_on_entry_before";
inline constexpr std::string_view kMembersAdded = "members_added";
inline constexpr std::string_view kUnitsPer = "units_per";
inline constexpr std::string_view kSeveralChips = "several_chips";
inline constexpr std::string_view kDisjointBuyers = "disjoint_buyers";
inline constexpr std::string_view kGatesCombined = "gates_combined";
inline constexpr std::string_view kShortfall = "placed_less_stock";
}  // namespace rules

// How many alternatives, revisions and the like an entry shows.
inline constexpr int kMaxShown = 16;

// How a figure was computed.
struct Derivation {
  // The further events it rests on.
  std::vector<std::string> event_ids;
  // How.
  v1::Reason reason;
};

// A standing claim and the figure it gives, for a Selector. The claim and its effect must outlive
// it. A value, and cheap to copy.
struct Candidate {
  const Claim* claim = nullptr;
  const Effect* effect = nullptr;
  // The figure that is compared.
  Range range;
  // Currency, or unit of the range as compared. Figures in different units are not comparable. Of
  // the claim, or a constant.
  std::string_view unit;
  // What a later claim of the same speaker must have in common with it to replace it, where not all
  // that is weighed here has that: of an order the stage, modality and day. See one_view.h.
  std::array<int32_t, 4> within = {};
  // Null unless it was computed.
  std::shared_ptr<const Derivation> derivation;

  bool derived() const { return derivation != nullptr; }
};

// What policy 2 weighs in a claim.
struct Weight {
  Voice voice = Voice::kOther;
  // FirmnessOf.
  int firmness = 0;
  // Distinct roots that agree with it, itself included.
  uint32_t roots = 1;
  CivilDay published;
  uint64_t position = 0;
  // Whose it is.
  const Claim* claim = nullptr;
};

// Whether policy 2 sets `a` before `b` (timelines.md, "Which claim is selected"; kPolicyVersion in
// fold.h). All that it weighs stands in policy.cc in one table. A strict order.
bool GoesFirst(const Weight& a, const Weight& b);

// The rule that sets `first` before `second`, and what it compared.
std::string_view DecisiveRule(const Weight& first, const Weight& second);
v1::Reason DecisiveReason(const Weight& first, const Weight& second);

// How firm a claim on spending to come is: 0 if it is COMMITTED, 1 for PLAN and GUIDANCE, 2 for
// ESTIMATE. 1 for all other claims.
int FirmnessOf(const Claim& claim);

// Orders two claims by policy 2 where they have no figures to agree on: by who speaks, how firmly,
// root publication and position. The rule that sets `a` before `b`, or nothing if `b` comes first.
std::optional<std::string_view> PrecedesBy(const Claim& a, const Claim& b);

// What a figure is compared by: approximate ones within 5 %, single exact numbers within 2 %,
// stated bounds as they are. A bound that is open on one side allows up to ten times as much, or
// down to a tenth. For comparing only, never shown.
Band BandOf(const Range& range);

// Whether two figures fit together: whether their bands overlap.
bool Agree(const Range& a, const Range& b);

// Whether figures are ten times another one or more, within what is allowed for "about": 220 beside
// 22.2 is.
class TenTimes {
 public:
  explicit TenTimes(const Range& of);
  bool operator()(const Range& range) const;

 private:
  std::optional<Decimal> limit_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_POLICY_H_
