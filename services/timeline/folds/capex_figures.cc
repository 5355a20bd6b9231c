#include "services/timeline/folds/capex_figures.h"

#include <optional>
#include <utility>

#include "fmt/format.h"
#include "services/timeline/folds/grounds.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// A share of a share of a share, and no further: a ring of shares ends here.
constexpr int kMaxShareDepth = 4;

struct Reading {
  std::optional<Candidate> candidate;
  std::string why_not;
};

Reading Read(size_t row, const std::vector<Claim>& rows, const std::vector<Effect>& effects,
             int depth);

std::optional<size_t> RowOf(const std::string& event_id, const std::vector<Claim>& rows) {
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].event_id() == event_id) return i;
  }
  return std::nullopt;
}

Reading ReadShare(size_t row, const std::vector<Claim>& rows, const std::vector<Effect>& effects,
                  int depth) {
  const pb::Ratio& share = rows[row].event.event().capex_announcement().share_of();
  const std::optional<Range> part = RangeOf(share);
  if (!part) return {std::nullopt, "It states a share without a number."};
  if (share.of_event_id().empty()) {
    return {std::nullopt, "It states a share of a sum that no claim states."};
  }
  const std::optional<size_t> whole_row = RowOf(share.of_event_id(), rows);
  if (!whole_row) {
    return {std::nullopt,
            fmt::format("It states a share of {}, which is not there.", share.of_event_id())};
  }
  if (effects[*whole_row].standing != pb::STANDING_STANDING) {
    return {std::nullopt,
            fmt::format("It states a share of {}, which stands no more.", share.of_event_id())};
  }
  Reading whole = Read(*whole_row, rows, effects, depth + 1);
  std::optional<Range> range;
  if (whole.candidate) range = Product(*part, whole.candidate->range);
  if (!range) {
    return {std::nullopt, fmt::format("It states a share of {}, from which no sum follows.",
                                      share.of_event_id())};
  }
  Candidate candidate = *whole.candidate;
  Derivation derivation;
  derivation.event_ids = {share.of_event_id()};
  if (candidate.derived()) {
    const std::vector<std::string>& further = candidate.derivation->event_ids;
    derivation.event_ids.insert(derivation.event_ids.end(), further.begin(), further.end());
  }
  derivation.sentence = fmt::format("Computed: {} of {} {} ({}).", InWords(*part),
                                    InWords(candidate.range), candidate.unit, share.of_event_id());
  candidate.derivation = std::make_shared<const Derivation>(std::move(derivation));
  candidate.claim = &rows[row];
  candidate.effect = &effects[row];
  candidate.range = *range;
  return {std::move(candidate), ""};
}

Reading Read(size_t row, const std::vector<Claim>& rows, const std::vector<Effect>& effects,
             int depth) {
  const pb::CapexAnnouncement& capex = rows[row].event.event().capex_announcement();
  if (std::optional<Candidate> stated = CandidateOf(rows[row], effects[row], capex.amount())) {
    return {std::move(stated), ""};
  }
  if (capex.has_share_of() && depth < kMaxShareDepth) return ReadShare(row, rows, effects, depth);
  if (capex.has_amount()) return {std::nullopt, "It states a sum without a number."};
  return {std::nullopt, "It states no sum."};
}

}  // namespace

CapexClaims ReadCapexClaims(const std::vector<Claim>& rows) {
  CapexClaims claims;
  claims.effects = ResolveLinks(rows);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].own || claims.effects[i].standing != pb::STANDING_STANDING) continue;
    Reading reading = Read(i, rows, claims.effects, 0);
    if (reading.candidate) {
      claims.candidates.push_back(*std::move(reading.candidate));
    } else {
      claims.unquantified.push_back({i, std::move(reading.why_not)});
    }
  }
  return claims;
}

}  // namespace chipline::timeline
