#ifndef CHIPLINE_SERVICES_STREAM_EVENT_PAGE_H_
#define CHIPLINE_SERVICES_STREAM_EVENT_PAGE_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/stream/caller_gone.h"
#include "storage/cursor.h"
#include "storage/filter.h"
#include "storage/log_reader.h"
#include "storage/position.h"

namespace chipline::stream {

// Which events a page is of, and where it begins.
struct PageQuery {
  storage::Filter filter;
  bool backward = false;
  // Recorded at or after, and before.
  std::optional<absl::Time> start_time;
  std::optional<absl::Time> end_time;
  // Exclusive. Backward, 0 is the end of the log.
  storage::Position after = 0;
  // At most so many events.
  size_t size = 0;
};

// A page as stored: `events = 1` fields in the order asked for.
struct EventPage {
  std::vector<storage::BlockSlice> events;
  // Everything up to here, in the order asked for, was looked at; where the next page begins.
  storage::Position last = 0;
  // There is a next page, perhaps an empty one.
  bool more = false;
};

// Reads a page of the log up to `head`: at most about limits::kMaxBatchBytes, and what is found
// among limits::kMaxScanRows rows, which may be nothing although there is more. Unlike a stream's
// message a page may end within an append. CANCELLED soon after `gone` says that nobody waits any
// more. Reads disk.
absl::StatusOr<EventPage> ReadPage(const storage::LogReader& log, const PageQuery& query,
                                   storage::Position head, const CallerGone& gone);

}  // namespace chipline::stream

#endif  // CHIPLINE_SERVICES_STREAM_EVENT_PAGE_H_
