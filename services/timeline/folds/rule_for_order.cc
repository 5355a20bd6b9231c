#include "services/timeline/folds/rule_for_order.h"

#include <algorithm>
#include <deque>
#include <map>
#include <string_view>
#include <tuple>

#include "services/timeline/folds/gates.h"
#include "services/timeline/folds/reasons.h"
#include "services/timeline/folds/rule_choice.h"
#include "services/timeline/folds/rule_coverage.h"
#include "services/timeline/folds/rule_reach.h"
#include "services/timeline/folds/rule_words.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// Whether the very chip and place have a rule in force on any day, for anybody or for some.
bool NamesGate(const pb::ExportRuleEntry& rule) {
  return std::any_of(rule.intervals().begin(), rule.intervals().end(),
                     [](const pb::RuleInterval& interval) {
                       return interval.scoped_size() > 0 || !NobodySaid(interval.general());
                     });
}

// The rules of one gate before one chip of an order.
class RulesBefore {
 public:
  RulesBefore(const std::vector<const pb::TimelineEntry*>& rules, const OrderFacts& order,
              const std::string& chip)
      : order_(order), chip_(chip) {
    for (const std::string& buyer : order.buyers) buyers_.push_back({&buyer, {}, {}});
    if (buyers_.empty()) buyers_.push_back({nullptr, {}, {}});
    for (const pb::TimelineEntry* entry : rules) Add(*entry);
    for (Buyer& buyer : buyers_) {
      buyer.before.rule = rules::kNobodySaid;
      buyer.before.reasons = {ReasonOf(pb::REASON_KIND_NO_RULE_FOR_CHIP)};
    }
  }

  std::vector<GateStep> Steps() {
    std::vector<GateStep> steps;
    bool any = exact_ != nullptr && NamesGate(exact_->export_rule());
    for (size_t cut = 0; cut < cuts_.size(); ++cut) {
      const AxisPiece piece = {cuts_[cut], cut + 1 < cuts_.size() ? cuts_[cut + 1] : kNever};
      GateView view = ViewOn(piece.from);
      any = any || reached_ || view.rule != rules::kNobodySaid;
      steps.push_back({piece, std::move(view)});
    }
    return any ? steps : std::vector<GateStep>();
  }

 private:
  struct Buyer {
    const std::string* name;
    // What held for anybody before, which goes on if a newer rule spares the order.
    GateView before;
    // The same if a rule applies that may, by its entry and claim.
    std::map<std::pair<std::string_view, std::string_view>, GateView> before_with;
  };
  // What reaches a buyer on the days of one interval.
  struct Span {
    AxisPiece days;
    const pb::RuleInterval* interval = nullptr;
    // By buyer. But for what the entry of the very chip and place says for anybody.
    std::vector<std::vector<Reaching>> reaching;
  };
  struct Source {
    bool exact = false;
    std::vector<Span> spans;
    size_t at = 0;
  };

  void Add(const pb::TimelineEntry& entry) {
    Source source;
    source.exact = IsOfExactly(entry.key().export_rule(), order_, chip_);
    if (source.exact) exact_ = &entry;
    bool reaches = source.exact;
    for (const pb::RuleInterval& interval : entry.export_rule().intervals()) {
      Span& span = source.spans.emplace_back();
      span.days = timeline::FromProto(interval.valid());
      span.interval = &interval;
      for (const Buyer& buyer : buyers_) {
        span.reaching.push_back(ReachingOf(entry, interval, source.exact, buyer.name));
        reaches = reaches || !span.reaching.back().empty();
      }
    }
    if (!reaches) return;
    for (const Span& span : source.spans) cuts_.push_back(span.days.from);
    std::sort(cuts_.begin(), cuts_.end());
    cuts_.erase(std::unique(cuts_.begin(), cuts_.end()), cuts_.end());
    sources_.push_back(std::move(source));
  }

