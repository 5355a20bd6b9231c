#include "services/words/growth_words.h"

#include "fmt/format.h"
#include "services/words/value_words.h"

namespace chipline {

std::string GrowthText(const v1::Growth& growth, std::string_view source,
                       const std::function<std::string(const v1::AmountFigure&)>& figure) {
  std::string text;
  if (growth.has_stated()) {
    text = fmt::format("{} on the year, as stated{}", GrowthWords(growth.stated()), source);
  }
  if (growth.has_implied_year_before()) {
    text += fmt::format("; implies {} the year before", figure(growth.implied_year_before()));
  }
  if (growth.has_computed()) {
    text += fmt::format("{}{} on the year, computed", text.empty() ? "" : "; ",
                        GrowthWords(growth.computed()));
  }
  if (growth.has_implied_amount()) {
    text += fmt::format("{}implies {}", text.empty() ? "" : "; ", figure(growth.implied_amount()));
  }
  return text;
}

}  // namespace chipline
