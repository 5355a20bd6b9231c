// How many full events a core parses, checks, completes, makes canonical and names in a second.
#include <string>
#include <utility>

#include "google/protobuf/arena.h"

#include "benchmark/benchmark.h"
#include "fmt/format.h"
#include "services/ingest/rules.h"
#include "services/ingest/seal.h"
#include "tests/ingest/test_events.h"

namespace chipline::ingest {
namespace {

std::string RequestBytes(int64_t count, bool with_ids) {
  v1::AppendEventsRequest request;
  const std::vector<v1::Event> kinds = {Capex(), Rule(), Order(), Supply(), Usage()};
  for (int64_t i = 0; i < count; ++i) {
    v1::Event& event = *request.add_events();
    event = kinds[static_cast<size_t>(i) % kinds.size()];
    event.mutable_labels(0)->set_value(std::to_string(i));
    event.set_event_id(with_ids ? fmt::format("event-{}", i) : "");
  }
  return request.SerializeAsString();
}

void BM_Parse(benchmark::State& state) {
  const std::string bytes = RequestBytes(state.range(0), true);
  for (auto _ : state) {
    google::protobuf::Arena arena;
    auto* request = google::protobuf::Arena::CreateMessage<v1::AppendEventsRequest>(&arena);
    benchmark::DoNotOptimize(request->ParseFromString(bytes));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes.size()));
}
BENCHMARK(BM_Parse)->Arg(1)->Arg(64)->Arg(512);

void BM_ParseAndSeal(benchmark::State& state) {
  const std::string bytes = RequestBytes(state.range(0), state.range(1) != 0);
  for (auto _ : state) {
    google::protobuf::Arena arena;
    auto* request = google::protobuf::Arena::CreateMessage<v1::AppendEventsRequest>(&arena);
    if (!request->ParseFromString(bytes)) return state.SkipWithError("not parsed");
    const auto append = Seal(std::move(*request));
    if (!append.ok()) return state.SkipWithError(std::string(append.status().message()).c_str());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes.size()));
}
BENCHMARK(BM_ParseAndSeal)
    ->ArgNames({"events", "ids"})
    ->Args({1, 1})
    ->Args({64, 1})
    ->Args({512, 1})
    ->Args({64, 0});

// What naming adds to the committer's thread.
void BM_Admit(benchmark::State& state) {
  v1::AppendEventsRequest request;
  if (!request.ParseFromString(RequestBytes(64, true))) return state.SkipWithError("not parsed");
  const auto append = Seal(std::move(request));
  if (!append.ok()) return state.SkipWithError("not sealed");
  NamingRules rules;
  storage::Position position = 0;
  for (auto _ : state) {
    for (const auto& event : append->events()) {
      benchmark::DoNotOptimize(rules.Admit(event, ++position));
    }
  }
  state.SetItemsProcessed(state.iterations() * 64);
}
BENCHMARK(BM_Admit);

}  // namespace
}  // namespace chipline::ingest

BENCHMARK_MAIN();
