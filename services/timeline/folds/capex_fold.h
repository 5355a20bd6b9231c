#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_FOLD_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_FOLD_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/links.h"
#include "services/timeline/folds/revisions.h"
#include "services/timeline/folds/selector.h"

namespace chipline::timeline {

// What the rows say of one spending figure, while rows are added at their end. Rows are sorted by
// position. All that it is made of must outlive it and stay where it is.
class CapexFold {
 public:
  // Takes up all rows that there are.
  CapexFold(const v1::EntryKey& key, const Rows& rows, const Effects& effects);
  // Takes up one more row, the last, which must be Unlinked. False if an earlier one states a share
  // of it: then all is to be folded anew.
  bool Add();
  v1::CapexEntry Entry();

 private:
  // A claim that states a growth, by the place of what it says besides; kNoSum if it states no sum.
  struct Grown {
    const Claim* claim;
    size_t place;
  };
  // A standing claim that gives no sum, and why.
  struct Unquantified {
    size_t row;
    v1::Reason why;
  };
  // A conversion, the first claim that states it, and whether others do.
  struct Converted {
    const Claim* claim;
    const v1::StatedConversion* conversion;
    bool again = false;
  };
  // The conversions of one place, in order of position, each once; and which one each is, by bytes.
  struct Conversions {
    std::vector<Converted> all;
    absl::flat_hash_map<std::string, size_t> seen;
  };

  void TakeUp(size_t row);
  void NoteGrowth(const Claim& claim, size_t place);
  void NoteConversions(const Claim& claim, size_t place);
  void ForgetReplaced();
  void NoteGrowthsAgain();
  v1::AmountFigure FigureOf(const Ranked& ranked) const;
  void AddSelection(const Selection& selection, v1::CapexEntry* entry) const;
  void AddRevisions(v1::CapexEntry* entry) const;
  void AddConversions(const Selection& selection, v1::CapexEntry* entry) const;
  void AddStatedGrowth(const Selection& selection, v1::CapexEntry* entry) const;
  void AddUnquantified(v1::CapexEntry* entry) const;
  void SetPeriod(v1::CapexEntry* entry) const;

  const v1::EntryKey& key_;
  const Rows& rows_;
  const Effects& effects_;
  Selector selector_;
  Revisions revisions_;
  std::vector<Unquantified> unquantified_;
  // In order of position; of one root's that say the same, the first.
  std::vector<Grown> grown_;
  absl::flat_hash_set<std::string> seen_growths_;
  absl::flat_hash_map<size_t, Conversions> conversions_;
  // Events that rows state shares of and that are not there.
  absl::flat_hash_set<std::string> missing_;
  // The first claim that states the days of a fiscal period.
  const Claim* period_ = nullptr;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_FOLD_H_
