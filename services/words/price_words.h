#ifndef CHIPLINE_SERVICES_WORDS_PRICE_WORDS_H_
#define CHIPLINE_SERVICES_WORDS_PRICE_WORDS_H_

#include <string>
#include <string_view>

#include "chipline/v1/timeline.pb.h"

namespace chipline {

// "purchase price of a chip", "rent of a server for an hour", "list price of a module".
std::string PriceWords(v1::PriceMetric metric, v1::Unit per);

// What a price's entry is headed by: "H200 · purchase price of a chip · China". `place` is empty if
// it is not said.
std::string PriceTitle(const v1::PriceKey& key, std::string_view chip, std::string_view place);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_PRICE_WORDS_H_
