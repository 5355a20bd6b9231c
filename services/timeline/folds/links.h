#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_LINKS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_LINKS_H_

#include <string>
#include <vector>

#include "services/timeline/folds/claim.h"

namespace chipline::timeline {

// What the links among an entry's rows do to one of them.
struct Effect {
  // STANDING, SUPERSEDED, CORRECTED or RETRACTED.
  v1::Standing standing = v1::STANDING_STANDING;
  // The event that ended it; empty while it stands.
  std::string ended_by;
  std::vector<std::string> denied_by;
  std::vector<std::string> confirmed_by;
};

// The effect of all links on each row, in the order of `rows`, which must be sorted by position.
//
// Carriers are walked from the highest position down; a link acts unless its carrier is itself
// corrected or retracted by a higher one. SUPERSEDES, CORRECTS and RETRACTS act only from the same
// root as the target's or from an OFFICIAL or FILING origin, and count as DENIES otherwise. A link
// to a later position drops that claim but not its links. In a ring of SUPERSEDES the highest
// position stands: the links to it from within the ring are without effect. Of several ends the
// gravest counts, RETRACTED before CORRECTED before SUPERSEDED, then that of the highest position.
//
// What ends a claim ends its echoes too: own rows of the same root with the same statement, if they
// were published up to the carrier or do not say when their root published; but no row that itself
// ends a claim which the target does not end. Source: the design's section on links (timelines.md),
// pinned by tests.
std::vector<Effect> ResolveLinks(const std::vector<Claim>& rows);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_LINKS_H_
