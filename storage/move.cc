#include "storage/move.h"

#include <string>

#include "storage/digest.h"
#include "storage/directory.h"
#include "storage/error.h"
#include "storage/event_store.h"
#include "storage/format_file.h"
#include "storage/high_water.h"
#include "storage/log_end.h"
#include "storage/state_keys.h"
#include "storage/status_macros.h"

namespace chipline::storage {

v1::Genesis NewLogGenesis() {
  v1::Genesis genesis;
  genesis.set_log_id(NewLogId());
  genesis.set_epoch(1);
  return genesis;
}

absl::StatusOr<v1::Genesis> PrepareMove(const std::filesystem::path& path, absl::Time now) {
  ASSIGN_OR_RETURN(const auto directory, Directory::OpenExisting(path));
  ASSIGN_OR_RETURN(const auto mark, HighWater::Read(directory->high_water()));
  EventStoreOptions options;
  options.directory = directory->log();
  options.synced = mark.value_or(0);
  options.unsynced = directory->unsynced();
  ASSIGN_OR_RETURN(const auto events, EventStore::Open(options));
  ASSIGN_OR_RETURN(const LogEnd end, FindEnd(*events));
  RETURN_IF_ERROR(HighWater::Check(end.head, mark));
  ASSIGN_OR_RETURN(const auto known, events->GetStateMessage<v1::Genesis>(kGenesisKey));
  if (known.has_value() && known->epoch() == directory->epoch()) {
    return Error(absl::StatusCode::kFailedPrecondition, "OF_A_CLUSTER",
                 path.string() +
                     " is of a node that takes its order from a stream already; "
                     "restore a backup of it to move the log to another stream");
  }
  v1::Genesis genesis;
  genesis.set_log_id(directory->log_id());
  genesis.set_epoch(NextEpoch(directory->epoch(), now));
  genesis.set_base_position(end.head);
  ASSIGN_OR_RETURN(*genesis.mutable_base_digest(), LogDigest(*events));
  v1::Format format = directory->format();
  format.set_epoch(genesis.epoch());
  RETURN_IF_ERROR(WriteFormat(path, format));
  return genesis;
}

}  // namespace chipline::storage
