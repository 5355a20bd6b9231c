#include "services/timeline/folds/selector.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

// The root's own report comes before retellings, then the first published, then the first recorded.
bool LeadsBefore(const Candidate& a, const Candidate& b) {
  const auto key = [](const Candidate& candidate) {
    const Claim& claim = *candidate.claim;
    return std::make_tuple(claim.publisher != claim.root, claim.published, claim.position());
  };
  return key(a) < key(b);
}

bool Earlier(const Candidate& a, const Candidate& b) {
  return a.claim->position() < b.claim->position();
}

// Unites who published, denies and confirms it with those of the others.
void Unite(const Candidate& candidate, Said* said) {
  const auto add = [](const std::vector<std::string>& more,
                      absl::btree_set<std::string_view>* all) {
    all->insert(more.begin(), more.end());
  };
  add(candidate.claim->publishers, &said->publishers);
  add(candidate.effect->denied_by, &said->denied_by);
  add(candidate.effect->confirmed_by, &said->confirmed_by);
}

CivilDay PublishedOf(const Said& said) { return said.dated.value_or(said.lead.claim->published); }

Weight WeightOf(const Said& said) {
  const Claim& claim = *said.lead.claim;
  return {claim.voice, FirmnessOf(claim), 1, PublishedOf(said), claim.position(), &claim};
}

// What the figures that are comparable with the selected one, and not flagged, allow.
class Widest {
 public:
  explicit Widest(const Range& selected) : low_(selected.low), high_(selected.high) {}

  void Add(const Range& range) {
    low_ = low_ && range.low ? std::optional(std::min(*low_, *range.low)) : std::nullopt;
    high_ = high_ && range.high ? std::optional(std::max(*high_, *range.high)) : std::nullopt;
    approximate_ |= range.approximate;
  }

  pb::Envelope ToProto() const {
    pb::Envelope envelope;
    if (approximate_) envelope.set_approximate(true);
    if (low_) *envelope.mutable_low() = low_->ToProto();
    if (high_) *envelope.mutable_high() = high_->ToProto();
    return envelope;
  }

 private:
  std::optional<Decimal> low_;
  std::optional<Decimal> high_;
  bool approximate_ = false;
};

}  // namespace

Selector::EchoKey Selector::KeyOf(const Candidate& candidate) {
  const Claim& claim = *candidate.claim;
  return {claim.root, claim.root.empty() ? std::string_view(claim.event_id()) : std::string_view(),
          candidate.unit, candidate.range.low, candidate.range.high};
}

size_t Selector::Add(Candidate candidate) {
  const EchoKey key = KeyOf(candidate);
  const auto [found, first] = places_.try_emplace(key, said_.size());
  const size_t place = found->second;
  views_.Add(candidate, place);
  if (!gone_.empty() && gone_.contains(key)) changed_.push_back(place);
  if (!first) {
    Merge(std::move(candidate), place);
    return place;
  }
  roots_.Add({BandOf(candidate.range), candidate.unit, candidate.claim->root});
  ranges_.push_back(candidate.range);
  said_.emplace_back();
  weights_.emplace_back();
  live_.push_back(true);
  ++live_count_;
  Begin(std::move(candidate), place);
  return place;
}

void Selector::Begin(Candidate candidate, size_t place) {
  const auto said = std::make_shared<Said>();
  said->place = place;
  if (candidate.claim->root_dated) said->dated = candidate.claim->published;
  said->lead = std::move(candidate);
  if (said->lead.range.approximate != ranges_[place].approximate) {
    ranges_[place] = said->lead.range;
    roots_.Change(place, BandOf(said->lead.range));
  }
  weights_[place] = WeightOf(*said);
  said_[place] = said;
}

