#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_STAGE_AT_DAY_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_STAGE_AT_DAY_H_

#include "chipline/v1/timeline.pb.h"
#include "services/values/civil_day.h"

namespace chipline::timeline {

// Makes of each stage of an order what had reached it by the end of a day, and takes away those
// that nothing is known to have reached. See ValidTime in timeline_service.proto.
void KeepStagesReachedBy(CivilDay day, v1::ChipOrderEntry* order);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_STAGE_AT_DAY_H_
