#include "services/timeline/row_writer.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "services/kinds/entry_key.h"
#include "services/kinds/entry_kind.h"
#include "services/kinds/event_kind.h"
#include "storage/check.h"
#include "storage/cursor.h"
#include "storage/record.h"
#include "storage/status_macros.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using storage::Position;
using storage::v1::NameChange;
using storage::v1::RowSpan;
using storage::v1::ViewMentions;
using storage::v1::ViewRow;
using storage::v1::ViewTouch;

// A row has a copy of its event, so that a refold reads one range of keys. A rule for 64 chips and
// 64 places would be stored 4,096 times, so an event in more entries than this is read from the
// log.
constexpr size_t kMaxEventCopies = 16;
// Limit on what is remembered only to save writes.
constexpr size_t kMaxNoted = 200'000;
constexpr size_t kRestoreBatchBytes = 1024 * 1024;

}  // namespace

absl::StatusOr<std::unique_ptr<RowWriter>> RowWriter::Open(ViewProgress& progress,
                                                           const storage::LogReader& log,
                                                           size_t max_awaited) {
  std::unique_ptr<RowWriter> writer(new RowWriter(progress, log, max_awaited));
  RETURN_IF_ERROR(writer->RestoreNames());
  RETURN_IF_ERROR(writer->awaited_.Restore());
  return writer;
}

absl::Status RowWriter::RestoreNames() {
  const Position position = progress_.meta.position();
  if (position == 0) return absl::OkStatus();
  storage::Filter filter;
  filter.clauses.push_back({{"alias.>"}, {}});
  storage::Cursor cursor(log_, filter, 0, position);
  LoggedAppend append;
  std::deque<pb::RecordedEvent> held;
  const auto learn = [&](std::string_view bytes) -> absl::Status {
    ASSIGN_OR_RETURN(pb::RecordedEvent event, ParseView<pb::RecordedEvent>("alias", bytes));
    if (!held.empty() && held.back().append_first_position() != event.append_first_position()) {
      LearnNames(append);
      append.events.clear();
      held.clear();
    }
    held.push_back(std::move(event));
    append.events.push_back({&held.back(), "", nullptr});
    return absl::OkStatus();
  };
  while (cursor.position() < position) {
    ASSIGN_OR_RETURN(const storage::Batch batch, cursor.Next(kRestoreBatchBytes));
    for (const storage::BlockSlice& slice : batch.slices) {
      RETURN_IF_ERROR(storage::ForEachRecord(slice.bytes, learn));
    }
  }
  if (!append.events.empty()) LearnNames(append);
  return absl::OkStatus();
}

RowWriter::ChangedNames RowWriter::LearnNames(const LoggedAppend& append) {
  // The end of the append, also if only its alias changes are available.
  const pb::RecordedEvent& any = *append.events.front().event;
  const Position before = any.append_first_position() - 1;
  const Position last = before + any.append_size();
  std::map<std::pair<int, std::string>, std::set<Position>> asked;
  for (const LoggedEvent& logged : append.events) {
    if (!logged.event->event().has_alias_change()) continue;
    const NameChange change = NameChangeOf(logged.event->event().alias_change(), fold_keys_);
    // The committer accepted it. It can be refused here only if another release of ICU gives other
    // fold keys. Then it changes nothing.
    if (!names_.table.Learn(logged.event->position(), change).ok()) continue;
    asked[{change.kind(), change.fold_key()}].insert(logged.event->position());
    asked[{change.kind(), fold_keys_.Of(change.entity())}].insert(logged.event->position());
  }
  ChangedNames changed;
  for (auto& [name, positions] : asked) {
    const auto kind = static_cast<pb::EntityKind>(name.first);
    if (names_.table.Resolve(kind, name.second, before) !=
        names_.table.Resolve(kind, name.second, last)) {
      changed[name.second].merge(positions);
    }
  }
  if (!changed.empty()) names_.changes.push_back(last);
  return changed;
}

absl::StatusOr<RowWriter::Touched> RowWriter::WhereWritten(const ChangedNames& changed,
                                                           Position up_to) {
  Touched touched;
  for (const auto& [name, positions] : changed) {
    // clang 14 cannot capture structured bindings.
    const std::string& fold_key = name;
    const std::set<Position>& aliases = positions;
    absl::Status failed;
    RETURN_IF_ERROR(
        progress_.store.Scan(ViewFamily::kMentions, NamePrefix(fold_key), "", nullptr,
                             [&](std::string_view rest, std::string_view value) {
                               if (!PositionIn(rest, 0).has_value()) return true;
                               const auto mentions = ParseView<ViewMentions>(fold_key, value);
                               if (!mentions.ok()) {
                                 failed = mentions.status();
                                 return false;
                               }
                               for (const Position position : mentions->positions()) {
                                 if (position <= up_to)
                                   touched[position].insert(aliases.begin(), aliases.end());
                               }
                               return true;
                             }));
    RETURN_IF_ERROR(failed);
  }
  return touched;
}

