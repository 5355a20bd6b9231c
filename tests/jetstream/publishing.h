#ifndef CHIPLINE_TESTS_JETSTREAM_PUBLISHING_H_
#define CHIPLINE_TESTS_JETSTREAM_PUBLISHING_H_

#include <string>
#include <vector>

#include "storage/jetstream/publisher.h"
#include "storage/mutex.h"

namespace chipline::jetstream {

// Collects acknowledgements, in the order in which they come.
class Acks {
 public:
  Publisher::OnAck Add() {
    return [this](Publisher::Ack ack) {
      MutexLock lock(mutex_);
      acks_.push_back(std::move(ack));
      changed_.NotifyAll();
    };
  }
  // Waits until there are `count`.
  std::vector<Publisher::Ack> WaitFor(size_t count) {
    MutexLock lock(mutex_);
    while (acks_.size() < count) changed_.Wait(mutex_);
    return acks_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  std::vector<Publisher::Ack> acks_ ABSL_GUARDED_BY(mutex_);
};

// Publishes each to kStream, a few hundred at a time. Returns their sequences; what is refused
// fails the test.
std::vector<uint64_t> PublishAll(Connection& connection, const std::vector<std::string>& messages);

// Publishes it again until one of them is acknowledged, whose sequence it returns.
uint64_t PublishUntilStored(Connection& connection, const std::string& message);

}  // namespace chipline::jetstream

#endif  // CHIPLINE_TESTS_JETSTREAM_PUBLISHING_H_
