#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_READINGS_FOLD_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_READINGS_FOLD_H_

#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/links.h"
#include "services/timeline/folds/revisions.h"
#include "services/timeline/folds/selector.h"

namespace chipline::timeline {

// How many readings an entry holds; the latest ones.
inline constexpr int kMaxReadings = 256;

// What is read of a use, and of a price.
struct UsageReadings {
  using Entry = v1::UsageEntry;
  using Reading = v1::UsageReading;
  using Figure = v1::QuantityFigure;
  static constexpr v1::ReasonKind kUnstated = v1::REASON_KIND_COUNT_WITHOUT_NUMBER;

  static const v1::UsageReport& Report(const Claim& claim) {
    return claim.event.event().usage_report();
  }
  static const v1::Date& Day(const Claim& claim) { return Report(claim).as_of(); }
  static const v1::Quantity& Stated(const Claim& claim) { return Report(claim).value(); }
};

struct PriceReadings {
  using Entry = v1::PriceEntry;
  using Reading = v1::PriceReading;
  using Figure = v1::AmountFigure;
  static constexpr v1::ReasonKind kUnstated = v1::REASON_KIND_SUM_WITHOUT_NUMBER;

  static const v1::PriceReport& Report(const Claim& claim) {
    return claim.event.event().price_report();
  }
  static const v1::Date& Day(const Claim& claim) { return Report(claim).as_of(); }
  static const v1::Amount& Stated(const Claim& claim) { return Report(claim).amount(); }
};

// What is known of one use or one price, while rows are added at the end of those that it is made
// of: the readings in order of the day they are of. Claims of the same day (the same bounds,
// however worded) are weighed by policy; those of other days are not compared. Rows are sorted by
// position. All that it is made of must outlive it and stay where it is.
//
// `Of` says what is read: types Entry, Reading and Figure of timeline.proto, and the day and the
// figure of a claim (the structs above).
template <typename Of>
class ReadingsFold {
 public:
  using Entry = typename Of::Entry;
  // Takes up all rows that there are.
  ReadingsFold(const Rows& rows, const Effects& effects);
  // Takes up one more row, the last, which must be Unlinked.
  void Add() { TakeUp(rows_.size() - 1); }
  Entry Get();

 private:
  // Orders readings in time: an open start goes first, an open end last.
  using Day = std::tuple<std::string, bool, std::string>;
  // What stands of one day.
  struct DayClaims {
    // As the first of them words it.
    const v1::Date* of = nullptr;
    Selector candidates;
    // The first kMaxShown rows that state no number ("hundreds of millions"), and how many more do.
    std::vector<size_t> unstated;
    uint32_t more_unstated = 0;
    // What they say, once it is not stale.
    bool stale = true;
    typename Of::Reading reading;
  };

  Day DayOf(size_t row) const;
  void NoteEnded(size_t row);
  void TakeUp(size_t row);
  void Settle(DayClaims* day);

  const Rows& rows_;
  const Effects& effects_;
  std::map<Day, DayClaims> days_;
  // What stands no more, for the days that something stands of.
  std::map<Day, std::vector<Candidate>> ended_;
  // Those that were added to since the last Entry. Settled if something in them was replaced, which
  // is a revision, or if they are shown.
  std::vector<DayClaims*> stale_;
  Revisions revisions_;
};

using UsageFold = ReadingsFold<UsageReadings>;
using PriceFold = ReadingsFold<PriceReadings>;

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_READINGS_FOLD_H_
