#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_SELECTOR_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_SELECTOR_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"

#include "services/timeline/folds/one_view.h"
#include "services/timeline/folds/policy.h"
#include "services/timeline/folds/policy_roots.h"

namespace chipline::timeline {

// What one root says, once or often: a candidate and its echoes, which have the same root, unit and
// numbers. What views point to are the claims' own strings.
struct Said {
  // Its number in the selector.
  size_t place = 0;
  // The first published of them.
  Candidate lead;
  // The others.
  std::vector<Candidate> echoes;
  // Whether the echoes are in order of position; in a Selection they are.
  bool sorted = true;
  // The latest day on which the root itself is known to have published it, if any is.
  std::optional<CivilDay> dated;
  // Where there are echoes: the publishers of all, and who denies and confirms any of them.
  absl::btree_set<std::string_view> publishers;
  absl::btree_set<std::string_view> denied_by;
  absl::btree_set<std::string_view> confirmed_by;
};

// What was said, and how it stands to the rest.
struct Ranked {
  // Never null. As it was until more is added to the selector.
  std::shared_ptr<const Said> said;
  // Distinct roots that agree with it, itself included. Unknown ones add none to known ones.
  uint32_t roots = 0;
  // Whether it is in the selected one's unit; whether it agrees with it; whether it is ten times
  // it.
  bool comparable = false;
  bool agrees = false;
  bool flagged = false;
  // For the selected one: what set it before the next, and why. For another: what set the selected
  // before it.
  std::string_view rule;
  v1::Reason reason;

  const Candidate& lead() const { return said->lead; }
};

// What policy 2 makes of the standing claims of one key.
struct Selection {
  v1::Agreement agreement = v1::AGREEMENT_NO_VALUE;
  // The likeliest first, at most kMaxShown + 1; the first is the selected one. Empty if there is no
  // value.
  std::vector<Ranked> ranked;
  // How many more there are.
  uint32_t omitted = 0;
  // Of all that are comparable with the selected one and not flagged.
  std::optional<v1::Envelope> envelope;

  bool empty() const { return ranked.empty(); }
  const Ranked& selected() const { return ranked.front(); }
};

// What policy 2 selects of the standing claims of one key, while they are added. Their order does
// not matter. What its speaker has replaced is left out (one_view.h), and so are its echoes: the
// same figure of the same root, undated or published up to it, unless it names another speaker.
// After one more claim of n that say something else, Select costs a pass over n weights. Not
// thread-safe; movable.
class Selector {
 public:
  // A claim that was left out, and the place where it stood.
  struct Replaced {
    Candidate candidate;
    size_t place;
  };

  // Returns the place of what it says among all that is said: that of the claims it repeats, or a
  // new one.
  size_t Add(Candidate candidate);
  // A claim that links ended. It is not selected, but what its speaker said before stays replaced.
  void AddEnded(const Candidate& candidate) { views_.Add(candidate, OneView::kNoPlace); }

  // How many places there are, and what is said there; nothing if all of it was replaced. Of what
  // was added before the last Select.
  size_t size() const { return said_.size(); }
  bool stands(size_t place) const { return live_[place]; }
  const Said& said(size_t place) const { return *said_[place]; }

  // Whether Select may find something to leave out.
  bool unsettled() const { return views_.HasChanged() || !changed_.empty(); }
  // What was left out by Select since this was last asked, in any order.
  std::vector<Replaced> TakeReplaced() { return std::exchange(replaced_, {}); }
  // What took the place of a claim that was left out.
  const Claim& ReplacerOf(const Replaced& replaced) const;

  // Of all that was added. `only` is the reason of one that has no rival here, and `field` what is
  // weighed here, for a reason that names it.
  Selection Select(v1::ReasonKind only = v1::REASON_KIND_ONLY_CLAIM, std::string_view field = "");

 private:
  // Of whom and what a figure is: equal for a claim and its echoes. A claim without a known root is
  // never an echo.
  struct EchoKey {
    std::string_view root;
    std::string_view event_id;
    std::string_view unit;
    std::optional<Decimal> low;
    std::optional<Decimal> high;

    friend bool operator==(const EchoKey&, const EchoKey&) = default;
    template <typename H>
    friend H AbslHashValue(H state, const EchoKey& key) {
      return H::combine(std::move(state), key.root, key.event_id, key.unit,
                        key.low.value_or(Decimal()), key.high.value_or(Decimal()));
    }
  };

  static EchoKey KeyOf(const Candidate& candidate);
  // Of what one root said with one figure: what was replaced.
  struct Gone {
    // Of the last published of the claims that were replaced, the first recorded; and its day.
    struct Word {
      Candidate of;
      std::optional<CivilDay> day;
    };
    // Mostly one.
    std::map<std::string_view, Word> by_speaker;
    // Of all speakers, for echoes that do not say who speaks. Points into by_speaker.
    const Word* last = nullptr;
    // Echoes that went with them, and are not replaced in their own right.
    std::vector<Candidate> echoes;
  };

  void Begin(Candidate candidate, size_t place);
  void Merge(Candidate candidate, size_t place);
  // Leaves out what was replaced.
  void Settle();
  void Sift(const EchoKey& key);
  void LeaveOut(size_t place, std::vector<Candidate> kept);
  bool NoteReplaced(const Candidate& candidate, const EchoKey& key);
  static const Gone::Word* GoesWith(const Candidate& candidate, const Gone& gone);
  std::vector<size_t> Likeliest() const;
  Ranked RankedAt(size_t place, size_t selected);
  void CompareAll(size_t selected, Selection* selection) const;

  // All by place; what Select passes over lies apart from what it looks at for a few.
  std::vector<std::shared_ptr<Said>> said_;
  std::vector<Weight> weights_;
  std::vector<Range> ranges_;
  RootCounts roots_;
  absl::flat_hash_map<EchoKey, size_t> places_;
  std::vector<bool> live_;
  size_t live_count_ = 0;
  OneView views_;
  // What was replaced, by what it is an echo of; places to be looked at; what was left out.
  absl::flat_hash_map<EchoKey, Gone> gone_;
  std::vector<size_t> changed_;
  std::vector<Replaced> replaced_;
};

// All at once.
Selection Select(std::vector<Candidate> candidates);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_SELECTOR_H_
