#ifndef CHIPLINE_SERVICES_KINDS_STATEMENT_H_
#define CHIPLINE_SERVICES_KINDS_STATEMENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chipline/v1/values.pb.h"
#include "services/values/decimal.h"

namespace chipline::kinds {

// Writes what an event says as text (StatementOf). One is made for every claim that is read, so its
// parts, each behind a space, are appended in place. Not thread-safe.
class Statement {
 public:
  // `kind` is the number of the event's payload.
  explicit Statement(int kind);

  void Add(std::string_view text);
  void AddNumber(int64_t number);
  void Add(const std::vector<std::string>& texts);
  void Add(const v1::Amount& amount);
  void Add(const v1::Quantity& quantity);
  void Add(const v1::Date& date);
  void Add(const v1::Period& period);
  // The numbers of a ratio alone.
  void Add(const v1::Ratio& ratio);

  std::string Take() { return std::move(said_); }

 private:
  void Add(const std::optional<Decimal>& end);
  // The numbers alone, or what there is in their place.
  template <typename Figure>
  void AddNumbers(const Figure& figure);

  std::string said_;
};

}  // namespace chipline::kinds

#endif  // CHIPLINE_SERVICES_KINDS_STATEMENT_H_
