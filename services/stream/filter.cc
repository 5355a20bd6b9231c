#include "services/stream/filter.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/repeated_ptr_field.h"

#include "chipline/v1/event.pb.h"
#include "fmt/format.h"
#include "services/kinds/event_kind.h"
#include "services/rpc/field_checks.h"
#include "services/values/subject_token.h"
#include "storage/limits.h"
#include "storage/subject_pattern.h"

namespace chipline::stream {
namespace {

using Values = google::protobuf::RepeatedPtrField<std::string>;

// The subjects of a kind of event; empty for a kind that this server does not know.
std::string PatternOf(int event_type) {
  const std::string_view root = kinds::SubjectRoot(static_cast<v1::EventType>(event_type));
  return root.empty() ? "" : fmt::format("{}.>", root);
}

std::vector<std::string> TypePatterns(const v1::Filter& filter, std::string_view path,
                                      Violations& bad) {
  std::vector<std::string> patterns;
  for (int i = 0; i < filter.event_types_size(); ++i) {
    std::string pattern = PatternOf(filter.event_types(i));
    if (pattern.empty()) {
      bad.Add(fmt::format("{}.event_types[{}]", path, i),
              fmt::format("is {}, which is not a kind of event",
                          static_cast<int>(filter.event_types(i))));
    }
    patterns.push_back(std::move(pattern));
  }
  return patterns;
}

std::vector<std::string> SubjectPatterns(const v1::Filter& filter, std::string_view path,
                                         Violations& bad) {
  for (int i = 0; i < filter.subject_patterns_size(); ++i) {
    if (storage::IsSubjectPattern(filter.subject_patterns(i))) continue;
    bad.Add(fmt::format("{}.subject_patterns[{}]", path, i),
            "is not a pattern: tokens of a-z, 0-9, + and - joined by dots, with * for one "
            "token and a last > for one or more, for example capex.* or order.bytedance.>");
  }
  return {filter.subject_patterns().begin(), filter.subject_patterns().end()};
}

// The members of a group are entities of their own, so an id is never a group's.
std::vector<std::string> Entities(const Values& ids, std::string_view kind, std::string_view field,
                                  Violations& bad) {
  std::vector<std::string> entities;
  for (int i = 0; i < ids.size(); ++i) {
    if (!IsEntityId(ids[i])) {
      bad.Add(fmt::format("{}[{}]", field, i),
              fmt::format("is not an id: 1 to 64 of a-z, 0-9 and -, as in the events' "
                          "entities after {}/; names are not looked up",
                          kind));
    }
    entities.push_back(fmt::format("{}/{}", kind, ids[i]));
  }
  return entities;
}

std::vector<std::string> Sorted(std::vector<std::string> values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

}  // namespace

storage::Filter ToStorageFilter(const v1::Filter& filter, std::string_view path, Violations& bad) {
  const int values = filter.event_types_size() + filter.subject_patterns_size() +
                     filter.companies_size() + filter.chips_size() + filter.jurisdictions_size();
  storage::Filter result;
  if (values > static_cast<int>(limits::kMaxFilterValues)) {
    bad.Add(path, fmt::format("has {} values; {} are the most", values, limits::kMaxFilterValues));
    return result;
  }
  const auto add_patterns = [&](std::vector<std::string> patterns) {
    if (!patterns.empty()) result.clauses.push_back({Sorted(std::move(patterns)), {}});
  };
  const auto add_entities = [&](const Values& ids, std::string_view kind, std::string_view field) {
    if (ids.empty()) return;
    const std::string where = fmt::format("{}.{}", path, field);
    result.clauses.push_back({{}, Sorted(Entities(ids, kind, where, bad))});
  };
  add_patterns(TypePatterns(filter, path, bad));
  add_patterns(SubjectPatterns(filter, path, bad));
  add_entities(filter.companies(), "company", "companies");
  add_entities(filter.chips(), "chip", "chips");
  add_entities(filter.jurisdictions(), "place", "jurisdictions");
  return result;
}

}  // namespace chipline::stream
