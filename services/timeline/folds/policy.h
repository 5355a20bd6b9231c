#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_POLICY_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_POLICY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/figures.h"
#include "services/timeline/folds/links.h"

namespace chipline::timeline {

// The stable words that Grounds.rule holds.
namespace rules {
// Policy 1, in the order in which its rules are asked. The first that tells two claims apart
// decides.
inline constexpr std::string_view kOriginRank = "origin_rank";
inline constexpr std::string_view kMoreRoots = "more_roots";
inline constexpr std::string_view kLaterPublication = "later_publication";
inline constexpr std::string_view kHigherPosition = "higher_position";
// Nothing had to be decided.
inline constexpr std::string_view kOnlyClaim = "only_claim";
// Why a claim stands no more, or is not weighed.
inline constexpr std::string_view kSuperseded = "superseded";
inline constexpr std::string_view kCorrected = "corrected";
inline constexpr std::string_view kRetracted = "retracted";
inline constexpr std::string_view kEcho = "echo";
inline constexpr std::string_view kNoFigure = "no_figure";
inline constexpr std::string_view kLinkOnly = "link_only";
// How a value was computed.
inline constexpr std::string_view kShareOf = "share_of";
inline constexpr std::string_view kYearBefore = "amount_over_growth";
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
  // In a sentence.
  std::string sentence;
};

// A standing claim and the figure it gives, for Select. The claim and its effect must outlive it. A
// value, and cheap to copy.
struct Candidate {
  const Claim* claim = nullptr;
  const Effect* effect = nullptr;
  // The figure that is compared.
  Range range;
  // Currency, or unit of the range as compared. Figures in different units are not comparable. Of
  // the claim, or a constant.
  std::string_view unit;
  // Null unless it was computed.
  std::shared_ptr<const Derivation> derivation;

  bool derived() const { return derivation != nullptr; }
};

// A candidate with its echoes, and how it stands to the others.
struct Ranked {
  // The first published of the claim and its echoes (same root, unit and numbers).
  Candidate lead;
  // The others, by position.
  std::vector<Candidate> echoes;
  // The latest day on which the root itself is known to have published it; the lead's if none is.
  CivilDay published;
  // Distinct roots that agree with it, itself included. Unknown ones add none to known ones.
  uint32_t roots = 0;
  // Whether it is in the selected one's unit; whether it agrees with it; whether it is ten times
  // it.
  bool comparable = false;
  bool agrees = false;
  bool flagged = false;
  // For the selected one: what set it before the next. For another: what set the selected before
  // it. Only the first kMaxShown + 1 have a reason in words.
  std::string_view rule;
  std::string reason;
};

// What policy 1 makes of the standing claims of one key.
struct Selection {
  v1::Agreement agreement = v1::AGREEMENT_NO_VALUE;
  // The likeliest first; the first is the selected one. Empty if there is no value.
  std::vector<Ranked> ranked;
  // Of all that are comparable with the selected one and not flagged.
  std::optional<v1::Envelope> envelope;

  bool empty() const { return ranked.empty(); }
  const Ranked& selected() const { return ranked.front(); }
};

// Policy 1 (timelines.md, "Which claim is selected"; kPolicyVersion in fold.h). Pure; the order of
// the candidates does not matter. All that the policy weighs stands in policy.cc in one table.
// What stands no more must not be among the candidates.
Selection Select(std::vector<Candidate> candidates);

// 0 for FILING and OFFICIAL, 1 for NAMED, 2 for the rest.
int OriginRank(v1::OriginKind origin);

// Orders two claims by policy 1 where they have no figures to agree on: by origin, root publication
// and position. The rule that sets `a` before `b`, or nothing if `b` comes first.
std::optional<std::string_view> PrecedesBy(const Claim& a, const Claim& b);

// Whether two figures fit together: approximate ones within 5 %, single exact numbers within 2 %,
// stated bounds as they are. For comparing only, never shown.
bool Agree(const Range& a, const Range& b);

// What would make policy choose otherwise, in a sentence, given the rule that chose.
std::string_view WhatWouldChange(std::string_view rule);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_POLICY_H_
