// What timelines cost as the log grows: answers about a company with a few claims, a change on its
// way to a watcher beside the event on its way to a subscriber, and building all views anew.
// tests/bench/README.md says how to read it.
#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "CLI/CLI.hpp"
#include "services/rpc/status.h"
#include "services/server/server.h"
#include "storage/check.h"
#include "storage/mutex.h"
#include "tests/bench/load/await_views.h"
#include "tests/bench/load/event_source.h"
#include "tests/bench/load/measurement.h"
#include "tests/server/running_server.h"

namespace chipline {
namespace {

using bench::EventSource;
using bench::Measurement;
using server::Capex;
using server::Client;
using server::Context;

constexpr size_t kAppendEvents = 1000;
constexpr char kProbe[] = "Probe Company";
// Claims about it before anything else is in the log: what each answer costs.
constexpr int kProbeClaims = 20;

struct Options {
  std::filesystem::path directory = "/tmp/chipline-timeline-bench";
  std::vector<uint64_t> events = {10'000, 1'000'000};
  int calls = 2000;
  int changes = 200;
  double rate = 0;
  int heavy_claims = 10'000;
};

double Micros(const Measurement& measured, double fraction) {
  return absl::ToDoubleMicroseconds(measured.Percentile(fraction));
}

void Print(std::string_view what, const Measurement& measured) {
  std::cout << fmt::format("  {:<44} p50 {:>9.0f} us   p99 {:>9.0f} us\n", what,
                           Micros(measured, 0.5), Micros(measured, 0.99))
            << std::flush;
}

void Check(const grpc::Status& status) {
  if (status.ok()) return;
  std::cerr << status.error_message() << "\n";
  CHECK(status.ok());
}

std::unique_ptr<server::Server> Start(const Options& options) {
  server::ServerOptions server;
  server.data_directory = options.directory;
  server.listen = "127.0.0.1:0";
  auto started = server::Server::Start(server);
  CHECK(started.ok());
  return *std::move(started);
}

void WaitUntil(absl::Time time) {
  Mutex mutex;
  CondVar never;
  const MutexLock lock(mutex);
  while (absl::Now() < time) never.WaitUntil(mutex, absl::ToChronoTime(time));
}

// Until the views are where the log ends; returns how long it took.
absl::Duration AwaitViews(const Client& client) {
  const auto took = bench::AwaitViews(*client.admin, absl::InfiniteDuration());
  if (!took.ok()) std::cerr << took.status() << "\n";
  CHECK(took.ok());
  return *took;
}

uint64_t Append(const Client& client, const v1::AppendEventsRequest& request) {
  const auto appended = client.Append(request);
  if (!appended.ok()) std::cerr << appended.status() << "\n";
  CHECK(appended.ok());
  return appended->events(0).position();
}

uint64_t AppendProbe(const Client& client, const std::string& id, int billions) {
  return Append(client, server::AppendOf({Capex(id, kProbe, billions)}));
}

void Fill(const Client& client, EventSource& source, uint64_t events) {
  const absl::Time start = absl::Now();
  for (uint64_t sent = 0; sent < events; sent += kAppendEvents) {
    v1::AppendEventsRequest request;
    std::vector<grpc::Slice> slices;
    Check(source.AppendRequest(kAppendEvents).Dump(&slices));
    std::string bytes;
    for (const grpc::Slice& slice : slices) {
      bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
    CHECK(request.ParseFromString(bytes));
    v1::AppendEventsResponse response;
    Check(client.log->AppendEvents(Context().get(), request, &response));
  }
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  std::cout << fmt::format("  appended one append at a time: {:.0f} events/s; ",
                           static_cast<double>(events) / seconds);
  std::cout << fmt::format("the views came after {:.1f} s more\n",
                           absl::ToDoubleSeconds(AwaitViews(client)));
}

Measurement Ask(const Client& client, const v1::GetTimelineRequest& request, int calls) {
  Measurement measured;
  const absl::Time begin = absl::Now();
  for (int i = 0; i < calls; ++i) {
    const absl::Time start = absl::Now();
    v1::GetTimelineResponse response;
    Check(client.timelines->GetTimeline(Context().get(), request, &response));
    CHECK(response.entries_size() == 1);
    measured.latencies.push_back(absl::Now() - start);
  }
  measured.operations = static_cast<uint64_t>(calls);
  measured.elapsed = absl::Now() - begin;
  return measured;
}

v1::TimelineQuery ProbeQuery() {
  v1::TimelineQuery query;
  query.mutable_capex()->set_company(kProbe);
  return query;
}

// What any answer costs at the least: a round trip that reads nothing.
Measurement RoundTrips(const Client& client, int calls) {
  Measurement measured;
  for (int i = 0; i < calls; ++i) {
    const absl::Time start = absl::Now();
    v1::GetHeadResponse response;
    Check(client.log->GetHead(Context().get(), {}, &response));
    measured.latencies.push_back(absl::Now() - start);
  }
  return measured;
}

void AskAll(const Client& client, uint64_t position, int calls) {
  Print("round trip (GetHead)", RoundTrips(client, calls));
  v1::GetTimelineRequest request;
  *request.mutable_query() = ProbeQuery();
  Print("GetTimeline, now", Ask(client, request, calls));
  request.mutable_known()->set_position(position);
  Print("GetTimeline, known at an early position", Ask(client, request, calls));
  request.mutable_known()->set_publication_date("2026-01-01");
  Print("GetTimeline, published by a day", Ask(client, request, calls));
}

// One append at a time; how long until a subscriber has the event and a watcher the change.
void Follow(const Client& client, const std::string& run, int changes) {
  grpc::ClientContext watch_context;
  v1::WatchTimelinesRequest watch;
  *watch.mutable_query() = ProbeQuery();
  const auto watcher = client.timelines->WatchTimelines(&watch_context, watch);
  v1::WatchTimelinesResponse step;
  while (watcher->Read(&step) && !step.has_caught_up()) {
  }
  grpc::ClientContext subscribe_context;
  v1::SubscribeRequest subscribe;
  subscribe.set_head(true);
  const auto subscriber = client.subscriptions->Subscribe(&subscribe_context, subscribe);
  v1::SubscribeResponse message;
  while (subscriber->Read(&message) && !message.has_caught_up()) {
  }
  std::vector<absl::Time> delivered;
  std::vector<absl::Time> changed;
  std::vector<absl::Time> appended;
  std::thread deliveries([&] {
    while (delivered.size() < static_cast<size_t>(changes) && subscriber->Read(&message)) {
      if (message.has_batch()) delivered.push_back(absl::Now());
    }
  });
  for (int i = 0; i < changes; ++i) {
    appended.push_back(absl::Now());
    AppendProbe(client, fmt::format("probe-{}-{}", run, i), 100 + i);
    while (watcher->Read(&step) && !step.has_changes()) {
    }
    changed.push_back(absl::Now());
  }
  deliveries.join();
  Measurement delivery;
  Measurement change;
  for (size_t i = 0; i < appended.size(); ++i) {
    delivery.latencies.push_back(delivered[i] - appended[i]);
    change.latencies.push_back(changed[i] - appended[i]);
  }
  Print("append to delivery", delivery);
  Print("append to change", change);
  watch_context.TryCancel();
  subscribe_context.TryCancel();
}

// A new claim of one of many orders, each of a chip of its own, so that entries stay small: also
// what is known of a chip's supply grows with every order of it.
constexpr int kProbeOrders = 500;

v1::Event Order(int number) {
  v1::Event event = Capex(fmt::format("rate-{}", number), kProbe);
  event.clear_capex_announcement();
  v1::ChipOrder& order = *event.mutable_chip_order();
  order.set_order_id(fmt::format("probe-{}", number % kProbeOrders));
  order.add_buyers()->set_mention(kProbe);
  order.mutable_supplier()->set_mention("Probe Supplier");
  order.add_chips()->set_mention(fmt::format("Probe Chip {}", number % kProbeOrders));
  order.mutable_quantity()->set_unit(v1::UNIT_CHIP);
  order.mutable_quantity()->set_bound(v1::BOUND_EXACT);
  order.mutable_quantity()->set_value(number + 1);
  order.set_stage(v1::ORDER_STAGE_PLANNED);
  order.set_modality(v1::MODALITY_REPORTED);
  return event;
}

// When what the appends after a position did came to a client, by number of the append.
class Arrivals {
 public:
  Arrivals(uint64_t head, int count) : head_(head), times_(static_cast<size_t>(count)) {}
  // Returns whether there are more to come.
  bool Note(uint64_t position) {
    CHECK(position > head_ && position - head_ <= times_.size());
    times_[position - head_ - 1] = absl::Now();
    return ++noted_ < times_.size();
  }
  Measurement Since(const std::vector<absl::Time>& due) const {
    Measurement measured;
    for (size_t i = 0; i < due.size(); ++i) measured.latencies.push_back(times_[i] - due[i]);
    return measured;
  }

 private:
  const uint64_t head_;
  size_t noted_ = 0;
  std::vector<absl::Time> times_;
};

// Appends at a fixed rate, from the moment each was due: an open loop. One sender, so what is late
// waits, and counts as late.
void FollowAtRate(const Client& client, double rate, int count) {
  grpc::ClientContext watch_context;
  v1::WatchTimelinesRequest watch;
  watch.mutable_query()->mutable_chip_order()->set_buyer(kProbe);
  const auto watcher = client.timelines->WatchTimelines(&watch_context, watch);
  v1::WatchTimelinesResponse step;
  while (watcher->Read(&step) && !step.has_caught_up()) {
  }
  grpc::ClientContext subscribe_context;
  v1::SubscribeRequest subscribe;
  subscribe.set_head(true);
  const auto subscriber = client.subscriptions->Subscribe(&subscribe_context, subscribe);
  v1::SubscribeResponse message;
  while (subscriber->Read(&message) && !message.has_caught_up()) {
  }
  const uint64_t head = client.Head();
  Arrivals delivered(head, count);
  Arrivals changed(head, count);
  std::thread deliveries([&] {
    bool more = true;
    while (more && subscriber->Read(&message)) {
      for (const auto& event : message.batch().events()) more = delivered.Note(event.position());
    }
  });
  std::thread changes([&] {
    while (watcher->Read(&step) && (!step.has_changes() || changed.Note(step.position()))) {
    }
  });
  std::vector<absl::Time> due;
  Measurement answered;
  const absl::Time start = absl::Now();
  for (int i = 0; i < count; ++i) {
    due.push_back(start + absl::Seconds(i / rate));
    WaitUntil(due.back());
    Append(client, server::AppendOf({Order(i)}));
    answered.latencies.push_back(absl::Now() - due.back());
  }
  deliveries.join();
  changes.join();
  std::cout << fmt::format("  at {:.0f} appends a second, from when each was due\n", rate);
  Print("append to acknowledgement", answered);
  Print("append to delivery", delivered.Since(due));
  Print("append to change", changed.Since(due));
  watch_context.TryCancel();
  subscribe_context.TryCancel();
}

// Half of what one client that waits for each answer gets done, for some seconds.
void FollowAtHalfLoad(const Client& client, double rate) {
  if (rate <= 0) {
    const absl::Time start = absl::Now();
    for (int i = 0; i < 1000; ++i) AppendProbe(client, fmt::format("alone-{}", i), i + 1);
    rate = 500 / absl::ToDoubleSeconds(absl::Now() - start);
  }
  FollowAtRate(client, rate, static_cast<int>(5 * rate));
}

void Rebuild(const Options& options, std::unique_ptr<server::Server>& running) {
  running.reset();
  std::filesystem::remove_all(options.directory / "views");
  running = Start(options);
  const Client client(running->port());
  const double seconds = absl::ToDoubleSeconds(AwaitViews(client));
  const auto events = static_cast<double>(client.Head());
  std::cout << fmt::format("  {:<44} {:.0f} events/s ({:.1f} s)\n", "rebuild of all views",
                           events / seconds, seconds);
}

void Measure(const Options& options, uint64_t events) {
  std::filesystem::remove_all(options.directory);
  std::unique_ptr<server::Server> running = Start(options);
  const Client client(running->port());
  std::cout << fmt::format("{} events\n", events);
  uint64_t early = 0;
  for (int i = 0; i < kProbeClaims; ++i)
    early = AppendProbe(client, fmt::format("early-{}", i), i + 50);
  const std::string run = fmt::format("{}", events);
  v1::AppendEventsRequest aliases;
  for (v1::Event& event : EventSource::Aliases(run)) *aliases.add_events() = std::move(event);
  Append(client, aliases);
  EventSource source(run);
  Fill(client, source, events);
  AskAll(client, early, options.calls);
  Follow(client, "light", options.changes);
  FollowAtHalfLoad(client, options.rate);
  Rebuild(options, running);
}

// An entry with very many claims, each of another figure.
void MeasureHeavy(const Options& options) {
  std::filesystem::remove_all(options.directory);
  const std::unique_ptr<server::Server> running = Start(options);
  const Client client(running->port());
  std::cout << fmt::format("an entry with {} claims\n", options.heavy_claims);
  v1::AppendEventsRequest request;
  for (int i = 0; i < options.heavy_claims; ++i) {
    *request.add_events() = Capex(fmt::format("heavy-{}", i), kProbe, i + 1);
    if (request.events_size() < 1000 && i + 1 < options.heavy_claims) continue;
    Append(client, request);
    request.Clear();
  }
  AwaitViews(client);
  Follow(client, "heavy", std::min(options.changes, 50));
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("What timelines cost as the log grows");
  app.add_option("--dir", options.directory, "where the log goes; emptied before and after");
  app.add_option("--events", options.events, "sizes of the log");
  app.add_option("--calls", options.calls, "questions of each kind");
  app.add_option("--changes", options.changes, "appends that are followed to their watcher");
  app.add_option("--rate", options.rate,
                 "appends a second of the open loop; 0: half of what one client gets done");
  app.add_option("--heavy-claims", options.heavy_claims,
                 "claims of the entry that has many; 0: none");
  CLI11_PARSE(app, argc, argv);
  for (const uint64_t events : options.events) Measure(options, events);
  if (options.heavy_claims > 0) MeasureHeavy(options);
  std::filesystem::remove_all(options.directory);
  return 0;
}

}  // namespace
}  // namespace chipline

int main(int argc, char** argv) { return chipline::Main(argc, argv); }
