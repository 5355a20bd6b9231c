#include "services/values/fold_keys.h"

#include <algorithm>

#include "services/values/fold_key.h"

namespace chipline {

std::string FoldKeys::Of(const std::string& mention) {
  const bool ascii = std::all_of(mention.begin(), mention.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii) return FoldKey(mention);
  if (const auto known = keys_.find(mention); known != keys_.end()) return known->second;
  if (keys_.size() >= kMaxKeys) keys_.clear();
  return keys_.emplace(mention, FoldKey(mention)).first->second;
}

}  // namespace chipline
