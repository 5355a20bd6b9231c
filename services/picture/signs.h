#ifndef CHIPLINE_SERVICES_PICTURE_SIGNS_H_
#define CHIPLINE_SERVICES_PICTURE_SIGNS_H_

#include <map>
#include <set>

namespace chipline::picture {

// What a picture may have to explain, in the order in which its legend does.
enum class Sign {
  kChosen,
  kAgrees,
  kDiffers,
  kEnded,
  kFact,
  kForecast,
  kNoFigure,
  kAbout,
  kRange,
  kBound,
  kSpan,
  kLevel,
  kJoined,
  kSuccession,
  kEnvelope,
  kBar,
  kBarMissing,
  kBarForecast,
  kBarOpen,
  kBarMost,
  kNoCount,
  kDenied,
  kPending,
  kConditional,
  kSatisfied,
  kFree,
  kUnknown,
  kDayUnknown,
  kConflict,
};

// What a figure is to the entry that it stands in.
enum class Role { kChosen, kAgrees, kDiffers, kEnded };

struct MarkLook {
  Role role = Role::kAgrees;
  bool approximate = false;
  // Squares are what was.
  bool fact = false;
  // Hollow and dashed: what is said of a time to come.
  bool forecast = false;
};

// The signs that a picture has used, and how it drew the first mark of each role.
class Signs {
 public:
  void insert(Sign sign) { signs_.insert(sign); }
  // A mark of a role. One figure and not a range if `exact`.
  void InsertMark(const MarkLook& look, bool exact) {
    signs_.insert(SignOf(look.role));
    if (look.fact) signs_.insert(Sign::kFact);
    if (look.forecast) signs_.insert(Sign::kForecast);
    if (look.approximate) signs_.insert(Sign::kAbout);
    (exact ? exact_ : ranges_).try_emplace(SignOf(look.role), look);
  }

  bool empty() const { return signs_.empty(); }
  const std::set<Sign>& all() const { return signs_; }
  // Null if no mark of this role was one figure, or was a range.
  const MarkLook* ExactOf(Sign role) const { return Find(exact_, role); }
  const MarkLook* RangeOf(Sign role) const { return Find(ranges_, role); }

 private:
  using Looks = std::map<Sign, MarkLook>;
  static Sign SignOf(Role role) { return static_cast<Sign>(role); }
  static const MarkLook* Find(const Looks& looks, Sign role) {
    const auto found = looks.find(role);
    return found == looks.end() ? nullptr : &found->second;
  }

  std::set<Sign> signs_;
  Looks exact_;
  Looks ranges_;
};

static_assert(static_cast<int>(Role::kEnded) == static_cast<int>(Sign::kEnded));

}  // namespace chipline::picture

#endif  // CHIPLINE_SERVICES_PICTURE_SIGNS_H_
