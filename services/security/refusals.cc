#include "services/security/refusals.h"

#include "storage/error.h"

namespace chipline::security {
namespace {

std::string Name(std::string_view text) {
  constexpr size_t kMaxBytes = 256;
  return text.empty() ? "-" : std::string(text.substr(0, kMaxBytes));
}

}  // namespace

void Refusals::Note(const Refusal& refusal) {
  const LineLimit::Turn turn = limit_.Take();
  TellLeftOut(turn.left_out);
  if (!turn.write) return;
  const absl::string_view words = refusal.status.message();
  Notice notice = {true,
                   "refused",
                   {{"method", Name(refusal.method)},
                    {"principal", Name(refusal.principal)},
                    {"peer", Name(refusal.peer)},
                    {"reason", Name(ReasonOf(refusal.status))},
                    {"cause", std::string(words.data(), words.size())}}};
  if (!refusal.trace_id.empty()) notice.fields.emplace_back("trace_id", refusal.trace_id);
  sink_(notice);
}

void Refusals::Flush() { TellLeftOut(limit_.TakeLeftOut()); }

void Refusals::TellLeftOut(uint64_t count) const {
  if (count == 0) return;
  sink_({true, "more calls were refused than are told of", {{"left_out", std::to_string(count)}}});
}

}  // namespace chipline::security
