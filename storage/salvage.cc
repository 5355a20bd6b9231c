#include "storage/salvage.h"

#include <utility>

#include "storage/record.h"

namespace chipline::storage {
namespace {

// Whether all events of a block are readable and its appends are complete.
bool IsSound(const Block& block) {
  Position append_last = block.first() - 1;
  for (Position position = block.first(); position <= block.last(); ++position) {
    const auto record = ParseRecord(block.Record(position));
    if (!record.ok() || record->header.position != position) return false;
    if (!EventIdOf(record->event).ok()) return false;
    if (position <= append_last) continue;
    if (record->header.append_first_position != position) return false;
    append_last = record->header.append_last_position();
  }
  return append_last == block.last();
}

// The end of the readable part, and in `problem` why it ends there, unless the log ends there.
Position SoundEnd(const EventStore& events, absl::Status& unreadable, std::string& problem) {
  Position end = 0;
  EventStore::Scan scan = events.ScanFrom(1);
  while (true) {
    const auto block = scan.Next();
    if (!block.ok()) {
      if (absl::IsUnavailable(block.status())) unreadable = block.status();
      problem = std::string(block.status().message());
      return end;
    }
    if (*block == nullptr) return end;
    if ((*block)->first() != end + 1 || !IsSound(**block)) {
      problem = (*block)->first() != end + 1
                    ? "position " + std::to_string(end + 1) + " is missing"
                    : "the block at position " + std::to_string(end + 1) + " is not sound";
      return end;
    }
    end = (*block)->last();
  }
}

}  // namespace

Salvage FindSalvage(EventStoreOptions opening) {
  opening.to_read = true;
  Salvage best;
  using Mode = std::optional<ReadMode>;
  for (const Mode mode :
       {Mode(), Mode(ReadMode::kStrict), Mode(ReadMode::kUpToDamage), Mode(ReadMode::kFilesOnly)}) {
    auto events = mode.has_value() ? EventStore::OpenToRead(opening.directory, *mode)
                                   : EventStore::Open(opening);
    if (!events.ok()) {
      // A laxer mode would skip data that may be readable later.
      if (absl::IsUnavailable(events.status())) {
        best.unreadable = events.status();
        return best;
      }
      best.problems.emplace_back(events.status().message());
      continue;
    }
    std::string problem;
    const Position kept = SoundEnd(**events, best.unreadable, problem);
    if (!best.unreadable.ok()) return best;
    if (!problem.empty()) best.problems.push_back(problem);
    if (best.events == nullptr || kept > best.kept) {
      best.last_block = (*events)->LastKey().value_or(0);
      best.events = *std::move(events);
      best.mode = mode;
      best.kept = kept;
    }
    // A laxer mode never gives more than this.
    if (problem.empty() && kept >= opening.synced) break;
  }
  return best;
}

}  // namespace chipline::storage
