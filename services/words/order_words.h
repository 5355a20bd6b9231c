#ifndef CHIPLINE_SERVICES_WORDS_ORDER_WORDS_H_
#define CHIPLINE_SERVICES_WORDS_ORDER_WORDS_H_

#include <string_view>

#include "chipline/v1/timeline.pb.h"

namespace chipline {

// The state of an order on a day, YYYY-MM-DD: of the interval that has it, or of the nearest one
// where the entry's intervals are only part of its life. UNSPECIFIED without intervals. They must
// be in order of valid time, as an entry has them.
v1::OrderState OrderStateOn(const v1::ChipOrderEntry& order, std::string_view day);

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_ORDER_WORDS_H_