  std::vector<Reaching> ReachingOf(const pb::TimelineEntry& entry, const pb::RuleInterval& interval,
                                   bool exact, const std::string* buyer) {
    std::vector<Reaching> reaching;
    const auto add = [&](const pb::RuleState& state) {
      Reach reach = ReachOf(entry, state, order_, chip_, buyer);
      if (reach.verdict == Verdict::kNo) return;
      const bool asks = IsLeftOut(state) || IsDoubtful(state);
      const Coverage covers = asks ? Coverage::kYes : CoverageOf(state, order_);
      if (covers == Coverage::kNo) return;
      // What surely reaches it but may not cover it is looked at when it is chosen.
      if (covers == Coverage::kUnknown && reach.verdict == Verdict::kMay) {
        reach.doubts.emplace_back().set_kind(pb::REACH_KIND_COVERS_EARLIER);
      }
      reaching.push_back({&entry, &state, std::move(reach)});
    };
    for (const pb::RuleState& state : interval.scoped()) add(state);
    if (exact) return reaching;
    const pb::RuleState& general = interval.general();
    const bool says = !NobodySaid(general) || IsLeftOut(general);
    if (says) add(general);
    for (const pb::RuleState& other : interval.alternatives()) {
      if (other.grounds().rule() == rules::kLessStrict) add(other);
    }
    if (says && interval.alternatives_omitted() > 0) add(Omitted(entry));
    if (entry.export_rule().scopes_omitted() > 0) add(Omitted(entry));
    for (Reaching& each : reaching) {
      if (!IsLeftOut(*each.state)) continue;
      each.reach.verdict = Verdict::kMay;
      pb::ReachCondition left_out;
      left_out.set_kind(pb::REACH_KIND_LEFT_OUT_COVERS);
      left_out.set_entry_id(entry.entry_id());
      each.reach.doubts = {std::move(left_out)};
    }
    return reaching;
  }

  static std::pair<std::string_view, std::string_view> NameOf(const Reaching& reaching) {
    return {reaching.entry->entry_id(), reaching.state->claim().event_id()};
  }

  // Stands for the scopes that an entry leaves out.
  const pb::RuleState& Omitted(const pb::TimelineEntry& entry) {
    pb::RuleState& state = omitted_[entry.entry_id()];
    state.set_gate(pb::GATE_STATE_UNKNOWN);
    state.mutable_grounds()->set_rule(std::string(rules::kLeftOut));
    return state;
  }

  GateView ViewOn(CivilDay day) {
    const pb::RuleInterval* exact = nullptr;
    for (Source& source : sources_) {
      while (source.at + 1 < source.spans.size() && source.spans[source.at + 1].days.from <= day) {
        ++source.at;
      }
      if (source.exact) exact = source.spans[source.at].interval;
    }
    GateView strictest;
    std::vector<std::shared_ptr<const PossibleView>> possible;
    for (size_t i = 0; i < buyers_.size(); ++i) {
      GateView view = ViewFor(i, exact, day);
      for (auto& each : view.possible) possible.push_back(std::move(each));
      view.possible.clear();
      if (i == 0 || Strictness(view.state) > Strictness(strictest.state)) {
        strictest = std::move(view);
      }
    }
    std::erase_if(possible, [&](const auto& each) {
      return strictest.state != pb::GATE_STATE_UNKNOWN &&
             Strictness(each->rule.gate()) <= Strictness(strictest.state);
    });
    std::stable_sort(possible.begin(), possible.end(), [](const auto& a, const auto& b) {
      return Strictness(a->rule.gate()) > Strictness(b->rule.gate());
    });
    strictest.possible = std::move(possible);
    return strictest;
  }

  GateView ViewFor(size_t at, const pb::RuleInterval* exact, CivilDay day) {
    Buyer& buyer = buyers_[at];
    const bool omits = exact_ != nullptr && exact_->export_rule().scopes_omitted() > 0;
    Weighed weighed{exact, omits, {}, {}};
    std::vector<const Reaching*> may;
    for (const Source& source : sources_) {
      const Span& span = source.spans[source.at];
      if (day < span.days.from) continue;
      for (const Reaching& each : span.reaching[at]) {
        (each.reach.verdict == Verdict::kYes ? weighed.applying : may).push_back(&each);
      }
    }
    Choice sure = Choose(weighed, order_, buyer.name, buyer.before);
    GateView& view = sure.view;
    for (const Reaching* each : may) {
      weighed.assumed = {each};
      // What held before is also what would have if the rule applies.
      GateView& before = buyer.before_with.try_emplace(NameOf(*each), buyer.before).first->second;
      Choice with = Choose(weighed, order_, buyer.name, before);
      before = std::move(with.general);
      reached_ = reached_ || with.view.rule != rules::kNobodySaid;
      if (Tightens(with.view, view)) view.possible.push_back(PossibleOf(at, {each}, with));
    }
    if (view.possible.empty() && Clears(view.state)) AddPairs(at, may, &weighed, &view);
    buyer.before = std::move(sure.general);
    return std::move(view);
  }

