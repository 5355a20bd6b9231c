#include "services/timeline/folds/one_view.h"

#include <algorithm>
#include <utility>

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// Firmness of claims on spending to come.
constexpr int kCommitted = 0;
constexpr int kEstimate = 2;

bool SameNumbers(const Range& a, const Range& b) { return a.low == b.low && a.high == b.high; }

std::tuple<Decimal, bool, Decimal, bool> KeyOf(const Range& range) {
  return {range.low.value_or(Decimal()), range.low.has_value(), range.high.value_or(Decimal()),
          range.high.has_value()};
}

// All that the one concerned says is of one kind, whether it files it or says it.
pb::OriginKind KindOf(const Claim& claim) {
  return claim.voice == Voice::kConcerned ? pb::ORIGIN_KIND_UNSPECIFIED : claim.origin;
}

// Up to how many figures of a view are looked for one by one.
constexpr size_t kFewFigures = 8;

}  // namespace

std::optional<CivilDay> OneView::Line::LastOther(uint32_t figure) const {
  const std::optional<Word>& other = last_ && last_->figure == figure ? last_other_ : last_;
  return other ? std::optional(other->day) : std::nullopt;
}

bool OneView::Line::IsReplaced(const Open& open, const std::vector<Figure>& figures) const {
  const std::optional<CivilDay> day = open.day ? open.day : figures[open.figure].earliest;
  const std::optional<CivilDay> other = LastOther(open.figure);
  return day && other && *other > *day;
}

// Each is swept out once, and what is left is of the last day or of the last figure.
void OneView::Line::Sweep(std::vector<Open>* all, const std::vector<Figure>& figures,
                          std::vector<size_t>* changed) const {
  std::erase_if(*all, [&](const Open& open) {
    if (!IsReplaced(open, figures)) return false;
    changed->push_back(open.place);
    return true;
  });
}

void OneView::Line::Say(const Word& word, const std::vector<Figure>& figures,
                        std::vector<size_t>* changed) {
  if (!last_ || word.figure == last_->figure) {
    if (last_ && word.day <= last_->day) return;
    last_ = word;
    Sweep(&of_others_, figures, changed);
  } else if (word.day > last_->day) {
    last_other_ = std::exchange(last_, word);
    Sweep(&of_last_, figures, changed);
    Sweep(&of_others_, figures, changed);
    // What is left gave this figure beside another one.
    std::swap(of_last_, of_others_);
  } else {
    if (last_other_ && word.day <= last_other_->day) return;
    last_other_ = word;
    Sweep(&of_last_, figures, changed);
  }
  if (!undated_.empty()) Sweep(&undated_, figures, changed);
}

void OneView::Line::Add(const Open& open, const std::vector<Figure>& figures,
                        std::vector<size_t>* changed) {
  if (IsReplaced(open, figures)) {
    changed->push_back(open.place);
  } else if (!open.day) {
    undated_.push_back(open);
  } else {
    (last_ && last_->figure == open.figure ? of_last_ : of_others_).push_back(open);
  }
}

void OneView::Line::MoveBack(uint32_t figure, const std::vector<Figure>& figures,
                             std::vector<size_t>* changed) {
  const bool any = std::any_of(undated_.begin(), undated_.end(),
                               [&](const Open& open) { return open.figure == figure; });
  if (any) Sweep(&undated_, figures, changed);
}

std::optional<uint32_t> OneView::NumberOf(const Range& range, const View& view) {
  if (view.figures.size() > kFewFigures) {
    const auto found = view.numbers.find(KeyOf(range));
    return found == view.numbers.end() ? std::nullopt : std::optional(found->second);
  }
  for (size_t i = 0; i < view.figures.size(); ++i) {
    if (SameNumbers(view.figures[i].range, range)) return static_cast<uint32_t>(i);
  }
  return std::nullopt;
}

uint32_t OneView::AddNumberOf(const Range& range, View* view) {
  if (const std::optional<uint32_t> known = NumberOf(range, *view)) return *known;
  const auto number = static_cast<uint32_t>(view->figures.size());
  view->figures.push_back({range, std::nullopt});
  if (view->figures.size() == kFewFigures + 1) {
    for (uint32_t i = 0; i <= number; ++i) view->numbers[KeyOf(view->figures[i].range)] = i;
  } else if (view->figures.size() > kFewFigures) {
    view->numbers[KeyOf(range)] = number;
  }
  return number;
}

