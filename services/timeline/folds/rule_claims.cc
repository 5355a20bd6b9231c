#include "services/timeline/folds/rule_claims.h"

#include <algorithm>
#include <tuple>

#include "services/timeline/folds/grounds.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/rule_words.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

void EndBy(Course& course, const DaySpan& end) {
  course.end = course.end.has_value() ? Sooner(*course.end, end) : end;
}

bool IsOfRule(const Claim& row) { return row.own && row.event.event().has_export_rule_change(); }

bool IsRescinded(const Claim& row) {
  return row.event.event().export_rule_change().status() == pb::RULE_STATUS_RESCINDED;
}

// Who of those that say the same is the claim, and who its echo.
bool SaidBefore(const RuleClaim* a, const RuleClaim* b) {
  const auto order = [](const Claim& claim) {
    return std::tuple(claim.publisher != claim.root, !claim.root_dated, claim.published,
                      claim.position());
  };
  return order(*a->claim) < order(*b->claim);
}

void InsertLatest(const RuleClaim& claim, LatestClaims* latest) {
  const auto before = [](const RuleClaim& a, const RuleClaim& b) {
    return std::pair(a.claim->published, a.claim->position()) <
           std::pair(b.claim->published, b.claim->position());
  };
  std::vector<RuleClaim>& claims = latest->claims;
  claims.insert(std::upper_bound(claims.begin(), claims.end(), claim, before), claim);
  if (claims.size() <= size_t{kMaxShown}) return;
  claims.erase(claims.begin());
  ++latest->omitted;
}

}  // namespace

// A RESCINDED claim takes back claims of the same rule, or without a rule_id those without one that
// have the same effect. A rescission for some buyers leaves what is for others.
RuleClaims::Terms RuleClaims::TermsOf(const RuleClaim& claim, std::string_view scope) {
  const int effect = claim.named() ? 0 : static_cast<int>(claim.rule().effect());
  return {effect, claim.rule().rule_id(), scope};
}

bool RuleClaims::TakesBack(const RuleClaim& rescission, const RuleClaim& claim) {
  const Terms terms = TermsOf(rescission, rescission.scope);
  return terms == TermsOf(claim, "") || terms == TermsOf(claim, claim.scope);
}

RuleClaims::RuleClaims(const Rows& rows, const Effects& effects, const NamesAt& names)
    : rows_(rows), effects_(effects) {
  const bool superseded = std::any_of(effects.begin(), effects.end(), [](const Effect& effect) {
    return effect.standing == pb::STANDING_SUPERSEDED;
  });
  for (size_t row = 0; row < rows.size(); ++row) {
    if (superseded) by_id_[rows[row].event_id()] = &rows[row];
    const bool stands = effects[row].standing == pb::STANDING_STANDING;
    if (!stands || !IsOfRule(rows[row]) || !IsRescinded(rows[row])) continue;
    AddRescission(row, names);
  }
  for (size_t row = 0; row < rows.size(); ++row) TakeUp(row, names);
}

void RuleClaims::Add(const NamesAt& names) {
  const size_t row = rows_.size() - 1;
  if (IsOfRule(rows_[row]) && IsRescinded(rows_[row])) {
    const RuleClaim& rescission = AddRescission(row, names);
    for (RuleClaim& claim : claims_) {
      if (SaidOn(rescission) < SaidOn(claim) || !TakesBack(rescission, claim)) continue;
      const Course course = claim.course;
      const Dispute dispute = claim.dispute;
      EndByRescissions(&claim);
      if (claim.course == course && claim.dispute == dispute) continue;
      Changed(std::min(course.First(), claim.course.First()));
    }
  }
  TakeUp(row, names);
}

const RuleClaim& RuleClaims::AddRescission(size_t row, const NamesAt& names) {
  const RuleClaim& rescission =
      rescinding_.emplace_back(ReadRuleClaim(rows_[row], effects_[row], names));
  rescissions_[TermsOf(rescission, rescission.scope)].Add(rescission);
  return rescission;
}

void RuleClaims::TakeUp(size_t row, const NamesAt& names) {
  const Claim& claim = rows_[row];
  const Effect& effect = effects_[row];
  if (!IsOfRule(claim)) return;
  TakeUpText(claim);
  RuleClaim read = ReadRuleClaim(claim, effect, names);
  const bool stands = effect.standing == pb::STANDING_STANDING;
  if (!stands) InsertLatest(read, &revisions_);
  if (read.rule().status() != pb::RULE_STATUS_IN_FORCE) {
    if (stands) InsertLatest(read, &not_in_force_);
    return;
  }
  if (!stands && !EndedInTime(effect, &read.course)) return;
  if (!rescissions_.empty()) EndByRescissions(&read);
  PutInForce(&claims_.emplace_back(std::move(read)));
}

void RuleClaims::TakeUpText(const Claim& row) {
  const std::string& text = row.event.event().export_rule_change().chips_text();
  if (text.empty() || !known_texts_.insert(text).second) return;
  if (chips_texts_.size() < size_t{kMaxShown}) chips_texts_.push_back(text);
}

