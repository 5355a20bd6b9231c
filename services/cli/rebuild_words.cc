#include "services/cli/rebuild_words.h"

#include <fmt/format.h>

#include "services/words/number_words.h"

namespace chipline::cli {

std::string RebuildWords(const v1::GetStatsResponse& stats) {
  const uint64_t target = stats.rebuild_target();
  if (target == 0) return "";
  // Rounded down, so that it is 100 % only when it is done.
  const double share = static_cast<double>(stats.rebuild_position()) / static_cast<double>(target);
  return fmt::format("at position {} of {} ({} %); until then timelines are not answered",
                     CountWords(static_cast<int64_t>(stats.rebuild_position())),
                     CountWords(static_cast<int64_t>(target)), static_cast<int>(share * 100));
}

}  // namespace chipline::cli
