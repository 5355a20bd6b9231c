#ifndef CHIPLINE_SERVICES_QUERY_KEPT_EXPLANATION_H_
#define CHIPLINE_SERVICES_QUERY_KEPT_EXPLANATION_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "services/timeline/entry_explanation.h"
#include "storage/mutex.h"

namespace chipline::query {

// The explanation of which a page was told last and another is due, so that the pages of an entry
// with thousands of claims do not each read and weigh all of them. One at a time, of kMaxBytes at
// most: who asks while somebody else turns pages makes it anew, as without this. Thread-safe.
class KeptExplanation {
 public:
  static constexpr size_t kMaxBytes = 64 * 1024 * 1024;

  // Null if it is not there.
  std::shared_ptr<const timeline::EntryExplanation> Find(std::string_view entry_id,
                                                         const timeline::AsOf& as_of) const {
    MutexLock lock(mutex_);
    if (kept_ == nullptr || entry_id_ != entry_id) return nullptr;
    const timeline::AsOf& then = kept_->as_of();
    const bool same = then.position == as_of.position && then.published_by == as_of.published_by;
    return same ? kept_ : nullptr;
  }
  // Null if no other page is due.
  void Keep(std::string_view entry_id,
            std::shared_ptr<const timeline::EntryExplanation> explanation) {
    if (explanation != nullptr && explanation->bytes() > kMaxBytes) return;
    MutexLock lock(mutex_);
    if (explanation == nullptr && entry_id_ != entry_id) return;
    entry_id_ = std::string(entry_id);
    // What was there goes after the lock was given back.
    kept_.swap(explanation);
  }

 private:
  mutable Mutex mutex_;
  std::string entry_id_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const timeline::EntryExplanation> kept_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chipline::query

#endif  // CHIPLINE_SERVICES_QUERY_KEPT_EXPLANATION_H_
