#ifndef CHIPLINE_SERVICES_WORDS_NUMBER_WORDS_H_
#define CHIPLINE_SERVICES_WORDS_NUMBER_WORDS_H_

#include <cstdint>
#include <string>

#include "chipline/v1/values.pb.h"

namespace chipline {

// "1,300,000".
std::string CountWords(int64_t count);

// "1,234.5", without trailing zeros.
std::string DecimalWords(const v1::Decimal& value);

// The shortest exact form: "100bn", "22.74bn", "300m", "1.5trn", "20,000". A magnitude is used only
// if at most three decimals are left after it, so nothing is rounded.
std::string MagnitudeWords(const v1::Decimal& value);

// At most four significant digits, with "≈ " before it if that dropped any: for what was computed.
std::string RoundedWords(const v1::Decimal& value);

// "1.5 MiB", "640 B": for what a machine counts.
std::string ByteWords(uint64_t bytes);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_NUMBER_WORDS_H_
