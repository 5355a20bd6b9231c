#include <string>

#include "fmt/format.h"
#include "services/kinds/all_kinds.h"
#include "services/kinds/entry_id.h"
#include "services/kinds/entry_key.h"
#include "services/kinds/first_day.h"

namespace chipline::kinds {
namespace {

constexpr std::string_view kPrefix = "rule/";
// What is set aside for a prefix.
constexpr size_t kUsualBytes = 96;

void AppendMember(bool group, std::string_view id_of, std::string* id) {
  if (group) id->append(kAnyGroup).push_back('/');
  AppendPart(id_of, id);
  *id += '/';
}

class Rule final : public EntryKind {
 public:
  void AppendId(const v1::EntryKey& entry, std::string* id) const override {
    const v1::ExportRuleKey& key = entry.export_rule();
    AppendMember(key.chip_group(), key.chip(), id);
    AppendMember(key.destination_group(), key.destination(), id);
    AppendPart(key.jurisdiction(), id);
    *id += '/';
    AppendWord(v1::GateKind_Name(key.gate()), "GATE_KIND_", id);
  }

  void AddFacets(const v1::EntryKey& entry, Facets* facets) const override {
    const v1::ExportRuleKey& key = entry.export_rule();
    facets->insert(Facet("jurisdiction", key.jurisdiction()));
    facets->insert(Facet("gate", fmt::format("{}", static_cast<int>(key.gate()))));
    facets->insert(Facet("chip", key.chip()));
    facets->insert(Facet("destination", key.destination()));
  }

  std::string FirstDay(const v1::TimelineEntry& entry) const override {
    EarliestDay first;
    for (const auto& interval : entry.export_rule().intervals()) first.Add(interval.valid().from());
    return first.day();
  }
};

}  // namespace

const EntryKind& RuleEntries() {
  static const Rule kind;
  return kind;
}

std::string RulePrefix(std::string_view chip) {
  std::string prefix;
  prefix.reserve(kUsualBytes);
  prefix += kPrefix;
  AppendPart(chip, &prefix);
  prefix += '/';
  return prefix;
}

std::string RulePrefix(std::string_view chip, std::string_view destination) {
  std::string prefix = RulePrefix(chip);
  AppendPart(destination, &prefix);
  prefix += '/';
  return prefix;
}

}  // namespace chipline::kinds
