#ifndef CHIPLINE_SERVICES_TIMELINE_KEPT_ENTRIES_H_
#define CHIPLINE_SERVICES_TIMELINE_KEPT_ENTRIES_H_

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"

#include "services/timeline/open_entry.h"

namespace chipline::timeline {

// The entries folded last. One more claim in an entry of thousands then does not read, parse and
// weigh all of them again. Entries are lent: whoever takes one puts it back, usually with more
// rows. Not thread-safe.
class KeptEntries {
 public:
  // Keeps about `max_bytes`. The entry that was put back the longest time ago is evicted first.
  explicit KeptEntries(size_t max_bytes) : max_bytes_(max_bytes) {}

  // Removes the kept entry and returns it; null if it is not kept.
  std::unique_ptr<OpenEntry> Take(std::string_view entry_id);
  void Put(std::string_view entry_id, std::unique_ptr<OpenEntry> entry);
  // About how much memory it takes.
  size_t bytes() const { return bytes_; }

 private:
  struct Held {
    std::string entry_id;
    std::unique_ptr<OpenEntry> entry;
    size_t bytes;
  };
  using Place = std::list<Held>::iterator;

  Held Remove(Place place);

  const size_t max_bytes_;
  size_t bytes_ = 0;
  // The entries in the order in which they were put back, the latest first, and the place of each.
  // The keys point into the list.
  std::list<Held> held_;
  absl::flat_hash_map<std::string_view, Place> places_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_KEPT_ENTRIES_H_
