#include "services/timeline/folds/grounds.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "services/kinds/event_kind.h"
#include "services/timeline/folds/entry_limits.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// Sets the list to the first kMaxIds; how many are left out.
template <typename Ids>
uint32_t SetIds(const Ids& ids, google::protobuf::RepeatedPtrField<std::string>* list) {
  list->Clear();
  for (auto id = ids.begin(); id != ids.end() && list->size() < kMaxIds; ++id) {
    list->Add(std::string(*id));
  }
  return static_cast<uint32_t>(ids.size()) - static_cast<uint32_t>(list->size());
}

template <typename Ids>
void SetOpinions(const Ids& denied_by, const Ids& confirmed_by, pb::ClaimSummary* summary) {
  summary->set_denied_by_omitted(SetIds(denied_by, summary->mutable_denied_by()));
  summary->set_confirmed_by_omitted(SetIds(confirmed_by, summary->mutable_confirmed_by()));
}

}  // namespace

void AddEventId(std::string_view id, pb::Grounds* grounds) {
  if (grounds->event_ids_size() < kMaxIds) {
    grounds->add_event_ids(std::string(id));
  } else {
    grounds->set_event_ids_omitted(grounds->event_ids_omitted() + 1);
  }
}

pb::Grounds GroundsOf(const std::vector<std::string>& event_ids, std::string_view rule,
                      pb::Reason reason, bool derived) {
  pb::Grounds grounds;
  for (const std::string& id : event_ids) AddEventId(id, &grounds);
  grounds.set_rule(std::string(rule));
  SetReason(reason, &grounds);
  grounds.set_derived(derived);
  return grounds;
}

pb::Grounds GroundsOf(const Ranked& ranked) {
  const Candidate& lead = ranked.lead();
  const std::vector<Candidate>& echoes = ranked.said->echoes;
  pb::Grounds grounds;
  // By position, the lead among them.
  const auto after = std::partition_point(echoes.begin(), echoes.end(), [&](const Candidate& echo) {
    return echo.claim->position() < lead.claim->position();
  });
  const auto add = [&](auto from, auto to) {
    for (; from != to && grounds.event_ids_size() < kMaxIds; ++from) {
      grounds.add_event_ids(from->claim->event_id());
    }
  };
  add(echoes.begin(), after);
  add(&lead, &lead + 1);
  add(after, echoes.end());
  grounds.set_event_ids_omitted(static_cast<uint32_t>(echoes.size()) + 1 -
                                static_cast<uint32_t>(grounds.event_ids_size()));
  SetReason(ranked.reason, &grounds);
  if (lead.derived()) {
    for (const std::string& id : lead.derivation->event_ids) AddEventId(id, &grounds);
    AddReason(lead.derivation->reason, &grounds);
  }
  grounds.set_rule(std::string(ranked.rule));
  grounds.set_derived(lead.derived());
  return grounds;
}

pb::ClaimSummary SummaryOf(const Claim& claim, const Effect& effect) {
  const pb::Event& event = claim.event.event();
  pb::ClaimSummary summary;
  summary.set_event_id(claim.event_id());
  summary.set_position(claim.position());
  summary.set_root(claim.root);
  summary.set_origin(claim.origin);
  const pb::Ref& name = event.source().origin().name();
  summary.set_origin_name(name.mention().empty() ? name.id() : name.mention());
  summary.set_speaker(claim.speaker);
  summary.set_publisher(claim.publisher);
  summary.set_published(claim.published.Format());
  summary.set_standing(effect.standing);
  SetOpinions(effect.denied_by, effect.confirmed_by, &summary);
  summary.set_ended_by(effect.ended_by);
  const kinds::EventKind& kind = kinds::KindOf(event);
  *summary.mutable_conditions() = kind.conditions(event);
  summary.set_scope_text(kind.scope_text(event));
  summary.set_conditions_omitted(claim.cut.conditions);
  summary.set_texts_cut(claim.cut.texts);
  summary.set_publishers_omitted(SetIds(claim.publishers, summary.mutable_publishers()));
  return summary;
}

pb::ClaimSummary SummaryOf(const Ranked& ranked) {
  const Said& said = *ranked.said;
  pb::ClaimSummary summary = SummaryOf(*said.lead.claim, *said.lead.effect);
  summary.set_flagged(ranked.flagged);
  if (said.echoes.empty()) return summary;
  const size_t shown = std::min(said.echoes.size(), size_t{kMaxIds});
  for (size_t i = 0; i < shown; ++i) summary.add_echoes(said.echoes[i].claim->event_id());
  summary.set_echoes_omitted(static_cast<uint32_t>(said.echoes.size() - shown));
  SetOpinions(said.denied_by, said.confirmed_by, &summary);
  summary.set_publishers_omitted(SetIds(said.publishers, summary.mutable_publishers()));
  return summary;
}

void AddEcho(const std::string& id, pb::ClaimSummary* summary) {
  if (summary->echoes_size() < kMaxIds) {
    summary->add_echoes(id);
  } else {
    summary->set_echoes_omitted(summary->echoes_omitted() + 1);
  }
}

