#include "services/timeline/log_events.h"

#include <utility>

#include "fmt/format.h"
#include "storage/status_macros.h"

namespace chipline::timeline {

using storage::Position;

namespace {

absl::StatusOr<v1::RecordedEvent> ParseEvent(std::string_view bytes, Position position) {
  v1::RecordedEvent event;
  if (!event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError(fmt::format("the event at position {} cannot be read", position));
  }
  return event;
}

}  // namespace

absl::StatusOr<v1::RecordedEvent> ReadEvent(const ReadBlock& blocks, Position position) {
  ASSIGN_OR_RETURN(const auto block, blocks(position));
  return ParseEvent(block->Record(position), position);
}

absl::StatusOr<v1::RecordedEvent> ReadEvent(const storage::LogReader& log, Position position) {
  return ReadEvent(BlocksOf(log), position);
}

ReadBlock BlocksOf(const storage::LogReader& log) {
  return [&log](Position position) { return log.BlockAt(position); };
}

absl::StatusOr<std::shared_ptr<const v1::RecordedEvent>> LogEvents::At(Position position) {
  using Event = std::shared_ptr<const v1::RecordedEvent>;
  if (!lent_.empty() && position >= lent_.front().event->position() &&
      position <= lent_.back().event->position()) {
    const LoggedEvent& lent = lent_[position - lent_.front().event->position()];
    return Event(Event(), lent.event);
  }
  if (const auto known = recent_.find(position); known != recent_.end()) return known->second;
  if (block_ == nullptr || position < block_->first() || position > block_->last()) {
    ASSIGN_OR_RETURN(block_, log_.BlockAt(position));
  }
  const std::string_view bytes = block_->Record(position);
  ASSIGN_OR_RETURN(v1::RecordedEvent read, ParseEvent(bytes, position));
  auto event = std::make_shared<const v1::RecordedEvent>(std::move(read));
  if (bytes_ > kMaxBytes) {
    recent_.clear();
    bytes_ = 0;
  }
  bytes_ += bytes.size();
  recent_.emplace(position, event);
  return event;
}

absl::StatusOr<std::optional<Position>> LogEvents::Find(std::string_view event_id, Position up_to) {
  ASSIGN_OR_RETURN(std::optional<Position> position, log_.Find(event_id));
  if (position.has_value() && *position > up_to) position.reset();
  return position;
}

}  // namespace chipline::timeline
