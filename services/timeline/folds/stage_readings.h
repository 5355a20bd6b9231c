#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_STAGE_READINGS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_STAGE_READINGS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "chipline/v1/timeline.pb.h"
#include "services/timeline/folds/order_facts.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/selector.h"
#include "services/timeline/folds/valid_axis.h"

namespace chipline::timeline {

// What the claims of one stage of an order say, by the days that they state, while they are added.
// The claims must outlive it and stay where they are. Not thread-safe; movable.
class StageReadings {
 public:
  // `days` are those that the claim states for the stage.
  void Add(const OrderClaim& claim, const DaySpan& days) {
    readings_[{days.latest, days.earliest}].fresh.push_back(claim);
  }
  // One that links ended: what its speaker said of that day before does not come back.
  void AddEnded(const OrderClaim& claim, const DaySpan& days) {
    ended_[{days.latest, days.earliest}].push_back(claim);
  }
  // Sets readings and readings_omitted. Weighs only the days that are shown and were added to.
  void Fold(v1::StageLedger* ledger);

 private:
  // The last day that it may be, then the first: however the same days are worded.
  using Days = std::pair<CivilDay, CivilDay>;
  // What was weighed of a reading, and what it says.
  struct Weighed {
    Selector counts;
    // The most preferred claims that state a count in words alone, and how many more do.
    std::vector<OrderClaim> uncounted;
    uint32_t more_uncounted = 0;
    v1::StageReading said;
  };
  struct Reading {
    // Those that are not weighed yet.
    std::vector<OrderClaim> fresh;
    // Null until it is shown.
    std::unique_ptr<Weighed> weighed;
  };

  std::unique_ptr<Weighed> Begin(const Days& days) const;
  static void Weigh(const std::vector<OrderClaim>& claims, Weighed* weighed);

  std::map<Days, Reading> readings_;
  std::map<Days, std::vector<OrderClaim>> ended_;
};

// Whether an earlier count of a stage fits a later one, which includes it: it is not larger.
bool FitsBefore(const Range& earlier, std::string_view earlier_unit, const Range& later,
                std::string_view later_unit);

// What is shown of a selected count, or of another one, as its claim states it.
v1::QuantityFigure StageCount(const Ranked& ranked);
// Of a claim that states a count in words alone.
v1::QuantityFigure UncountedFigure(const OrderClaim& claim);
// Says of a figure that it is of an earlier day than the selected one.
void MarkEarlier(bool fits, v1::QuantityFigure* figure);

// Adds to the most preferred claims that state a count in words alone; false if another one fell
// out.
bool AddUncounted(const OrderClaim& claim, std::vector<OrderClaim>* uncounted);

// Another figure beside the selected one of a StageLedger or a StageReading, or null if there are
// kMaxShown already; then it is counted.
template <typename Stage>
v1::QuantityFigure* AddAlternative(Stage* stage) {
  if (stage->alternatives_size() < kMaxShown) return stage->add_alternatives();
  stage->set_alternatives_omitted(stage->alternatives_omitted() + 1);
  return nullptr;
}

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_STAGE_READINGS_H_
