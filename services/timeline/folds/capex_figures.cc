#include "services/timeline/folds/capex_figures.h"

#include <memory>
#include <utility>

#include "services/timeline/folds/grounds.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// A share of a share of a share, and no further: a ring of shares ends here.
constexpr int kMaxShareDepth = 4;

CapexReading Read(size_t row, const Rows& rows, const Effects& effects, int depth);

CapexReading Nothing(pb::Reason why_not, std::string missing = "") {
  return {std::nullopt, std::move(why_not), std::move(missing)};
}

std::optional<size_t> RowOf(const std::string& event_id, const Rows& rows) {
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].event_id() == event_id) return i;
  }
  return std::nullopt;
}

CapexReading ReadShare(size_t row, const Rows& rows, const Effects& effects, int depth) {
  const pb::Ratio& share = rows[row].event.event().capex_announcement().share_of();
  const std::string& of = share.of_event_id();
  const std::optional<Range> part = RangeOf(share);
  if (!part) return Nothing(ReasonOf(pb::REASON_KIND_SHARE_WITHOUT_NUMBER));
  if (of.empty()) return Nothing(ReasonOf(pb::REASON_KIND_SHARE_OF_UNSTATED));
  const std::optional<size_t> whole_row = RowOf(of, rows);
  if (!whole_row) {
    return Nothing(ReasonOf(pb::REASON_KIND_SHARE_OF_MISSING, {of}), of);
  }
  if (effects[*whole_row].standing != pb::STANDING_STANDING) {
    return Nothing(ReasonOf(pb::REASON_KIND_SHARE_OF_ENDED, {of}));
  }
  CapexReading whole = Read(*whole_row, rows, effects, depth + 1);
  std::optional<Range> range;
  if (whole.candidate) range = Product(*part, whole.candidate->range);
  if (!range) {
    return Nothing(ReasonOf(pb::REASON_KIND_SHARE_OF_UNCOUNTED, {of}), std::move(whole.missing));
  }
  Candidate candidate = *std::move(whole.candidate);
  Derivation derivation;
  derivation.event_ids = {of};
  if (candidate.derived()) {
    const std::vector<std::string>& further = candidate.derivation->event_ids;
    derivation.event_ids.insert(derivation.event_ids.end(), further.begin(), further.end());
  }
  derivation.reason = ReasonOf(pb::REASON_KIND_SHARE, {of});
  *derivation.reason.mutable_ratio() = RatioOf(*part);
  *derivation.reason.add_amounts() = AmountOf(candidate.range, candidate.unit);
  candidate.derivation = std::make_shared<const Derivation>(std::move(derivation));
  candidate.claim = &rows[row];
  candidate.effect = &effects[row];
  candidate.range = *range;
  return {std::move(candidate), {}, ""};
}

CapexReading Read(size_t row, const Rows& rows, const Effects& effects, int depth) {
  const pb::CapexAnnouncement& capex = rows[row].event.event().capex_announcement();
  if (std::optional<Candidate> stated = CandidateOf(rows[row], effects[row], capex.amount())) {
    return {std::move(stated), {}, ""};
  }
  if (capex.has_share_of() && depth < kMaxShareDepth) return ReadShare(row, rows, effects, depth);
  return Nothing(
      ReasonOf(capex.has_amount() ? pb::REASON_KIND_SUM_WITHOUT_NUMBER : pb::REASON_KIND_NO_SUM));
}

}  // namespace

CapexReading ReadCapexClaim(size_t row, const Rows& rows, const Effects& effects) {
  return Read(row, rows, effects, 0);
}

}  // namespace chipline::timeline
