#include "storage/room.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/cord.h"

#include "storage/error.h"
#include "storage/free_bytes.h"

namespace chipline::storage {
namespace {

// When callers should try again.
constexpr absl::Duration kRetryDelay = absl::Seconds(10);
// At most this many bytes are appended between two checks.
constexpr uint64_t kLookEvery = 4 * 1024 * 1024;
// Bytes on disk for each appended byte: in the write-ahead log and a table of the log, in the index
// and in the views, where a compaction writes it once more.
constexpr uint64_t kCopies = 6;

absl::Status NoRoomError(uint64_t free, uint64_t wanted) {
  const absl::Status retry = RetryError(
      "DISK_NEARLY_FULL",
      "the server's disk has " + std::to_string(free) + " bytes free, and appends are taken from " +
          std::to_string(wanted) + " on; reads go on; send the same again later",
      kRetryDelay);
  absl::Status status(absl::StatusCode::kResourceExhausted, retry.message());
  retry.ForEachPayload([&status](absl::string_view type, const absl::Cord& payload) {
    status.SetPayload(type, payload);
  });
  return status;
}

}  // namespace

Room::Room(std::filesystem::path directory, rocksdb::Env* env, uint64_t min_free_bytes,
           std::function<uint64_t()> unwritten)
    : directory_(std::move(directory)),
      env_(env),
      min_free_bytes_(min_free_bytes),
      unwritten_(std::move(unwritten)) {
  Look();
}

absl::Status Room::status() const {
  const MutexLock lock(mutex_);
  if (!full_) return absl::OkStatus();
  return NoRoomError(free_, min_free_bytes_ + min_free_bytes_ / 4);
}

absl::Status Room::Take(uint64_t bytes) {
  if (min_free_bytes_ == 0) return absl::OkStatus();
  bool enough = false;
  {
    const MutexLock lock(mutex_);
    enough = bytes <= left_;
    if (enough) left_ -= bytes;
  }
  if (!enough) Look();
  return status();
}

void Room::Look() {
  if (min_free_bytes_ == 0) return;
  const absl::StatusOr<uint64_t> free = FreeBytes(env_, directory_);
  // If it cannot be found out, nothing changes. A disk that really fails is noticed by a write.
  if (!free.ok()) return;
  const uint64_t unwritten = unwritten_();
  const MutexLock lock(mutex_);
  free_ = *free;
  // Appends start again at a little more than where they stop, so that the state does not flicker.
  const uint64_t wanted = min_free_bytes_ + unwritten + (full_ ? min_free_bytes_ / 4 : 0);
  full_ = free_ < wanted;
  left_ = full_ ? 0 : std::min((free_ - wanted) / kCopies, kLookEvery);
}

uint64_t Room::free_bytes() const {
  const MutexLock lock(mutex_);
  return free_;
}

bool Room::scarce() const {
  const MutexLock lock(mutex_);
  return full_ && free_ < min_free_bytes_ / 2;
}

}  // namespace chipline::storage
