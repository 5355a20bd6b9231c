#include "tests/bench/load/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "google/protobuf/struct.pb.h"

#include "services/cli/table.h"
#include "services/words/number_words.h"

namespace chipline::bench {
namespace {

using cli::Align;
using cli::Cell;
using cli::Tone;

double MedianRate(const std::vector<Measurement>& rounds) {
  std::vector<double> rates;
  for (const Measurement& round : rounds) rates.push_back(round.events_per_second());
  return SpreadOf(std::move(rates)).median;
}

double MedianMicros(const std::vector<Measurement>& rounds, double fraction) {
  std::vector<double> values;
  for (const Measurement& round : rounds) {
    if (round.latencies.empty()) continue;
    values.push_back(absl::ToDoubleMicroseconds(round.Percentile(fraction)));
  }
  return SpreadOf(std::move(values)).median;
}

uint64_t Failures(const std::vector<Measurement>& rounds) {
  uint64_t total = 0;
  for (const Measurement& round : rounds) total += round.failures;
  return total;
}

std::string RateWords(double rate) { return CountWords(static_cast<int64_t>(rate)); }

std::string MicrosWords(double micros) {
  if (micros <= 0) return "";
  return micros < 10'000 ? fmt::format("{:.0f} µs", micros)
                         : fmt::format("{:.1f} ms", micros / 1000);
}

void PrintJsonRow(const Row& row, cli::Console& console) {
  google::protobuf::Struct json;
  auto& fields = *json.mutable_fields();
  fields["test"].set_string_value(row.test);
  fields["limit"].set_string_value(row.limit);
  fields["rounds"].set_number_value(static_cast<double>(row.own.size()));
  fields["eventsPerSecond"].set_number_value(MedianRate(row.own));
  fields["limitEventsPerSecond"].set_number_value(MedianRate(row.limits));
  const Spread ratio = RatioOf(row);
  fields["ratio"].set_number_value(ratio.median);
  fields["ratioLowQuartile"].set_number_value(ratio.low_quartile);
  fields["ratioHighQuartile"].set_number_value(ratio.high_quartile);
  fields["p50Micros"].set_number_value(MedianMicros(row.own, 0.5));
  fields["p99Micros"].set_number_value(MedianMicros(row.own, 0.99));
  fields["failures"].set_number_value(static_cast<double>(Failures(row.own)));
  console.PrintJson(json);
}

}  // namespace

Spread RatioOf(const Row& row) {
  std::vector<double> ratios;
  for (size_t i = 0; i < std::min(row.own.size(), row.limits.size()); ++i) {
    const double limit = row.limits[i].events_per_second();
    if (limit > 0) ratios.push_back(row.own[i].events_per_second() / limit);
  }
  return SpreadOf(std::move(ratios));
}

bool PrintReport(const std::vector<Row>& rows, cli::Console& console) {
  bool clean = true;
  cli::Table table({{"TEST"},
                    {"EVENTS/S", Align::kRight},
                    {"P50", Align::kRight},
                    {"P99", Align::kRight},
                    {"LIMIT"},
                    {"EVENTS/S", Align::kRight},
                    {"RATIO", Align::kRight},
                    {"QUARTILES", Align::kRight},
                    {""}});
  for (const Row& row : rows) {
    clean = clean && Failures(row.own) == 0 && Failures(row.limits) == 0;
    if (console.json()) {
      PrintJsonRow(row, console);
      continue;
    }
    const Spread ratio = RatioOf(row);
    const uint64_t failures = Failures(row.own);
    table.AddRow({row.test, RateWords(MedianRate(row.own)), MicrosWords(MedianMicros(row.own, 0.5)),
                  MicrosWords(MedianMicros(row.own, 0.99)), row.limit,
                  RateWords(MedianRate(row.limits)), fmt::format("{:.2f}", ratio.median),
                  fmt::format("{:.2f} to {:.2f}", ratio.low_quartile, ratio.high_quartile),
                  failures == 0 ? Cell() : Cell(fmt::format("{} FAILED", failures), Tone::kBad)});
  }
  console.Print(table);
  return clean;
}

}  // namespace chipline::bench
