#include "services/timeline/folds/revisions.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace chipline::timeline {

namespace pb = chipline::v1;

Effect ReplacedEffect(const Effect& effect, const Claim& by) {
  Effect replaced = effect;
  replaced.standing = pb::STANDING_SUPERSEDED;
  replaced.ended_by = by.event_id();
  replaced.replaced = true;
  return replaced;
}

Revisions::Revisions(const Rows& rows, const Effects& effects)
    : rows_(rows), effects_(effects), ended_(EndedRowsOf(rows, effects)) {}

Revisions::Said Revisions::SaidIn(const Claim& claim) {
  return {claim.root.empty() ? std::string_view(claim.event_id()) : std::string_view(claim.root),
          claim.statement};
}

std::vector<Selector::Replaced> Revisions::TakeFrom(Selector* selector) {
  std::vector<Selector::Replaced> taken = selector->TakeReplaced();
  for (const Selector::Replaced& each : taken) {
    const Claim& claim = *each.candidate.claim;
    said_.insert(SaidIn(claim));
    order_.insert({claim.published, claim.position(), left_.size()});
    left_.push_back({each, selector});
  }
  return taken;
}

// From the last published down. Of claims that say the same and gave way to the same one, the first
// published is shown.
std::vector<Revisions::Revision> Revisions::LatestReplaced() const {
  std::map<std::tuple<Said, const Claim*>, size_t> known;
  std::vector<Revision> revisions;
  size_t looked_at = 0;
  for (auto at = order_.rbegin(); at != order_.rend(); ++at) {
    if (++looked_at > kMaxLookedAt) break;
    const Left* const left = &left_[std::get<2>(*at)];
    const Claim& by = left->selector->ReplacerOf(left->replaced);
    const auto [found, fresh] = known.try_emplace({SaidIn(left->claim()), &by}, revisions.size());
    if (fresh && revisions.size() == size_t{kMaxShown}) break;
    if (fresh) revisions.emplace_back();
    revisions[found->second] = {&left->claim(),
                                ReplacedEffect(*left->replaced.candidate.effect, by)};
  }
  return revisions;
}

std::vector<Revisions::Revision> Revisions::Latest(uint32_t* omitted) const {
  *omitted = ended_.omitted;
  std::vector<Revision> revisions = LatestReplaced();
  for (const size_t row : ended_.rows) revisions.push_back({&rows_[row], effects_[row]});
  std::sort(revisions.begin(), revisions.end(), [](const Revision& a, const Revision& b) {
    return std::make_pair(a.claim->published, a.claim->position()) <
           std::make_pair(b.claim->published, b.claim->position());
  });
  if (revisions.size() > size_t{kMaxShown}) {
    const auto cut = static_cast<std::ptrdiff_t>(revisions.size() - size_t{kMaxShown});
    for (auto each = revisions.begin(); each != revisions.begin() + cut; ++each) {
      if (!each->effect.replaced) ++*omitted;
    }
    revisions.erase(revisions.begin(), revisions.begin() + cut);
  }
  absl::flat_hash_set<Said> shown;
  for (const Revision& each : revisions) {
    if (each.effect.replaced) shown.insert(SaidIn(*each.claim));
  }
  *omitted += static_cast<uint32_t>(said_.size() - shown.size());
  return revisions;
}

}  // namespace chipline::timeline
