#ifndef CHIPLINE_SERVICES_INGEST_FOLD_KEYS_H_
#define CHIPLINE_SERVICES_INGEST_FOLD_KEYS_H_

#include <string>

#include "absl/container/flat_hash_map.h"

namespace chipline::ingest {

// The fold keys of the names in one request. Folding a name outside ASCII takes about a microsecond
// and the same few names come again in event after event, so those are kept, up to
// limits::kMaxCachedFoldKeys of them. Not thread-safe.
class FoldKeys {
 public:
  // FoldKey(mention).
  std::string Of(const std::string& mention);

 private:
  absl::flat_hash_map<std::string, std::string> keys_;
};

}  // namespace chipline::ingest

#endif  // CHIPLINE_SERVICES_INGEST_FOLD_KEYS_H_
