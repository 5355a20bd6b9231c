#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_LINK_RINGS_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_LINK_RINGS_H_

#include <cstddef>
#include <vector>

namespace chipline::timeline {

// By row, the rows one step on.
using Steps = std::vector<std::vector<size_t>>;

// The rings among some rows: rows that reach each other by steps are in one.
class Rings {
 public:
  // What comes after the first `rows` are steps alone, and in no ring.
  Rings(const Steps& steps, size_t rows);

  // Whether it is the highest of a ring of two or more.
  bool IsTop(size_t row) const { return in_ring_[row] && top_[row] == row; }
  // The same, of a ring that `other` is in.
  bool IsTopOver(size_t row, size_t other) const { return IsTop(row) && top_[other] == row; }

 private:
  // By row, the highest of its ring, itself if it is in none; and whether there are others in it.
  std::vector<size_t> top_;
  std::vector<bool> in_ring_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_LINK_RINGS_H_
