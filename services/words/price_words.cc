#include "services/words/price_words.h"

#include "fmt/format.h"
#include "services/words/enum_words.h"

namespace chipline {

std::string PriceWords(v1::PriceMetric metric, v1::Unit per) {
  const std::string unit = EnumWords(per);
  switch (metric) {
    case v1::PRICE_METRIC_PURCHASE:
      return fmt::format("purchase price of a {}", unit);
    case v1::PRICE_METRIC_RENTAL_PER_HOUR:
      return fmt::format("rent of a {} for an hour", unit);
    case v1::PRICE_METRIC_LIST:
      return fmt::format("list price of a {}", unit);
    default:
      return fmt::format("price of a {}", unit);
  }
}

std::string PriceTitle(const v1::PriceKey& key, std::string_view chip, std::string_view place) {
  return fmt::format("{} · {}{}{}", chip, PriceWords(key.metric(), key.per()),
                     place.empty() ? "" : " · ", place);
}

}  // namespace chipline