// Whether a claim that stands no more was true of some time, which then ends in `course`.
bool RuleClaims::EndedInTime(const Effect& effect, Course* course) const {
  if (effect.standing != pb::STANDING_SUPERSEDED) return false;
  const auto found = by_id_.find(effect.ended_by);
  if (found == by_id_.end()) return false;
  const Claim& successor = *found->second;
  // The plan changed before it came to anything.
  if (successor.published < course->start.earliest) return false;
  EndBy(*course, successor.event.event().has_export_rule_change()
                     ? StartOf(successor)
                     : DaySpan::On(successor.published));
  return true;
}

void RuleClaims::EndByRescissions(RuleClaim* claim) {
  Rescinded rescinded;
  for (const std::string_view scope : {std::string_view(), std::string_view(claim->scope)}) {
    const auto found = rescissions_.find(TermsOf(*claim, scope));
    if (found != rescissions_.end()) rescinded.Merge(found->second.Of(*claim));
  }
  if (rescinded.end) EndBy(claim->course, *rescinded.end);
  claim->course.doubt = rescinded.doubt;
  if (rescinded.dispute) claim->dispute = *rescinded.dispute;
}

void RuleClaims::PutInForce(RuleClaim* claim) {
  if (claim->claim->root.empty()) return AddToScope(claim);
  std::unique_ptr<Repeated>& repeated =
      repeated_[{claim->claim->root, claim->claim->statement, claim->scope}];
  if (repeated == nullptr) repeated = std::make_unique<Repeated>();
  repeated->claims.push_back(claim);
  if (repeated->claims.size() == repeated->merged + 1) stale_repeated_.push_back(repeated.get());
}

// An echo has the root and the statement of another claim. One that states no day and does not know
// when the root published is one of the claim's, whenever it came; else the days must agree.
void RuleClaims::Merge(Repeated* repeated) {
  std::vector<RuleClaim*>& claims = repeated->claims;
  const auto added = claims.begin() + static_cast<std::ptrdiff_t>(repeated->merged);
  std::sort(added, claims.end(), SaidBefore);
  if (added != claims.begin() && SaidBefore(*added, *std::prev(added))) {
    Separate(repeated);
    std::inplace_merge(claims.begin(), added, claims.end(), SaidBefore);
  }
  for (; repeated->merged < claims.size(); ++repeated->merged) {
    MergeOne(claims[repeated->merged], repeated);
  }
}

void RuleClaims::MergeOne(RuleClaim* claim, Repeated* repeated) {
  RuleClaim* lead = nullptr;
  if (const auto found = repeated->leads.find(claim->day()); found != repeated->leads.end()) {
    lead = found->second;
  } else if (!claim->claim->root_dated && !claim->states_start) {
    lead = repeated->first;
  }
  if (lead != nullptr) {
    lead->echoes.push_back(claim);
    return Changed(lead->course.First());
  }
  if (repeated->first == nullptr) repeated->first = claim;
  repeated->leads.emplace(claim->day(), claim);
  AddToScope(claim);
}

void RuleClaims::Separate(Repeated* repeated) {
  for (const auto& [day, lead] : repeated->leads) {
    RuleScope& scope = scopes_.find(lead->scope)->second;
    if (scope.settled()) stale_scopes_.push_back(&scope);
    scope.Remove(lead);
    lead->echoes.clear();
    Changed(lead->course.First());
  }
  repeated->leads.clear();
  repeated->first = nullptr;
  repeated->merged = 0;
}

void RuleClaims::AddToScope(RuleClaim* claim) {
  RuleScope& scope = scopes_[claim->scope];
  if (scope.settled()) stale_scopes_.push_back(&scope);
  scope.Add(claim);
}

CivilDay RuleClaims::Settle() {
  for (Repeated* repeated : stale_repeated_) Merge(repeated);
  stale_repeated_.clear();
  for (RuleScope* scope : stale_scopes_) Changed(scope->Settle());
  stale_scopes_.clear();
  return std::exchange(changed_, kNever);
}

std::vector<const RuleClaim*> RuleClaims::InForce() const {
  std::vector<const RuleClaim*> all;
  for (const auto& [name, scope] : scopes_) {
    all.insert(all.end(), scope.claims().begin(), scope.claims().end());
  }
  std::sort(all.begin(), all.end(),
            [](const RuleClaim* a, const RuleClaim* b) { return CountsBefore(*a, *b); });
  return all;
}

std::vector<pb::RuleState> RuleClaims::NotInForce(const NamesAt& names) const {
  std::vector<pb::RuleState> states;
  for (const RuleClaim& claim : not_in_force_.claims) {
    *states.emplace_back(StateOf(claim, names)).mutable_grounds() =
        GroundsOf({claim.claim->event_id()}, rules::kNotInForce,
                  ReasonOf(pb::REASON_KIND_NOT_IN_FORCE), /*derived=*/false);
  }
  return states;
}

std::vector<pb::RuleState> RuleClaims::Revisions(const NamesAt& names) const {
  std::vector<pb::RuleState> states;
  for (const RuleClaim& claim : revisions_.claims) {
    *states.emplace_back(StateOf(claim, names)).mutable_grounds() =
        EndedGrounds(*claim.claim, *claim.effect);
  }
  return states;
}

}  // namespace chipline::timeline
