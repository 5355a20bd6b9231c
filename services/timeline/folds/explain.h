#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_EXPLAIN_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_EXPLAIN_H_

#include <cstddef>
#include <memory>

#include "chipline/v1/timeline_service.pb.h"
#include "services/timeline/folds/fold.h"

namespace chipline::timeline {

// How an entry came to be, claim by claim. Costs what its fold costs, and some folds of what would
// be without a claim; a claim costs what it has to say. Not thread-safe. `input` and `names` must
// outlive it.
class Explanation {
 public:
  Explanation(const FoldInput& input, const NamesAt& names);
  ~Explanation();
  Explanation(const Explanation&) = delete;
  Explanation& operator=(const Explanation&) = delete;

  // All but the claims: the entry, its values and the whole in words. Each is cut to its bound.
  v1::ExplainEntryResponse Whole() const;
  // Of a row, with the event as the rows have it.
  v1::ExplainedClaim ClaimAt(size_t row) const;

 private:
  struct Parts;

  const FoldInput& input_;
  const std::unique_ptr<const Parts> parts_;
};

// All of it, in the order of the rows.
v1::ExplainEntryResponse Explain(const FoldInput& input, const NamesAt& names);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_EXPLAIN_H_
