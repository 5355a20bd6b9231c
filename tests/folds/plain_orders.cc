#include "tests/folds/plain_orders.h"

#include <algorithm>
#include <utility>

#include "fmt/format.h"
#include "services/kinds/entry_key.h"
#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/gates.h"
#include "services/timeline/folds/policy.h"

namespace chipline::timeline::testing {
namespace {

namespace pb = chipline::v1;

// For a rule an official source speaks first, then filings, then named ones, then the rest.
int RankOf(pb::OriginKind origin) {
  switch (origin) {
    case pb::ORIGIN_KIND_OFFICIAL:
      return 0;
    case pb::ORIGIN_KIND_FILING:
      return 1;
    case pb::ORIGIN_KIND_NAMED:
      return 2;
    default:
      return 3;
  }
}

bool Clears(pb::GateState gate) {
  return gate == pb::GATE_STATE_SATISFIED || gate == pb::GATE_STATE_NOT_REQUIRED;
}

bool Stricter(pb::GateState a, pb::GateState b) { return Strictness(a) > Strictness(b); }

CivilDay PublishedOn(const pb::RecordedEvent& event) {
  return MakeClaim(event, /*own=*/true, NoNames()).published;
}

std::string ScopeOf(const pb::ExportRuleChange& rule) {
  std::set<std::string> buyers;
  for (const pb::Ref& buyer : rule.buyers()) buyers.insert(buyer.id());
  if (buyers.empty() && !rule.has_buyer_seat() && rule.purpose().empty()) return "";
  std::string scope;
  for (const std::string& buyer : buyers) scope += buyer + "+";
  return fmt::format("{}/{}/{}", scope, rule.buyer_seat().id(), rule.purpose());
}

// What it words and leaves out, as text, where it does not list what it is of.
std::string WordingOf(const pb::ExportRuleChange& rule) {
  const auto vague = [](const auto& refs) {
    return refs.empty() || std::any_of(refs.begin(), refs.end(),
                                       [](const pb::Ref& ref) { return ref.open_group(); });
  };
  std::string wording;
  if (vague(rule.chips())) {
    if (rule.chips().empty()) wording += rule.chips_text();
    for (const pb::Ref& chip : rule.chips_except()) wording += "-" + chip.id();
  }
  wording += "/";
  if (vague(rule.destinations())) {
    if (rule.destinations().empty()) wording += rule.scope_text();
    for (const pb::Ref& place : rule.destinations_except()) wording += "-" + place.id();
  }
  return wording;
}

// Whether `newer` takes the place of `older`: a claim without a rule_id speaks of the whole, and
// one with it of its own rule.
bool TakesPlace(const PlainClaim& newer, const PlainClaim& older) {
  const std::string& a = newer.rule.rule_id();
  const std::string& b = older.rule.rule_id();
  return (a.empty() || b.empty() || a == b) && newer.begun() > older.begun() &&
         std::get<0>(newer.rank) <= std::get<0>(older.rank);
}

// Whether an older claim goes before a later one of less authority, which does not take its place:
// that is not the stricter, or had begun when the older one was said.
bool Outranks(const PlainClaim& older, const PlainClaim& later) {
  const std::string& a = older.rule.rule_id();
  const std::string& b = later.rule.rule_id();
  return (a.empty() || b.empty() || a == b) && older.wording == later.wording &&
         older.begun() < later.begun() && std::get<0>(older.rank) < std::get<0>(later.rank) &&
         (PublishedOn(*older.event) >= later.begun() || !Stricter(later.gate, older.gate));
}

// Whether one says what the other said before it, of the same root.
bool IsEcho(const pb::RecordedEvent& later, const pb::RecordedEvent& earlier) {
  const Claim a = MakeClaim(later, true, NoNames());
  const Claim b = MakeClaim(earlier, true, NoNames());
  return !a.root.empty() && a.root == b.root && a.statement == b.statement;
}

// What stands of claims that hold, all for the same people: a claim until a later one that speaks
// of the same and has its authority; of one day the preferred one is the later. The latest first.
std::vector<const PlainClaim*> Standing(std::vector<const PlainClaim*> claims) {
  std::sort(claims.begin(), claims.end(), [](const PlainClaim* a, const PlainClaim* b) {
    return a->begun() != b->begun() ? a->begun() > b->begun() : a->rank < b->rank;
  });
  std::vector<const PlainClaim*> standing;
  for (size_t at = 0; at < claims.size(); ++at) {
    const std::string& name = claims[at]->rule.rule_id();
    const bool goes =
        std::any_of(claims.begin(), claims.begin() + static_cast<std::ptrdiff_t>(at),
                    [&](const PlainClaim* later) {
                      const std::string& other = later->rule.rule_id();
                      return later->wording == claims[at]->wording &&
                             (name.empty() || other.empty() || name == other) &&
                             std::get<0>(later->rank) <= std::get<0>(claims[at]->rank);
                    });
    if (!goes) standing.push_back(claims[at]);
  }
  const std::vector<const PlainClaim*> all = standing;
  std::erase_if(standing, [&](const PlainClaim* later) {
    return std::any_of(all.begin(), all.end(),
                       [&](const PlainClaim* older) { return Outranks(*older, *later); });
  });
  return standing;
}

const PlainClaim* Strictest(const std::vector<const PlainClaim*>& claims) {
  const PlainClaim* strictest = nullptr;
  for (const PlainClaim* claim : claims) {
    if (strictest == nullptr || claim->strictness > strictest->strictness) strictest = claim;
  }
  return strictest;
}

bool IsStatement(const PlainClaim& claim) {
  return claim.rule.instrument() == pb::RULE_INSTRUMENT_STATEMENT;
}

// What a rescission that was said later does to a claim: it ends what it has the authority to end,
// but with conditions or an end of its own only makes it doubtful.
void RescindBy(const PlainClaim& rescission, PlainClaim* claim) {
  const DaySpan& start = rescission.course.start;
  const bool weaker = std::get<0>(rescission.rank) > std::get<0>(claim->rank) ||
                      (IsStatement(rescission) && !IsStatement(*claim));
  const pb::ExportRuleChange& rule = rescission.rule;
  if (weaker) {
    claim->disputed = std::min(claim->disputed, start.earliest);
  } else if (rule.conditions_size() > 0 || rule.has_expires() || rule.has_quantity_cap() ||
             rule.end_users() == pb::END_USERS_APPROVED) {
    AxisPiece days{start.earliest, rule.has_expires() ? SpanOf(rule.expires())->latest : kNever};
    if (claim->course.doubt) {
      days.from = std::min(days.from, claim->course.doubt->from);
      days.to = std::max(days.to, claim->course.doubt->to);
    }
    claim->course.doubt = days;
  } else {
    std::optional<DaySpan>& end = claim->course.end;
    end = end ? Sooner(*end, start) : start;
  }
}

}  // namespace

PlainOrder::PlainOrder(const SmallLog& log) : log_(log) {
  AddClaims();
  EndByRescissions();
  ReadOrder();
}

void PlainOrder::AddClaims() {
  for (const pb::RecordedEvent& event : log_.rules) {
    for (const pb::EntryKey& entry : kinds::KeysOf(event, NoNames())) {
      std::vector<PlainClaim>& claims = entries_[kinds::EntryId(entry)];
      const pb::ExportRuleKey& key = entry.export_rule();
      PlainClaim claim;
      claim.event = &event;
      pb::ExportRuleChange& rule = claim.rule;
      rule = event.event().export_rule_change();
      rule.clear_chips();
      rule.clear_destinations();
      if (!key.chip().empty()) {
        rule.add_chips()->set_id(key.chip());
        rule.mutable_chips(0)->set_open_group(key.chip_group());
      }
      if (!key.destination().empty()) {
        rule.add_destinations()->set_id(key.destination());
        rule.mutable_destinations(0)->set_open_group(key.destination_group());
      }
      for (const pb::Ref& chip : log_.ordered().chips()) {
        claim.exact =
            claim.exact || (chip.id() == key.chip() && chip.open_group() == key.chip_group() &&
                            log_.ordered().destination().id() == key.destination() &&
                            !key.destination().empty() && !key.destination_group());
      }
      const CivilDay published = PublishedOn(event);
      const auto binding = SpanOf(rule.binding());
      const auto effective = SpanOf(rule.effective());
      claim.course.start = binding ? *binding : effective ? *effective : DaySpan::On(published);
      claim.course.end = SpanOf(rule.expires());
      claim.scope = ScopeOf(rule);
      claim.wording = WordingOf(event.event().export_rule_change());
      claim.rank = {RankOf(event.event().source().origin().kind()), -published.days(),
                    -static_cast<int>(event.position())};
      const bool echo = std::any_of(claims.begin(), claims.end(), [&](const PlainClaim& earlier) {
        return IsEcho(event, *earlier.event);
      });
      const bool rescinds = rule.status() == pb::RULE_STATUS_RESCINDED;
      if (!echo || rescinds) claims.push_back(std::move(claim));
    }
  }
}

void PlainOrder::EndByRescissions() {
  for (auto& [id, claims] : entries_) {
    for (PlainClaim& claim : claims) {
      for (const PlainClaim& other : claims) {
        if (other.rule.status() != pb::RULE_STATUS_RESCINDED) continue;
        const bool of_it = other.rule.rule_id() == claim.rule.rule_id() &&
                           (other.scope == claim.scope || other.scope.empty());
        const bool unnamed = claim.rule.rule_id().empty();
        if (!of_it || (unnamed && other.rule.effect() != claim.rule.effect())) continue;
        if (std::pair(PublishedOn(*other.event), other.event->position()) <
            std::pair(PublishedOn(*claim.event), claim.event->position())) {
          continue;
        }
        RescindBy(other, &claim);
      }
    }
    std::erase_if(claims, [](const PlainClaim& claim) {
      return claim.rule.status() != pb::RULE_STATUS_IN_FORCE;
    });
  }
}

void PlainOrder::ReadOrder() {
  const pb::ChipOrder& order = log_.ordered();
  const bool shipped = order.stage() == pb::ORDER_STAGE_SHIPPED;
  if (!shipped && order.stage() != pb::ORDER_STAGE_PLACED) return;
  const CivilDay published = PublishedOn(log_.order);
  const std::optional<DaySpan> stated = SpanOf(order.stage_date());
  DaySpan days = stated.value_or(DaySpan{kDawn, published});
  if (order.modality() == pb::MODALITY_ONGOING) {
    days.latest = kNever;
    if (shipped) delivering_ = stated ? std::min(published, stated->latest) : published;
  } else {
    days.latest = std::max(days.earliest, std::min(days.latest, published));
  }
  if (!stated) days.earliest = kDawn;
  if (shipped) shipped_ = days;
  placed_ = shipped ? DaySpan{kDawn, days.latest} : days;
}

// Whether the rule covers the order, which may be older.
PlainOrder::Covers PlainOrder::CoverageOf(const PlainClaim& claim) const {
  const bool licence =
      claim.rule.effect() == pb::RULE_EFFECT_LICENSED && !claim.rule.buyers().empty();
  const bool says = claim.rule.applies_to() != pb::APPLIES_TO_UNSPECIFIED;
  const bool unshipped = claim.rule.applies_to() == pb::APPLIES_TO_UNSHIPPED || (licence && !says);
  if (claim.rule.applies_to() == pb::APPLIES_TO_ALL) return Covers::kYes;
  const std::optional<DaySpan>& done = unshipped ? shipped_ : placed_;
  const DaySpan& begin = claim.course.start;
  if (!done || done->earliest >= begin.latest) return Covers::kYes;
  if (unshipped && delivering_ >= begin.latest) return Covers::kYes;
  // How many were shipped these orders do not say.
  if (done->latest < begin.earliest && says && !unshipped) return Covers::kNo;
  return Covers::kUnknown;
}

std::set<std::string> PlainOrder::DoubtfulOn(CivilDay day) const {
  std::set<std::string> doubtful;
  for (const auto& [id, claims] : entries_) {
    for (const PlainClaim& claim : claims) {
      if (claim.course.At(day) == Presence::kPossible) doubtful.insert(claim.id());
    }
  }
  return doubtful;
}

PlainOrder::Claims PlainOrder::Holding(const std::vector<PlainClaim>& entry, CivilDay day,
                                       const std::set<std::string>& holding) const {
  Claims claims;
  for (const PlainClaim& claim : entry) {
    const Presence presence = claim.course.At(day);
    const bool holds = presence == Presence::kCertain ||
                       (presence == Presence::kPossible && holding.contains(claim.id()));
    if (holds) claims.push_back(&claim);
  }
  return claims;
}

// Each entry is folded first; what stands in it is compared with the order.
PlainOrder::Given PlainOrder::GivenOn(CivilDay day, const std::set<std::string>& holding,
                                      const PlainGateKey& gate, const pb::Ref& chip,
                                      const pb::Ref& buyer) const {
  Given given;
  for (const auto& [id, entry] : entries_) {
    std::map<std::string, Claims> scopes;
    for (const PlainClaim* claim : Holding(entry, day, holding)) {
      const bool of_gate = claim->rule.jurisdiction().id() == std::get<0>(gate) &&
                           claim->rule.gate() == std::get<1>(gate);
      if (of_gate) scopes[claim->scope].push_back(claim);
    }
    for (const auto& [scope, claims] : scopes) {
      const Claims standing = Standing(claims);
      const PlainClaim* strictest = Strictest(standing);
      const bool exact = strictest->exact && strictest->rule.chips(0).id() == chip.id();
      if (exact && scope.empty()) {
        given.exact = standing;
        continue;
      }
      const bool licence = strictest->rule.effect() == pb::RULE_EFFECT_LICENSED;
      const auto& buyers = strictest->rule.buyers();
      const bool of_this_one = std::any_of(buyers.begin(), buyers.end(), [&](const pb::Ref& each) {
        return each.id() == buyer.id();
      });
      if (exact && licence && !buyers.empty() && !of_this_one) {
        given.licences.push_back(strictest);
      }
      for (const PlainClaim* claim : standing) {
        // For some of one wording the strictest is all that the entry tells.
        const bool told =
            scope.empty() || claim == strictest || claim->wording != strictest->wording;
        const PlainReach reach = PlainReachOf(claim->rule, log_.ordered(), chip, buyer);
        if (!told || reach.no || CoverageOf(*claim) == Covers::kNo) continue;
        (reach.yes() ? given.surely : given.may).push_back(claim);
      }
    }
  }
  return given;
}

// What a claim for some makes of the gate beside what is for anybody; nothing if that one is newer
// and no less strict, unless the claim is a licence that says when it ends.
std::optional<pb::GateState> PlainOrder::Scoped(const PlainClaim& claim,
                                                const PlainClaim* general) const {
  if (general == nullptr || general->begun() <= claim.begun()) return claim.gate;
  const bool ends = claim.rule.effect() == pb::RULE_EFFECT_LICENSED && claim.rule.has_expires();
  if (ends && Stricter(general->gate, claim.gate)) {
    const bool spared =
        general->rule.applies_to() == pb::APPLIES_TO_NEW && CoverageOf(*general) == Covers::kNo;
    return spared || !Clears(claim.gate) ? claim.gate : pb::GATE_STATE_CONDITIONAL;
  }
  if (!LetsPass(claim.gate) && Stricter(claim.gate, general->gate)) return claim.gate;
  return std::nullopt;
}

PlainOrder::Decision PlainOrder::Decide(const Given& given) const {
  Claims general = given.exact;
  for (const PlainClaim* claim : given.surely) {
    if (claim->scope.empty()) general.push_back(claim);
  }
  const Claims all = general;
  std::erase_if(general, [&](const PlainClaim* older) {
    return std::any_of(all.begin(), all.end(),
                       [&](const PlainClaim* newer) { return TakesPlace(*newer, *older); });
  });
  const PlainClaim* anybody = Strictest(general);
  Decision decision;
  if (anybody != nullptr) decision = {anybody, anybody->gate, true};
  const PlainClaim* newest = nullptr;
  for (const PlainClaim* claim : given.surely) {
    if (claim->scope.empty()) continue;
    const std::optional<pb::GateState> state = Scoped(*claim, anybody);
    if (!state) continue;
    const bool later = newest == nullptr || claim->begun() > newest->begun();
    const bool stricter =
        newest != nullptr && claim->begun() == newest->begun() && Stricter(*state, decision.state);
    if (!later && !stricter) continue;
    newest = claim;
    decision = {claim, *state, true};
  }
  if (decision.said || given.licences.empty()) return decision;
  return {given.licences.front(), pb::GATE_STATE_CONDITIONAL, true};
}

bool PlainOrder::OnlyTogether(Given given, const Decision& now) const {
  const std::vector<const PlainClaim*> may = given.may;
  for (const PlainClaim* one : may) {
    for (const PlainClaim* other : may) {
      given.surely.insert(given.surely.end(), {one, other});
      const Decision with = Decide(given);
      given.surely.resize(given.surely.size() - 2);
      if (with.said && !Clears(with.state) && Stricter(with.state, now.state)) return true;
    }
  }
  return false;
}

PlainGate PlainOrder::GateFor(CivilDay day, const std::set<std::string>& holding,
                              const PlainGateKey& name, const pb::Ref& chip) {
  // By the strictest buyer.
  Decision base;
  struct Possible {
    const PlainClaim* claim;
    Decision with;
  };
  std::vector<Possible> possible;
  bool first = true;
  bool pairs = false;
  std::map<std::string, pb::Ref> buyers;
  for (const pb::Ref& buyer : log_.ordered().buyers()) buyers[buyer.id()] = buyer;
  for (const auto& [buyer_id, buyer] : buyers) {
    Given given = GivenOn(day, holding, name, chip, buyer);
    Decision now = Decide(given);
    Decision& before = before_[{name, buyer.id()}];
    const Covers covers = now.by == nullptr ? Covers::kYes : CoverageOf(*now.by);
    if (covers == Covers::kNo) now = {nullptr, before.state, true};
    // Of one scope, from several entries, one takes the place of another.
    std::set<std::string> scopes;
    for (const Claims& claims : {given.surely, given.may}) {
      for (const PlainClaim* claim : claims) {
        pairs = pairs || (!claim->scope.empty() && !scopes.insert(claim->scope).second);
      }
    }
    // A licence of others counts only as long as nothing is said of this buyer.
    if (!given.licences.empty() && !given.may.empty()) pairs = true;
    // What may apply may have held before, and goes on then.
    if (covers == Covers::kNo && !given.may.empty()) pairs = true;
    const bool either_way =
        now.state == before.state || (Clears(now.state) && Clears(before.state));
    if (covers == Covers::kUnknown && !either_way) {
      now.state = pb::GATE_STATE_UNKNOWN;
    }
    before = now;
    for (const PlainClaim* claim : given.may) {
      given.surely.push_back(claim);
      const Decision with = Decide(given);
      given.surely.pop_back();
      const bool tightens = !now.said || Stricter(with.state, now.state);
      if (tightens && !Clears(with.state) && with.said) possible.push_back({claim, with});
    }
    pairs = pairs || (Clears(now.state) && OnlyTogether(given, now));
    if (first || Stricter(now.state, base.state)) base = now;
    first = false;
  }
  PlainGate gate{base.state, {}, pairs};
  for (const Possible& each : possible) {
    const bool known = base.state != pb::GATE_STATE_UNKNOWN;
    if (known && !Stricter(each.with.state, base.state)) continue;
    gate.possible.insert(each.claim->id());
    gate.indirectly = gate.indirectly || each.with.by != each.claim;
  }
  if (Clears(gate.state) && !gate.possible.empty()) gate.state = pb::GATE_STATE_CONDITIONAL;
  return gate;
}

// What is disputed lets pass on a condition at best.
void PlainOrder::SetGates(CivilDay day) {
  for (auto& [id, claims] : entries_) {
    for (PlainClaim& claim : claims) {
      const bool named = !claim.rule.buyers().empty();
      claim.gate = GateOf(claim.rule, named ? Reader::kNamedBuyer : Reader::kAnyone);
      if (claim.disputed <= day && Clears(claim.gate)) claim.gate = pb::GATE_STATE_CONDITIONAL;
      claim.strictness = Strictness(claim.gate, claim.rule.effect());
    }
  }
}

std::set<CivilDay> PlainOrder::Days() const {
  std::vector<CivilDay> days = {kDawn};
  for (const auto& [id, claims] : entries_) {
    for (const PlainClaim& claim : claims) {
      claim.course.AddBoundaries(days);
      days.push_back(claim.disputed);
    }
  }
  std::set<CivilDay> all(days.begin(), days.end());
  all.erase(kNever);
  return all;
}

PlainGates PlainOrder::On(CivilDay day, const std::set<std::string>& holding) {
  SetGates(day);
  std::set<std::pair<std::string, pb::GateKind>> names;
  for (const auto& [id, claims] : entries_) {
    for (const PlainClaim& claim : claims) {
      names.insert({claim.rule.jurisdiction().id(), claim.rule.gate()});
    }
  }
  PlainGates gates;
  for (const auto& [jurisdiction, kind] : names) {
    for (const pb::Ref& chip : log_.ordered().chips()) {
      const PlainGateKey name{jurisdiction, kind, chip.id()};
      gates[name] = GateFor(day, holding, name, chip);
    }
  }
  return gates;
}

}  // namespace chipline::timeline::testing
