#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_FIGURES_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_FIGURES_H_

#include <cstddef>
#include <optional>
#include <string>

#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/links.h"
#include "services/timeline/folds/policy.h"

namespace chipline::timeline {

// What a standing claim gives to weigh.
struct CapexReading {
  // The sum that it states, or a share of one that a standing row states ("about half of 160bn" is
  // about 80bn, computed). Points into the rows and effects that it was read from.
  std::optional<Candidate> candidate;
  // Why there is none.
  v1::Reason why_not;
  // The event that it is a share of, by however many steps, if there is no such row.
  std::string missing;
};

CapexReading ReadCapexClaim(size_t row, const Rows& rows, const Effects& effects);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_FIGURES_H_