void RowWriter::NoteMentions(const LoggedEvent& event) {
  const Position position = event.event->position();
  for (const pb::Ref* name : kinds::NamesIn(event.event->event())) {
    ViewMentions& mentions = mentions_[fold_keys_.Of(name->mention())];
    const int count = mentions.positions_size();
    if (count == 0 || mentions.positions(count - 1) != position) mentions.add_positions(position);
  }
}

absl::StatusOr<bool> RowWriter::Apply(const LoggedAppend& append, StaleEntries* stale) {
  const AppendSpan span = append.span();
  const ChangedNames changed = LearnNames(append);
  Touched touched;
  if (!changed.empty()) {
    // The search must also find pending mentions.
    RETURN_IF_ERROR(Commit());
    ASSIGN_OR_RETURN(touched, WhereWritten(changed, span.first - 1));
  }
  std::set<Position> linked;
  for (const LoggedEvent& logged : append.events) {
    ASSIGN_OR_RETURN(const bool plain, IsPlain(logged.event->event()));
    if (!plain) linked.insert(logged.event->position());
  }
  std::set<Position> moved;
  if (!linked.empty() || !touched.empty()) {
    events_.Lend(append.events);
    ASSIGN_OR_RETURN(moved, MovedBy(append, linked, touched));
    RETURN_IF_ERROR(NoteAwaited(append, linked));
  }
  for (const LoggedEvent& logged : append.events) {
    if (!linked.contains(logged.event->position())) AddPlain(logged, span.last, stale);
  }
  RETURN_IF_ERROR(MoveAll(append, moved, touched, stale));
  events_.Lend({});
  for (const LoggedEvent& event : append.events) NoteMentions(event);
  progress_.meta.set_position(span.last);
  progress_.meta.set_event_id(append.events.back().event->event().event_id());
  return !changed.empty();
}

absl::Status RowWriter::Commit() {
  for (const auto& [fold_key, mentions] : mentions_) {
    batch_.Put(ViewFamily::kMentions, PositionKey(fold_key, mentions.positions(0)), mentions);
  }
  mentions_.clear();
  rows_.MoveTo(&batch_, progress_.meta.position());
  carriers_.MoveTo(&batch_);
  awaited_.MoveTo(&batch_);
  if (batch_.empty()) return absl::OkStatus();
  return progress_.Write(batch_);
}

absl::StatusOr<bool> RowWriter::IsPlain(const pb::Event& event) const {
  if (!event.links().empty() || !kinds::ReferencesOf(event).empty()) return false;
  ASSIGN_OR_RETURN(const bool awaited, awaited_.Contains(event.event_id()));
  return !awaited;
}

void RowWriter::AddPlain(const LoggedEvent& logged, Position at, StaleEntries* stale) {
  const NamesAt names{names_.table, at};
  const std::vector<pb::EntryKey> keys = kinds::KeysOf(*logged.event, names);
  for (const pb::EntryKey& key : keys) {
    const std::string entry_id = kinds::EntryId(key);
    const bool first = rows_.Add(entry_id, logged, at, keys.size() <= kMaxEventCopies);
    if (first) MarkEntry(entry_id, RowsChange::kAdded, stale);
    NoteEntry(entry_id, key);
    NoteFacets(entry_id, key, logged.event->event(), names);
  }
}

void RowWriter::MarkEntry(const std::string& entry_id, RowsChange change, StaleEntries* stale) {
  if (!stale->contains(entry_id)) batch_.Put(ViewFamily::kStale, entry_id, "");
  Mark(entry_id, change, stale);
}

// They are also found while they are pending. If a crash loses the rest of the append, they may
// already be in the store. They are noted again then, and until then no position reaches them.
void RowWriter::NoteCarriers(const LoggedAppend& append, const std::set<Position>& linked) {
  for (const Position position : linked) {
    const pb::Event& event = append.events[position - append.span().first].event->event();
    std::set<std::pair<Beside, std::string>> targets;
    for (const pb::Link& link : event.links()) targets.emplace(Beside::kLink, link.event_id());
    for (std::string& id : kinds::ReferencesOf(event)) {
      targets.emplace(Beside::kReference, std::move(id));
    }
    for (const auto& [why, id] : targets) carriers_.Note(id, why, position);
  }
}

