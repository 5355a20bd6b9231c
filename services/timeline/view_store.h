#ifndef CHIPLINE_SERVICES_TIMELINE_VIEW_STORE_H_
#define CHIPLINE_SERVICES_TIMELINE_VIEW_STORE_H_

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/message_lite.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"

#include "chipline/storage/v1/view.pb.h"
#include "storage/rocks_open.h"

namespace chipline::timeline {

// The families of DATA/views; keys are built by view_keys.h, values are chipline.storage.v1
// messages.
enum class ViewFamily {
  kMeta,        // kMetaKey ▸ ViewMeta
  kRows,        // entry_id \0 position ▸ ViewRow
  kEntries,     // entry_id ▸ ViewEntry, only those that there are
  kKeys,        // entry_id ▸ chipline.v1.EntryKey, all that there ever were
  kFacets,      // facet + entry_id, all that ever had it
  kCarriers,    // event_id \0 why position: who links or refers to the event
  kAwaited,     // event_id: targets of links and references that have not arrived
  kMentions,    // fold key \0 first position ▸ ViewMentions
  kTouches,     // entry_id \0 end of append ▸ ViewTouch
  kDependents,  // id or start of an id + entry_id: who depends on it
  kStale,       // entry_id: rows changed past folded_position
};
inline constexpr size_t kViewFamilies = static_cast<size_t>(ViewFamily::kStale) + 1;

// A batch of changes to the views; written by ViewStore::Write all at once.
class ViewBatch {
 public:
  explicit ViewBatch(const class ViewStore& store) : store_(store) {}
  void Put(ViewFamily family, std::string_view key, std::string_view value);
  void Put(ViewFamily family, std::string_view key, const google::protobuf::MessageLite& value);
  // The value in two parts.
  void Put(ViewFamily family, std::string_view key, std::string_view head, std::string_view tail);
  void Delete(ViewFamily family, std::string_view key);
  bool empty() const { return batch_.Count() == 0; }
  size_t bytes() const { return batch_.GetDataSize(); }

 private:
  friend class ViewStore;
  const ViewStore& store_;
  rocksdb::WriteBatch batch_;
};

// DATA/views in RocksDB: derived and disposable, so never synced. With the WAL a write survives the
// end of the process; without it (while much is built at once) what was not flushed is built again:
// flushes take all families at one point, so what survives is always some state the views were in.
// Thread-safe, with one writer at a time.
class ViewStore {
 public:
  // The row of kMeta.
  static constexpr std::string_view kMetaKey = "views";

  // Opens or makes the store. Views that cannot be opened, or whose meta does not fit, are deleted
  // and start empty. Keeps about `cache_bytes` of what is read in memory. `env` may be null.
  static absl::StatusOr<std::unique_ptr<ViewStore>> Open(
      const std::filesystem::path& directory,
      const std::function<bool(const storage::v1::ViewMeta&)>& fits, size_t cache_bytes,
      rocksdb::Env* env);
  // Opens it for reading alone: nothing in the directory changes, and writes fail. The error if
  // there is none, or it cannot be read as it is.
  static absl::StatusOr<std::unique_ptr<ViewStore>> OpenToRead(
      const std::filesystem::path& directory, size_t cache_bytes);
  ~ViewStore();
  ViewStore(const ViewStore&) = delete;
  ViewStore& operator=(const ViewStore&) = delete;

  // The state of all families at one time, for as long as the object lives. The store must outlive
  // it.
  class Snapshot {
   public:
    explicit Snapshot(const ViewStore& store)
        : db_(*store.rocks_.db), snapshot_(db_.GetSnapshot()) {}
    ~Snapshot() { db_.ReleaseSnapshot(snapshot_); }
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    const rocksdb::Snapshot* get() const { return snapshot_; }

   private:
    rocksdb::DB& db_;
    const rocksdb::Snapshot* const snapshot_;
  };

  // Reads below are of the snapshot, or of now if it is null. They read disk. UNAVAILABLE or
  // DATA_LOSS if the disk fails.
  absl::StatusOr<std::optional<std::string>> Get(ViewFamily family, std::string_view key,
                                                 const Snapshot* snapshot) const;
  // Calls `visit` with the rest of each key behind `prefix`, and its value, in byte order from
  // prefix + from on, until it returns false.
  absl::Status Scan(ViewFamily family, std::string_view prefix, std::string_view from,
                    const Snapshot* snapshot,
                    const std::function<bool(std::string_view, std::string_view)>& visit) const;
  // Empty if nothing was ever written.
  absl::StatusOr<storage::v1::ViewMeta> Meta(const Snapshot* snapshot) const;

  // Applies and empties the batch.
  absl::Status Write(ViewBatch& batch, bool wal);
  // Makes durable what was written without the WAL. Needed before the next write with it.
  absl::Status Flush();

 private:
  friend class ViewBatch;
  explicit ViewStore(RocksFamilies rocks) : rocks_(std::move(rocks)) {}
  rocksdb::ColumnFamilyHandle* family(ViewFamily which) const {
    return rocks_.families[static_cast<size_t>(which)];
  }

  // Constant after Open.
  RocksFamilies rocks_;
};

// Reads a message; INVALID bytes are DATA_LOSS, naming the family's key.
template <typename M>
absl::StatusOr<M> ParseView(std::string_view key, std::string_view bytes);
absl::Status DamagedView(std::string_view key);

template <typename M>
absl::StatusOr<M> ParseView(std::string_view key, std::string_view bytes) {
  M message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return DamagedView(key);
  }
  return message;
}

}  // namespace chipline::timeline

#endif  // CHIPLINE_SERVICES_TIMELINE_VIEW_STORE_H_
