#ifndef CHIPLINE_SERVICES_RPC_SUBSCRIBERS_H_
#define CHIPLINE_SERVICES_RPC_SUBSCRIBERS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/rpc/open_streams.h"
#include "storage/limits.h"
#include "storage/position.h"

namespace chipline {

// Who reads a stream, and from where.
struct SubscriberName {
  std::string method;
  std::string client_name;
  std::string peer;
  // Empty where callers are not known.
  std::string principal = {};
};

// One live stream as operators see it. Shared by the stream, which moves it, and those who look.
struct Subscriber {
  const uint64_t id;
  const SubscriberName name;
  const absl::Time start_time;
  // At the end, waiting for what comes.
  std::atomic<bool> live{false};
  // Every match up to here was written.
  std::atomic<storage::Position> position{0};
  // What they are sent right now, and what is held for them beside that.
  std::atomic<size_t> in_flight_bytes{0};
  std::atomic<size_t> held_bytes{0};
};

// The streams that are open: a bound on how many, on what they have in flight together, and the way
// to end them all. Thread-safe. Must outlive the gRPC server.
class Subscribers {
 public:
  explicit Subscribers(size_t max_streams = limits::kMaxStreams) : open_(max_streams, "streams") {}

  // Takes a stream in. `stop` ends it as draining does; see OpenStreams.
  absl::StatusOr<std::shared_ptr<Subscriber>> Add(SubscriberName name, std::function<void()> stop);
  void Remove(uint64_t id) { open_.Remove(id); }

  // In the order they came, after the id `after`, at most `limit`.
  std::vector<std::shared_ptr<const Subscriber>> List(uint64_t after, size_t limit) const;
  size_t count() const { return open_.count(); }

  // Ends every stream and refuses new ones, for good.
  void Drain() { open_.Drain(); }

  // How large a message may be now. Clients that do not read leave a message each in memory, so
  // messages are smaller while very much is held.
  size_t MessageAllowance() const;
  // UNAVAILABLE, reason SLOW_READERS, with RetryInfo, if so much is held for clients that do not
  // read that no message of so many bytes may be added.
  absl::Status CheckRoom(size_t bytes) const;
  void MessageStarted(Subscriber& subscriber, size_t bytes);
  void MessageDone(Subscriber& subscriber);
  // What is held for the stream now.
  void Held(Subscriber& subscriber, size_t bytes);

  // Of the log's, in messages written since the start.
  void CountDelivered(size_t events) {
    delivered_events_.fetch_add(events, std::memory_order_relaxed);
  }
  uint64_t delivered_events() const { return delivered_events_.load(std::memory_order_relaxed); }

 private:
  struct Entry {
    std::shared_ptr<Subscriber> subscriber;
    std::function<void()> stop;
  };

  OpenStreams<Entry> open_;
  // Of all streams together: in flight and held.
  std::atomic<size_t> bytes_{0};
  std::atomic<uint64_t> delivered_events_{0};
};

}  // namespace chipline

#endif  // CHIPLINE_SERVICES_RPC_SUBSCRIBERS_H_
