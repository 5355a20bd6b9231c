#include "services/ingest/fold_keys.h"

#include <algorithm>

#include "services/ingest/field_limits.h"
#include "services/values/fold_key.h"

namespace chipline::ingest {

std::string FoldKeys::Of(const std::string& mention) {
  const bool ascii = std::all_of(mention.begin(), mention.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii) return FoldKey(mention);
  if (const auto known = keys_.find(mention); known != keys_.end()) return known->second;
  std::string key = FoldKey(mention);
  if (keys_.size() < limits::kMaxCachedFoldKeys) keys_.emplace(mention, key);
  return key;
}

}  // namespace chipline::ingest
