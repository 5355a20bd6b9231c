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

// The entries that were folded last, so that one more claim in an entry of thousands does not read,
// take apart and weigh all of them again. They are lent: whoever takes an entry out puts it back,
// mostly with some more rows. Not thread-safe.
class KeptEntries {
 public:
  // Keeps about `max_bytes`; what was put back the longest ago goes first.
  explicit KeptEntries(size_t max_bytes) : max_bytes_(max_bytes) {}

  // What is kept of the entry, which is then kept no more; null if nothing is.
  std::unique_ptr<OpenEntry> Take(std::string_view entry_id);
  void Put(std::string_view entry_id, std::unique_ptr<OpenEntry> entry);
  // About what it takes.
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
  // By when they were put back, the last first; and where each is. The keys are the list's.
  std::list<Held> held_;
  absl::flat_hash_map<std::string_view, Place> places_;
};

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_KEPT_ENTRIES_H_
