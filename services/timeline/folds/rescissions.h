#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_RESCISSIONS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_RESCISSIONS_H_

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "services/timeline/folds/rule_claim.h"
#include "services/timeline/folds/valid_axis.h"

namespace chipline::timeline {

// What rescissions do to a claim about a rule. Each part is that of several rescissions together.
struct Rescinded {
  // From when the claim surely holds no more: the soonest of the rescissions that have its
  // authority and leave nothing open.
  std::optional<DaySpan> end;
  // The days on which it may not hold, by those that have its authority, but with conditions or an
  // end of their own.
  std::optional<AxisPiece> doubt;
  // The one of less authority that begins first: it ends nothing.
  std::optional<Dispute> dispute;

  void Merge(const Rescinded& other);
};

// The rescissions of one rule and scope (timelines.md, "What stands on a day").
class Rescissions {
 public:
  void Add(const RuleClaim& rescission);
  // What those do to the claim that were said later: what is said before a claim does not take it
  // back.
  Rescinded Of(const RuleClaim& claim);

 private:
  struct Rescission {
    Saying said;
    // To claims that it has the authority to end, and to others.
    Rescinded ending;
    Rescinded disputing;
  };
  // Those of one authority: in order of when they were said, once settled; and for each what it and
  // all after it do together.
  struct Rank {
    std::vector<Rescission> all;
    std::vector<Rescission> together;

    const Rescission* After(const Saying& said);
  };

  static constexpr size_t kRanks = 8;
  static size_t RankOf(const RuleClaim& claim);

  std::array<Rank, kRanks> ranks_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_RESCISSIONS_H_
