#ifndef CHIPLINE_TESTS_FOLDS_CLAIMS_H_
#define CHIPLINE_TESTS_FOLDS_CLAIMS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chipline/v1/timeline_service.pb.h"
#include "services/timeline/folds/fold.h"
#include "services/values/name_table.h"
#include "tests/folds/reports.h"

namespace chipline::timeline {

// A log in memory, and its entries as the materializer must bring them about: rows are the claims
// under the key, what links to a row, and what a row refers to, whatever the order of arrival.
class Log {
 public:
  // Returns the event_id: the report's own, or e and the position.
  std::string Add(const Report& report);

  // The name means the entity from here on, or, if removed, means it no more.
  void Alias(v1::EntityKind kind, std::string_view name, std::string_view entity,
             bool remove = false);

  // The entry as of the end of the log, or as of what was public by the end of a day. Without state
  // if there is none.
  v1::TimelineEntry Entry(std::string_view entry_id) const;
  v1::TimelineEntry EntryPublishedBy(std::string_view entry_id, std::string_view day) const;
  v1::ExplainEntryResponse Explained(std::string_view entry_id) const;
  // All entries, in order of id.
  std::vector<std::string> EntryIds() const;

  FoldInput Input(std::string_view entry_id, bool with_dependencies = true) const;
  NamesAt names() const { return {table_, NameTable::kHead}; }

 private:
  Rows RowsOf(const v1::EntryKey& key) const;

  NameTable table_;
  uint64_t last_position_ = 0;
  std::vector<v1::RecordedEvent> events_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_TESTS_FOLDS_CLAIMS_H_
