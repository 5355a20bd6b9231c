#include "services/kinds/date_bounds.h"

#include "services/kinds/field_limits.h"
#include "services/values/edtf.h"
#include "storage/status_macros.h"

namespace chipline::kinds {

absl::StatusOr<DayTexts> DateBounds::Of(const std::string& edtf) {
  if (const auto known = known_.find(edtf); known != known_.end()) return known->second;
  ASSIGN_OR_RETURN(const chipline::DayBounds bounds, ParseDate(edtf));
  DayTexts texts;
  if (bounds.earliest) texts.earliest = bounds.earliest->Format();
  if (bounds.latest) texts.latest = bounds.latest->Format();
  if (known_.size() < limits::kMaxCachedDates) known_.emplace(edtf, texts);
  return texts;
}

}  // namespace chipline::kinds
