#ifndef CHIPLINE_SERVICES_VALUES_SHARED_LIST_H_
#define CHIPLINE_SERVICES_VALUES_SHARED_LIST_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace chipline {

// A list that grows and shrinks at its end and is copied often: copies share its blocks, and only
// the last block is copied before it is changed. See SharedMap, also for threads.
template <typename Value>
class SharedList {
 public:
  SharedList() = default;
  SharedList(const SharedList& other) : blocks_(other.blocks_), size_(other.size_) {
    other.copied_.store(true, std::memory_order_relaxed);
  }
  SharedList& operator=(const SharedList&) = delete;

  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  const Value& operator[](size_t at) const { return (*blocks_[at / kBlock])[at % kBlock]; }
  const Value& back() const { return (*this)[size_ - 1]; }

  void push_back(Value value) {
    if (size_ % kBlock == 0) {
      blocks_.push_back(std::make_shared<Block>());
      owns_last_ = true;
      copied_.store(false, std::memory_order_relaxed);
    }
    OwnLast().push_back(std::move(value));
    ++size_;
  }
  void pop_back() {
    OwnLast().pop_back();
    if (--size_ % kBlock != 0) return;
    blocks_.pop_back();
    owns_last_ = false;
  }

 private:
  static constexpr size_t kBlock = 512;
  using Block = std::vector<Value>;

  Block& OwnLast() {
    if (copied_.exchange(false, std::memory_order_relaxed)) owns_last_ = false;
    if (!owns_last_) blocks_.back() = std::make_shared<Block>(*blocks_.back());
    owns_last_ = true;
    // It was made as one that may be changed, by this list.
    return const_cast<Block&>(*blocks_.back());
  }

  // All but the last are full; the last is not empty.
  std::vector<std::shared_ptr<const Block>> blocks_;
  size_t size_ = 0;
  // Whether no copy shares the last block, but for one that was made since (copied_).
  bool owns_last_ = false;
  mutable std::atomic<bool> copied_{false};
};

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_VALUES_SHARED_LIST_H_
