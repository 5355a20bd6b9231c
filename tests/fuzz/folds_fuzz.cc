// The folds and their explanations, over whatever events pass the validators. The input is a
// chipline.v1.AppendEventsRequest.
#include <map>
#include <string>

#include "chipline/v1/event_log_service.pb.h"
#include "services/ingest/seal.h"
#include "services/kinds/entry_key.h"
#include "services/timeline/folds/explain.h"
#include "services/timeline/folds/fold.h"
#include "tests/fuzz/check.h"

namespace chipline::fuzz {
namespace {

using timeline::FoldInput;

constexpr int kMaxEvents = 48;

// Entries with their own claims, and every event that carries a link.
std::map<std::string, FoldInput> EntriesOf(const storage::v1::Append& append,
                                           const NamesAt& names) {
  std::map<std::string, FoldInput> entries;
  std::vector<v1::RecordedEvent> events;
  for (const storage::v1::SealedEvent& sealed : append.events()) {
    v1::RecordedEvent& event = events.emplace_back();
    MUST(event.mutable_event()->ParseFromString(sealed.event()));
    event.set_position(events.size());
    event.mutable_record_time()->set_seconds(1'790'000'000);
    event.set_subject("order.somebody.some-order");
    for (v1::EntryKey& key : kinds::KeysOf(event, names)) {
      entries[kinds::EntryId(key)].key = key;
    }
  }
  for (auto& [id, input] : entries) {
    for (const v1::RecordedEvent& event : events) {
      bool own = false;
      for (const v1::EntryKey& key : kinds::KeysOf(event, names)) {
        own = own || kinds::EntryId(key) == id;
      }
      if (own || event.event().links_size() > 0) {
        input.rows.push_back(timeline::MakeClaim(event, own, names));
      }
    }
  }
  return entries;
}

void Check(std::string_view text) {
  v1::AppendEventsRequest request;
  if (!request.ParseFromArray(text.data(), static_cast<int>(text.size()))) return;
  if (request.events_size() > kMaxEvents) return;
  const auto sealed = ingest::Seal(std::move(request));
  if (!sealed.ok()) return;
  static const NameTable* const kNoNames = new NameTable;
  const NamesAt names{*kNoNames, NameTable::kHead};
  std::map<std::string, FoldInput> entries = EntriesOf(*sealed, names);
  std::vector<v1::TimelineEntry> bases;
  for (const auto& [id, input] : entries) {
    const v1::TimelineEntry entry = timeline::Fold(input, names);
    MUST(entry.entry_id() == id);
    MUST(entry.SerializeAsString() == timeline::Fold(input, names).SerializeAsString());
    (void)timeline::Explain(input, names);
    if (timeline::IsDependency(input.key)) bases.push_back(entry);
  }
  for (auto& [id, input] : entries) {
    input.dependencies = bases;
    const v1::TimelineEntry entry = timeline::Fold(input, names);
    MUST(entry.SerializeAsString() == timeline::Fold(input, names).SerializeAsString());
    (void)timeline::Explain(input, names);
  }
}

}  // namespace
}  // namespace chipline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  chipline::fuzz::Check(chipline::fuzz::Text(bytes, size));
  return 0;
}
