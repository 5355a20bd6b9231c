#ifndef CHIPLINE_SERVICES_TIMELINE_FOLDS_EXPLAIN_SET_ASIDE_H_
#define CHIPLINE_SERVICES_TIMELINE_FOLDS_EXPLAIN_SET_ASIDE_H_

#include <string_view>
#include <vector>

#include "services/timeline/folds/fold.h"
#include "services/timeline/folds/links.h"

namespace chipline::timeline {
namespace rules {
// Why a claim about a rule or a gate does not count on some days: it does not hold yet,
inline constexpr std::string_view kNotYet = "not_yet";
// it holds no more,
inline constexpr std::string_view kOver = "over";
// a later one takes its place,
inline constexpr std::string_view kLaterClaim = "later_claim";
// or it is for some buyers, a use or a seat, or of another gate or stage.
inline constexpr std::string_view kOtherScope = "other_scope";
}  // namespace rules

// Adds to each value of an entry the claims that were weighed for it and not chosen, and that do
// not stand beside it as alternatives: those that hold on other days, in what they give way to,
// echoes, and those that were superseded, corrected or retracted. `effects` are those of the
// input's rows. Pure.
void AddSetAside(const FoldInput& input, const Effects& effects, const NamesAt& names,
                 std::vector<v1::ExplainedValue>* values);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_FOLDS_EXPLAIN_SET_ASIDE_H_
