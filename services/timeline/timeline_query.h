#ifndef CHIPLINE_SERVICES_TIMELINE_TIMELINE_QUERY_H_
#define CHIPLINE_SERVICES_TIMELINE_TIMELINE_QUERY_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

#include "chipline/v1/timeline_service.pb.h"
#include "services/timeline/entry_folder.h"

namespace chipline::timeline {

// A query with its names resolved: which entries it is for. A value.
struct ResolvedQuery {
  // What the ids of its entries start with, one of these.
  std::vector<std::string> kinds;
  // An entry must have a facet of each clause. At least one clause; the first is the one to search
  // by.
  std::vector<std::vector<std::string>> clauses;

  bool Matches(const EntryVersion& entry) const;
  friend bool operator==(const ResolvedQuery&, const ResolvedQuery&) = default;
};

// INVALID_ARGUMENT, naming the field under `field`, if no timeline is asked for or what it needs is
// missing.
absl::Status CheckQuery(const v1::TimelineQuery& query, std::string_view field);

// By the names as known. A name that means no entity stands for itself, as it does in events: it
// finds those that wrote it so. The query must have passed CheckQuery.
ResolvedQuery ResolveQuery(const v1::TimelineQuery& query, const NamesAt& names);

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_TIMELINE_QUERY_H_
