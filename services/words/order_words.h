#ifndef CHIPLINE_SERVICES_WORDS_ORDER_WORDS_H_
#define CHIPLINE_SERVICES_WORDS_ORDER_WORDS_H_

#include <functional>
#include <string>
#include <string_view>

#include "chipline/v1/timeline.pb.h"

namespace chipline {

// A state and the span of valid time that it stands for.
template <typename State>
struct Dated {
  State state = {};
  v1::ValidInterval valid;
};

// The state of an order on a day, YYYY-MM-DD: of the interval that has it, or of the nearest one
// where the entry's intervals are only part of its life. Neighbours of the same state are one span.
// UNSPECIFIED without intervals. They must be in order of valid time, as an entry has them.
Dated<v1::OrderState> OrderStateOn(const v1::ChipOrderEntry& order, std::string_view day);

// The same for the gate of a rule, as it is for anybody; UNKNOWN where the day of a change is not
// known exactly.
Dated<v1::GateState> GateStateOn(const v1::ExportRuleEntry& rule, std::string_view day);

// The same for the gate as it is for whom a question names; UNSPECIFIED without asked intervals.
Dated<v1::GateState> AskedStateOn(const v1::ExportRuleEntry& rule, std::string_view day);

// Of which days a headline speaks: "on 2026-11-29, since 2025-04-14"; of a span without the day,
// "until 2025-04-14" or "from 2027-01-01". `write` writes a day.
std::string WhenWords(
    const v1::ValidInterval& valid, std::string_view day,
    const std::function<std::string(std::string_view)>& write = [](std::string_view text) {
      return std::string(text);
    });

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_WORDS_ORDER_WORDS_H_
