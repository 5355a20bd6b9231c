// Texts that clients send for figures, days and names.
#include "services/values/civil_day.h"
#include "services/values/decimal.h"
#include "services/values/edtf.h"
#include "services/values/fold_key.h"
#include "tests/fuzz/check.h"

namespace chipline::fuzz {
namespace {

void CheckNumbers(std::string_view text) {
  const auto number = Decimal::Parse(text);
  if (!number.ok()) return;
  const auto again = Decimal::Parse(number->ToString());
  MUST(again.ok() && *again == *number);
  const auto proto = Decimal::FromProto(number->ToProto());
  MUST(proto.ok() && *proto == *number);
}

void CheckDays(std::string_view text) {
  if (const auto day = CivilDay::Parse(text); day.ok()) MUST(day->Format() == text);
  if (const auto bounds = ParseDate(text); bounds.ok()) {
    MUST(bounds->earliest.has_value() || bounds->latest.has_value());
    if (bounds->earliest && bounds->latest) MUST(*bounds->earliest <= *bounds->latest);
  }
  if (const auto period = ParsePeriod(text); period.ok()) MUST(period->start < period->end);
  if (const auto before = YearBefore(text)) {
    const auto then = ParsePeriod(*before);
    const auto now = ParsePeriod(text);
    MUST(then.ok() && now.ok() && then->end <= now->start);
  }
}

void CheckNames(std::string_view text) {
  const std::string key = FoldKey(text);
  MUST(IsValidUtf8(key));
  MUST(FoldKey(key) == key);
  if (IsValidUtf8(text)) MUST(key.size() <= 11 * text.size());
}

}  // namespace
}  // namespace chipline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string_view text = chipline::fuzz::Text(bytes, size);
  chipline::fuzz::CheckNumbers(text);
  chipline::fuzz::CheckDays(text);
  chipline::fuzz::CheckNames(text);
  return 0;
}
