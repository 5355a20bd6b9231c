#include "storage/event_check.h"

#include <xxhash.h>

#include <algorithm>

#include "chipline/v1/event.pb.h"
#include "storage/limits.h"
#include "storage/subject_pattern.h"

namespace chipline::storage {
namespace {

uint64_t HashOf(std::string_view name) { return XXH3_64bits(name.data(), name.size()); }

std::string BlockPlace(Position position) { return "log, block at " + std::to_string(position); }
std::string EventPlace(Position position) { return "log, position " + std::to_string(position); }

std::string Range(Position first, Position last) {
  return first == last ? "position " + std::to_string(first)
                       : "positions " + std::to_string(first) + " to " + std::to_string(last);
}

// Whether the event at `position` has this id. An unreadable event was reported already.
bool HasId(const EventStore& events, Position position, std::string_view event_id) {
  const auto block = events.BlockAt(position);
  if (!block.ok()) return false;
  const auto record = ParseRecord((*block)->Record(position));
  if (!record.ok()) return false;
  const auto id = EventIdOf(record->event);
  return id.ok() && *id == event_id;
}

}  // namespace

EventCheck::EventCheck(const EventCheckTarget& target)
    : target_(target),
      indexed_(target.index != nullptr ? target.index->position() : 0),
      revisions_(target.max_names),
      ids_(target.max_names) {}

CheckProgress EventCheck::progress() const {
  const uint64_t passed = std::min(last_, target_.head);
  return {passes_done_ * target_.head + passed, (passes_done_ + 1) * target_.head};
}

bool EventCheck::Step(size_t max_bytes, std::vector<Finding>& findings) {
  if (!scan_.has_value()) scan_ = target_.events.ScanFrom(1);
  for (const uint64_t stop = bytes_ + max_bytes; bytes_ < stop;) {
    if (NextBlock(findings)) continue;
    if (first_pass()) CheckEnd(findings);
    const bool more_subjects = revisions_.NextRange();
    const bool more_ids = ids_.NextRange();
    if (!more_subjects && !more_ids) return false;
    EndPass();
    return true;
  }
  return true;
}

void EventCheck::EndPass() {
  ++passes_done_;
  scan_ = target_.events.ScanFrom(1);
  last_ = 0;
}

bool EventCheck::NextBlock(std::vector<Finding>& findings) {
  const auto block = scan_->Next();
  if (!block.ok()) {
    if (first_pass()) {
      findings.push_back(ReadFinding("log", last_ + 1, block.status()));
      unreadable_ |= findings.back().unreadable;
    }
    due_.reset();
    // The scan continues behind a damaged block, and ends if RocksDB itself fails.
    return !scan_->ended();
  }
  // What follows the head is being written.
  if (*block == nullptr || (*block)->first() > target_.head) return false;
  bytes_ += (*block)->stored().size();
  CheckBlock(**block, findings);
  return true;
}

void EventCheck::CheckBlock(const Block& block, std::vector<Finding>& findings) {
  if (first_pass()) {
    if (due_.has_value() && block.first() > *due_) {
      findings.push_back({BlockPlace(block.first()), *due_,
                          Range(*due_, block.first() - 1) + " missing before this block"});
    } else if (block.first() <= last_) {
      findings.push_back({BlockPlace(block.first()), block.first(),
                          Range(block.first(), std::min(last_, block.last())) +
                              " stored twice: the block before reaches " + std::to_string(last_)});
    }
    // An append that lost a block is not reported again.
    if (!due_.has_value()) append_last_ = block.first() - 1;
    if (append_last_ >= block.first()) {
      findings.push_back({BlockPlace(block.first()), block.first(),
                          "the append that begins at " + std::to_string(append_first_) +
                              " goes on in another block"});
    }
  }
  for (Position position = block.first(); position <= block.last(); ++position) {
    if (position > target_.head) break;
    CheckRecord(position, block.Record(position), findings);
  }
  last_ = std::max(last_, block.last());
  due_ = block.last() + 1;
}

void EventCheck::CheckRecord(Position position, std::string_view bytes,
                             std::vector<Finding>& findings) {
  const auto record = ParseRecord(bytes);
  chipline::v1::RecordedEvent event;
  if (!record.ok() ||
      (first_pass() && !event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))) {
    if (first_pass()) {
      findings.push_back({EventPlace(position), position, "the bytes are not a recorded event"});
    }
    return;
  }
  if (first_pass()) CheckPlace(position, record->header, findings);
  CheckNames(position, *record, findings);
}

