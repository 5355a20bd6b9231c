#ifndef CHIPLINE_SERVICES_KINDS_CHECK_DATES_H_
#define CHIPLINE_SERVICES_KINDS_CHECK_DATES_H_

#include "chipline/v1/values.pb.h"
#include "services/kinds/checks.h"

// Days and periods: what they say is checked, and the bounds that follow from it are filled in, so
// that no reader of the log needs to know EDTF. Bounds that were sent must be those.
namespace chipline::kinds {

// Fills in earliest and latest.
void CompleteDate(v1::Date& date, const FieldPath& path, Review& review);

// Fills in start and end of a CALENDAR period. A FISCAL one states both of them or neither.
void CompletePeriod(v1::Period& period, const FieldPath& path, Review& review);

}  // namespace chipline::kinds

#endif  // CHIPLINE_SERVICES_KINDS_CHECK_DATES_H_
