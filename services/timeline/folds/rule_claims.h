#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_CLAIMS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_CLAIMS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/links.h"
#include "services/timeline/folds/rescissions.h"
#include "services/timeline/folds/rule_scope.h"
#include "services/timeline/folds/valid_axis.h"

namespace chipline::timeline {

// The latest kMaxShown of some claims, in order of publication, and how many there are before
// these.
struct LatestClaims {
  std::vector<RuleClaim> claims;
  uint32_t omitted = 0;
};

// The claims of one rule entry, read, while rows are added at the end of those that it is made of.
// Rows are sorted by position. All that it is made of must outlive it and stay where it is.
class RuleClaims {
 public:
  // By whom they are for, see RuleClaim::scope.
  using Scopes = std::map<std::string, RuleScope, std::less<>>;

  // Takes up all rows that there are.
  RuleClaims(const Rows& rows, const Effects& effects, const NamesAt& names);
  // Takes up one more row, the last, which must be Unlinked.
  void Add(const NamesAt& names);

  // Brings scopes() up to what was added. Returns the first day on which that may make a difference
  // to what they say; kNever if there is none.
  CivilDay Settle();
  // Those that form states: IN_FORCE, and standing, or superseded after they had begun (these stay
  // true of their time). One that a claim took the place of before it began is not among them.
  // Echoes are merged. As of the last Settle.
  const Scopes& scopes() const { return scopes_; }
  // All of the scopes' claims, the latest first; equal days in the order of the selection policy.
  std::vector<const RuleClaim*> InForce() const;
  // PROPOSED, OPPOSED and RESCINDED ones that stand; the latest kMaxShown, in order of publication.
  std::vector<v1::RuleState> NotInForce(const NamesAt& names) const;
  uint32_t not_in_force_omitted() const { return not_in_force_.omitted; }
  // Those that stand no more; the latest kMaxShown, in order of publication.
  std::vector<v1::RuleState> Revisions(const NamesAt& names) const;
  uint32_t revisions_omitted() const { return revisions_.omitted; }
  // The wordings of chips, each once, in order of position, at most kMaxShown.
  const std::vector<std::string>& chips_texts() const { return chips_texts_; }
  uint32_t chips_texts_omitted() const {
    return static_cast<uint32_t>(known_texts_.size() - chips_texts_.size());
  }

 private:
  // The claims of one known root that say the same of the same scope.
  struct Repeated {
    // The root's own report first, then by the day of publication; the first `merged` are.
    std::vector<RuleClaim*> claims;
    size_t merged = 0;
    // Of those, the claims that are no echoes, by their day; and the first of them.
    absl::flat_hash_map<CivilDay, RuleClaim*> leads;
    RuleClaim* first = nullptr;
  };
  // What a rescission takes back: effect (without a rule_id), rule_id and scope.
  using Terms = std::tuple<int, std::string_view, std::string_view>;

  static Terms TermsOf(const RuleClaim& claim, std::string_view scope);
  static bool TakesBack(const RuleClaim& rescission, const RuleClaim& claim);
  void TakeUp(size_t row, const NamesAt& names);
  void TakeUpText(const Claim& row);
  bool EndedInTime(const Effect& effect, Course* course) const;
  void EndByRescissions(RuleClaim* claim);
  const RuleClaim& AddRescission(size_t row, const NamesAt& names);
  void PutInForce(RuleClaim* claim);
  void Merge(Repeated* repeated);
  void Separate(Repeated* repeated);
  void MergeOne(RuleClaim* claim, Repeated* repeated);
  void AddToScope(RuleClaim* claim);
  void Changed(CivilDay day) { changed_ = std::min(changed_, day); }

  const Rows& rows_;
  const Effects& effects_;
  // Of the rows, if any of them is superseded.
  absl::flat_hash_map<std::string_view, const Claim*> by_id_;
  // In force, echoes and all.
  std::deque<RuleClaim> claims_;
  // By root, statement and scope.
  absl::flat_hash_map<std::tuple<std::string_view, std::string_view, std::string_view>,
                      std::unique_ptr<Repeated>>
      repeated_;
  std::vector<Repeated*> stale_repeated_;
  Scopes scopes_;
  std::vector<RuleScope*> stale_scopes_;
  // RESCINDED, and standing; and when they begin, by what they take back.
  std::deque<RuleClaim> rescinding_;
  absl::flat_hash_map<Terms, Rescissions> rescissions_;
  LatestClaims not_in_force_;
  LatestClaims revisions_;
  std::vector<std::string> chips_texts_;
  // The rows' own strings.
  absl::flat_hash_set<std::string_view> known_texts_;
  CivilDay changed_ = kDawn;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_RULE_CLAIMS_H_