void OneView::SortWords(const View& view) {
  const auto before = [](const DatedWord& a, const DatedWord& b) {
    return std::make_pair(a.word.day, a.claim->position()) <
           std::make_pair(b.word.day, b.claim->position());
  };
  const auto fresh = view.words.begin() + static_cast<std::ptrdiff_t>(view.sorted);
  std::sort(fresh, view.words.end(), before);
  std::inplace_merge(view.words.begin(), fresh, view.words.end(), before);
  view.sorted = view.words.size();
}

void OneView::Add(const Candidate& candidate, size_t place) {
  const Claim& claim = *candidate.claim;
  if (claim.speaker.empty()) return;
  const ViewKey key(claim.speaker, KindOf(claim), candidate.unit, candidate.within);
  const Said said{&claim, candidate.range, place};
  const auto [found, sole] = slots_.try_emplace(key, Slot{said, nullptr});
  if (sole) return;
  Slot& slot = found->second;
  if (slot.view == nullptr) {
    slot.view = std::make_unique<View>();
    TakeUp(slot.first, slot.view.get());
  }
  TakeUp(said, slot.view.get());
}

void OneView::TakeUp(const Said& said, View* view_of) {
  View& view = *view_of;
  const Claim& claim = *said.claim;
  const uint32_t number = AddNumberOf(said.range, &view);
  const int firmness = FirmnessOf(claim);
  const bool estimate = firmness == kEstimate;
  if (claim.root_dated) {
    const Word word{claim.published, number};
    Figure& figure = view.figures[number];
    const bool earlier = !figure.earliest || word.day < *figure.earliest;
    if (earlier) figure.earliest = word.day;
    view.words.push_back({word, estimate, &claim});
    for (Line* const line : {&view.plans, &view.estimates}) {
      if (line == &view.estimates || !estimate) line->Say(word, view.figures, &changed_);
      if (earlier) line->MoveBack(number, view.figures, &changed_);
    }
  }
  if (said.place == kNoPlace || firmness == kCommitted) return;
  const auto day = claim.root_dated ? std::optional(claim.published) : std::nullopt;
  const Open open{day, number, said.place};
  (estimate ? view.estimates : view.plans).Add(open, view.figures, &changed_);
}

std::vector<size_t> OneView::TakeChanged() { return std::exchange(changed_, {}); }

std::optional<OneView::Place> OneView::Find(const Candidate& candidate) const {
  const Claim& claim = *candidate.claim;
  const int firmness = FirmnessOf(claim);
  if (firmness == kCommitted) return std::nullopt;
  const auto found =
      slots_.find(ViewKey(claim.speaker, KindOf(claim), candidate.unit, candidate.within));
  if (found == slots_.end() || found->second.view == nullptr) return std::nullopt;
  const View& view = *found->second.view;
  const std::optional<uint32_t> figure = NumberOf(candidate.range, view);
  if (!figure) return std::nullopt;
  const Line& line = firmness == kEstimate ? view.estimates : view.plans;
  const std::optional<CivilDay> other = line.LastOther(*figure);
  const std::optional<CivilDay> day =
      claim.root_dated ? std::optional(claim.published) : view.figures[*figure].earliest;
  if (!day || !other || *other <= *day) return std::nullopt;
  return Place{&view, *figure, *day};
}

const Claim* OneView::ReplacerOf(const Candidate& candidate) const {
  const std::optional<Place> place = Find(candidate);
  if (!place) return nullptr;
  if (place->view->sorted < place->view->words.size()) SortWords(*place->view);
  const bool by_estimates = FirmnessOf(*candidate.claim) == kEstimate;
  auto word =
      std::upper_bound(place->view->words.begin(), place->view->words.end(), place->day,
                       [](CivilDay day, const DatedWord& other) { return day < other.word.day; });
  while (word->word.figure == place->figure || (word->estimate && !by_estimates)) ++word;
  return word->claim;
}

}  // namespace chipline::timeline
