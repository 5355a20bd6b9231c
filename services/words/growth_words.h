#ifndef CHIPLINE_SERVICES_WORDS_GROWTH_WORDS_H_
#define CHIPLINE_SERVICES_WORDS_GROWTH_WORDS_H_

#include <functional>
#include <string>
#include <string_view>

#include "chipline/v1/timeline.pb.h"

namespace chipline {

// What is known of a growth: stated, implied and computed. `source` follows what is stated and says
// which event states it; `figure` puts an amount into words.
std::string GrowthText(const v1::Growth& growth, std::string_view source,
                       const std::function<std::string(const v1::AmountFigure&)>& figure);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_GROWTH_WORDS_H_
