#ifndef CHIPLINE_SERVICES_TIMELINE_KEPT_CLAIMS_H_
#define CHIPLINE_SERVICES_TIMELINE_KEPT_CLAIMS_H_

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "services/timeline/folds/claim.h"
#include "storage/position.h"

namespace chipline::timeline {

// The claims of an entry as of a position.
struct ClaimsAt {
  storage::Position position = 0;
  // By position.
  std::vector<Claim> claims;

  // About what they take in memory, by a sample of them.
  size_t bytes() const;
};

// Claims of the entries that were folded last, so that one more claim in an entry of thousands does
// not read and take apart all of them again. They are lent: whoever takes an entry's claims out
// puts them back, mostly with some more. Not thread-safe.
class KeptClaims {
 public:
  // Keeps about `max_bytes`; what was put back the longest ago goes first.
  explicit KeptClaims(size_t max_bytes) : max_bytes_(max_bytes) {}

  // What is kept of the entry, which is then kept no more; nullopt if nothing is.
  std::optional<ClaimsAt> Take(std::string_view entry_id);
  void Put(std::string_view entry_id, ClaimsAt claims);

 private:
  struct Held {
    std::string entry_id;
    ClaimsAt claims;
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

#endif  // CHIPLINE_SERVICES_TIMELINE_KEPT_CLAIMS_H_
