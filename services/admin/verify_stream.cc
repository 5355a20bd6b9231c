#include "services/admin/verify_stream.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "services/admin/never_waker.h"
#include "services/admin/view_check.h"
#include "services/rpc/message.h"

namespace chipline::admin {
namespace {

using SteadyClock = std::chrono::steady_clock;

// How long one slice may take, but for a step that takes longer by itself.
constexpr std::chrono::milliseconds kSlice(50);
constexpr size_t kStepBytes = 1024 * 1024;
// A message is sent early rather than with more findings than this.
constexpr size_t kMessageFindings = 50;
// How long it rests at a time to keep to a rate.
constexpr absl::Duration kRest = absl::Milliseconds(100);

class VerifyStream final : public StreamSource {
 public:
  VerifyStream(uint64_t max_bytes_per_second, const storage::Log& log,
               const timeline::Materializer& views, WorkNotice notice)
      : rate_(max_bytes_per_second),
        log_(log),
        views_(views),
        notice_(std::move(notice)),
        start_(SteadyClock::now()) {}
  ~VerifyStream() override {
    if (verification_ != nullptr && !done_) Tell("a verification was broken off");
  }

  absl::StatusOr<StreamStep> Next(const StreamTurn&) override {
    if (done_) return StreamEnd();
    // Here and not before, since it lists files.
    if (verification_ == nullptr) {
      auto checks = storage::ChecksOf(log_);
      checks.push_back(CheckOf(views_));
      verification_ = std::make_unique<storage::Verification>(std::move(checks));
    }
    std::vector<storage::CheckedFinding> findings;
    const SteadyClock::time_point stop = SteadyClock::now() + kSlice;
    while (!done_ && MayRead() && findings.size() < kMessageFindings && SteadyClock::now() < stop) {
      done_ = !verification_->Step(StepBytes(), findings);
    }
    if (done_) {
      Tell(verification_->findings() == 0 ? "a verification found everything well"
                                          : "a verification found what is not as it must be");
    }
    StreamMessage message;
    message.bytes = SerializeMessage(ToMessage(findings));
    message.position = log_.reader().head();
    if (!done_ && !MayRead()) message.wait_past = NeverWaker::kNever;
    return message;
  }

 private:
  void Tell(std::string_view outcome) const {
    const uint64_t findings = verification_->findings();
    notice_.Tell(findings > 0, outcome,
                 {{"position", std::to_string(log_.reader().head())},
                  {"bytes", std::to_string(verification_->bytes())},
                  {"findings", std::to_string(findings)}});
  }
  bool MayRead() const {
    if (rate_ == 0) return true;
    const std::chrono::duration<double> passed = SteadyClock::now() - start_;
    return static_cast<double>(verification_->bytes()) <=
           static_cast<double>(rate_) * passed.count();
  }
  size_t StepBytes() const {
    return rate_ == 0 ? kStepBytes : std::min<size_t>(kStepBytes, rate_ / 10 + 1);
  }

  v1::VerifyLogResponse ToMessage(const std::vector<storage::CheckedFinding>& findings) const {
    v1::VerifyLogResponse message;
    const storage::VerificationProgress progress = verification_->progress();
    message.set_check(std::string(progress.check));
    message.set_done(progress.of_check.done);
    message.set_total(progress.of_check.total);
    message.set_fraction(progress.fraction);
    for (const auto& finding : findings) *message.add_findings() = admin::ToMessage(finding);
    message.set_finding_count(verification_->findings());
    message.set_unreadable_count(verification_->unreadable());
    return message;
  }

  const uint64_t rate_;
  const storage::Log& log_;
  const timeline::Materializer& views_;
  const WorkNotice notice_;
  const SteadyClock::time_point start_;
  std::unique_ptr<storage::Verification> verification_;
  bool done_ = false;
};

}  // namespace

v1::VerifyFinding ToMessage(const storage::CheckedFinding& finding) {
  v1::VerifyFinding message;
  message.set_check(finding.check);
  message.set_place(finding.finding.place);
  message.set_position(finding.finding.position);
  message.set_description(finding.finding.description);
  message.set_note(finding.finding.note);
  message.set_unreadable(finding.finding.unreadable);
  return message;
}

StreamPlan PlanVerify(const v1::VerifyLogRequest& request, const storage::Log& log,
                      const timeline::Materializer& views, WorkNotice notice) {
  StreamPlan plan;
  plan.source =
      std::make_unique<VerifyStream>(request.max_bytes_per_second(), log, views, std::move(notice));
  if (request.max_bytes_per_second() > 0) {
    plan.waker = &NeverWaker::Get();
    plan.heartbeat_interval = kRest;
  }
  plan.client_name = "verify";
  return plan;
}

}  // namespace chipline::admin
