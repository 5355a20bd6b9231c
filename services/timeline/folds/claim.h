#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_CLAIM_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_CLAIM_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "chipline/v1/event.pb.h"
#include "chipline/v1/timeline.pb.h"
#include "services/timeline/folds/claim_words.h"
#include "services/values/civil_day.h"
#include "services/values/names_at.h"

namespace chipline::timeline {

// Who speaks in a claim, the nearest to what it is about first.
enum class Voice {
  // The one concerned itself: the company of a spending or a use (of a group any member), the
  // holder
  // of a supply, the buyer or the supplier of an order, an official source of a rule. It speaks by
  // its name, on its own page, or in its own filing. Unnamed sources and analysts are never it.
  kConcerned,
  // Another filing, or an official source.
  kFiling,
  // Somebody named.
  kNamed,
  // Unnamed sources, analysts, the press.
  kOther,
};

// One row of an entry: an event that makes a claim there, or that only carries a link to one that
// does. A value; what it needs of the event is computed once, by MakeClaim.
struct Claim {
  // With the words that entries show, and no others.
  v1::RecordedEvent event;
  CutWords cut;
  // False for a row that is in the entry only because it links to another row.
  bool own = true;
  // Id of the root publisher; empty if the last hop is not PRIMARY.
  std::string root;
  // Id of the publisher nearest the reader; empty without hops.
  std::string publisher;
  // Ids of all publishers on its way, sorted.
  std::vector<std::string> publishers;
  // PRESS if the event gives no origin.
  v1::OriginKind origin = v1::ORIGIN_KIND_PRESS;
  // Id of who speaks in it: the name of its origin, else its root. A person's name that is no
  // company's name does not make another speaker of one who is quoted on the page, or in the
  // filing, of the company that the claim is about: there the company speaks. Empty: not known.
  std::string speaker;
  Voice voice = Voice::kOther;
  // The day from which it was surely public: `latest` of the root's publication, else of the
  // nearest dated hop (from the root on), else the day of record_time. A rule is public from its
  // announcement, if that is given.
  CivilDay published;
  // Whether `published` is the day of the root's own report, not of a retelling or of our record.
  bool root_dated = false;
  // What it says, without who says it (statement.h), or the digest of that if it is long. Equal for
  // a claim and its retellings.
  std::string statement;

  uint64_t position() const { return event.position(); }
  const std::string& event_id() const { return event.event().event_id(); }
};

// The rows of an entry, by position. Claims stay where they are while more are added at the end, so
// that folds may point to them.
using Rows = std::deque<Claim>;

// `own` is whether the event belongs to the entry by its own key.
Claim MakeClaim(v1::RecordedEvent event, bool own, const NamesAt& names);

// The claims that were public by the end of `day`, in the same order.
Rows PublishedBy(Rows claims, CivilDay day);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_CLAIM_H_
