#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_REACH_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_REACH_H_

#include <string>
#include <vector>

#include "services/timeline/folds/order_facts.h"

namespace chipline::timeline {

// Whether a rule applies to an order. What is known of the two says so, or says that it does not,
// or leaves it open.
enum class Verdict { kNo, kMay, kYes };

struct Reach {
  Verdict verdict = Verdict::kYes;
  // For kMay: what is not known, each as what must hold for the rule to apply.
  std::vector<v1::ReachCondition> doubts;
};

// Compares one state of a rule's entry with one chip and one buyer of an order, dimension by
// dimension: where one says no it does not apply; where all say yes it does; else it may.
//
//   dimension    yes                         no                      may
//   chip         listed; or a restriction    others listed, or       given in words only; a family
//                that names the buyer and    expressly left out      whose members nobody listed
//                gives its chips in words
//   destination  listed                      others listed, or       given in words only; a group;
//                                            expressly left out      the order states none
//   buyer        named; the rule is for      others named            a group whose members nobody
//                anybody                                             listed; nobody knows who buys
//   seat         equal                       known to be another     not known
//   purpose      equal words                 -                       not known; other words
//
// An IMPORT or USE rule that lists no place is of its own jurisdiction. Source: timelines.md,
// "Rules, gates, orders". `chip` is one of the order's, or empty; `buyer` is null where nobody
// knows who buys. Pure.
Reach ReachOf(const v1::TimelineEntry& entry, const v1::RuleState& state, const OrderFacts& order,
              const std::string& chip, const std::string* buyer);

// Whether the entry is the one of this very chip and place.
bool IsOfExactly(const v1::ExportRuleKey& key, const OrderFacts& order, const std::string& chip);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_REACH_H_
