#ifndef CHIPLINE_SERVICES_WORDS_VALUE_WORDS_H_
#define CHIPLINE_SERVICES_WORDS_VALUE_WORDS_H_

#include <string>

#include "chipline/v1/values.pb.h"

namespace chipline {

// Whether a figure stands in a report, exact as printed, or was computed and may be shown rounded.
enum class Exactness { kAsStated, kRounded };

// "about 85bn CNY", "more than 300bn USD", "at least about 40bn CNY", "5bn to 7bn USD",
// "“billions” of USD". Empty for an amount without a bound.
std::string AmountWords(const v1::Amount& amount, Exactness exactness = Exactness::kAsStated);

// "about 20,000 chips", "5,000 to 10,000 modules of 8", "more than 30trn tokens".
std::string QuantityWords(const v1::Quantity& quantity);

// A share: "about 50 %".
std::string ShareWords(const v1::Ratio& ratio);

// A growth: "+123 %", "down about 5 %", "up" where no number was given.
std::string GrowthWords(const v1::Ratio& ratio);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_VALUE_WORDS_H_
