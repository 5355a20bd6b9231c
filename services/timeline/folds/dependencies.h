#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_DEPENDENCIES_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_DEPENDENCIES_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "chipline/v1/timeline.pb.h"
#include "services/timeline/folds/claim.h"

namespace chipline::timeline {

// What an entry depends on besides its rows: ids of entries, and prefixes of ids (ending in '/').
// A dependency is read only for what it says without dependencies of its own, so there is one level
// and no ring. All that Chipline knows of entries depending on entries is here:
//   an order on the rules for its chips and its destination   rule/<chip>/<destination>/
//     and on those that give chip or place in words or as a
//     group, so that they may be of it                        rule/-/, rule/~/, rule/<chip>/-/, ...
//     on all rules for its chips if it may state no place     rule/<chip>/
//   a company's capex on the same key a year before           growth computed and implied
//   and on what was actual then
//   a capex on those that say more of its key                 what it leaves unsaid
//   a group's capex on its members', for the period and for the year after it
struct Dependencies {
  std::vector<std::string> ids;
  std::vector<std::string> prefixes;
};
Dependencies DependenciesOf(const v1::EntryKey& key, const Rows& rows, const NamesAt& names);

// The rules that are, or may be, of a chip and a place.
Dependencies RulesThatMayBeOf(std::string_view chip, std::string_view destination);

// Whether other entries may depend on entries of this kind.
bool IsDependency(const v1::EntryKey& key);

// DependenciesOf while rows are added: costs what one row names. Not thread-safe; movable.
class RunningDependencies {
 public:
  // Without a row.
  explicit RunningDependencies(const v1::EntryKey& key);
  // In any order; the row may go afterwards.
  void Add(const Claim& row, const NamesAt& names);
  Dependencies Get() const;

 private:
  bool of_order_;
  std::set<std::string> ids_;
  std::set<std::string> prefixes_;
  // Whatever became of the claim that names them.
  std::set<std::string> chips_;
  std::set<std::string> destinations_;
  // Whether a claim gives a family of chips, or a group of places; whether one gives no place; and
  // whether any row has a link, so that a claim that gives a place may count no more.
  bool any_chip_ = false;
  bool any_destination_ = false;
  bool without_destination_ = false;
  bool linked_ = false;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_DEPENDENCIES_H_
