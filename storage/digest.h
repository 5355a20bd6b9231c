#ifndef CHIPLINE_STORAGE_DIGEST_H_
#define CHIPLINE_STORAGE_DIGEST_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "chipline/storage/v1/stream.pb.h"
#include "storage/commit_group.h"
#include "storage/event_store.h"
#include "storage/sequencer.h"

namespace chipline::storage {

// XXH3-128 of `before` (a hash, or nothing) and `bytes`: 16 bytes.
std::string ChainHash(std::string_view before, std::string_view bytes);

// The digest of all events of a log, in order: 16 bytes. Reads the whole log. DATA_LOSS,
// UNAVAILABLE.
absl::StatusOr<std::string> LogDigest(const EventStore& events);

// Two hashes of what was applied of a shared order (chipline.storage.v1.Digest). Nodes with the
// same log have the same hashes. If two nodes differ only in `results`, one of them decided
// wrongly. Not thread-safe.
class RunningDigest {
 public:
  // The distance of the positions for which a digest is stored for comparison.
  static constexpr Position kInterval = 1000;

  // Continues from the digest in the log. DATA_LOSS if it cannot be read.
  static absl::StatusOr<RunningDigest> Load(const EventStore& events);

  // Adds a command that was applied or refused. Adds a digest to store to the group, which has the
  // events of the command.
  void Add(const Sequenced& sequenced, const Outcome& outcome, CommitGroup& group);
  // Adds the current digest to the group; `sequence` is that of its message.
  void Save(uint64_t sequence, CommitGroup& group);

  const v1::Digest& digest() const { return digest_; }

 private:
  v1::Digest digest_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_DIGEST_H_
