#ifndef CHIPLINE_SERVICES_VALUES_FOLD_KEYS_H_
#define CHIPLINE_SERVICES_VALUES_FOLD_KEYS_H_

#include <cstddef>
#include <string>

#include "absl/container/flat_hash_map.h"

namespace chipline {

// Fold keys of names, the recent ones from memory: folding a name outside ASCII takes about a
// microsecond, and the same few names come again in event after event. Bounded. Not thread-safe.
class FoldKeys {
 public:
  // FoldKey(mention).
  std::string Of(const std::string& mention);

 private:
  static constexpr size_t kMaxKeys = 4096;

  absl::flat_hash_map<std::string, std::string> keys_;
};

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_VALUES_FOLD_KEYS_H_
