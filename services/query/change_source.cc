#include "services/query/change_source.h"

#include <algorithm>
#include <string>
#include <utility>

#include "services/query/views_wait.h"
#include "services/timeline/change_days.h"
#include "storage/status_macros.h"

namespace chipline::query {
namespace {

using storage::Position;
using timeline::EntryChange;
using timeline::EntryVersion;
using timeline::SteadyTime;

class InRing final : public ChangeSource {
 public:
  InRing(std::shared_ptr<const timeline::AppendChanges> append, timeline::ResolvedQuery query)
      : append_(std::move(append)), query_(std::move(query)) {}

  absl::StatusOr<Step> Next(SteadyTime) override {
    while (next_ < append_->changes.size()) {
      auto change = timeline::ChangeFor(query_, query_, append_->changes[next_++]);
      if (change.has_value()) return Step{std::move(change), false};
    }
    return Step{std::nullopt, true};
  }
  size_t bytes() const override { return append_->bytes; }

 private:
  const std::shared_ptr<const timeline::AppendChanges> append_;
  const timeline::ResolvedQuery query_;
  size_t next_ = 0;
};

class InReplay final : public ChangeSource {
 public:
  InReplay(const timeline::Materializer& views, timeline::ChangeReplay& replay)
      : views_(views), replay_(replay) {}

  absl::StatusOr<Step> Next(SteadyTime) override {
    ASSIGN_OR_RETURN(const auto snapshot, TakeViews(views_));
    ASSIGN_OR_RETURN(auto change, replay_.NextChange(*snapshot));
    const bool done = !change.has_value();
    return Step{std::move(change), done};
  }
  // The replay counts by itself.
  size_t bytes() const override { return 0; }

 private:
  const timeline::Materializer& views_;
  timeline::ChangeReplay& replay_;
};

absl::Status SortByPosition(const storage::LogReader& log, std::vector<std::string>* event_ids) {
  std::vector<std::pair<Position, std::string>> found;
  for (std::string& id : *event_ids) {
    ASSIGN_OR_RETURN(const std::optional<Position> position, log.Find(id));
    found.emplace_back(position.value_or(0), std::move(id));
  }
  std::sort(found.begin(), found.end());
  event_ids->clear();
  for (auto& [position, id] : found) event_ids->push_back(std::move(id));
  return absl::OkStatus();
}

class ByDay final : public ChangeSource {
 public:
  ByDay(const timeline::Materializer& views, timeline::EntryWalk entries, CivilDay day,
        NoteStarts note)
      : views_(views), walk_(std::move(entries)), day_(day), note_(std::move(note)) {}

  absl::StatusOr<Step> Next(SteadyTime until) override {
    ASSIGN_OR_RETURN(const auto snapshot, TakeViews(views_));
    std::optional<EntryChange> change;
    ASSIGN_OR_RETURN(const bool done, walk_.Step(*snapshot, until, [&](const EntryVersion& entry) {
      if (change.has_value()) return false;
      note_(timeline::StartsOf(entry));
      change = timeline::ChangeByDay(entry, day_);
      return true;
    }));
    if (!change.has_value()) return Step{std::nullopt, done};
    std::vector<std::string> causes = std::move(change->cause_event_ids);
    RETURN_IF_ERROR(SortByPosition(views_.log(), &causes));
    change->SetCause({change->reason, std::move(causes)});
    return Step{std::move(change), done};
  }
  size_t bytes() const override { return 0; }

 private:
  const timeline::Materializer& views_;
  timeline::EntryWalk walk_;
  const CivilDay day_;
  const NoteStarts note_;
};

}  // namespace

std::unique_ptr<ChangeSource> ChangesInRing(std::shared_ptr<const timeline::AppendChanges> append,
                                            timeline::ResolvedQuery query) {
  return std::make_unique<InRing>(std::move(append), std::move(query));
}

std::unique_ptr<ChangeSource> ChangesInReplay(const timeline::Materializer& views,
                                              timeline::ChangeReplay& replay) {
  return std::make_unique<InReplay>(views, replay);
}

std::unique_ptr<ChangeSource> ChangesByDay(const timeline::Materializer& views,
                                           timeline::EntryWalk entries, CivilDay day,
                                           NoteStarts note) {
  return std::make_unique<ByDay>(views, std::move(entries), day, std::move(note));
}

}  // namespace chipline::query
