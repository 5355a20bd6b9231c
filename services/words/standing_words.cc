#include "services/words/standing_words.h"

#include <algorithm>
#include <string_view>

#include "services/words/enum_words.h"

namespace chipline {
namespace {

// Grounds.rule of a claim that a later one of the same speaker took the place of, without a link.
constexpr std::string_view kReplaced = "replaced";

}  // namespace

std::string EndedWords(const v1::ClaimSummary& claim, const v1::Grounds& grounds) {
  const bool replaced = grounds.rule() == kReplaced;
  std::string text = replaced ? "replaced by its own later word" : EnumWords(claim.standing());
  if (claim.ended_by().empty()) return text;
  return text + (replaced ? " " : " by ") + claim.ended_by();
}

bool IsWithdrawn(const v1::HolderSupply& holder) {
  if (holder.has_selected() || holder.claims().empty()) return false;
  return std::none_of(
      holder.claims().begin(), holder.claims().end(),
      [](const v1::ClaimSummary& claim) { return claim.standing() == v1::STANDING_STANDING; });
}

}  // namespace chipline
