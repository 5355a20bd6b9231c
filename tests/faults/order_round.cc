#include <algorithm>
#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "storage/check.h"
#include "tests/faults/fault_file_system.h"
#include "tests/faults/scene.h"
#include "tests/storage/replayed_stream.h"

// One round of what the nodes of a cluster rest on, without servers: messages that are lost,
// published again and copied, nodes that group them differently and restart, and a disk that cannot
// be read. Linked with the product's sources it finds nothing wrong; linked with a mutant it must
// name what was broken. Exit 0, or 1 with "violated ...".
namespace chipline::faults {
namespace {

using storage::testing::Message;
using storage::testing::RandomMessages;
using storage::testing::ReplayingNode;

int Broken(const std::string& what) {
  fmt::print("{}\n", what);
  return 1;
}

storage::v1::StreamMessage Parsed(const Message& message) {
  storage::v1::StreamMessage parsed;
  CHECK(parsed.ParseFromString(message.bytes));
  return parsed;
}

// The same messages as a stream may have them: some come only when their proposer has published
// them, and all behind them, again; some come once more, late, and the last ones in another order.
std::vector<Message> Disturbed(const std::vector<Message>& messages, std::mt19937_64& random) {
  std::vector<Message> stream;
  const auto add = [&stream](Message message) {
    if (!stream.empty()) message.time = stream.back().time + absl::Milliseconds(1);
    stream.push_back(std::move(message));
  };
  // By proposer, those from a lost one on.
  std::map<uint64_t, std::vector<Message>> again;
  const auto publish_again = [&](uint64_t proposer) {
    for (const Message& message : again[proposer]) add(message);
    again[proposer].clear();
  };
  for (const Message& message : messages) {
    const uint64_t proposer = Parsed(message).proposals().proposer();
    std::vector<Message>& waiting = again[proposer];
    if (proposer == 0 || (waiting.empty() && random() % 6 != 0)) {
      add(message);
    } else {
      if (!waiting.empty()) add(message);
      waiting.push_back(message);
      if (waiting.size() > 3) publish_again(proposer);
    }
    if (proposer != 0 && random() % 4 == 0) add(messages[2 + random() % (messages.size() - 2)]);
  }
  for (const uint64_t proposer : {1, 2}) publish_again(proposer);
  for (size_t i = messages.size() - 1; i > messages.size() / 2; --i) add(messages[i]);
  return stream;
}

// What is left if each command is taken once, in the order of its proposer.
std::vector<Message> EachOnce(const std::vector<Message>& stream) {
  std::vector<Message> once;
  std::map<uint64_t, uint64_t> last;
  for (const Message& message : stream) {
    storage::v1::StreamMessage parsed = Parsed(message);
    if (!parsed.has_proposals()) {
      once.push_back(message);
      continue;
    }
    storage::v1::StreamMessage fresh;
    auto& proposals = *fresh.mutable_proposals();
    proposals.set_proposer(parsed.proposals().proposer());
    uint64_t& taken = last[proposals.proposer()];
    proposals.set_first_number(taken + 1);
    uint64_t number = parsed.proposals().first_number();
    for (const std::string& command : parsed.proposals().commands()) {
      if (number++ != taken + 1) continue;
      ++taken;
      proposals.add_commands(command);
    }
    if (proposals.commands_size() > 0) once.push_back({message.time, fresh.SerializeAsString()});
  }
  return once;
}

void TakeAll(ReplayingNode& node, const std::vector<Message>& messages, size_t a_round) {
  const absl::Status opened = node.Open(messages, a_round);
  if (!opened.ok()) fmt::print("{}\n", opened.ToString());
  CHECK(opened.ok());
  node.WaitFor(messages.size());
}

std::vector<Message> Part(const std::vector<Message>& messages, size_t count) {
  return {messages.begin(), messages.begin() + static_cast<std::ptrdiff_t>(count)};
}

// A node whose disk cannot be read must stop, and once it can be it must come to the same.
int CannotDecide(const std::vector<Message>& messages, const std::string& content) {
  FaultDisk disk;
  ReplayingNode node;
  // What it has in memory it need not read.
  const std::vector<Message> half = Part(messages, messages.size() / 2);
  TakeAll(node, half, 10);
  CHECK(node.Open(messages, 1, disk.env.get(), /*held=*/true).ok());
  disk.files->Fail(Op::kRead, 1, /*sticky=*/true, rocksdb::IOStatus::IOError("the test says so"));
  node.stream->Release();
  node.WaitFor(messages.size());
  const bool stopped = !node.log->health().ok();
  disk.files->Mend();
  TakeAll(node, messages, 10);
  if (node.Content() != content) return Broken("violated: a read error decided something");
  if (!stopped) return Broken("nothing was read from the disk");
  node.log.reset();
  return 0;
}

int Run() {
  std::mt19937_64 random(Seed());
  const std::vector<Message> messages =
      Disturbed(RandomMessages(static_cast<uint32_t>(random()), 120), random);

  ReplayingNode one, many, restarted, once;
  TakeAll(one, messages, 1);
  TakeAll(many, messages, 50);
  if (many.Content() != one.Content()) return Broken("violated: two nodes came to different logs");
  const std::vector<Message> expected = EachOnce(messages);
  TakeAll(once, expected, 3);
  if (once.Answers() != one.Answers()) {
    return Broken("violated: a command was not applied once and in its order");
  }
  if (once.log->reader().head() < 50) return Broken("too little was accepted to tell anything");
  std::vector<Message> part;
  for (size_t i = 5; i < messages.size(); i += 1 + random() % 40) {
    restarted.log.reset();
    part = Part(messages, i);
    TakeAll(restarted, part, 1);
  }
  TakeAll(restarted, messages, 7);
  if (restarted.Content() != one.Content()) return Broken("violated: a restart changed the log");
  if (const int broken = CannotDecide(messages, one.Content()); broken != 0) return broken;
  fmt::print("all nodes came to the same log of {} events, each command applied once\n",
             one.log->reader().head());
  return 0;
}

}  // namespace
}  // namespace chipline::faults

int main() { return chipline::faults::Run(); }
