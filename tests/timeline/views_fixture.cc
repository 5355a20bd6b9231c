#include "tests/timeline/views_fixture.h"

#include <cstdlib>
#include <future>
#include <utility>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "services/ingest/appender.h"

namespace chipline::timeline {

using storage::Position;

Views::Views() {
  std::string name = testing::TempDir() + "/views_XXXXXX";
  directory_ = mkdtemp(name.data());
  storage::LogOptions options;
  options.directory = directory_ / "log";
  options.clock = &clock_;
  options.sync = false;
  auto log = storage::Log::Open(options, rules_);
  EXPECT_TRUE(log.ok()) << log.status();
  log_ = *std::move(log);
  Start();
}

Views::~Views() {
  materializer_.reset();
  log_.reset();
  std::filesystem::remove_all(directory_);
}

absl::StatusOr<Position> Views::Append(const std::vector<v1::Event>& events) {
  v1::AppendEventsRequest request;
  request.mutable_events()->Add(events.begin(), events.end());
  ingest::Appender appender(*log_);
  auto answer = std::make_shared<std::promise<absl::StatusOr<v1::AppendEventsResponse>>>();
  auto answered = answer->get_future();
  appender.Append(std::move(request), [answer](absl::StatusOr<v1::AppendEventsResponse> result) {
    answer->set_value(std::move(result));
  });
  const auto result = answered.get();
  if (!result.ok()) return result.status();
  return result->events(result->events_size() - 1).position();
}

Position Views::AppendText(const std::vector<std::string>& events) {
  std::vector<v1::Event> parsed;
  for (const std::string& text : events) parsed.push_back(EventOf(text));
  const auto end = Append(parsed);
  EXPECT_TRUE(end.ok()) << end.status();
  return end.value_or(0);
}

void Views::WaitFor(Position position) {
  if (position == 0) return;
  auto reached = std::make_shared<std::promise<void>>();
  materializer_->ring().NotifyPast(position - 1, [reached] { reached->set_value(); });
  const auto state = reached->get_future().wait_for(std::chrono::seconds(60));
  ASSERT_EQ(state, std::future_status::ready) << materializer_->health();
}

std::unique_ptr<ViewSnapshot> Views::Snapshot() {
  WaitFor(reader().head());
  auto snapshot = ViewSnapshot::Take(*materializer_);
  EXPECT_TRUE(snapshot.ok()) << snapshot.status();
  return *std::move(snapshot);
}

void Views::Start(size_t max_awaited) {
  MaterializerOptions options;
  options.directory = directory_ / "views";
  options.max_awaited = max_awaited;
  // So that every fold is written in many parts.
  options.part_bytes = 1;
  materializer_ = std::make_unique<Materializer>(options, log_->reader(), log_->identity());
  ASSERT_TRUE(materializer_->health().ok()) << materializer_->health();
}

void Views::StartOn(rocksdb::Env* env) {
  MaterializerOptions options;
  options.directory = directory_ / "views";
  options.env = env;
  materializer_ = std::make_unique<Materializer>(options, log_->reader(), log_->identity());
}

void Views::Delete() {
  Stop();
  std::filesystem::remove_all(directory_ / "views");
}

v1::Event EventOf(std::string_view text) {
  v1::Event event;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(text), &event)) << text;
  return event;
}

Entries CurrentEntries(const ViewSnapshot& snapshot) {
  return EntriesAt(snapshot, snapshot.position());
}

Entries EntriesAt(const ViewSnapshot& snapshot, Position position) {
  return EntriesAt(snapshot, position, {});
}

Entries EntriesAt(const ViewSnapshot& snapshot, Position position,
                  const std::set<std::string>& without) {
  Entries entries;
  for (const std::string& id : EntryIds(snapshot)) {
    if (without.contains(id)) continue;
    const auto entry = snapshot.folder().At(id, AsOf{position, std::nullopt});
    EXPECT_TRUE(entry.ok()) << entry.status();
    if (entry->exists()) entries[id] = entry->bytes;
  }
  return entries;
}

Entries EntriesOf(const ViewSnapshot& snapshot, const v1::TimelineQuery& query, const AsOf& as_of) {
  Entries entries;
  const absl::Status visited = snapshot.Visit(snapshot.Resolve(query, as_of.position), as_of, "",
                                              [&](const EntryVersion& entry) {
                                                entries[entry.entry_id] = entry.bytes;
                                                return true;
                                              });
  EXPECT_TRUE(visited.ok()) << visited;
  return entries;
}

std::optional<RingAppends> AppendsAfter(const ChangeRing& ring, Position after) {
  RingAppends result{{}, after};
  while (true) {
    const auto next = ring.After(result.position);
    if (!next.has_value()) return std::nullopt;
    result.position = next->position;
    if (next->append == nullptr) return result;
    result.appends.push_back(next->append);
  }
}

std::set<std::string> EntryIds(const ViewSnapshot& snapshot) {
  const auto ids = snapshot.folder().IdsWithPrefix("", "", 1'000'000);
  EXPECT_TRUE(ids.ok()) << ids.status();
  return {ids->begin(), ids->end()};
}

}  // namespace chipline::timeline
