#include "services/cli/entry_order.h"

#include <map>
#include <string>
#include <utility>

namespace chipline::cli {
namespace {

// What entries have in common that differ in the definition, the suppliers or the region alone.
std::string RestOfKey(v1::CapexKey key) {
  key.clear_definition();
  key.clear_suppliers();
  key.clear_region();
  return key.SerializeAsString();
}

}  // namespace

std::vector<v1::TimelineEntry> InReadingOrder(std::vector<v1::TimelineEntry> entries) {
  // How many entries of each kind come yet that do state a definition.
  std::map<std::string, size_t> stated;
  for (const v1::TimelineEntry& entry : entries) {
    if (!entry.has_capex() || entry.capex().definition_unstated()) continue;
    ++stated[RestOfKey(entry.key().capex())];
  }
  std::map<std::string, std::vector<v1::TimelineEntry>> waiting;
  std::vector<v1::TimelineEntry> ordered;
  for (v1::TimelineEntry& entry : entries) {
    if (!entry.has_capex()) {
      ordered.push_back(std::move(entry));
      continue;
    }
    const std::string rest = RestOfKey(entry.key().capex());
    if (entry.capex().definition_unstated() && stated[rest] > 0) {
      waiting[rest].push_back(std::move(entry));
      continue;
    }
    if (!entry.capex().definition_unstated()) --stated[rest];
    ordered.push_back(std::move(entry));
    if (stated[rest] > 0) continue;
    for (v1::TimelineEntry& unstated : waiting[rest]) ordered.push_back(std::move(unstated));
    waiting[rest].clear();
  }
  return ordered;
}

}  // namespace chipline::cli
