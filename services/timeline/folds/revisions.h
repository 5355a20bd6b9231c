#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_REVISIONS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_REVISIONS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_set.h"

#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/links.h"
#include "services/timeline/folds/selector.h"

namespace chipline::timeline {

// What an effect becomes for a claim that a later one of its speaker replaced.
Effect ReplacedEffect(const Effect& effect, const Claim& by);

// The claims of an entry that stand no more, because of links or because their speakers replaced
// them. Rows, effects and selectors must outlive it and stay where they are.
class Revisions {
 public:
  struct Revision {
    const Claim* claim = nullptr;
    Effect effect;
  };

  Revisions(const Rows& rows, const Effects& effects);
  // Takes up what the selector left out, and returns it.
  std::vector<Selector::Replaced> TakeFrom(Selector* selector);
  // The latest kMaxShown in order of publication, echoes once; what `omitted` counts has another
  // root or says something else. Looks at the latest kMaxLookedAt of what was replaced.
  std::vector<Revision> Latest(uint32_t* omitted) const;

 private:
  static constexpr size_t kMaxLookedAt = 256;

  struct Left {
    Selector::Replaced replaced;
    const Selector* selector;

    const Claim& claim() const { return *replaced.candidate.claim; }
  };
  // When it was published, where it is, and which one of left_ it is.
  using Order = std::tuple<CivilDay, uint64_t, size_t>;
  // Root, or id if that is not known, and statement.
  using Said = std::pair<std::string_view, std::string_view>;
  static Said SaidIn(const Claim& claim);

  std::vector<Revision> LatestReplaced() const;

  const Rows& rows_;
  const Effects& effects_;
  EndedRows ended_;
  std::vector<Left> left_;
  absl::btree_set<Order> order_;
  absl::flat_hash_set<Said> said_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_REVISIONS_H_
