#include "services/ingest/filter.h"

#include <cstddef>
#include <string>
#include <utility>

#include "google/protobuf/repeated_ptr_field.h"

#include "chipline/v1/event.pb.h"
#include "fmt/format.h"
#include "services/ingest/checks.h"
#include "services/ingest/naming.h"
#include "services/values/subject_token.h"
#include "storage/limits.h"
#include "storage/subject_pattern.h"

namespace chipline::ingest {
namespace {

storage::Clause TypesClause(const v1::Filter& filter, const FieldPath& path, Review& review) {
  storage::Clause clause;
  for (int i = 0; i < filter.event_types_size(); ++i) {
    const v1::EventType type = filter.event_types(i);
    RequireEnum<v1::EventType_IsValid>(type, path.At("event_types", i), review);
    clause.subject_patterns.push_back(fmt::format("{}.>", SubjectRoot(type)));
  }
  return clause;
}

storage::Clause SubjectsClause(const v1::Filter& filter, const FieldPath& path, Review& review) {
  storage::Clause clause;
  for (int i = 0; i < filter.subject_patterns_size(); ++i) {
    const std::string& pattern = filter.subject_patterns(i);
    if (!storage::IsSubjectPattern(pattern)) {
      review.violations.Add(
          path.At("subject_patterns", i),
          fmt::format("is {}; allowed are tokens of a-z, 0-9, + and - joined by dots, with * for "
                      "one token and a last > for one or more, for example capex.* or "
                      "order.bytedance.>",
                      pattern.empty() ? "empty" : Quoted(pattern)));
    }
    clause.subject_patterns.push_back(pattern);
  }
  return clause;
}

storage::Clause EntitiesClause(const google::protobuf::RepeatedPtrField<std::string>& ids,
                               v1::EntityKind kind, const FieldPath& path, std::string_view field,
                               Review& review) {
  storage::Clause clause;
  for (int i = 0; i < ids.size(); ++i) {
    if (!IsEntityId(ids[i])) {
      review.violations.Add(
          path.At(field, i),
          fmt::format("is {}; an id is needed, 1 to 64 of a-z, 0-9 and -, as in the events' "
                      "entities after {}/; a filter does not look names up",
                      ids[i].empty() ? "empty" : Quoted(ids[i]), EntityPrefix(kind)));
    }
    clause.entities.push_back(fmt::format("{}/{}", EntityPrefix(kind), ids[i]));
  }
  return clause;
}

}  // namespace

absl::StatusOr<storage::Filter> ToStorageFilter(const v1::Filter& filter, std::string_view field) {
  Review review;
  const FieldPath path(field);
  CheckKnownFields(filter, path, review);
  const int values = filter.event_types_size() + filter.subject_patterns_size() +
                     filter.companies_size() + filter.chips_size() + filter.jurisdictions_size();
  CheckCount(values, 0, static_cast<int>(limits::kMaxFilterValues), path, review);

  storage::Filter result;
  const auto add = [&result](storage::Clause clause) {
    if (clause.subject_patterns.empty() && clause.entities.empty()) return;
    result.clauses.push_back(std::move(clause));
  };
  add(TypesClause(filter, path, review));
  add(SubjectsClause(filter, path, review));
  add(EntitiesClause(filter.companies(), v1::ENTITY_KIND_COMPANY, path, "companies", review));
  add(EntitiesClause(filter.chips(), v1::ENTITY_KIND_CHIP, path, "chips", review));
  add(EntitiesClause(filter.jurisdictions(), v1::ENTITY_KIND_PLACE, path, "jurisdictions", review));
  if (!review.violations.empty()) return review.violations.ToStatus();
  return result;
}

}  // namespace chipline::ingest
