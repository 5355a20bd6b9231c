#include "services/metrics/families.h"

#include <limits>

#include "prometheus/text_serializer.h"

namespace chipline::metrics {
namespace {

prometheus::ClientMetric WithLabels(Labels labels) {
  prometheus::ClientMetric metric;
  for (auto& [name, value] : labels) metric.label.push_back({std::move(name), std::move(value)});
  return metric;
}

}  // namespace

void Families::Begin(const std::string& name, const std::string& help,
                     prometheus::MetricType type) {
  families_.push_back({name, help, type, {}});
}

void Families::Counter(const std::string& name, const std::string& help) {
  Begin(name, help, prometheus::MetricType::Counter);
}

void Families::Gauge(const std::string& name, const std::string& help) {
  Begin(name, help, prometheus::MetricType::Gauge);
}

void Families::Histogram(const std::string& name, const std::string& help) {
  Begin(name, help, prometheus::MetricType::Histogram);
}

void Families::Add(double value, Labels labels) {
  prometheus::MetricFamily& family = families_.back();
  prometheus::ClientMetric metric = WithLabels(std::move(labels));
  (family.type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value) =
      value;
  family.metric.push_back(std::move(metric));
}

void Families::Add(const chipline::Histogram& histogram, Labels labels) {
  prometheus::ClientMetric metric = WithLabels(std::move(labels));
  const chipline::Histogram::Snapshot counted = histogram.snapshot();
  uint64_t below = 0;
  for (size_t i = 0; i < counted.counts.size(); ++i) {
    below += counted.counts[i];
    const double bound = i < histogram.bounds().size() ? histogram.bounds()[i]
                                                       : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back({below, bound});
  }
  metric.histogram.sample_count = below;
  metric.histogram.sample_sum = counted.sum;
  families_.back().metric.push_back(std::move(metric));
}

void Families::Counter(const std::string& name, const std::string& help, double value) {
  Counter(name, help);
  Add(value);
}

void Families::Gauge(const std::string& name, const std::string& help, double value) {
  Gauge(name, help);
  Add(value);
}

std::string Families::Text() const { return prometheus::TextSerializer().Serialize(families_); }

}  // namespace chipline::metrics
