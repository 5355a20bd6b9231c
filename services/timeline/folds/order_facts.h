#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDER_FACTS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDER_FACTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/container/btree_set.h"

#include "services/timeline/folds/authority.h"
#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/links.h"
#include "services/timeline/folds/valid_axis.h"
#include "services/values/decimal.h"

namespace chipline::timeline {

// One claim about an order, with what links did to it. Points into the rows and the effects.
struct OrderClaim {
  const Claim* claim = nullptr;
  const Effect* effect = nullptr;

  const v1::ChipOrder& order() const { return claim->event.event().chip_order(); }
};

// Whether policy sets `a` before `b`, for what has no figures to agree on. A strict order of claims
// of different positions.
bool Preferred(const OrderClaim& a, const OrderClaim& b);

// What a later claim of the same speaker must have in common with one on an order to replace its
// figures: stage, modality and the days of the stage (Candidate::within).
std::array<int32_t, 4> WithinOf(const v1::ChipOrder& order);

// Whose gate, and which.
struct OrderGateKey {
  std::string jurisdiction;
  v1::GateKind gate = v1::GATE_KIND_UNSPECIFIED;

  friend auto operator<=>(const OrderGateKey& a, const OrderGateKey& b) = default;
};

// A gate as a report on the order itself states it. Points into the claim.
struct OwnGate {
  const Claim* claim = nullptr;
  const v1::OrderGate* stated = nullptr;
  Authority authority = Authority::kOther;
  // Stated for a part of the order, only expected, or denied by somebody, it is CONDITIONAL at
  // most.
  v1::GateState state = v1::GATE_STATE_UNKNOWN;
  // From the day it was published, or, of an approval that happened, from the day of the approval;
  // until the claim was superseded.
  CivilDay since;
  CivilDay until = kNever;
};

// What reports on the order say of one of its gates.
struct OwnGates {
  // In order of their days, equal ones from the least strict to the strictest, then from the least
  // to the most preferred by policy; what one report states twice goes as it is stated.
  struct GoesBefore {
    bool operator()(const OwnGate& a, const OwnGate& b) const;
  };
  // Those that say how it stands, which one that is UNKNOWN does not.
  absl::btree_multiset<OwnGate, GoesBefore> reports;
  // The days on which any of them ends.
  std::vector<CivilDay> ends;
};

// Where an order goes.
struct Destination {
  std::string id;
  // A group of places whose members nobody listed.
  bool group = false;

  friend auto operator<=>(const Destination&, const Destination&) = default;
};

// What the claims of an order say that decides which rules meet it. Names are ids.
struct OrderFacts {
  // Sorted, of all standing claims, the first kMaxParties.
  std::vector<std::string> buyers;
  std::vector<std::string> chips;
  // How many more there are.
  size_t buyers_omitted = 0;
  size_t chips_omitted = 0;
  bool open_group = false;
  // Those of the buyers, and of the chips, that are groups whose members nobody listed.
  std::set<std::string> open_buyers;
  std::set<std::string> chip_groups;
  std::string supplier;
  // One that a report states goes before one that the sender concluded.
  std::string destination;
  bool destination_inferred = false;
  bool destination_group = false;
  // The other places that claims state, or, if none states one, conclude: then it is not known
  // where it goes. Sorted, the first kMaxParties, and how many more there are.
  std::vector<Destination> other_destinations;
  size_t other_destinations_omitted = 0;
  // Where the buyer has its seat, and what the chips are for; empty: not known. No report on an
  // order says so, but a question may.
  std::string seat;
  std::string purpose;
  // The days on which it was placed; absent if nobody reports that it was. Without a stated day, by
  // the day of the report.
  std::optional<DaySpan> placed;
  // The same for its shipping, which is never before its placing; absent also if a part surely has
  // not been shipped.
  std::optional<DaySpan> shipped;
  // Whether it is known that all of it was shipped: by counts that reach what was placed. Else a
  // part that may be anything from nothing to all of it was not.
  bool all_shipped = false;
  // The last day on which a report says that it is being shipped or delivered; kDawn: none does.
  CivilDay delivering = kDawn;
  // All that a report names.
  std::map<OrderGateKey, OwnGates> own_gates;
  // The days on which what reports say of any gate begins or ends.
  absl::btree_set<CivilDay> own_days;
};

// The facts of the order as they are if it goes to the one or the other of its destinations, the
// preferred one first. Without what reports say of its gates.
std::vector<OrderFacts> ByDestination(const OrderFacts& order);

// The facts of an order while claims on it are added, in any order. The claims must outlive it and
// stay where they are. Not thread-safe.
class RunningFacts {
 public:
  // A claim that stands.
  void Add(const OrderClaim& claim, const NamesAt& names);
  // One that was true of its time, which ended that day; of it only the gates count.
  void AddEnded(const OrderClaim& claim, CivilDay until, const NamesAt& names);
  // Of all that was added, until more is.
  const OrderFacts& Facts();

 private:
  // When the order came to a stage: the days that claims of the stage state, from the first to the
  // last; where none states any, all days up to the first report of that stage or of one that comes
  // after it.
  struct Reached {
    void Add(const DaySpan& days, bool stated_for_it);

    std::optional<DaySpan> stated;
    std::optional<DaySpan> implied;
  };

  void AddStage(const OrderClaim& claim);
  void AddDestination(const OrderClaim& claim, const NamesAt& names);
  void SetOtherDestinations();
  void AddGates(const OrderClaim& claim, CivilDay until, const NamesAt& names);

  OrderFacts facts_;
  std::set<std::string> buyers_;
  std::set<std::string> chips_;
  // The claims that name the supplier and the destination: the most preferred ones that do.
  OrderClaim of_supplier_;
  OrderClaim of_destination_;
  std::set<Destination> stated_destinations_;
  std::set<Destination> inferred_destinations_;
  Reached placed_;
  Reached shipped_;
  // The least and the most that the largest counts come to.
  struct Count {
    void Add(const v1::Quantity& quantity);

    std::optional<Decimal> low;
    std::optional<Decimal> high;
    // Whether a count has no upper bound, or is not said.
    bool unbounded = false;
  };
  Count placed_count_;
  Count shipped_count_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_ORDER_FACTS_H_
