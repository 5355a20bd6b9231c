// How fast the views are built anew from a log: rebuild_bench [events] [entries]. Claims of one to
// three publishers on spending and orders, one in twenty with a link, spread over that many
// companies. Prints events a second and the CPU each took; the log itself is written first and not
// counted.
#include <time.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <iostream>
#include <string>

#include "fmt/format.h"
#include "services/ingest/appender.h"
#include "services/ingest/rules.h"
#include "services/timeline/materializer.h"
#include "storage/check.h"

namespace chipline::timeline {
namespace {

constexpr int kAppendEvents = 256;

v1::Event EventNumber(int i, int companies) {
  v1::Event event;
  event.set_event_id(fmt::format("event-{}", i));
  v1::Hop& hop = *event.mutable_source()->add_hops();
  hop.mutable_publisher()->set_mention(i % 3 == 0 ? "Financial Times" : "Reuters");
  hop.set_relation(v1::HOP_RELATION_PRIMARY);
  hop.mutable_published()->set_edtf("2025-12-23");
  hop.set_verbatim("The company plans to spend about 160 billion yuan, according to people.");
  const std::string company = fmt::format("Company {}", i % companies);
  if (i % 20 == 19) {
    v1::Link& link = *event.add_links();
    link.set_relation(v1::LINK_RELATION_SUPERSEDES);
    link.set_event_id(fmt::format("event-{}", i - 10));
  }
  if (i % 4 == 3) {
    v1::ChipOrder& order = *event.mutable_chip_order();
    order.set_order_id(fmt::format("order-{}", i % 7));
    order.add_buyers()->set_mention(company);
    order.mutable_supplier()->set_mention("Nvidia");
    order.add_chips()->set_mention(fmt::format("chip {}", i % companies));
    order.mutable_quantity()->set_unit(v1::UNIT_CHIP);
    order.mutable_quantity()->set_bound(v1::BOUND_EXACT);
    order.mutable_quantity()->set_value(1000 + i % 100);
    order.set_stage(v1::ORDER_STAGE_PLACED);
    order.set_modality(v1::MODALITY_REPORTED);
    return event;
  }
  v1::CapexAnnouncement& capex = *event.mutable_capex_announcement();
  capex.add_companies()->set_mention(company);
  capex.set_scope(v1::CAPEX_SCOPE_AI);
  capex.mutable_period()->set_kind(v1::PERIOD_KIND_CALENDAR);
  capex.mutable_period()->set_edtf(fmt::format("{}", 2020 + i / companies % 10));
  capex.set_basis(v1::CAPEX_BASIS_PLAN);
  capex.set_accounting(v1::ACCOUNTING_CAPEX);
  capex.mutable_amount()->set_currency("CNY");
  capex.mutable_amount()->set_bound(v1::BOUND_EXACT);
  capex.mutable_amount()->mutable_value()->set_units(100'000'000'000 + i);
  return event;
}

void FillLog(storage::Log& log, int events, int companies) {
  ingest::Appender appender(log);
  for (int first = 0; first < events; first += kAppendEvents) {
    v1::AppendEventsRequest request;
    for (int i = first; i < std::min(events, first + kAppendEvents); ++i) {
      *request.add_events() = EventNumber(i, companies);
    }
    std::promise<void> done;
    appender.Append(std::move(request), [&](const auto& answer) {
      CHECK(answer.ok());
      done.set_value();
    });
    done.get_future().wait();
  }
}

// Of all threads, RocksDB's included.
double CpuSeconds() {
  timespec time{};
  CHECK(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

void Run(int events, int companies) {
  std::string name = std::filesystem::temp_directory_path() / "rebuild_XXXXXX";
  const std::filesystem::path directory = mkdtemp(name.data());
  {
    ingest::NamingRules rules;
    storage::LogOptions options;
    options.directory = directory / "log";
    options.sync = false;
    auto log = storage::Log::Open(options, rules);
    CHECK(log.ok());
    FillLog(**log, events, companies);
    MaterializerOptions views;
    views.directory = directory / "views";
    const auto start = std::chrono::steady_clock::now();
    const double cpu_before = CpuSeconds();
    Materializer materializer(views, (*log)->reader(), (*log)->identity());
    std::promise<void> reached;
    materializer.ring().NotifyPast((*log)->reader().head() - 1, [&] { reached.set_value(); });
    reached.get_future().wait();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    CHECK(materializer.health().ok());
    std::cout << fmt::format(
        "{} events of {} companies: {:.2f} s, {:.0f} events/s, {:.1f} us of CPU an event\n", events,
        companies, took.count(), events / took.count(), (CpuSeconds() - cpu_before) * 1e6 / events);
  }
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace chipline::timeline

int main(int argc, char** argv) {
  const int events = argc > 1 ? std::atoi(argv[1]) : 300'000;
  const int companies = argc > 2 ? std::atoi(argv[2]) : 1'000;
  if (events <= 0 || companies <= 0) {
    std::fprintf(stderr, "usage: rebuild_bench [EVENTS [COMPANIES]], both above 0\n");
    return 2;
  }
  chipline::timeline::Run(events, companies);
}
