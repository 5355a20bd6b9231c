#ifndef CHIPLINE_STORAGE_ROCKS_STATUS_H_
#define CHIPLINE_STORAGE_ROCKS_STATUS_H_

#include <string_view>

#include "absl/status/status.h"
#include "rocksdb/status.h"

namespace chipline {

// The one place where statuses of RocksDB become ours. `doing` says what was tried, for the
// message. Corruption is DATA_LOSS; a held lock FAILED_PRECONDITION; no space RESOURCE_EXHAUSTED;
// every other disk error UNAVAILABLE.
absl::Status FromRocks(const rocksdb::Status& status, std::string_view doing);
// The same for reads. A missing file is DATA_LOSS, too.
absl::Status FromRocksRead(const rocksdb::Status& status, std::string_view doing);

}  // namespace chipline

#endif  // CHIPLINE_STORAGE_ROCKS_STATUS_H_
