#ifndef CHIPLINE_SERVICES_TIMELINE_MENTIONS_H_
#define CHIPLINE_SERVICES_TIMELINE_MENTIONS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "chipline/v1/event.pb.h"

namespace chipline::timeline {

// The names in an event whose meaning can change: those without an id, of any kind and in any place
// (payload, origin, hops, conversions).
std::vector<const v1::Ref*> NamesIn(const v1::Event& event);

// Fold keys of names. Recent ones stay in memory, which is bounded. Not thread-safe.
class FoldKeys {
 public:
  const std::string& Of(const std::string& mention);

 private:
  static constexpr size_t kMaxKeys = 50'000;
  absl::flat_hash_map<std::string, std::string> keys_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_MENTIONS_H_
