#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_GROUNDS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_GROUNDS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/links.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/reasons.h"
#include "services/timeline/folds/selector.h"

namespace chipline::timeline {

// From claims and what policy made of them to what an entry shows.

// Adds one of the events a value rests on; counts it if there are kMaxIds already.
void AddEventId(std::string_view id, v1::Grounds* grounds);
// The same for the events that repeat a claim.
void AddEcho(const std::string& id, v1::ClaimSummary* summary);

v1::Grounds GroundsOf(const std::vector<std::string>& event_ids, std::string_view rule,
                      v1::Reason reason, bool derived);
// With the echoes' events and those a computed figure rests on, by position where known.
v1::Grounds GroundsOf(const Ranked& ranked);

// Where a claim comes from and what became of it.
v1::ClaimSummary SummaryOf(const Claim& claim, const Effect& effect);
// With its echoes, and what denies and confirms any of them.
v1::ClaimSummary SummaryOf(const Ranked& ranked);

// Why a claim that stands no more does not: rule and reason.
v1::Grounds EndedGrounds(const Claim& claim, const Effect& effect);

// The own rows whose claims stand no more, in order of publication, echoes once; the latest
// kMaxShown, and how many there are before these.
struct EndedRows {
  std::vector<size_t> rows;
  uint32_t omitted = 0;
};
EndedRows EndedRowsOf(const Rows& rows, const Effects& effects);

// What the claim states for Select. The count is compared in chips where that is known. nullopt if
// it states no number.
std::optional<Candidate> CandidateOf(const Claim& claim, const Effect& effect,
                                     const v1::Quantity& quantity);
std::optional<Candidate> CandidateOf(const Claim& claim, const Effect& effect,
                                     const v1::Amount& amount);

// What a count of `chips` chips together says of one of them: it is no more than that. nullopt if
// nothing follows.
std::optional<Candidate> OfOneChip(Candidate candidate, size_t chips);

// A figure as its claim states it, beside its grounds. A computed one is shown from the range.
// Conversions that only echoes state are not in it.
v1::QuantityFigure QuantityFigureOf(const Ranked& ranked, const v1::Quantity& stated);
v1::AmountFigure AmountFigureOf(const Ranked& ranked, const v1::Amount& stated);

// The selected count in chips, computed unless it was stated so; nullopt if that is not known.
std::optional<v1::QuantityFigure> ChipsFigureOf(const Ranked& ranked, const v1::Quantity& stated);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_GROUNDS_H_
