// Does one thing to every event of the demo, ROUNDS times, and nothing else worth counting: what
// tests/bench/instructions_test.py counts the instructions of.
//
//     instructions EVENTS.ndjson ndjson|seal|read|fold ROUNDS
//
// Prints how many events were gone through in each round.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "google/protobuf/arena.h"

#include "chipline/v1/event_log_service.pb.h"
#include "services/cli/event_lines.h"
#include "services/ingest/seal.h"
#include "services/kinds/entry_key.h"
#include "services/timeline/folds/fold.h"
#include "storage/block.h"
#include "storage/check.h"
#include "storage/filter.h"
#include "storage/record.h"

namespace chipline {
namespace {

using Round = std::function<void()>;

std::vector<std::string> Lines(const char* file) {
  std::ifstream in(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  CHECK(!lines.empty());
  return lines;
}

v1::AppendEventsRequest RequestOf(const std::vector<std::string>& lines) {
  v1::AppendEventsRequest request;
  for (const std::string& line : lines) {
    auto event = cli::ParseEventLine(line, "demo", 1);
    CHECK(event.ok());
    *request.add_events() = *std::move(event);
  }
  return request;
}

std::vector<v1::RecordedEvent> Recorded(const std::vector<std::string>& lines) {
  const auto sealed = ingest::Seal(RequestOf(lines));
  CHECK(sealed.ok());
  std::vector<v1::RecordedEvent> events;
  for (const storage::v1::SealedEvent& event : sealed->events()) {
    v1::RecordedEvent& recorded = events.emplace_back();
    CHECK(recorded.mutable_event()->ParseFromString(event.event()));
    recorded.set_position(events.size());
    recorded.set_subject("order.somebody.some-order");
    recorded.mutable_record_time()->set_seconds(1'790'000'000);
    recorded.set_append_first_position(recorded.position());
    recorded.set_append_size(1);
  }
  return events;
}

// Lines of `chipline import` to events.
Round Ndjson(const char* file) {
  return [file] {
    auto lines = cli::EventLines::Open(file);
    CHECK(lines.ok());
    while (const auto line = lines->Next()) CHECK(line->event.ok());
  };
}

// An append from its bytes to what the committer takes.
Round SealAll(const std::vector<std::string>& lines) {
  return [bytes = RequestOf(lines).SerializeAsString()] {
    google::protobuf::Arena arena;
    auto* request = google::protobuf::Arena::CreateMessage<v1::AppendEventsRequest>(&arena);
    CHECK(request->ParseFromString(bytes));
    CHECK(ingest::Seal(std::move(*request)).ok());
  };
}

// A stored block, checked, and its records matched with a filter.
Round Read(const std::vector<std::string>& lines) {
  storage::BlockBuilder builder(1);
  for (const v1::RecordedEvent& event : Recorded(lines)) builder.Add(event.SerializeAsString());
  const std::string stored = std::move(builder).Finish()->stored();
  storage::Filter filter;
  filter.clauses.push_back({{"order.>"}, {}});
  return [stored, filter] {
    const auto block = storage::Block::Decode(1, stored);
    CHECK(block.ok());
    for (storage::Position at = 1; at <= (*block)->last(); ++at) {
      const auto record = storage::ParseRecord((*block)->Record(at));
      CHECK(record.ok() && filter.Matches(record->header));
    }
  };
}

// Claims made from events, and every entry folded from its own.
Round FoldAll(const std::vector<std::string>& lines) {
  return [events = Recorded(lines)] {
    static const NameTable kNoNames;
    const NamesAt names{kNoNames, NameTable::kHead};
    std::map<std::string, timeline::FoldInput> entries;
    for (const v1::RecordedEvent& event : events) {
      for (v1::EntryKey& key : kinds::KeysOf(event, names)) {
        timeline::FoldInput& input = entries[kinds::EntryId(key)];
        input.rows.push_back(timeline::MakeClaim(event, /*own=*/true, names));
        input.key = std::move(key);
      }
    }
    for (const auto& [id, input] : entries) {
      CHECK(!timeline::Fold(input, names).SerializeAsString().empty());
    }
  };
}

int Run(const char* file, std::string_view path, int rounds) {
  const std::vector<std::string> lines = Lines(file);
  Round round;
  if (path == "ndjson") round = Ndjson(file);
  if (path == "seal") round = SealAll(lines);
  if (path == "read") round = Read(lines);
  if (path == "fold") round = FoldAll(lines);
  if (!round) return 2;
  for (int i = 0; i < rounds; ++i) round();
  std::printf("%zu\n", lines.size());
  return 0;
}

}  // namespace
}  // namespace chipline

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  return chipline::Run(argv[1], argv[2], std::atoi(argv[3]));
}
