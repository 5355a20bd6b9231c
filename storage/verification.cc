#include "storage/verification.h"

#include <utility>

#include "storage/event_check.h"
#include "storage/event_store.h"
#include "storage/file_check.h"
#include "storage/high_water.h"
#include "storage/index.h"
#include "storage/index_check.h"
#include "storage/log.h"
#include "storage/stopped_log.h"

namespace chipline::storage {
namespace {

class KnownFindings final : public Check {
 public:
  KnownFindings(std::string_view name, std::vector<Finding> findings)
      : name_(name), findings_(std::move(findings)) {}
  std::string_view name() const override { return name_; }
  bool Step(size_t, std::vector<Finding>& findings) override {
    for (Finding& finding : findings_) findings.push_back(std::move(finding));
    findings_.clear();
    return false;
  }
  CheckProgress progress() const override { return {}; }
  uint64_t bytes() const override { return 0; }

 private:
  const std::string name_;
  std::vector<Finding> findings_;
};

using Checks = std::vector<std::unique_ptr<Check>>;

// What is checked alike whether a server has the log or not. `index` is null if there is none.
Checks ChecksOf(const EventStore& events, const IndexStore* index, Position head,
                const absl::StatusOr<std::optional<Position>>& high_water) {
  std::vector<const Rocks*> databases = {&events.rocks()};
  if (index != nullptr) databases.push_back(&index->rocks());
  Checks checks;
  checks.push_back(std::make_unique<FileCheck>(std::move(databases)));
  if (!high_water.ok()) {
    checks.push_back(Known("events", {ReadFinding("HIGHWATER", 0, high_water.status())}));
  }
  checks.push_back(std::make_unique<EventCheck>(EventCheckTarget{
      events, head, high_water.ok() ? *high_water : std::optional<Position>(0), index}));
  return checks;
}

}  // namespace

std::unique_ptr<Check> Known(std::string_view name, std::vector<Finding> findings) {
  return std::make_unique<KnownFindings>(name, std::move(findings));
}

bool Verification::Step(size_t max_bytes, std::vector<CheckedFinding>& findings) {
  if (current_ == checks_.size()) return false;
  Check& check = *checks_[current_];
  std::vector<Finding> found;
  const bool more = check.Step(max_bytes, found);
  for (Finding& finding : found) {
    if (!finding.note) ++findings_;
    if (finding.unreadable) ++unreadable_;
    if (told_ == kMaxTold) continue;
    ++told_;
    findings.push_back({std::string(check.name()), std::move(finding)});
  }
  if (!more) {
    ++current_;
    told_ = 0;
  }
  return current_ < checks_.size();
}

uint64_t Verification::bytes() const {
  uint64_t bytes = 0;
  for (const auto& check : checks_) bytes += check->bytes();
  return bytes;
}

VerificationProgress Verification::progress() const {
  if (current_ == checks_.size()) return {"", {}, 1};
  const Check& check = *checks_[current_];
  const CheckProgress of_check = check.progress();
  const double part = of_check.total == 0 ? 0
                                          : static_cast<double>(of_check.done) /
                                                static_cast<double>(of_check.total);
  return {check.name(), of_check,
          (static_cast<double>(current_) + part) / static_cast<double>(checks_.size())};
}

Checks ChecksOf(const Log& log) {
  const EventStore& events = log.reader().events();
  const IndexStore& index = log.reader().index().store();
  // The mark first: it never passes what was the head when it was read.
  const auto high_water = HighWater::Read(log.directory() / "HIGHWATER");
  const Position head = log.reader().head();
  Checks checks = ChecksOf(events, &index, head, high_water);
  checks.push_back(std::make_unique<IndexCheck>(events, index, head));
  return checks;
}

Checks ChecksOf(const StoppedLog& log) {
  if (!log.events().ok()) {
    Checks checks;
    checks.push_back(
        Known("log", {ReadFinding(log.path("log").string(), 0, log.events().status())}));
    return checks;
  }
  const EventStore& events = **log.events();
  Checks checks = ChecksOf(events, log.index().ok() ? log.index()->get() : nullptr, log.head(),
                           log.high_water());
  if (const auto& cut = events.cut(); cut.has_value()) {
    checks.push_back(Known(
        "log", {{cut->file.string(), cut->head + 1,
                 "a crash tore the last commit, which was never acknowledged: the next start cuts "
                 "its " +
                     std::to_string(cut->bytes) + " bytes",
                 /*note=*/true}}));
  }
  if (log.index().ok()) {
    checks.push_back(std::make_unique<IndexCheck>(events, **log.index(), log.head()));
  } else {
    Finding finding = ReadFinding(log.path("index").string(), 0, log.index().status());
    finding.description += "; it is made from the log at the next start";
    finding.note = absl::IsNotFound(log.index().status());
    checks.push_back(Known("index", {std::move(finding)}));
  }
  return checks;
}

}  // namespace chipline::storage
