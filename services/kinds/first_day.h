#ifndef CHIPLINE_SERVICES_KINDS_FIRST_DAY_H_
#define CHIPLINE_SERVICES_KINDS_FIRST_DAY_H_

#include <string>

#include "chipline/v1/values.pb.h"
#include "services/kinds/entry_kind.h"

namespace chipline::kinds {

// The earliest of the days that it is given; kNoDay if there is none.
class EarliestDay {
 public:
  // Empty: no day.
  void Add(const std::string& day) {
    if (!day.empty() && day < day_) day_ = day;
  }
  void Add(const v1::Date& date) { Add(date.earliest().empty() ? date.latest() : date.earliest()); }
  bool none() const { return day_ == kNoDay; }
  const std::string& day() const { return day_; }

 private:
  std::string day_ = kNoDay;
};

}  // namespace chipline::kinds

#endif  // CHIPLINE_SERVICES_KINDS_FIRST_DAY_H_