pb::Grounds EndedGrounds(const Claim& claim, const Effect& effect) {
  const auto ended = [&](std::string_view rule, pb::ReasonKind kind) {
    return GroundsOf({claim.event_id()}, rule, ReasonOf(kind, {effect.ended_by}), false);
  };
  switch (effect.standing) {
    case pb::STANDING_SUPERSEDED:
      if (effect.replaced) {
        pb::Reason replaced = ReasonOf(pb::REASON_KIND_REPLACED, {effect.ended_by});
        replaced.set_speaker(claim.speaker);
        return GroundsOf({claim.event_id()}, rules::kReplaced, std::move(replaced), false);
      }
      return ended(rules::kSuperseded, pb::REASON_KIND_SUPERSEDED);
    case pb::STANDING_CORRECTED:
      return ended(rules::kCorrected, pb::REASON_KIND_CORRECTED);
    case pb::STANDING_RETRACTED:
      return ended(rules::kRetracted, pb::REASON_KIND_RETRACTED);
    default:
      return GroundsOf({claim.event_id()}, "", {}, false);
  }
}

EndedRows EndedRowsOf(const Rows& rows, const Effects& effects) {
  EndedRows result;
  std::vector<size_t>& ended = result.rows;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].own && effects[i].standing != pb::STANDING_STANDING) ended.push_back(i);
  }
  std::sort(ended.begin(), ended.end(), [&](size_t a, size_t b) {
    return std::make_tuple(rows[a].published, rows[a].position()) <
           std::make_tuple(rows[b].published, rows[b].position());
  });
  std::set<std::pair<std::string_view, std::string_view>> seen;
  std::erase_if(ended, [&](size_t row) {
    return !rows[row].root.empty() && !seen.insert({rows[row].root, rows[row].statement}).second;
  });
  if (ended.size() > size_t{kMaxShown}) {
    result.omitted = static_cast<uint32_t>(ended.size() - kMaxShown);
    ended.erase(ended.begin(), ended.end() - kMaxShown);
  }
  return result;
}

std::optional<Candidate> CandidateOf(const Claim& claim, const Effect& effect,
                                     const pb::Quantity& quantity) {
  Candidate candidate;
  candidate.claim = &claim;
  candidate.effect = &effect;
  if (const std::optional<Range> chips = InChips(quantity)) {
    candidate.range = *chips;
    candidate.unit = pb::Unit_Name(pb::UNIT_CHIP);
    return candidate;
  }
  const std::optional<Range> range = RangeOf(quantity);
  if (!range) return std::nullopt;
  candidate.range = *range;
  candidate.unit = pb::Unit_Name(quantity.unit());
  return candidate;
}

std::optional<Candidate> CandidateOf(const Claim& claim, const Effect& effect,
                                     const pb::Amount& amount) {
  const std::optional<Range> range = RangeOf(amount);
  if (!range) return std::nullopt;
  Candidate candidate;
  candidate.claim = &claim;
  candidate.effect = &effect;
  candidate.range = *range;
  candidate.unit = amount.currency();
  return candidate;
}

std::optional<Candidate> OfOneChip(Candidate candidate, size_t chips) {
  if (chips <= 1) return candidate;
  if (!candidate.range.high) return std::nullopt;
  Derivation derivation;
  if (candidate.derived()) derivation.event_ids = candidate.derivation->event_ids;
  derivation.reason = CountReason(pb::REASON_KIND_COUNTED_TOGETHER, chips);
  candidate.derivation = std::make_shared<const Derivation>(std::move(derivation));
  candidate.range.low.reset();
  return candidate;
}

pb::QuantityFigure QuantityFigureOf(const Ranked& ranked, const pb::Quantity& stated) {
  pb::QuantityFigure figure;
  *figure.mutable_quantity() = stated;
  if (ranked.lead().derived()) {
    pb::Unit unit = stated.unit();
    pb::Unit_Parse(std::string(ranked.lead().unit), &unit);
    *figure.mutable_quantity() = QuantityOf(ranked.lead().range, unit);
  }
  *figure.mutable_grounds() = GroundsOf(ranked);
  *figure.mutable_claim() = SummaryOf(ranked);
  figure.set_agrees(ranked.agrees);
  return figure;
}

pb::AmountFigure AmountFigureOf(const Ranked& ranked, const pb::Amount& stated) {
  pb::AmountFigure figure;
  *figure.mutable_amount() = stated;
  if (ranked.lead().derived()) {
    *figure.mutable_amount() = AmountOf(ranked.lead().range, ranked.lead().unit);
  }
  *figure.mutable_grounds() = GroundsOf(ranked);
  *figure.mutable_claim() = SummaryOf(ranked);
  figure.set_agrees(ranked.agrees);
  figure.set_basis(ranked.lead().claim->event.event().capex_announcement().basis());
  return figure;
}

std::optional<pb::QuantityFigure> ChipsFigureOf(const Ranked& ranked, const pb::Quantity& stated) {
  const std::optional<Range> chips =
      ranked.lead().derived() ? std::optional(ranked.lead().range) : InChips(stated);
  if (!chips || ranked.lead().unit != pb::Unit_Name(pb::UNIT_CHIP)) return std::nullopt;
  pb::QuantityFigure figure = QuantityFigureOf(ranked, stated);
  if (stated.unit() == pb::UNIT_CHIP || ranked.lead().derived()) return figure;
  *figure.mutable_quantity() = QuantityOf(*chips, pb::UNIT_CHIP);
  figure.mutable_grounds()->set_rule(std::string(rules::kUnitsPer));
  pb::Reason reason = ReasonOf(pb::REASON_KIND_UNITS_PER);
  *reason.add_quantities() = stated;
  reason.mutable_quantities(0)->clear_verbatim();
  SetReason(reason, figure.mutable_grounds());
  figure.mutable_grounds()->set_derived(true);
  return figure;
}

}  // namespace chipline::timeline
