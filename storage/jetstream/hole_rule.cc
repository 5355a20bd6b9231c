#include "storage/jetstream/hole_rule.h"

#include <algorithm>
#include <optional>

#include "fmt/format.h"
#include "storage/error.h"
#include "storage/status_macros.h"

namespace chipline::jetstream {
namespace {

using storage::v1::NodeReport;
using storage::v1::PassedHole;

bool SameLog(const NodeReport& a, const NodeReport& b) {
  return a.log_id() == b.log_id() && a.epoch() == b.epoch();
}

// The first sequence from `first` to `last` that the node has received; none if it is not that far,
// or passed them all.
std::optional<uint64_t> FirstTaken(const NodeReport& node, uint64_t first, uint64_t last) {
  uint64_t next = first;
  // They are in order.
  for (const PassedHole& hole : node.passed_holes()) {
    if (hole.first() <= next && next <= hole.last()) next = hole.last() + 1;
  }
  if (next > std::min(last, node.applied_sequence())) return std::nullopt;
  return next;
}

bool Passed(const NodeReport& node, const Hole& hole) {
  return std::any_of(node.passed_holes().begin(), node.passed_holes().end(),
                     [&hole](const PassedHole& passed) {
                       return passed.first() <= hole.first && hole.last <= passed.last();
                     });
}

std::string Seconds(absl::Duration duration) {
  return absl::FormatDuration(absl::Trunc(duration, absl::Seconds(1)));
}

absl::Status Contradicted(const std::string& what, uint64_t sequence) {
  return Error(absl::StatusCode::kDataLoss, "HOLE_CONTRADICTED",
               fmt::format("{}: the two have parted, or the stream has lost what it stored. See "
                           "\"A hole in the stream\" in deploy/RUNBOOK.md",
                           what),
               {{"sequence", fmt::format("{}", sequence)}});
}

// Whether it is certain for each of the others that it does not have it.
absl::Status AskOthers(const HoleView& view, const HoleTimes& times) {
  for (const HoleView::Other& other : view.others) {
    if (!SameLog(view.self, other.report)) continue;
    const auto taken = FirstTaken(other.report, view.hole.first, view.hole.last);
    if (!taken.has_value()) continue;
    return HoleWaits(
        view.hole,
        fmt::format("node {} has taken message {}, so the stream has lost it since. Stop this node "
                    "and restore a backup of {} here with chipline restore --join",
                    other.report.node(), *taken, other.report.node()));
  }
  for (const HoleView::Other& other : view.others) {
    if (!SameLog(view.self, other.report) || other.silent <= times.answers) continue;
    return HoleWaits(view.hole,
                     fmt::format("node {} has said nothing for {} and may have taken what is "
                                 "missing. Start it; else it is waited for until that is {}",
                                 other.report.node(), Seconds(other.silent),
                                 absl::FormatDuration(times.remembered)));
  }
  return absl::OkStatus();
}

}  // namespace

std::string Words(const Hole& hole) {
  if (hole.first == hole.last) return fmt::format("message {}", hole.first);
  return fmt::format("messages {} to {}", hole.first, hole.last);
}

absl::Status HoleWaits(const Hole& hole, const std::string& why) {
  return Error(
      absl::StatusCode::kUnavailable, "STREAM_HOLE",
      fmt::format("the stream does not have {}, and this node waits: {}", Words(hole), why),
      {{"sequence", fmt::format("{}", hole.first)}});
}

absl::Status MayPass(const HoleView& view, const HoleTimes& times) {
  RETURN_IF_ERROR(AskOthers(view, times));
  if (view.leader_has <= view.hole.last) {
    return HoleWaits(view.hole,
                     fmt::format("the stream's leader has message {}, and a server that does not "
                                 "have it was asked: look at the disks of the nats-servers",
                                 view.leader_has));
  }
  if (view.leader_has != view.hole.last + 1) {
    return HoleWaits(view.hole, fmt::format("the stream's leader does not have message {} either, "
                                            "which another server has",
                                            view.hole.last + 1));
  }
  // That node knew all others and waited long enough.
  for (const HoleView::Other& other : view.others) {
    if (SameLog(view.self, other.report) && Passed(other.report, view.hole)) {
      return absl::OkStatus();
    }
  }
  if (view.listened < times.remembered) {
    return HoleWaits(view.hole,
                     fmt::format("it has heard the other nodes for {} only, and may not know one "
                                 "that has taken what is missing; it goes on after {}, or when "
                                 "another node has",
                                 Seconds(view.listened), absl::FormatDuration(times.remembered)));
  }
  if (view.stood < times.stands) {
    return HoleWaits(view.hole, fmt::format("it looks again for {}, as it may turn up",
                                            absl::FormatDuration(times.stands)));
  }
  return absl::OkStatus();
}

absl::Status FindContradiction(const NodeReport& self, const std::vector<NodeReport>& others) {
  for (const NodeReport& other : others) {
    if (!SameLog(self, other)) continue;
    for (const PassedHole& hole : self.passed_holes()) {
      const auto taken = FirstTaken(other, hole.first(), hole.last());
      if (!taken.has_value()) continue;
      return Contradicted(fmt::format("node {} has taken message {} of the stream, which this node "
                                      "passed as a hole",
                                      other.node(), *taken),
                          *taken);
    }
    for (const PassedHole& hole : other.passed_holes()) {
      const auto taken = FirstTaken(self, hole.first(), hole.last());
      if (!taken.has_value()) continue;
      return Contradicted(fmt::format("this node has taken message {} of the stream, which node {} "
                                      "passed as a hole",
                                      *taken, other.node()),
                          *taken);
    }
  }
  return absl::OkStatus();
}

absl::Status TurnedUp(uint64_t sequence) {
  return Contradicted(
      fmt::format("the stream has message {}, which this node passed as a hole", sequence),
      sequence);
}

}  // namespace chipline::jetstream