void Selector::Merge(Candidate candidate, size_t place) {
  Said& said = *said_[place];
  if (said.echoes.empty()) Unite(said.lead, &said);
  Unite(candidate, &said);
  if (candidate.claim->root_dated) {
    const CivilDay published = candidate.claim->published;
    said.dated = std::max(said.dated.value_or(published), published);
  }
  if (LeadsBefore(candidate, said.lead)) {
    std::swap(candidate, said.lead);
    // The same numbers, but perhaps "about".
    if (said.lead.range.approximate != ranges_[place].approximate) {
      ranges_[place] = said.lead.range;
      roots_.Change(place, BandOf(said.lead.range));
    }
  }
  said.sorted = said.sorted && (said.echoes.empty() || Earlier(said.echoes.back(), candidate));
  said.echoes.push_back(std::move(candidate));
  weights_[place] = WeightOf(said);
}

// What takes the candidate with it: a claim of its speaker, or any if it does not say who speaks.
const Selector::Gone::Word* Selector::GoesWith(const Candidate& candidate, const Gone& gone) {
  const Claim& claim = *candidate.claim;
  const Gone::Word* word = gone.last;
  if (claim.speaker != claim.root) {
    const auto own = gone.by_speaker.find(claim.speaker);
    if (own == gone.by_speaker.end()) return nullptr;
    word = &own->second;
  }
  const bool up_to = !claim.root_dated || (word->day && claim.published <= *word->day);
  return up_to ? word : nullptr;
}

void Selector::Settle() {
  std::vector<size_t> changed = views_.TakeChanged();
  changed.insert(changed.end(), changed_.begin(), changed_.end());
  changed_.clear();
  std::sort(changed.begin(), changed.end());
  changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
  for (const size_t place : changed) Sift(KeyOf(said_[place]->lead));
}

// Whether its speaker replaced it; then what went with it is known.
bool Selector::NoteReplaced(const Candidate& candidate, const EchoKey& key) {
  if (!views_.IsReplaced(candidate)) return false;
  const Claim& claim = *candidate.claim;
  const std::optional<CivilDay> day =
      claim.root_dated ? std::optional(claim.published) : std::nullopt;
  const auto goes_first = [](const Gone::Word& a, const Gone::Word& b) {
    return a.day > b.day || (a.day == b.day && Earlier(a.of, b.of));
  };
  // Without a known root nothing repeats it.
  if (claim.root.empty()) return true;
  Gone& gone = gone_[key];
  Gone::Word added{candidate, day};
  const auto [found, first] = gone.by_speaker.try_emplace(claim.speaker, added);
  if (!first && goes_first(added, found->second)) found->second = std::move(added);
  if (gone.last == nullptr || goes_first(found->second, *gone.last)) gone.last = &found->second;
  return true;
}

void Selector::Sift(const EchoKey& key) {
  if (const auto gone = gone_.find(key); gone != gone_.end()) {
    std::vector<Candidate> echoes = std::move(gone->second.echoes);
    std::erase_if(echoes, [&](const Candidate& echo) { return NoteReplaced(echo, key); });
    gone_[key].echoes = std::move(echoes);
  }
  const auto found = places_.find(key);
  if (found == places_.end()) return;
  const size_t place = found->second;
  Said& said = *said_[place];
  if (said.echoes.empty() && NoteReplaced(said.lead, key)) {
    replaced_.push_back({said.lead, place});
    return LeaveOut(place, {});
  }
  std::vector<Candidate> all = said.echoes;
  all.push_back(said.lead);
  std::vector<Candidate> kept;
  for (Candidate& each : all) {
    if (NoteReplaced(each, key)) {
      replaced_.push_back({std::move(each), place});
    } else {
      kept.push_back(std::move(each));
    }
  }
  const auto gone = gone_.find(key);
  if (gone == gone_.end()) return;
  std::erase_if(kept, [&](const Candidate& each) {
    if (GoesWith(each, gone->second) == nullptr) return false;
    gone->second.echoes.push_back(each);
    replaced_.push_back({each, place});
    return true;
  });
  if (kept.size() < all.size()) LeaveOut(place, std::move(kept));
}

// Begins the place again with what is kept.
void Selector::LeaveOut(size_t place, std::vector<Candidate> kept) {
  if (kept.empty()) {
    places_.erase(KeyOf(said_[place]->lead));
    roots_.Remove(place);
    live_[place] = false;
    --live_count_;
    return;
  }
  Begin(std::move(kept.front()), place);
  for (size_t i = 1; i < kept.size(); ++i) Merge(std::move(kept[i]), place);
}