absl::Status RowWriter::NoteAwaited(const LoggedAppend& append, const std::set<Position>& linked) {
  const AppendSpan span = append.span();
  for (const Position position : linked) {
    const pb::Event& event = append.events[position - span.first].event->event();
    std::vector<std::string> targets = kinds::ReferencesOf(event);
    for (const pb::Link& link : event.links()) targets.push_back(link.event_id());
    for (const std::string& id : targets) {
      ASSIGN_OR_RETURN(const std::optional<Position> target, events_.Find(id, span.last));
      if (!target.has_value()) RETURN_IF_ERROR(awaited_.Add(id));
    }
    RETURN_IF_ERROR(awaited_.Remove(event.event_id()));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::set<Position>> RowWriter::MovedBy(const LoggedAppend& append,
                                                      std::set<Position> linked,
                                                      const Touched& touched) {
  const AppendSpan span = append.span();
  NoteCarriers(append, linked);
  for (const auto& [position, names] : touched) linked.insert(position);
  return membership_.Downstream(std::move(linked), span.last);
}

absl::Status RowWriter::MoveAll(const LoggedAppend& append, const std::set<Position>& moved,
                                const Touched& touched, StaleEntries* stale) {
  const AppendSpan span = append.span();
  std::map<std::string, std::set<Position>> touches;
  for (const Position event : moved) {
    const auto names = touched.find(event);
    RETURN_IF_ERROR(
        MoveRows(event, span, names == touched.end() ? nullptr : &names->second, stale, &touches));
  }
  for (const auto& [entry_id, names] : touches) {
    ViewTouch touch;
    touch.mutable_positions()->Add(names.begin(), names.end());
    batch_.Put(ViewFamily::kTouches, PositionKey(entry_id, span.last), touch);
  }
  return absl::OkStatus();
}

absl::Status RowWriter::MoveRows(Position event, const AppendSpan& append,
                                 const std::set<Position>* names, StaleEntries* stale,
                                 std::map<std::string, std::set<Position>>* touches) {
  ASSIGN_OR_RETURN(const Members before, membership_.At(event, append.first - 1));
  ASSIGN_OR_RETURN(const Members after, membership_.At(event, append.last));
  ASSIGN_OR_RETURN(const auto read, events_.At(event));
  const auto touch = [&](const std::string& entry_id) {
    if (names != nullptr) (*touches)[entry_id].insert(names->begin(), names->end());
  };
  const NamesAt names_now{names_.table, append.last};
  const RowsChange change =
      event < append.first || names != nullptr ? RowsChange::kMoved : RowsChange::kAdded;
  for (const auto& [entry_id, member] : after) {
    const auto old = before.find(entry_id);
    const bool same = old != before.end() && old->second.own == member.own;
    if (same && names == nullptr) continue;
    touch(entry_id);
    MarkEntry(entry_id, change, stale);
    if (member.own) {
      NoteEntry(entry_id, member.key);
      NoteFacets(entry_id, member.key, read->event(), names_now);
    }
    if (!same) {
      RETURN_IF_ERROR(MoveRow(entry_id, *read, &member, after.size() <= kMaxEventCopies, append));
    }
  }
  for (const auto& [entry_id, member] : before) {
    if (after.contains(entry_id)) continue;
    touch(entry_id);
    MarkEntry(entry_id, change, stale);
    RETURN_IF_ERROR(MoveRow(entry_id, *read, nullptr, true, append));
  }
  return absl::OkStatus();
}

absl::Status RowWriter::MoveRow(const std::string& entry_id, const pb::RecordedEvent& event,
                                const Member* member, bool keep_event, const AppendSpan& append) {
  ViewRow row;
  if (event.position() < append.first) {
    ASSIGN_OR_RETURN(row, rows_.At(entry_id, event.position()));
  }
  if (const int spans = row.spans_size(); spans > 0 && row.spans(spans - 1).until() == 0) {
    row.mutable_spans(spans - 1)->set_until(append.last);
  }
  if (member != nullptr) {
    RowSpan& span = *row.add_spans();
    span.set_own(member->own);
    span.set_since(append.last);
    if (row.event().empty() && keep_event) row.set_event(event.SerializeAsString());
  }
  rows_.Replace(entry_id, event.position(), std::move(row));
  return absl::OkStatus();
}

void RowWriter::NoteEntry(const std::string& entry_id, const pb::EntryKey& key) {
  if (noted_entries_.size() >= kMaxNoted) noted_entries_.clear();
  if (!noted_entries_.insert(entry_id).second) return;
  batch_.Put(ViewFamily::kKeys, entry_id, key);
  std::set<std::string> facets;
  kinds::AddKeyFacets(key, &facets);
  for (const std::string& facet : facets) NoteFacet(entry_id, facet);
}

void RowWriter::NoteFacets(const std::string& entry_id, const pb::EntryKey& key,
                           const pb::Event& event, const NamesAt& names) {
  std::set<std::string> facets;
  kinds::KindOf(event).AddFacets(key, event, names, &facets);
  for (const std::string& facet : facets) NoteFacet(entry_id, facet);
}

void RowWriter::NoteFacet(const std::string& entry_id, const std::string& facet) {
  if (noted_facets_.size() >= kMaxNoted) noted_facets_.clear();
  const auto [key, added] = noted_facets_.insert(PairKey(facet, entry_id));
  if (added) batch_.Put(ViewFamily::kFacets, *key, "");
}

}  // namespace chipline::timeline
