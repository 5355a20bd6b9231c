#ifndef CHIPLINE_SERVICES_KINDS_CURRENCY_H_
#define CHIPLINE_SERVICES_KINDS_CURRENCY_H_

#include <string_view>

namespace chipline::kinds {

// Whether the text is the code of a currency that is in use, by ISO 4217 as ICU has it: three
// upper-case letters. Not funds, metals or test codes, nor what was replaced (DEM). Thread-safe.
bool IsCurrency(std::string_view code);

}  // namespace chipline::kinds

#endif  // CHIPLINE_SERVICES_KINDS_CURRENCY_H_
