#ifndef CHIPLINE_TESTS_FOLDS_PLAIN_ORDERS_H_
#define CHIPLINE_TESTS_FOLDS_PLAIN_ORDERS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "chipline/v1/timeline.pb.h"
#include "services/timeline/folds/valid_axis.h"
#include "tests/folds/plain_reach.h"
#include "tests/folds/small_logs.h"

// How an order stands under rules, day by day, written down from timelines.md ("Rules, gates,
// orders") without anything that makes it fast. Where that section leaves something open it follows
// what the headers of the folds say: rule_fold.h, rule_for_order.h, rule_coverage.h.
namespace chipline::timeline::testing {

// Jurisdiction, step, and chip.
using PlainGateKey = std::tuple<std::string, v1::GateKind, std::string>;

struct PlainGate {
  v1::GateState state = v1::GATE_STATE_UNKNOWN;
  // The events of the rules that may apply and would make it stricter; a retelling is its original.
  std::set<std::string> possible;
  // Whether one of these would do so only by putting another rule in or out of force.
  bool indirectly = false;
};

using PlainGates = std::map<PlainGateKey, PlainGate>;

// A claim about a rule in one entry. A value that points into the log.
struct PlainClaim {
  const v1::RecordedEvent* event = nullptr;
  // As the entry has it: of its chip and place alone.
  v1::ExportRuleChange rule;
  // Whether the entry is that of a chip of the order and of its destination.
  bool exact = false;
  Course course;
  // Whom it is for, as text; empty: anybody.
  std::string scope;
  // What it words and leaves out, if it does not list chips and places.
  std::string wording;
  // As on the day that is looked at.
  v1::GateState gate = v1::GATE_STATE_UNKNOWN;
  int strictness = 0;
  // The first day from which somebody who cannot end it says that it is rescinded.
  CivilDay disputed = kNever;
  // Among claims that begin on the same day, the smaller goes first.
  std::tuple<int, int, int> rank;

  CivilDay begun() const { return course.start.latest; }
  const std::string& id() const { return event->event().event_id(); }
};

class PlainOrder {
 public:
  // The log must outlive it.
  explicit PlainOrder(const SmallLog& log);

  // The days on which anything may begin or end, with kDawn: on those in between all is as before.
  std::set<CivilDay> Days() const;
  // On the day, if of the claims that may hold then those hold that `holds` names. To be asked of
  // one of Days after the other, since orders that a rule spares stay under what held before.
  PlainGates On(CivilDay day, const std::set<std::string>& holding);
  // The events of claims that may hold on the day, or may not.
  std::set<std::string> DoubtfulOn(CivilDay day) const;

 private:
  using Claims = std::vector<const PlainClaim*>;
  enum class Covers { kYes, kNo, kUnknown };
  // What decides, and how the gate stands by it.
  struct Decision {
    const PlainClaim* by = nullptr;
    v1::GateState state = v1::GATE_STATE_UNKNOWN;
    bool said = false;
  };
  // What there is for one chip and one buyer on a day.
  struct Given {
    // For anybody, of the very chip and place.
    Claims exact;
    // What surely applies, but for those; and what may.
    Claims surely;
    Claims may;
    // Licences of the very chip and place that name buyers.
    Claims licences;
  };

  void AddClaims();
  void EndByRescissions();
  void SetGates(CivilDay day);
  void ReadOrder();
  Covers CoverageOf(const PlainClaim& claim) const;
  Claims Holding(const std::vector<PlainClaim>& entry, CivilDay day,
                 const std::set<std::string>& holding) const;
  Given GivenOn(CivilDay day, const std::set<std::string>& holding, const PlainGateKey& gate,
                const v1::Ref& chip, const v1::Ref& buyer) const;
  Decision Decide(const Given& given) const;
  // Whether two rules that may apply hold up only where both do.
  bool OnlyTogether(Given given, const Decision& now) const;
  std::optional<v1::GateState> Scoped(const PlainClaim& claim, const PlainClaim* general) const;
  PlainGate GateFor(CivilDay day, const std::set<std::string>& holding, const PlainGateKey& gate,
                    const v1::Ref& chip);

  const SmallLog& log_;
  // By the ids of entries.
  std::map<std::string, std::vector<PlainClaim>> entries_;
  std::optional<DaySpan> placed_;
  std::optional<DaySpan> shipped_;
  CivilDay delivering_ = kDawn;
  // What held for a buyer on the day before.
  std::map<std::pair<PlainGateKey, std::string>, Decision> before_;
};

}  // namespace chipline::timeline::testing

#endif  // CHIPLINE_TESTS_FOLDS_PLAIN_ORDERS_H_