void EventCheck::CheckPlace(Position position, const RecordHeader& header,
                            std::vector<Finding>& findings) {
  const auto found = [&](std::string description) {
    findings.push_back({EventPlace(position), position, std::move(description)});
  };
  if (header.position != position) {
    found("the event says it is at position " + std::to_string(header.position));
  }
  if (header.record_time < last_time_) {
    found("recorded at " + absl::FormatTime(header.record_time, absl::UTCTimeZone()) +
          ", before the event ahead of it");
  }
  last_time_ = std::max(last_time_, header.record_time);
  if (position <= append_last_) {
    if (header.append_first_position != append_first_ ||
        header.append_last_position() != append_last_) {
      found("the append that begins at " + std::to_string(append_first_) +
            " is not contiguous: it has an event of another one in it");
    }
    return;
  }
  if (header.append_first_position != position) {
    found("the append of this event begins at " + std::to_string(header.append_first_position) +
          ", but the events from there on are not of it");
  }
  append_first_ = header.append_first_position;
  append_last_ = std::max(position, header.append_last_position());
}

void EventCheck::CheckNames(Position position, const Record& record,
                            std::vector<Finding>& findings) {
  const std::string_view subject = record.header.subject;
  if (first_pass() && !IsSubject(subject)) {
    findings.push_back(
        {EventPlace(position), position, "\"" + std::string(subject) + "\" is not a subject"});
  }
  if (const uint64_t hash = HashOf(subject); revisions_.Covers(hash)) {
    const Revision before = revisions_.Exchange(hash, record.header.revision);
    if (record.header.revision != before + 1) {
      findings.push_back({EventPlace(position), position,
                          "revision " + std::to_string(record.header.revision) + " of subject " +
                              std::string(subject) + " where " + std::to_string(before + 1) +
                              " was due"});
    }
  }
  const auto event_id = EventIdOf(record.event);
  if (!event_id.ok()) {
    if (first_pass()) findings.push_back({EventPlace(position), position, "no event id"});
    return;
  }
  if (position > indexed_) CheckId(position, *event_id, findings);
}

void EventCheck::CheckId(Position position, std::string_view event_id,
                         std::vector<Finding>& findings) {
  Position before = 0;
  if (const uint64_t hash = HashOf(event_id); ids_.Covers(hash)) {
    before = ids_.Exchange(hash, position);
  }
  if (before == 0 && first_pass() && target_.index != nullptr) {
    const auto found = target_.index->Find(event_id);
    // The index of a running server may have grown past it by now.
    if (found.ok() && found->has_value() && **found < position) before = **found;
  }
  if (before != 0 && HasId(target_.events, before, event_id)) {
    findings.push_back({EventPlace(position), position,
                        "the event id " + std::string(event_id) + " is at position " +
                            std::to_string(before) + " as well"});
  }
}

void EventCheck::CheckEnd(std::vector<Finding>& findings) {
  if (append_last_ > last_ && !unreadable_) {
    findings.push_back({"log", append_first_,
                        "the append that begins at " + std::to_string(append_first_) +
                            " is not whole: it reaches position " + std::to_string(append_last_) +
                            ", but the log ends at " + std::to_string(last_)});
  }
  if (last_ < target_.head && !unreadable_) {
    findings.push_back({"log", last_ + 1,
                        "the log can be read to position " + std::to_string(last_) +
                            " only, and its head is " + std::to_string(target_.head)});
  }
  if (!target_.high_water.has_value()) {
    findings.push_back({"HIGHWATER", 0, "the file is missing"});
  } else if (*target_.high_water > target_.head) {
    findings.push_back({"HIGHWATER", target_.head + 1,
                        "events up to position " + std::to_string(*target_.high_water) +
                            " were acknowledged, but the log ends at " +
                            std::to_string(target_.head)});
  }
  CheckCursors(findings);
}

void EventCheck::CheckCursors(std::vector<Finding>& findings) {
  std::string after;
  while (true) {
    const auto cursors = target_.events.ListCursors(after, limits::kMaxPageSize);
    if (!cursors.ok()) {
      findings.push_back(ReadFinding("log, cursors", 0, cursors.status()));
      return;
    }
    if (cursors->empty()) return;
    for (const auto& [name, row] : *cursors) {
      if (row.position() > target_.head) {
        findings.push_back({"log, cursor " + name, row.position(),
                            "the cursor is at position " + std::to_string(row.position()) +
                                ", past the end of the log"});
      }
      after = name;
    }
  }
}

}  // namespace chipline::storage
