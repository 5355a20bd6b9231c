#include "services/words/reach_words.h"

#include <string_view>

#include "fmt/format.h"
#include "services/words/number_words.h"

namespace chipline {
namespace {

// "nettrix", or "nettrix or another buyer that it names".
std::string NamedBuyer(const v1::ReachCondition& condition, const EntityWords& words) {
  const std::string first = words.company(condition.of_company());
  return condition.or_others() ? first + " or another buyer that it names" : first;
}

std::string Quoted(const v1::ReachCondition& condition, const EntityWords& words) {
  return fmt::format("\"{}\"", words.quoted(condition.words()));
}

// Whom and what the rule is for: the chip and where it goes. `is` is "is" or "is not".
std::string RouteWords(const v1::ReachCondition& condition, bool holds, const EntityWords& words) {
  const std::string_view is = holds ? "is" : "is not";
  const auto chip = [&] { return words.chip(condition.chip()); };
  const auto place = [&] { return words.place(condition.place()); };
  switch (condition.kind()) {
    case v1::REACH_KIND_CHIP_IS_MEANT:
      return fmt::format("{} {} meant by {}", chip(), is, Quoted(condition, words));
    case v1::REACH_KIND_CHIP_IS_WORDED:
      return fmt::format("{} {} among the chips that it words", chip(), is);
    case v1::REACH_KIND_CHIP_IS_OF:
      return fmt::format("{} {} {}", chip(), is, words.chip(condition.of_chip()));
    case v1::REACH_KIND_CHIP_INCLUDES:
      return fmt::format("{} has {}{} in it", chip(), holds ? "" : "no ",
                         words.chip(condition.of_chip()));
    case v1::REACH_KIND_PLACES_ARE_WORDED:
      return fmt::format("the places that it words {} where they go", holds ? "are" : "are not");
    case v1::REACH_KIND_GOES_TO:
      return fmt::format("{} go to {}", holds ? "the chips" : "they do not", place());
    case v1::REACH_KIND_PLACE_IS_WORDED:
      return fmt::format("{} {} among the places that it words", place(), is);
    case v1::REACH_KIND_PLACE_IS_MEANT:
      return fmt::format("{} {} meant by {}", place(), is, Quoted(condition, words));
    case v1::REACH_KIND_PLACE_IS_IN:
      return fmt::format("{} {} in {}", place(), is, words.place(condition.of_place()));
    default:
      return "";
  }
}

std::string ConditionWords(const v1::ReachCondition& condition, bool holds,
                           const EntityWords& words) {
  const std::string_view is = holds ? "is" : "is not";
  const auto company = [&] { return words.company(condition.company()); };
  switch (condition.kind()) {
    case v1::REACH_KIND_BUYER_IS:
      return fmt::format("the buyer {} {}", is, NamedBuyer(condition, words));
    case v1::REACH_KIND_BUYER_INCLUDES:
      return fmt::format("{} {} {}", company(), holds ? "includes" : "does not include",
                         NamedBuyer(condition, words));
    case v1::REACH_KIND_BUYER_IS_ONE_OF:
      return fmt::format("{} {} one of {}", company(), is, NamedBuyer(condition, words));
    case v1::REACH_KIND_BUYER_IS_LEFT_OUT:
      return fmt::format("{} {} among the {} buyers that are left out here", company(), is,
                         CountWords(condition.count()));
    case v1::REACH_KIND_SEAT_IS_IN: {
      const std::string buyer = condition.company().empty() ? "the buyer" : company();
      const std::string place = words.place(condition.place());
      return holds ? fmt::format("{} has its seat in {}", buyer, place)
                   : fmt::format("the seat of {} is not {}", buyer, place);
    }
    case v1::REACH_KIND_PURPOSE_IS:
      return fmt::format("the purpose {} {}", is, Quoted(condition, words));
    case v1::REACH_KIND_COVERS_EARLIER:
      return holds ? "the rule covers orders placed before it"
                   : "it does not cover orders placed before it";
    case v1::REACH_KIND_LEFT_OUT_COVERS:
      return fmt::format("what {} leaves out {} it", condition.entry_id(),
                         holds ? "covers" : "does not cover");
    default:
      return RouteWords(condition, holds, words);
  }
}

std::string Joined(const AppliesIfList& any, bool hold, const EntityWords& words) {
  std::string text;
  for (const v1::AppliesIf& one : any) {
    std::string together;
    for (const v1::ReachCondition& condition : one.all()) {
      if (!together.empty()) together += hold ? " and " : ", or ";
      together += ConditionWords(condition, hold, words);
    }
    if (!text.empty()) text += hold ? ", or " : ", and ";
    text += together;
  }
  return text;
}

}  // namespace

std::string AppliesIfWords(const AppliesIfList& any, const EntityWords& words) {
  return Joined(any, true, words);
}

std::string AppliesUnlessWords(const AppliesIfList& any, const EntityWords& words) {
  return Joined(any, false, words);
}

}  // namespace chipline
