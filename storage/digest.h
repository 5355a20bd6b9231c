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

// XXH3-128 of what came before (a hash, or nothing) and of `bytes`, in 16 bytes.
std::string ChainHash(std::string_view before, std::string_view bytes);

// The digest of every event of a log, from the first to the last: 16 bytes. Reads all of it.
// DATA_LOSS, UNAVAILABLE.
absl::StatusOr<std::string> LogDigest(const EventStore& events);

// What was applied of a shared order, in two hashes (chipline.storage.v1.Digest). Nodes that have
// the same log have the same; of two that differ in `results` alone, one has decided wrongly. Not
// thread-safe.
class RunningDigest {
 public:
  // How far positions are apart at which a digest is kept for comparison.
  static constexpr Position kInterval = 1000;

  // Goes on from what the log holds. DATA_LOSS if that cannot be read.
  static absl::StatusOr<RunningDigest> Load(const EventStore& events);

  // Counts a command that was applied, or refused, and adds what is to be kept to the group, which
  // holds the command's events.
  void Add(const Sequenced& sequenced, const Outcome& outcome, CommitGroup& group);
  // Adds the digest as it is now, which came with this message.
  void Save(uint64_t sequence, CommitGroup& group);

  const v1::Digest& digest() const { return digest_; }

 private:
  v1::Digest digest_;
};

}  // namespace chipline::storage

#endif  // CHIPLINE_STORAGE_DIGEST_H_
