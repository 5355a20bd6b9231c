#include "storage/jetstream/cluster_watch.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "fmt/format.h"
#include "storage/digest.h"
#include "storage/error.h"
#include "storage/rules_version.h"
#include "storage/status_macros.h"
#include "storage/thread_name.h"

namespace chipline::jetstream {
namespace {

using storage::RunningDigest;
using storage::v1::Digest;
using storage::v1::NodeReport;

constexpr std::chrono::seconds kInterval{1};
// How soon this node must hear its own report.
constexpr std::chrono::seconds kEcho{5};
constexpr absl::Duration kAskTimeout = absl::Milliseconds(800);

std::string NodesSubject(const std::string& stream, std::string_view node) {
  return fmt::format("{}.nodes.{}", stream, node);
}

storage::Position KeptFor(const Digest& digest) {
  return digest.position() / RunningDigest::kInterval * RunningDigest::kInterval;
}

bool Same(const Digest& a, const Digest& b) {
  return a.position() == b.position() && a.commands() == b.commands() && a.results() == b.results();
}

// The digests of the newest position that both have; none if there is no such position.
std::optional<std::pair<Digest, Digest>> NewestShared(const NodeReport& a, const NodeReport& b) {
  for (const Digest& ours : a.digests()) {
    for (const Digest& theirs : b.digests()) {
      if (KeptFor(ours) == KeptFor(theirs)) return std::make_pair(ours, theirs);
    }
  }
  return std::nullopt;
}

}  // namespace

Comparison Compare(const NodeReport& a, const NodeReport& b) {
  if (a.log_id() != b.log_id() || a.epoch() != b.epoch()) return {};
  const auto shared = NewestShared(a, b);
  if (!shared.has_value()) return {};
  return {Same(shared->first, shared->second) ? Agreement::kSame : Agreement::kDiffers,
          KeptFor(shared->first)};
}

absl::Status FindDivergence(const NodeReport& self, const std::vector<NodeReport>& others) {
  for (const NodeReport& one : others) {
    const Comparison mine = Compare(self, one);
    if (mine.agreement != Agreement::kDiffers) continue;
    for (const NodeReport& two : others) {
      if (two.node() == one.node()) continue;
      const Comparison both = Compare(one, two);
      if (both.agreement != Agreement::kSame || both.position != mine.position) continue;
      if (Compare(self, two).agreement != Agreement::kDiffers) continue;
      return Error(
          absl::StatusCode::kDataLoss, "NODE_DIVERGED",
          fmt::format("this node came to something else than {} and {} up to position {}, though "
                      "they agree with each other; delete its data directory and make it anew "
                      "(\"A node that diverged\" in deploy/RUNBOOK.md)",
                      one.node(), two.node(), mine.position),
          {{"position", fmt::format("{}", mine.position)}});
    }
  }
  return absl::OkStatus();
}

std::string StallWords(const absl::Status& stalled) {
  const std::string reason = ReasonOf(stalled);
  return fmt::format("{}: {}", reason.empty() ? "STREAM_UNREACHABLE" : reason,
                     std::string(stalled.message()));
}

absl::StatusOr<std::unique_ptr<ClusterWatch>> ClusterWatch::Start(Parts parts) {
  std::unique_ptr<ClusterWatch> watch(new ClusterWatch(std::move(parts)));
  ASSIGN_OR_RETURN(watch->subscription_, watch->parts_.connection.Subscribe(
                                             NodesSubject(watch->parts_.stream.name(), "*"),
                                             [raw = watch.get()](const Delivery& delivery) {
                                               raw->Hear(delivery.payload());
                                             }));
  watch->thread_ = std::thread([raw = watch.get()] { raw->Run(); });
  return watch;
}

ClusterWatch::ClusterWatch(Parts parts)
    : parts_(std::move(parts)),
      asked_(parts_.connection, parts_.stream.name(), kAskTimeout),
      stream_(absl::UnavailableError("not asked yet")),
      listened_(std::chrono::steady_clock::now()),
      listening_since_(listened_) {}

ClusterWatch::~ClusterWatch() {
  {
    const MutexLock lock(mutex_);
    closed_ = true;
    wake_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
  subscription_.reset();
}

ClusterState ClusterWatch::state() const {
  const MutexLock lock(mutex_);
  ClusterState state;
  state.self = self_;
  // What this node knows about itself is newer than its last report.
  state.self.report.set_head_position(parts_.log.reader().head());
  state.self.report.set_applied_sequence(parts_.log.applied_sequence());
  for (const auto& [name, node] : others_) state.others.push_back(node);
  state.stream = stream_;
  return state;
}

void ClusterWatch::Run() {
  NameThread("cluster-watch");
  while (true) {
    Look();
    const auto until = std::chrono::steady_clock::now() + kInterval;
    const MutexLock lock(mutex_);
    while (!closed_ && wake_.WaitUntil(mutex_, until)) {
    }
    if (closed_) return;
  }
}

void ClusterWatch::ReadDigests() {
  const storage::Position head = parts_.log.reader().head();
  const storage::Position newest = head / RunningDigest::kInterval * RunningDigest::kInterval;
  storage::Position from = digests_to_ + RunningDigest::kInterval;
  // Digests for which a report has no place need not be read.
  if (newest > kDigests * RunningDigest::kInterval) {
    from = std::max(from, newest - (kDigests - 1) * RunningDigest::kInterval);
  }
  for (storage::Position at = from; at <= newest; at += RunningDigest::kInterval) {
    const auto kept = parts_.log.KeptDigest(at);
    if (!kept.ok()) return;
    // An append may have gone over more than one such position.
    if (kept->has_value()) digests_.insert(digests_.begin(), **kept);
    digests_to_ = at;
  }
  if (digests_.size() > kDigests) digests_.resize(kDigests);
}

NodeReport ClusterWatch::Report() {
  ReadDigests();
  NodeReport report;
  report.set_node(parts_.node);
  report.set_version(parts_.version);
  report.set_log_id(parts_.log.identity().log_id);
  report.set_epoch(parts_.log.identity().epoch);
  report.set_applied_sequence(parts_.log.applied_sequence());
  report.set_kept_sequence(parts_.log.kept_sequence());
  report.set_head_position(parts_.log.reader().head());
  report.set_newest_rules_version(storage::NewestRulesVersion());
  for (const Digest& digest : digests_) *report.add_digests() = digest;
  if (const absl::Status health = parts_.log.health(); !health.ok()) {
    report.set_problem(std::string(health.message()));
  } else if (const absl::Status stalled = parts_.stalled(); !stalled.ok()) {
    report.set_problem(StallWords(stalled));
  }
  // Read after applied_sequence, which it explains.
  for (const Hole& hole : parts_.holes.passed()) {
    storage::v1::PassedHole& passed = *report.add_passed_holes();
    passed.set_first(hole.first);
    passed.set_last(hole.last);
  }
  return report;
}

void ClusterWatch::NoteLag(NodeState& node, uint64_t last_sequence, absl::Time now) {
  const bool behind = node.report.applied_sequence() < last_sequence;
  node.behind_since = behind ? std::min(node.behind_since, now) : absl::InfiniteFuture();
}

void ClusterWatch::Look() {
  const NodeReport report = Report();
  // A report that cannot be sent now is sent again in a second.
  parts_.connection
      .Publish(NodesSubject(parts_.stream.name(), parts_.node), "", report.SerializeAsString())
      .IgnoreError();
  absl::StatusOr<StreamInfo> stream = asked_.Info();
  const absl::Time now = parts_.clock.Now();
  std::vector<NodeReport> others;
  {
    const MutexLock lock(mutex_);
    self_.report = report;
    self_.heard = now;
    stream_ = std::move(stream);
    Remember(std::chrono::steady_clock::now());
    for (auto& [name, node] : others_) others.push_back(node.report);
    if (stream_.ok()) {
      NoteLag(self_, stream_->last_sequence, now);
      for (auto& [name, node] : others_) NoteLag(node, stream_->last_sequence, now);
    }
  }
  absl::Status parted = FindDivergence(report, others);
  if (parted.ok()) parted = CheckPassed(report, others);
  if (!parted.ok()) return parts_.log.Halt(parted);
  JudgeHole(report);
}

void ClusterWatch::Remember(SteadyTime now) {
  if (stream_.ok() && now - echo_ <= kEcho) listened_ = now;
  if (now - listened_ > kBreak) listening_since_ = now;
  const auto remembered = absl::ToChronoNanoseconds(parts_.times.remembered);
  // A node that could not be heard does not count as silent.
  const SteadyTime listening_since = listening_since_;
  std::erase_if(others_, [&](const auto& other) {
    return now - std::max(other.second.heard_steady, listening_since) > remembered;
  });
}

absl::Status ClusterWatch::CheckPassed(const NodeReport& report,
                                       const std::vector<NodeReport>& others) {
  RETURN_IF_ERROR(FindContradiction(report, others));
  if (report.passed_holes().empty()) return absl::OkStatus();
  // One at a time, since there may be many.
  const auto& holes = report.passed_holes();
  auto hole = std::find_if(holes.begin(), holes.end(),
                           [this](const auto& one) { return one.last() > asked_for_; });
  if (hole == holes.end()) hole = holes.begin();
  const bool further = hole->first() <= asked_for_ && asked_for_ < hole->last();
  asked_for_ = further ? asked_for_ + 1 : hole->first();
  return asked_.Get(asked_for_).ok() ? TurnedUp(asked_for_) : absl::OkStatus();
}

void ClusterWatch::JudgeHole(const NodeReport& report) {
  const auto standing = parts_.holes.standing();
  if (standing.has_value()) parts_.holes.Judge(standing->hole, Judged(*standing, report));
}

absl::Status ClusterWatch::Judged(const HoleGate::Standing& standing, const NodeReport& report) {
  const auto has = asked_.NextFrom(standing.hole.first);
  if (!has.ok()) {
    return HoleWaits(standing.hole, fmt::format("the stream's leader does not say what it has: {}",
                                                std::string(has.status().message())));
  }
  const SteadyTime now = std::chrono::steady_clock::now();
  HoleView view;
  view.hole = standing.hole;
  view.stood = absl::FromChrono(now - standing.since);
  view.leader_has = *has;
  view.self = report;
  const MutexLock lock(mutex_);
  if (others_.size() >= kMaxNodes) return HoleWaits(standing.hole, "there are too many nodes");
  view.listened = absl::FromChrono(now - listening_since_);
  for (const auto& [name, node] : others_) {
    view.others.push_back({node.report, absl::FromChrono(now - node.heard_steady)});
  }
  return MayPass(view, parts_.times);
}

void ClusterWatch::Hear(std::string_view bytes) {
  NodeReport report;
  if (!report.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
  const SteadyTime now = std::chrono::steady_clock::now();
  const MutexLock lock(mutex_);
  if (report.node() == parts_.node) {
    echo_ = now;
    return;
  }
  if (others_.size() >= kMaxNodes && !others_.contains(report.node())) return;
  NodeState& node = others_[report.node()];
  node.report = std::move(report);
  node.heard = parts_.clock.Now();
  node.heard_steady = now;
}

}  // namespace chipline::jetstream
