#include "services/kinds/statement.h"

#include <array>
#include <charconv>

#include "services/values/figures.h"

namespace chipline::kinds {
namespace {

// What is set aside for a statement at first; most are shorter.
constexpr size_t kUsualBytes = 128;

}  // namespace

Statement::Statement(int kind) {
  said_.reserve(kUsualBytes);
  AddNumber(kind);
}

void Statement::Add(std::string_view text) {
  said_ += ' ';
  said_ += text;
}

void Statement::AddNumber(int64_t number) {
  std::array<char, 24> digits = {' '};
  const auto end = std::to_chars(digits.data() + 1, digits.data() + digits.size(), number);
  said_.append(digits.data(), end.ptr);
}

void Statement::Add(const std::vector<std::string>& texts) {
  AddNumber(static_cast<int64_t>(texts.size()));
  for (const std::string& text : texts) Add(text);
}

void Statement::Add(const std::optional<Decimal>& end) {
  if (!end) return Add("..");
  AddNumber(static_cast<int64_t>(end->nanos() / Decimal::kNanosPerUnit));
  AddNumber(static_cast<int64_t>(end->nanos() % Decimal::kNanosPerUnit));
}

template <typename Figure>
void Statement::AddNumbers(const Figure& figure) {
  const std::optional<Range> range = RangeOf(figure);
  if (!range) {
    Add("?");
    return Add(figure.verbatim());
  }
  Add(range->low);
  Add(range->high);
}

void Statement::Add(const v1::Amount& amount) {
  Add(amount.currency());
  AddNumbers(amount);
}

void Statement::Add(const v1::Quantity& quantity) {
  AddNumber(quantity.unit());
  AddNumber(quantity.units_per());
  AddNumbers(quantity);
}

void Statement::Add(const v1::Ratio& ratio) { AddNumbers(ratio); }

void Statement::Add(const v1::Date& date) {
  if (date.earliest().empty() && date.latest().empty()) return Add(date.edtf());
  Add(date.earliest());
  Add(date.latest());
}

void Statement::Add(const v1::Period& period) {
  AddNumber(period.kind());
  Add(period.edtf());
  Add(period.fiscal_label());
}

}  // namespace chipline::kinds
