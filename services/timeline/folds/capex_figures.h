#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_FIGURES_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_FIGURES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/links.h"
#include "services/timeline/folds/policy.h"

namespace chipline::timeline {

// A standing claim that gives no sum, and why.
struct Unquantified {
  size_t row = 0;
  std::string reason;
};

// The claims of one capex entry, sorted out. Points into the rows, which must outlive it, and into
// its own effects: may be moved, not copied.
struct CapexClaims {
  CapexClaims() = default;
  CapexClaims(CapexClaims&&) = default;
  CapexClaims& operator=(CapexClaims&&) = default;
  CapexClaims(const CapexClaims&) = delete;
  CapexClaims& operator=(const CapexClaims&) = delete;

  // Of each row.
  std::vector<Effect> effects;
  // Own standing claims that give a sum: one they state, or a share of one that a standing row
  // states ("about half of 160bn" is about 80bn, computed).
  std::vector<Candidate> candidates;
  // Own standing claims that give none, by position.
  std::vector<Unquantified> unquantified;
};

CapexClaims ReadCapexClaims(const std::vector<Claim>& rows);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_CAPEX_FIGURES_H_
