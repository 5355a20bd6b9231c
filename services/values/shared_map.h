#ifndef CHIPLINE_SERVICES_VALUES_SHARED_MAP_H_
#define CHIPLINE_SERVICES_VALUES_SHARED_MAP_H_

#include <array>
#include <atomic>
#include <bitset>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace chipline {

// A hash map by text that is copied often and changed a little in between: a copy shares all parts
// of the map, and a change then copies the one part that it is in. A copy costs kParts pointers, a
// change at most a kParts-th of the map. No library among Debian's packages has such a map.
//
// Thread-compatible: const methods and copying may run together, and copies are independent of each
// other, whichever threads have them.
template <typename Value>
class SharedMap {
 public:
  SharedMap() = default;
  SharedMap(const SharedMap& other) : parts_(other.parts_), size_(other.size_) {
    other.copied_.store(true, std::memory_order_relaxed);
  }
  SharedMap& operator=(const SharedMap&) = delete;

  bool empty() const { return size_ == 0; }
  // Null if there is none. Good until the next change.
  const Value* Find(std::string_view key) const {
    const std::shared_ptr<const Part>& part = parts_[PartOf(key)];
    if (part == nullptr) return nullptr;
    const auto found = part->find(absl::string_view(key.data(), key.size()));
    return found == part->end() ? nullptr : &found->second;
  }
  // The value, which is made if there is none. Good until the next change.
  Value& Get(std::string_view key) {
    const auto [place, made] = Own(PartOf(key)).try_emplace(std::string(key));
    size_ += made ? 1 : 0;
    return place->second;
  }
  void Erase(std::string_view key) {
    size_ -= Own(PartOf(key)).erase(absl::string_view(key.data(), key.size()));
  }
  // In no order.
  void ForEach(const std::function<void(const std::string&, const Value&)>& visit) const {
    for (const auto& part : parts_) {
      if (part == nullptr) continue;
      for (const auto& [key, value] : *part) visit(key, value);
    }
  }

 private:
  static constexpr size_t kParts = 256;
  using Part = absl::flat_hash_map<std::string, Value>;

  static size_t PartOf(std::string_view key) { return std::hash<std::string_view>{}(key) % kParts; }

  // The part, of which no copy knows.
  Part& Own(size_t number) {
    if (copied_.exchange(false, std::memory_order_relaxed)) owned_.reset();
    std::shared_ptr<const Part>& part = parts_[number];
    if (!owned_[number]) {
      part = part == nullptr ? std::make_shared<Part>() : std::make_shared<Part>(*part);
      owned_.set(number);
    }
    // It was made as one that may be changed, by this map.
    return const_cast<Part&>(*part);
  }

  std::array<std::shared_ptr<const Part>, kParts> parts_;
  size_t size_ = 0;
  // The parts that no copy shares, but for a copy that was made since (copied_).
  std::bitset<kParts> owned_;
  mutable std::atomic<bool> copied_{false};
};

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_VALUES_SHARED_MAP_H_
