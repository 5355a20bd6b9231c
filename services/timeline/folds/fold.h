#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_FOLD_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_FOLD_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chipline/v1/timeline_service.pb.h"
#include "services/timeline/folds/claim.h"
#include "services/timeline/folds/dependencies.h"
#include "services/timeline/folds/links.h"

namespace chipline::timeline {

// Echoed in every answer. A change of what a fold gives for the same claims raises it, and the
// views are built anew.
inline constexpr uint32_t kViewVersion = 5;
// The version of the selection policy (policy.h).
inline constexpr uint32_t kPolicyVersion = 2;

// Everything that an entry follows from.
struct FoldInput {
  v1::EntryKey key;
  // The rows of the entry, sorted by position.
  Rows rows;
  // The entries that DependenciesOf(key, rows, names) names, in order of entry_id.
  std::vector<v1::TimelineEntry> dependencies;
};

// The entry. Pure: the same input gives the same bytes. An input without rows of its own gives an
// entry without state, which means that there is no such entry.
v1::TimelineEntry Fold(const FoldInput& input, const NamesAt& names);

// Fold of an input with these dependencies from `base`, its fold without them. Only for what
// IsDependency: there, dependencies only add to what the rows say.
v1::TimelineEntry AddDependencies(v1::TimelineEntry base,
                                  const std::vector<v1::TimelineEntry>& dependencies);

// What is kept of the rows for one kind of entry.
class KindFold;

// Fold while rows are added: where they are plain, one more costs what it changes and a pass over
// what is weighed, and not a fold of all. `key` and `rows` must outlive it and stay where they are;
// rows are only added at the end, and no other one changes its meaning. Not thread-safe.
class RunningFold {
 public:
  RunningFold(const v1::EntryKey& key, const Rows& rows, const NamesAt& names);
  RunningFold(const RunningFold&) = delete;
  RunningFold& operator=(const RunningFold&) = delete;
  ~RunningFold();

  // The last of the rows is new.
  void Add(const NamesAt& names);
  // The same as Fold of the rows that there are.
  v1::TimelineEntry Entry(const std::vector<v1::TimelineEntry>& dependencies, const NamesAt& names);
  // About what it keeps in memory of the last entry, beside some hundred bytes a row.
  size_t bytes() const;

 private:
  void Start(const NamesAt& names);
  bool TakeUp(const NamesAt& names);

  const v1::EntryKey& key_;
  const Rows& rows_;
  uint32_t own_ = 0;
  // What links do, and what is kept of the rows: null for a key without a kind.
  Effects effects_;
  std::optional<Unlinked> unlinked_;
  std::unique_ptr<KindFold> kept_;
  // Whether what is kept is to be made anew.
  bool stale_ = true;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_FOLD_H_