const Claim& Selector::ReplacerOf(const Replaced& replaced) const {
  const Claim* by = views_.ReplacerOf(replaced.candidate);
  if (by != nullptr) return *by;
  const Gone& gone = gone_.at(KeyOf(replaced.candidate));
  return *views_.ReplacerOf(GoesWith(replaced.candidate, gone)->of);
}

Selection Selector::Select(pb::ReasonKind only, std::string_view field) {
  Settle();
  Selection selection;
  if (live_count_ == 0) return selection;
  const std::vector<uint32_t>& roots = roots_.Counts();
  for (size_t place = 0; place < size(); ++place) {
    weights_[place].roots = std::max<uint32_t>(1, roots[place]);
  }
  const std::vector<size_t> likeliest = Likeliest();
  for (const size_t place : likeliest) {
    selection.ranked.push_back(RankedAt(place, likeliest.front()));
  }
  selection.omitted = static_cast<uint32_t>(live_count_ - likeliest.size());
  Ranked& selected = selection.ranked.front();
  if (likeliest.size() == 1) {
    selected.rule = rules::kOnlyClaim;
    selected.reason.Clear();
    selected.reason.set_kind(only);
    selected.reason.set_field(std::string(field));
  } else {
    selected.rule = selection.ranked[1].rule;
    selected.reason = selection.ranked[1].reason;
  }
  CompareAll(likeliest.front(), &selection);
  return selection;
}

std::vector<size_t> Selector::Likeliest() const {
  // What comes later mostly goes first, and so finds the rest in its place.
  std::vector<size_t> all;
  all.reserve(live_count_);
  for (size_t place = size(); place-- > 0;) {
    if (live_[place]) all.push_back(place);
  }
  std::vector<size_t> first(std::min(live_count_, size_t{kMaxShown} + 1));
  std::partial_sort_copy(
      all.begin(), all.end(), first.begin(), first.end(),
      [this](size_t a, size_t b) { return GoesFirst(weights_[a], weights_[b]); });
  return first;
}

Ranked Selector::RankedAt(size_t place, size_t selected) {
  Said& said = *said_[place];
  if (!said.sorted) {
    std::sort(said.echoes.begin(), said.echoes.end(), Earlier);
    said.sorted = true;
  }
  Ranked ranked;
  ranked.said = said_[place];
  ranked.roots = weights_[place].roots;
  ranked.comparable = said.lead.unit == said_[selected]->lead.unit;
  ranked.agrees = ranked.comparable && Agree(ranges_[place], ranges_[selected]);
  ranked.flagged =
      ranked.comparable && !ranked.agrees && TenTimes(ranges_[selected])(ranges_[place]);
  ranked.rule = DecisiveRule(weights_[selected], weights_[place]);
  ranked.reason = DecisiveReason(weights_[selected], weights_[place]);
  return ranked;
}

void Selector::CompareAll(size_t selected, Selection* selection) const {
  const TenTimes ten_times(ranges_[selected]);
  Widest widest(ranges_[selected]);
  size_t comparable = 0;
  bool conflict = false;
  for (size_t place = 0; place < size(); ++place) {
    if (!live_[place] || !roots_.SameUnit(place, selected)) continue;
    ++comparable;
    const bool agrees = roots_.Overlap(place, selected);
    conflict |= !agrees;
    if (agrees || !ten_times(ranges_[place])) widest.Add(ranges_[place]);
  }
  selection->agreement = conflict          ? pb::AGREEMENT_CONFLICTING
                         : comparable == 1 ? pb::AGREEMENT_SINGLE
                                           : pb::AGREEMENT_AGREEING;
  selection->envelope = widest.ToProto();
}

Selection Select(std::vector<Candidate> candidates) {
  Selector selector;
  for (Candidate& candidate : candidates) selector.Add(std::move(candidate));
  return selector.Select();
}

}  // namespace chipline::timeline
