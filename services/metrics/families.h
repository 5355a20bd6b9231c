#ifndef CHIPLINE_SERVICES_METRICS_FAMILIES_H_
#define CHIPLINE_SERVICES_METRICS_FAMILIES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "prometheus/metric_family.h"
#include "storage/histogram.h"

namespace chipline::metrics {

using Labels = std::vector<std::pair<std::string, std::string>>;

// Counts and bytes, as Prometheus has them.
inline double Number(uint64_t value) { return static_cast<double>(value); }

// Metric families in the order in which they are added, as Prometheus reads them. Not thread-safe.
class Families {
 public:
  // A family that several values with labels follow to; `name` ends in _total for counters.
  void Counter(const std::string& name, const std::string& help);
  void Gauge(const std::string& name, const std::string& help);
  void Histogram(const std::string& name, const std::string& help);

  // A value of the family that was added last.
  void Add(double value, Labels labels = {});
  void Add(const chipline::Histogram& histogram, Labels labels = {});

  // A family of one value.
  void Counter(const std::string& name, const std::string& help, double value);
  void Gauge(const std::string& name, const std::string& help, double value);

  // The text format of Prometheus, version 0.0.4.
  std::string Text() const;

 private:
  void Begin(const std::string& name, const std::string& help, prometheus::MetricType type);

  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace chipline::metrics

#endif  // CHIPLINE_SERVICES_METRICS_FAMILIES_H_
