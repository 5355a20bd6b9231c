#include "storage/jetstream/patience.h"

#include <chrono>

#include "storage/mutex.h"

namespace chipline::jetstream {

void WaitForServers() {
  Mutex mutex;
  CondVar never;
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
  const MutexLock lock(mutex);
  while (never.WaitUntil(mutex, until)) {
  }
}

}  // namespace chipline::jetstream