  // A rule for anybody that may apply may put what lets the order pass behind it, and so bring out
  // one that names the buyer and may apply too.
  void AddPairs(size_t at, const std::vector<const Reaching*>& may, Weighed* weighed,
                GateView* view) {
    const Buyer& buyer = buyers_[at];
    for (const Reaching* scoped : may) {
      if (scoped->general() || LetsPass(scoped->state->gate())) continue;
      for (const Reaching* general : may) {
        if (!general->general()) continue;
        weighed->assumed = {scoped, general};
        const Choice with = Choose(*weighed, order_, buyer.name, buyer.before);
        if (!Tightens(with.view, *view)) continue;
        view->possible.push_back(PossibleOf(at, {scoped, general}, with));
        break;
      }
    }
  }

  // One for each buyer and what is assumed, and what it would come to.
  std::shared_ptr<const PossibleView> PossibleOf(size_t buyer,
                                                 const std::vector<const Reaching*>& assumed,
                                                 const Choice& with) {
    const Reaching& first = *assumed.front();
    auto& known = possible_[{buyer, first.state, assumed.back()->state, with.state}];
    if (known != nullptr && known->rule.gate() == with.view.state) return known;
    auto made = std::make_shared<PossibleView>();
    pb::AppliesIf& applies = *made->rule.add_applies_if();
    made->events = with.view.events;
    for (const Reaching* each : assumed) {
      applies.mutable_all()->Add(each->reach.doubts.begin(), each->reach.doubts.end());
      for (const std::string& id : each->state->grounds().event_ids()) {
        made->events.emplace_back(each->state->claim().position(), id);
      }
    }
    std::sort(made->events.begin(), made->events.end());
    made->events.erase(std::unique(made->events.begin(), made->events.end()), made->events.end());
    made->rule.set_gate(with.view.state);
    made->rule.set_effect(first.state->effect());
    made->rule.set_rule_id(first.state->rule_id());
    made->rule.set_entry_id(first.entry->entry_id());
    made->rule.set_chip(first.entry->key().export_rule().chip());
    made->since = with.view.since;
    made->authority = with.view.authority;
    known = std::move(made);
    return known;
  }

  // Whether the gate would be stricter than it surely is. Where nothing surely applies anything is
  // that does not clear it.
  static bool Tightens(const GateView& with, const GateView& base) {
    if (Clears(with.state)) return false;
    if (base.rule == rules::kNobodySaid) return with.rule != rules::kNobodySaid;
    return Strictness(with.state) > Strictness(base.state);
  }

  const OrderFacts& order_;
  const std::string& chip_;
  std::vector<Buyer> buyers_;
  // The entry of the very chip and place.
  const pb::TimelineEntry* exact_ = nullptr;
  std::vector<Source> sources_;
  // Whether any rule applies or may apply, if only to let the order pass: then there is a gate, of
  // which it is not known on other days, for other buyers and other chips how it stands.
  bool reached_ = false;
  std::vector<CivilDay> cuts_ = {kDawn};
  std::map<std::string, pb::RuleState> omitted_;
  std::map<std::tuple<size_t, const pb::RuleState*, const pb::RuleState*, const pb::RuleState*>,
           std::shared_ptr<const PossibleView>>
      possible_;
};

}  // namespace

std::vector<GateStep> RulesForOrder(const std::vector<const pb::TimelineEntry*>& rules,
                                    const OrderFacts& order, const std::string& chip) {
  return RulesBefore(rules, order, chip).Steps();
}

}  // namespace chipline::timeline
