#ifndef CHIPLINE_SERVICES_RPC_WAKER_H_
#define CHIPLINE_SERVICES_RPC_WAKER_H_

#include <cstdint>
#include <functional>

#include "storage/position.h"

namespace chipline {

// Something that moves over positions and that a stream can wait for: the log's head, or how far
// the views have come. Thread-safe.
class Waker {
 public:
  virtual ~Waker() = default;

  // Calls `wake` once, as soon as it has moved past `position`; at once, on this thread, if it has.
  // `wake` must not block, and must bear being called while or after the waiter goes away: it holds
  // the waiter weakly. Returns a number for Cancel, 0 if `wake` was called already.
  virtual uint64_t NotifyPast(storage::Position position, std::function<void()> wake) = 0;

  // Forgets the call, if it was not made yet. It may be in progress as this returns. 0 is ignored.
  virtual void Cancel(uint64_t registration) = 0;
};

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_WAKER_H_
