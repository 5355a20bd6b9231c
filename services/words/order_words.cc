#include "services/words/order_words.h"

namespace chipline {

v1::OrderState OrderStateOn(const v1::ChipOrderEntry& order, std::string_view day) {
  v1::OrderState state = v1::ORDER_STATE_UNSPECIFIED;
  for (const v1::OrderInterval& interval : order.intervals()) {
    const bool later = interval.valid().from() > day;
    if (later && state != v1::ORDER_STATE_UNSPECIFIED) break;
    state = interval.state();
  }
  return state;
}

}  // namespace chipline
