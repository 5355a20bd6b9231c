#include "tests/jetstream/publishing.h"

#include "gtest/gtest.h"

#include "storage/jetstream/stream.h"
#include "tests/jetstream/nats_cluster.h"

namespace chipline::jetstream {

std::vector<uint64_t> PublishAll(Connection& connection, const std::vector<std::string>& messages) {
  constexpr size_t kWindow = 256;
  std::vector<uint64_t> sequences;
  const auto publisher = Publisher::Open(connection, kStream, CommandSubject(kStream));
  EXPECT_TRUE(publisher.ok()) << publisher.status();
  if (!publisher.ok()) return sequences;
  for (size_t first = 0; first < messages.size(); first += kWindow) {
    Acks acks;
    const size_t count = std::min(kWindow, messages.size() - first);
    for (size_t i = 0; i < count; ++i) {
      const absl::Status sent = (*publisher)->Publish(messages[first + i], acks.Add());
      EXPECT_TRUE(sent.ok()) << sent;
      if (!sent.ok()) return sequences;
    }
    for (const Publisher::Ack& ack : acks.WaitFor(count)) {
      EXPECT_TRUE(ack.status.ok()) << ack.status;
      sequences.push_back(ack.sequence);
    }
  }
  return sequences;
}

uint64_t PublishUntilStored(Connection& connection, const std::string& message) {
  const auto publisher = Publisher::Open(connection, kStream, CommandSubject(kStream),
                                         {.ack_timeout = absl::Seconds(1)});
  EXPECT_TRUE(publisher.ok()) << publisher.status();
  while (publisher.ok()) {
    Acks acks;
    if (!(*publisher)->Publish(message, acks.Add()).ok()) continue;
    const Publisher::Ack ack = acks.WaitFor(1)[0];
    if (ack.status.ok()) return ack.sequence;
    EXPECT_EQ(ack.status.code(), absl::StatusCode::kUnavailable) << ack.status;
  }
  return 0;
}

}  // namespace chipline::jetstream
