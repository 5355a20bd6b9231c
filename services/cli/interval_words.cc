#include "services/cli/interval_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "services/cli/render_parts.h"
#include "services/words/enum_words.h"
#include "services/words/gate_words.h"

namespace chipline::cli {

std::string DaysWords(const v1::ValidInterval& valid) {
  std::string text;
  if (!valid.from().empty()) text = "from " + valid.from();
  if (!valid.to().empty()) text += (text.empty() ? "until " : " until ") + valid.to();
  return text;
}

std::string RuleIntervalWords(const v1::RuleInterval& interval) {
  std::string text = GeneralWords(interval);
  for (const v1::RuleState& scoped : interval.scoped()) text += "; " + RuleStateWords(scoped);
  return text;
}

std::string OpenGates(const v1::OrderInterval& interval) {
  std::string text;
  for (const v1::GateStatus& gate : interval.gates()) {
    if (!IsOpen(gate)) continue;
    text += (text.empty() ? "" : "; ") + GateWords(gate);
    for (const std::string& condition : TurnsOnWords(gate, {}, interval.reason())) {
      text += ", " + condition;
    }
  }
  return text;
}

std::vector<std::string> EdgeLines(const v1::OrderInterval& interval) {
  std::vector<std::string> lines;
  for (const v1::GateEdge& edge : interval.edges()) lines.push_back("→ " + EdgeWords(edge));
  if (interval.edges_omitted() > 0) {
    lines.push_back(fmt::format("→ and {} more gates", interval.edges_omitted()));
  }
  return lines;
}

std::vector<std::string> WhyLines(const v1::OrderInterval& interval) {
  std::vector<std::string> lines;
  // What an open gate says below need not be said of the whole order, too.
  std::string reason = ReasonWords(interval);
  const bool repeats =
      std::any_of(interval.reasons().begin(), interval.reasons().end(),
                  [](const auto& each) { return each.kind() == v1::REASON_KIND_GATE_DECIDES; });
  if (!reason.empty() && !repeats) lines.push_back(std::move(reason));
  for (const v1::GateStatus& gate : interval.gates()) {
    if (!IsOpen(gate)) continue;
    for (std::string& line : WhyWords(gate)) lines.push_back(std::move(line));
  }
  if (interval.gates_omitted() > 0) {
    lines.push_back(fmt::format("and {} more gates", interval.gates_omitted()));
  }
  return lines;
}

std::string OrderIntervalWords(const v1::OrderInterval& interval) {
  const std::string open = OpenGates(interval);
  std::string text = Verdict(interval.state());
  if (const std::string reason = ReasonWords(interval); !reason.empty()) text += ": " + reason;
  if (text.ends_with('.')) text.pop_back();
  return open.empty() ? text : text + "; open: " + open;
}

}  // namespace chipline::cli
