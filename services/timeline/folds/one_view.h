#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_ONE_VIEW_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_ONE_VIEW_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "services/timeline/folds/policy.h"

namespace chipline::timeline {

// One speaker has one view (timelines.md): of figures that are weighed against each other, those
// whose speaker has said something else since, without a link. A view is of a speaker, a kind of
// origin (all that the one concerned says is of one kind), a currency or unit, and what the caller
// says (Candidate::within). In it
//   - a claim whose root publication is dated replaces those of earlier days that give another
//     figure, whether it still stands or not; claims of one day stand side by side;
//   - a claim without such a day is as old as the view's earliest one of the same figure; if there
//     is none, it is not replaced;
//   - an ESTIMATE replaces nothing but ESTIMATEs, and nothing replaces what is COMMITTED.
// What is replaced stays so, whatever else is added, and the order of adding does not matter.
//
// Adding costs a constant, what it replaces, and a look at what has no day. ReplacerOf merges what
// was added since it was last asked. All claims must outlive it. Not
// thread-safe; movable.
class OneView {
 public:
  // For what does not stand: it replaces, and there is nothing in it to replace.
  static constexpr size_t kNoPlace = std::numeric_limits<size_t>::max();

  // Takes up what a claim says. `place` is by what the caller knows the figure.
  void Add(const Candidate& candidate, size_t place);

  bool HasChanged() const { return !changed_.empty(); }
  // The places that hold a figure which was replaced since this was last asked, in any order.
  std::vector<size_t> TakeChanged();

  bool IsReplaced(const Candidate& candidate) const { return Find(candidate).has_value(); }
  // The claim that took its place: of the first later day on which the speaker said something else,
  // the one recorded first. Null if it is not replaced.
  const Claim* ReplacerOf(const Candidate& candidate) const;

 private:
  // Speaker, kind of origin, unit, Candidate::within.
  using ViewKey =
      std::tuple<std::string_view, v1::OriginKind, std::string_view, std::array<int32_t, 4>>;
  // What was said, by the number of the figure in its view.
  struct Word {
    CivilDay day;
    uint32_t figure = 0;
  };
  struct DatedWord {
    Word word;
    bool estimate;
    const Claim* claim;
  };
  struct Figure {
    Range range;
    // The earliest day on which it was said, if any is known.
    std::optional<CivilDay> earliest;
  };
  // Something that is not replaced yet. Without a day it is as old as its figure.
  struct Open {
    std::optional<CivilDay> day;
    uint32_t figure;
    size_t place;
  };
  // The claims of a view that the same claims may replace.
  class Line {
   public:
    // Something that may replace them was said.
    void Say(const Word& word, const std::vector<Figure>& figures, std::vector<size_t>* changed);
    void Add(const Open& open, const std::vector<Figure>& figures, std::vector<size_t>* changed);
    // The figure was said earlier than was known.
    void MoveBack(uint32_t figure, const std::vector<Figure>& figures,
                  std::vector<size_t>* changed);
    // The last day on which another figure was said.
    std::optional<CivilDay> LastOther(uint32_t figure) const;

   private:
    bool IsReplaced(const Open& open, const std::vector<Figure>& figures) const;
    void Sweep(std::vector<Open>* all, const std::vector<Figure>& figures,
               std::vector<size_t>* changed) const;

    // The last figure said, and the last of another one than that.
    std::optional<Word> last_;
    std::optional<Word> last_other_;
    // What is open of the figure that was said last, of others, and without a day.
    std::vector<Open> of_last_;
    std::vector<Open> of_others_;
    std::vector<Open> undated_;
  };
  struct View {
    std::vector<Figure> figures;
    // By range, once there are several.
    absl::flat_hash_map<std::tuple<Decimal, bool, Decimal, bool>, uint32_t> numbers;
    // The first `sorted` by day, then position; the rest is sorted in when it is asked for.
    mutable std::vector<DatedWord> words;
    mutable size_t sorted = 0;
    // Of plans, guidance and all that is no spending to come; and of estimates.
    Line plans;
    Line estimates;
  };

  struct Said {
    const Claim* claim;
    Range range;
    size_t place;
  };
  // Most speakers say one thing, which needs no view.
  struct Slot {
    Said first;
    std::unique_ptr<View> view;
  };

  void TakeUp(const Said& said, View* view_of);
  static std::optional<uint32_t> NumberOf(const Range& range, const View& view);
  static uint32_t AddNumberOf(const Range& range, View* view);
  static void SortWords(const View& view);
  // What was replaced, by where it is: its view, figure and day.
  struct Place {
    const View* view;
    uint32_t figure;
    CivilDay day;
  };
  std::optional<Place> Find(const Candidate& candidate) const;

  absl::flat_hash_map<ViewKey, Slot> slots_;
  std::vector<size_t> changed_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_ONE_VIEW_H_
