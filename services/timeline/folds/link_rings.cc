#include "services/timeline/folds/link_rings.h"

#include <algorithm>
#include <utility>

namespace chipline::timeline {
namespace {

// Adds to `left` the rows that can be reached from `start` and are not passed yet, itself included,
// each after those that are reached from it.
void Leave(size_t start, const Steps& steps, std::vector<bool>* passed, std::vector<size_t>* left) {
  if ((*passed)[start]) return;
  (*passed)[start] = true;
  // Rows on the way, and how many steps from each are taken.
  std::vector<std::pair<size_t, size_t>> way = {{start, 0}};
  while (!way.empty()) {
    auto& [row, taken] = way.back();
    if (taken == steps[row].size()) {
      left->push_back(row);
      way.pop_back();
      continue;
    }
    const size_t next = steps[row][taken++];
    if ((*passed)[next]) continue;
    (*passed)[next] = true;
    way.emplace_back(next, 0);
  }
}

}  // namespace

// By two walks, along the steps and against them (S. R. Kosaraju; M. Sharir, 1981).
Rings::Rings(const Steps& steps, size_t rows) : top_(rows), in_ring_(rows, false) {
  Steps back(steps.size());
  for (size_t row = 0; row < steps.size(); ++row) {
    for (const size_t next : steps[row]) back[next].push_back(row);
  }
  std::vector<bool> passed(steps.size(), false);
  std::vector<size_t> left;
  for (size_t row = 0; row < steps.size(); ++row) Leave(row, steps, &passed, &left);
  passed.assign(steps.size(), false);
  for (auto row = left.rbegin(); row != left.rend(); ++row) {
    std::vector<size_t> ring;
    Leave(*row, back, &passed, &ring);
    std::erase_if(ring, [rows](size_t each) { return each >= rows; });
    if (ring.empty()) continue;
    const size_t top = *std::max_element(ring.begin(), ring.end());
    for (const size_t each : ring) {
      top_[each] = top;
      in_ring_[each] = ring.size() > 1;
    }
  }
}

}  // namespace chipline::timeline
