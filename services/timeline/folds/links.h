#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_LINKS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_LINKS_H_

#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"

#include "services/timeline/folds/claim.h"

namespace chipline::timeline {

// What the links among an entry's rows do to one of them.
struct Effect {
  // STANDING, SUPERSEDED, CORRECTED or RETRACTED.
  v1::Standing standing = v1::STANDING_STANDING;
  // The event that ended it; empty while it stands.
  std::string ended_by;
  // Whether no link ended it, but a later claim of its speaker took its place (one_view.h). Then it
  // stands for all but its figures. Not set by ResolveLinks.
  bool replaced = false;
  std::vector<std::string> denied_by;
  std::vector<std::string> confirmed_by;
};

// By row; in place while more are added at the end, so that folds may point to them.
using Effects = std::deque<Effect>;

// The effect of all links on each row, in the order of `rows`, which must be sorted by position.
//
// Carriers are walked from the highest position down; a link acts unless its carrier is itself
// corrected or retracted by a higher one. SUPERSEDES, CORRECTS and RETRACTS act only from the same
// root as the target's or from an OFFICIAL or FILING origin, what is OFFICIAL of a rule only from
// an OFFICIAL one, and count as DENIES otherwise. A link to a later position drops that claim but
// not its links. In a ring of SUPERSEDES the highest position stands: the links to it from within
// the ring are without effect. Of several ends the gravest counts, RETRACTED before CORRECTED
// before SUPERSEDED, then that of the highest position.
//
// What ends a claim ends its echoes too: own rows of the same root with the same statement, if they
// were published up to the carrier or do not say when their root published, whatever links they
// carry. An echo's own links are silenced with the target's only if the target carries them as
// well; else what the echo ended would come back. Where an echo ends, by whatever steps, the
// carrier that would end it, the two are in a ring. Source: timelines.md, "Links", pinned by tests.
Effects ResolveLinks(const Rows& rows);

// Tells of a row that comes after others whether it stands and leaves all of them as they are: it
// carries no link, none of theirs names it, and it does not repeat what one of them ended. Points
// into the rows and must be made anew for other ones.
class Unlinked {
 public:
  Unlinked(const Rows& rows, const Effects& effects);
  bool operator()(const Claim& row) const;

 private:
  absl::flat_hash_set<std::string_view> named_;
  // Root and statement.
  absl::flat_hash_set<std::pair<std::string_view, std::string_view>> ended_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_LINKS_H_
