#include "services/words/standing_words.h"

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

}  // namespace chipline
