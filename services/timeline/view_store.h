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
#include "rocksdb/write_batch.h"

#include "chipline/storage/v1/view.pb.h"
#include "storage/rocks.h"
#include "storage/rocks_figures.h"

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

  // Closed at first. Keeps about `cache_bytes` of what is read in memory. `env` may be null.
  // `errors` gets every error of the disk, and may be null.
  ViewStore(std::filesystem::path directory, size_t cache_bytes, rocksdb::Env* env = nullptr,
            std::shared_ptr<storage::DiskErrors> errors = nullptr);
  // For reading alone: nothing in the directory changes, and writes fail. The error if there is
  // none, or it cannot be read as it is.
  static absl::StatusOr<std::unique_ptr<ViewStore>> OpenToRead(
      const std::filesystem::path& directory, size_t cache_bytes);

  // Opens the store, or makes it if there is none. It may be opened and deleted again and again
  // while others read: those then get UNAVAILABLE. DATA_LOSS if it is damaged.
  absl::Status Open() { return rocks_.Open(); }
  // Closes it and deletes all of it.
  absl::Status Destroy() { return rocks_.Destroy(); }
  // OK; or why it cannot go on as it is: UNAVAILABLE if nothing can be written until it is opened
  // again, DATA_LOSS if a read met damage.
  absl::Status failure() const;

  // The state of all families at one time, for as long as the object lives and the store stays
  // open. The store must outlive it.
  class Snapshot {
   public:
    explicit Snapshot(const ViewStore& store) : snapshot_(store.rocks_) {}
    const storage::RocksSnapshot* get() const { return &snapshot_; }

   private:
    storage::RocksSnapshot snapshot_;
  };

  // Reads below are of the snapshot, or of now if it is null. They read disk. UNAVAILABLE if it
  // fails, or the store was opened anew since the snapshot; DATA_LOSS if what is there is damaged.
  absl::StatusOr<std::optional<std::string>> Get(ViewFamily family, std::string_view key,
                                                 const Snapshot* snapshot) const;
  // Calls `visit` with the rest of each key behind `prefix`, and its value, in byte order from
  // prefix + from on, until it returns false.
  absl::Status Scan(ViewFamily family, std::string_view prefix, std::string_view from,
                    const Snapshot* snapshot,
                    const std::function<bool(std::string_view, std::string_view)>& visit) const;
  // Empty if nothing was ever written.
  absl::StatusOr<storage::v1::ViewMeta> Meta(const Snapshot* snapshot) const;

  // Reads no disk.
  storage::RocksFigures figures() const { return storage::FiguresOf(rocks_); }

  // Applies and empties the batch.
  absl::Status Write(ViewBatch& batch, bool wal);
  // Makes durable what was written without the WAL. Needed before the next write with it.
  absl::Status Flush();

 private:
  friend class ViewBatch;
  explicit ViewStore(storage::RocksOptions options) : rocks_(std::move(options)) {}

  storage::Rocks rocks_;
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
