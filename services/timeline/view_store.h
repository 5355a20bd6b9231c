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

// DATA/views in RocksDB. It is derived and can be deleted, so it is never synced. With the WAL a
// write survives the end of the process. Without it (while much is built at once), what was not
// flushed is built again. Flushes write all families together, so what survives is always a state
// that the views had. Thread-safe, with one writer at a time.
class ViewStore {
 public:
  // The row of kMeta.
  static constexpr std::string_view kMetaKey = "views";

  // Not open yet. Caches about `cache_bytes` of what is read. `env` and `errors` may be null;
  // `errors` gets every disk error.
  ViewStore(std::filesystem::path directory, size_t cache_bytes, rocksdb::Env* env = nullptr,
            std::shared_ptr<storage::DiskErrors> errors = nullptr);
  // Opens it for reading only: nothing in the directory changes, and writes fail. Returns the error
  // if there is none, or it cannot be read unchanged.
  static absl::StatusOr<std::unique_ptr<ViewStore>> OpenToRead(
      const std::filesystem::path& directory, size_t cache_bytes);

  // Opens the store, or creates it if there is none. It may be opened and deleted repeatedly while
  // others read; readers then get UNAVAILABLE. DATA_LOSS if it is damaged.
  absl::Status Open() { return rocks_.Open(); }
  // Closes it and deletes everything.
  absl::Status Destroy() { return rocks_.Destroy(); }
  // OK, or why it cannot continue: UNAVAILABLE if nothing can be written until it is opened again,
  // DATA_LOSS if a read found damage.
  absl::Status failure() const;

  // The state of all families at one time. It ends when the store is closed. The store must outlive
  // it.
  class Snapshot {
   public:
    explicit Snapshot(const ViewStore& store) : snapshot_(store.rocks_) {}
    const storage::RocksSnapshot* get() const { return &snapshot_; }

   private:
    storage::RocksSnapshot snapshot_;
  };

  // The reads below are of the snapshot, or of the current state if it is null. They read disk.
  // UNAVAILABLE if that fails, or the store was opened again since the snapshot; DATA_LOSS if the
  // data is damaged.
  absl::StatusOr<std::optional<std::string>> Get(ViewFamily family, std::string_view key,
                                                 const Snapshot* snapshot) const;
  // Calls `visit` with each key without `prefix`, and its value, in byte order from prefix + from
  // on, until it returns false.
  absl::Status Scan(ViewFamily family, std::string_view prefix, std::string_view from,
                    const Snapshot* snapshot,
                    const std::function<bool(std::string_view, std::string_view)>& visit) const;
  // Empty if nothing was ever written.
  absl::StatusOr<storage::v1::ViewMeta> Meta(const Snapshot* snapshot) const;

  // Reads no disk.
  storage::RocksFigures figures() const { return storage::FiguresOf(rocks_); }

  // Applies and empties the batch.
  absl::Status Write(ViewBatch& batch, bool wal);
  // Flushes what was written without the WAL. Required before the next write with it.
  absl::Status Flush();

 private:
  friend class ViewBatch;
  explicit ViewStore(storage::RocksOptions options) : rocks_(std::move(options)) {}

  storage::Rocks rocks_;
};

// Parses a message. DATA_LOSS, naming the key, if that fails.
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
