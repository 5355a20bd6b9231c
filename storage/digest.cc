#include "storage/digest.h"

#include <xxhash.h>

#include "storage/error.h"
#include "storage/key.h"
#include "storage/record.h"
#include "storage/state_keys.h"
#include "storage/status_macros.h"

namespace chipline::storage {
namespace {

// The result of a command, without the text of messages, which may change between versions.
std::string ResultOf(const v1::Command& command, const Outcome& outcome, const CommitGroup& group) {
  std::string result = BigEndian(static_cast<uint64_t>(outcome.status.code()));
  if (!outcome.status.ok()) return result.append(ReasonOf(outcome.status));
  for (const AppendedEvent& event : outcome.events) {
    result.append(BigEndian(event.position));
    // A duplicate's record was added with its own append.
    if (event.duplicate) continue;
    if (const auto record = group.RecordAt(event.position)) result.append(*record);
  }
  if (command.has_cursor()) {
    result.append(command.cursor().name()).append(BigEndian(outcome.cursor_position));
    result.append(BigEndian(static_cast<uint64_t>(absl::ToUnixNanos(outcome.time))));
  }
  return result;
}

}  // namespace

std::string ChainHash(std::string_view before, std::string_view bytes) {
  const std::string all = std::string(before).append(bytes);
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(all.data(), all.size()));
  return std::string(reinterpret_cast<const char*>(canonical.digest), sizeof canonical.digest);
}

absl::StatusOr<std::string> LogDigest(const EventStore& events) {
  std::string digest;
  EventStore::Scan scan = events.ScanFrom(1);
  while (true) {
    ASSIGN_OR_RETURN(const auto block, scan.Next());
    if (block == nullptr) return digest;
    // Not block by block: a repair may have divided the same events differently.
    RETURN_IF_ERROR(ForEachRecord(block->body(), [&digest](std::string_view record) {
      digest = ChainHash(digest, record);
      return absl::OkStatus();
    }));
  }
}

absl::StatusOr<RunningDigest> RunningDigest::Load(const EventStore& events) {
  RunningDigest loaded;
  ASSIGN_OR_RETURN(const auto stored, events.GetStateMessage<v1::Digest>(kDigestKey));
  if (stored.has_value()) loaded.digest_ = *stored;
  return loaded;
}

void RunningDigest::Add(const Sequenced& sequenced, const Outcome& outcome, CommitGroup& group) {
  const Position before = digest_.position();
  digest_.set_commands(ChainHash(digest_.commands(), sequenced.bytes));
  digest_.set_results(ChainHash(digest_.results(), ResultOf(sequenced.command, outcome, group)));
  digest_.set_position(group.next() - 1);
  if (digest_.position() / kInterval == before / kInterval) return;
  const Position kept = digest_.position() / kInterval * kInterval;
  group.SetState(KeptDigestKey(kept), digest_.SerializeAsString());
}

void RunningDigest::Save(uint64_t sequence, CommitGroup& group) {
  digest_.set_sequence(sequence);
  group.SetState(kDigestKey, digest_.SerializeAsString());
}

}  // namespace chipline::storage
