#include "services/timeline/folds/capex_keys.h"

#include <utility>

#include "fmt/format.h"
#include "services/kinds/entry_key.h"
#include "services/values/edtf.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

bool HasCalendarPeriod(const pb::EntryKey& key) {
  return key.capex().period_kind() == pb::PERIOD_KIND_CALENDAR &&
         key.capex().claim_event_id().empty();
}

// The expression of which `period` is the year before.
std::optional<std::string> YearAfter(const std::string& period) {
  int year = 0;
  if (period.size() < 4) return std::nullopt;
  for (const char c : period.substr(0, 4)) {
    if (c < '0' || c > '9') return std::nullopt;
    year = year * 10 + (c - '0');
  }
  std::string after = fmt::format("{:04}{}", year + 1, period.substr(4));
  if (YearBefore(after) != period) return std::nullopt;
  return after;
}

std::optional<pb::EntryKey> WithPeriod(const pb::EntryKey& key, std::optional<std::string> period) {
  if (!period) return std::nullopt;
  pb::EntryKey other = key;
  other.mutable_capex()->set_period(*std::move(period));
  return other;
}

}  // namespace

std::optional<pb::EntryKey> YearBeforeKey(const pb::EntryKey& key) {
  if (!HasCalendarPeriod(key)) return std::nullopt;
  return WithPeriod(key, YearBefore(key.capex().period()));
}

std::optional<pb::EntryKey> YearBeforeActualKey(const pb::EntryKey& key) {
  std::optional<pb::EntryKey> before = YearBeforeKey(key);
  if (before) before->mutable_capex()->set_basis_class(pb::BASIS_CLASS_ACTUAL);
  return before;
}

std::optional<pb::EntryKey> YearAfterKey(const pb::EntryKey& key) {
  if (!HasCalendarPeriod(key)) return std::nullopt;
  return WithPeriod(key, YearAfter(key.capex().period()));
}

pb::EntryKey MemberKey(const pb::EntryKey& key, const std::string& company) {
  pb::EntryKey member = key;
  member.mutable_capex()->clear_companies();
  member.mutable_capex()->add_companies(company);
  return member;
}

bool IsGroup(const pb::EntryKey& key) {
  return key.capex().companies_size() > 1 && key.capex().claim_event_id().empty();
}

const pb::CapexEntry* FindCapex(const std::vector<pb::TimelineEntry>& dependencies,
                                const pb::EntryKey& key) {
  const std::string id = kinds::EntryId(key);
  for (const pb::TimelineEntry& entry : dependencies) {
    if (entry.entry_id() == id && entry.has_capex()) return &entry.capex();
  }
  return nullptr;
}

}  // namespace chipline::timeline
