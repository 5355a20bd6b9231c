#ifndef CHIPLINE_SERVICES_ADMIN_NEVER_WAKER_H_
#define CHIPLINE_SERVICES_ADMIN_NEVER_WAKER_H_

#include <cstdint>
#include <functional>
#include <limits>

#include "services/rpc/waker.h"

namespace chipline::admin {

// For streams that wait for nothing but their next heartbeat. Thread-safe.
class NeverWaker final : public Waker {
 public:
  static constexpr storage::Position kNever = std::numeric_limits<storage::Position>::max();

  // It has no state, so there is one.
  static NeverWaker& Get() {
    static auto* const kWaker = new NeverWaker();
    return *kWaker;
  }
  uint64_t NotifyPast(storage::Position, std::function<void()>) override { return 1; }
  void Cancel(uint64_t) override {}
};

}  // namespace chipline::admin

#endif  // CHIPLINE_SERVICES_ADMIN_NEVER_WAKER_H_
