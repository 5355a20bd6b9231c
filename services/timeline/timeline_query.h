#ifndef CHIPLINE_SERVICES_TIMELINE_TIMELINE_QUERY_H_
#define CHIPLINE_SERVICES_TIMELINE_TIMELINE_QUERY_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

#include "chipline/v1/timeline_service.pb.h"
#include "services/timeline/entry_folder.h"

namespace chipline::timeline {

// A query with its names resolved: the entries that it covers. A value.
struct ResolvedQuery {
  // The beginnings of ids: the id of an entry begins with one of these.
  std::vector<std::string> kinds;
  // An entry must have a facet of each clause. There is at least one clause; the first one is used
  // to search.
  std::vector<std::vector<std::string>> clauses;

  bool Matches(const EntryVersion& entry) const;
  friend bool operator==(const ResolvedQuery&, const ResolvedQuery&) = default;
};

// INVALID_ARGUMENT, naming the field under `field`, if the query names no timeline or a required
// field is missing.
absl::Status CheckQuery(const v1::TimelineQuery& query, std::string_view field);

// Resolves the query by the names as known. A name that means no entity stands for itself, as in
// events, and finds those that use the same name. The query must have passed CheckQuery.
ResolvedQuery ResolveQuery(const v1::TimelineQuery& query, const NamesAt& names);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_TIMELINE_QUERY_H_
