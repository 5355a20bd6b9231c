#include "services/words/reason_sentences.h"

#include <algorithm>
#include <array>
#include <utility>

namespace chipline {
namespace {

// In the order of the enum.
constexpr std::array<std::pair<v1::ReasonKind, std::string_view>, 110> kSentences = {{
    {v1::REASON_KIND_ONE_CONCERNED,
     "{first} is what the one concerned says itself ({first.speaker}); {second} is not "
     "({second.origin})."},
    {v1::REASON_KIND_ORIGIN_RANK,
     "The origin of {first} ({first.origin}) ranks above that of {second} ({second.origin})."},
    {v1::REASON_KIND_FIRMER_BASIS, "{first} is {first.basis} and {second} is {second.basis}."},
    {v1::REASON_KIND_MORE_ROOTS,
     "{first.roots} independent roots agree with {first}, {second.roots} with {second}."},
    {v1::REASON_KIND_LATER_PUBLICATION,
     "{first} was published later ({first.published}) than {second} ({second.published})."},
    {v1::REASON_KIND_HIGHER_POSITION,
     "{first} and {second} are equal in all else, and {first} was recorded later."},
    {v1::REASON_KIND_ONLY_CLAIM, "It is the only standing claim that states {stated}."},
    {v1::REASON_KIND_ONLY_COUNT_OF_STAGE,
     "It is the only standing claim that states a count of this stage for this day."},
    {v1::REASON_KIND_ONLY_FIGURE_OF_HOLDER,
     "It is the only standing claim that states a figure of this holder for this day."},
    {v1::REASON_KIND_ONLY_FIGURE_OF_DAY,
     "It is the only standing claim that states a figure for this day."},
    {v1::REASON_KIND_REPLACED, "A later word of its speaker ({speaker}) took its place: {events}."},
    {v1::REASON_KIND_SUPERSEDED, "{events} took its place; it stays true of its time."},
    {v1::REASON_KIND_CORRECTED, "{events} corrected it."},
    {v1::REASON_KIND_RETRACTED, "{events} retracted it."},
    {v1::REASON_KIND_NO_SUM, "It states no sum."},
    {v1::REASON_KIND_SUM_WITHOUT_NUMBER, "It states a sum without a number."},
    {v1::REASON_KIND_SHARE_WITHOUT_NUMBER, "It states a share without a number."},
    {v1::REASON_KIND_SHARE_OF_UNSTATED, "It states a share of a sum that no claim states."},
    {v1::REASON_KIND_SHARE_OF_MISSING, "It states a share of {events}, which is not there."},
    {v1::REASON_KIND_SHARE_OF_ENDED, "It states a share of {events}, which stands no more."},
    {v1::REASON_KIND_SHARE_OF_UNCOUNTED,
     "It states a share of {events}, from which no sum follows."},
    {v1::REASON_KIND_COUNT_WITHOUT_NUMBER, "It states a count without a number."},
    {v1::REASON_KIND_REPORTED_WITHOUT_COUNT, "Computed: it is reported, and not how many."},
    {v1::REASON_KIND_SHARE, "Computed: {ratio} of {amount} ({events})."},
    {v1::REASON_KIND_COUNTED_TOGETHER, "Computed: the report counts {count} chips together."},
    {v1::REASON_KIND_UNITS_PER, "Computed: {number} of {units_per} chips each."},
    {v1::REASON_KIND_YEAR_BEFORE, "Computed: {amount} divided by {ratio}."},
    {v1::REASON_KIND_GROWTH_ON_YEAR_BEFORE, "Computed: {amount} against {amount.2} in {period}."},
    {v1::REASON_KIND_GROWTH_IMPLIED, "Computed: {amount} in {period} (actual), times {ratio}."},
    {v1::REASON_KIND_GROWTH_IMPLIED_AS_IT_STANDS,
     "Computed: {amount} in {period} (as it stands), times {ratio}."},
    {v1::REASON_KIND_MEMBERS_ADDED, "Computed: the figures of {count} members together."},
    {v1::REASON_KIND_QUANTITY_TIMES_PRICE, "Computed: {number} chips at {amount} each."},
    {v1::REASON_KIND_LARGER_OF_TWO, "Computed: the larger of {number} and {number.2}."},
    {v1::REASON_KIND_OPEN_ORDERS, "Computed: {parts}."},
    {v1::REASON_KIND_SHORTFALL, "Computed: {parts}."},
    {v1::REASON_KIND_HOLDERS_ADDED, "Computed: the latest stock of {count} holders, together."},
    {v1::REASON_KIND_ORDERS_MAY_BE_ONE,
     "Computed: {count} orders together. Some have no id of their own and share a buyer with "
     "others, so they may be the same."},
    {v1::REASON_KIND_ORDERS_ADDED, "Computed: {count} different orders, together."},
    {v1::REASON_KIND_ORDERS_OF_DISJOINT_BUYERS,
     "Computed: {count} orders that share no buyer, together."},
    {v1::REASON_KIND_FORECAST, "It was expected, and the selected count is reported."},
    {v1::REASON_KIND_CAPACITY_BESIDE,
     "It is the capacity as of the same time, and no more can be made than that."},
    {v1::REASON_KIND_PRODUCTION_BESIDE,
     "It is the production as of the same time, and no more can be made than the capacity."},
    {v1::REASON_KIND_EARLIER_READING,
     "A count of an earlier day; the selected one, of a later day, includes it."},
    {v1::REASON_KIND_PUBLIC_BY_DAY, "It is preferred among the claims that were public by then."},
    {v1::REASON_KIND_RESCISSION_REPORTED,
     "It is reported rescinded by {speaker} ({events}), not by the authority."},
    {v1::REASON_KIND_DENIED, "It is denied by {events and more}."},
    {v1::REASON_KIND_STRICTEST_RULE, "The strictest of {count} rules that stand side by side."},
    {v1::REASON_KIND_BEFORE_SAME_DAY,
     "Policy sets it before {count} other claim(s) of the same day."},
    {v1::REASON_KIND_MORE_AUTHORITY,
     "It began {on days}; {count} later claim(s) have less authority."},
    {v1::REASON_KIND_ONLY_RULE, "The only claim; it began {on days}."},
    {v1::REASON_KIND_LATEST_TO_BEGIN, "The latest to begin, {on days}."},
    {v1::REASON_KIND_DAYS_UNCERTAIN, "{claim days}."},
    {v1::REASON_KIND_SAME_DAY_BEHIND, "Of the same day; policy sets it behind."},
    {v1::REASON_KIND_LESS_STRICT, "Another rule, which holds too and is less strict."},
    {v1::REASON_KIND_LESS_STRICT_WORDING, "In other words than a stricter one."},
    {v1::REASON_KIND_LESS_AUTHORITY, "Of a later day, but with less authority than what counts."},
    {v1::REASON_KIND_UNLESS_REPLACED,
     "It holds on these days, unless another has taken its place."},
    {v1::REASON_KIND_MAY_HOLD, "It may hold on these days."},
    {v1::REASON_KIND_NOBODY_SAID, "No claim says what holds on these days."},
    {v1::REASON_KIND_NOBODY_SAID_OF_ROUTE, "nobody said anything of this chip and this place"},
    {v1::REASON_KIND_ENDING, "It ends {on days}; until then it may still hold."},
    {v1::REASON_KIND_LEFT_OUT_BEFORE,
     "There is more to tell of the days before {day} than fits here."},
    {v1::REASON_KIND_NOT_IN_FORCE, "Only claims that are in force form a state."},
    {v1::REASON_KIND_NO_RULE_FOR_CHIP, "No rule says what holds for this chip."},
    {v1::REASON_KIND_LICENCE_STATES_END,
     "The licence states that it ends by {day}; a newer and stricter rule holds."},
    {v1::REASON_KIND_LICENSED_TO_OTHERS,
     "Licensed, to other buyers; nobody says what holds for this one."},
    {v1::REASON_KIND_MORE_BUYERS_NAMED,
     "The rule names more buyers than fit into its entry; this one may be among them."},
    {v1::REASON_KIND_EARLIER_ORDER,
     "The rule spares this order, which is the earlier; what held before goes on."},
    {v1::REASON_KIND_COVERAGE_UNSAID,
     "The order was placed, and the rule does not say whether it covers orders placed before it."},
    {v1::REASON_KIND_COVERAGE_UNKNOWN,
     "It is not known whether the order was there before the rule."},
    {v1::REASON_KIND_RULES_OF_PLACES_DIFFER,
     "It is reported to go to {places by and}, and the rules for these places differ."},
    {v1::REASON_KIND_ORDER_SAYS, "A report on the order says so, of {day}."},
    {v1::REASON_KIND_LESS_STRICT_REPORT,
     "{events} says {state} of {day}, but the stricter of two counts."},
    {v1::REASON_KIND_LESS_AUTHORITY_REPORT,
     "{events} says {state} of {day}, but with less authority."},
    {v1::REASON_KIND_RULE_MAY_APPLY, "A rule may apply{unless}.{more may apply}"},
    {v1::REASON_KIND_STRICTER_RULE_MAY_APPLY,
     "But a stricter rule may apply; it passes only if {keeps out}.{more may apply}"},
    {v1::REASON_KIND_ABROAD_COUNTS,
     "It counts, since no report says where the chips come from and which way they go."},
    {v1::REASON_KIND_NO_GATE_HOLDS, "No gate holds it up."},
    {v1::REASON_KIND_NO_GATE_NAMED,
     "No rule and no report on the order names a gate, which does not mean that there is none."},
    {v1::REASON_KIND_MORE_GATES,
     "It has more buyers, chips or places than are looked at; their gates are not known."},
    {v1::REASON_KIND_PLACES_CONTRADICT,
     "Reports contradict each other on where it goes: {places}."},
    {v1::REASON_KIND_GATES_DECIDE, "Decided by {gates}."},
    {v1::REASON_KIND_POSSIBLE_RULE, "{makes} {state}{unless}."},
    {v1::REASON_KIND_NOT_YET, "It does not hold yet; it begins {days}."},
    {v1::REASON_KIND_OVER, "It holds no more; it ended {days}."},
    {v1::REASON_KIND_MAY_HOLD_ALIKE,
     "It may hold on these days, as it begins {days}, but it would make no difference."},
    {v1::REASON_KIND_FOR_ANYBODY, "It is for anybody; this is for those it names."},
    {v1::REASON_KIND_FOR_SOME, "It is for some only, and stands beside what is for anybody."},
    {v1::REASON_KIND_LATER_CLAIM, "A claim with a later day takes its place."},
    {v1::REASON_KIND_ECHO, "It repeats {events}."},
    {v1::REASON_KIND_GATE_NOT_STATED, "It names the gate, not how it stands."},
    {v1::REASON_KIND_SAYS_LATER, "It says {state} of {day} and later."},
    {v1::REASON_KIND_SAYS_OTHERWISE,
     "It says {state}; what decides is later, stricter or of more authority."},
    {v1::REASON_KIND_DOES_NOT_APPLY, "It is {scope in entry}, and does not apply to this order."},
    {v1::REASON_KIND_MAY_APPLY_NOT_STRICTER,
     "It stands {scope in entry} and may apply, but would not make the gate stricter. {applies}."},
    {v1::REASON_KIND_GENERAL_RULE_BEHIND,
     "It is the rule for anybody in {entry}; what decides goes before it."},
    {v1::REASON_KIND_APPLIES_BEHIND,
     "It stands {scope in entry} and applies, but what decides goes before it."},
    {v1::REASON_KIND_LINK_ONLY,
     "It makes no claim in this entry, but claims here link to it, or it to them."},
    {v1::REASON_KIND_ENDED, "It stands no more:"},
    {v1::REASON_KIND_MERGED,
     "It repeats {events} (same root, same figure) and was merged into it."},
    {v1::REASON_KIND_LINK_ELSEWHERE, "It {relation} {events}, which is not in this entry."},
    {v1::REASON_KIND_LINK_ENDS, "It {relation} {events}, which ends it."},
    {v1::REASON_KIND_LINK_IS_DENIAL,
     "It {relation} {events}, which counts as a denial, since it is of another root."},
    {v1::REASON_KIND_LINK_COUNTED, "It {relation} {events}, which is counted."},
    {v1::REASON_KIND_LINK_WITHOUT_EFFECT, "It {relation} {events}, which has no effect."},
    {v1::REASON_KIND_IN_VALUE, "In {field}:"},
    {v1::REASON_KIND_BESIDE_VALUE, "For {field on days}:"},
    {v1::REASON_KIND_DENIED_BY, "Denied by {events and more}, which drops nothing."},
    {v1::REASON_KIND_CONFIRMED_BY, "Confirmed by {events and more}."},
    {v1::REASON_KIND_NO_VALUE_RESTS, "It was considered, and no value rests on it."},
}};

constexpr bool InOrder() {
  for (size_t i = 1; i < kSentences.size(); ++i) {
    if (kSentences[i - 1].first >= kSentences[i].first) return false;
  }
  return true;
}
static_assert(InOrder());
// But for the unspecified one and GATE_DECIDES.
static_assert(kSentences.size() + 2 == v1::ReasonKind_ARRAYSIZE);

}  // namespace

std::string_view SentenceOf(v1::ReasonKind kind) {
  const auto* found =
      std::lower_bound(kSentences.begin(), kSentences.end(), kind,
                       [](const auto& row, v1::ReasonKind of) { return row.first < of; });
  if (found == kSentences.end() || found->first != kind) return "";
  return found->second;
}

std::string_view OriginWords(v1::OriginKind origin) {
  switch (origin) {
    case v1::ORIGIN_KIND_FILING:
      return "a filing";
    case v1::ORIGIN_KIND_OFFICIAL:
      return "official";
    case v1::ORIGIN_KIND_NAMED:
      return "a named source";
    case v1::ORIGIN_KIND_UNNAMED:
      return "unnamed sources";
    case v1::ORIGIN_KIND_ANALYST:
      return "an analyst";
    default:
      return "the press";
  }
}

std::string_view BasisWords(v1::CapexBasis basis) {
  switch (basis) {
    case v1::CAPEX_BASIS_COMMITTED:
      return "committed";
    case v1::CAPEX_BASIS_GUIDANCE:
      return "guidance";
    case v1::CAPEX_BASIS_ESTIMATE:
      return "an estimate";
    default:
      return "a plan";
  }
}

std::string_view RelationWords(v1::LinkRelation relation) {
  switch (relation) {
    case v1::LINK_RELATION_SUPERSEDES:
      return "supersedes";
    case v1::LINK_RELATION_CORRECTS:
      return "corrects";
    case v1::LINK_RELATION_RETRACTS:
      return "retracts";
    case v1::LINK_RELATION_DENIES:
      return "denies";
    default:
      return "confirms";
  }
}

}  // namespace chipline
