#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/time/clock.h"

#include "CLI/CLI.hpp"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/values/fold_key.h"
#include "services/words/number_words.h"
#include "storage/backup_folder.h"
#include "storage/error.h"
#include "storage/jetstream/address.h"
#include "storage/jetstream/connection.h"
#include "storage/jetstream/genesis.h"
#include "storage/jetstream/servers.h"
#include "storage/jetstream/stream.h"
#include "storage/move.h"
#include "storage/rules_version.h"
#include "storage/status_macros.h"

namespace chipline::cli {
namespace {

struct CreateFlags {
  std::string stream;
  std::string data;
  jetstream::ConnectionOptions connection;
  int replicas = 3;
};

// Of which log the stream is to be: of the one in the directory, or of a new one.
absl::StatusOr<storage::v1::Genesis> MakeGenesis(const std::string& data) {
  storage::v1::Genesis genesis;
  if (data.empty()) {
    genesis = storage::NewLogGenesis();
  } else {
    ASSIGN_OR_RETURN(genesis, storage::PrepareMove(data, absl::Now()));
  }
  genesis.set_rules_version(storage::NewestRulesVersion());
  genesis.set_fold_key_version(FoldKeyVersion());
  return genesis;
}

absl::StatusOr<std::unique_ptr<jetstream::Connection>> Connect(const jetstream::Address& address,
                                                               jetstream::ConnectionOptions options,
                                                               const char* name) {
  options.urls = address.Urls();
  options.name = name;
  return jetstream::Connection::Open(options);
}

absl::StatusOr<storage::v1::Genesis> Create(const CreateFlags& flags) {
  ASSIGN_OR_RETURN(const jetstream::Address address, jetstream::ParseAddress(flags.stream));
  ASSIGN_OR_RETURN(const auto connection,
                   Connect(address, flags.connection, "chipline log create"));
  // Both before the directory is touched.
  RETURN_IF_ERROR(jetstream::CheckServers(
      jetstream::AskGreetings(*connection, jetstream::kGreetingTimeout).servers, {}));
  RETURN_IF_ERROR(jetstream::CheckNoStream(*connection, address.stream));
  ASSIGN_OR_RETURN(storage::v1::Genesis genesis, MakeGenesis(flags.data));
  RETURN_IF_ERROR(jetstream::CreateLogStream(*connection, address.stream, flags.replicas, genesis));
  return genesis;
}

ExitCode Run(const CreateFlags& flags, Console& console) {
  const auto genesis = Create(flags);
  if (!genesis.ok()) return console.Fail(genesis.status());
  if (console.json()) {
    console.PrintJson(*genesis);
    return ExitCode::kDone;
  }
  console.Line(fmt::format("The stream orders the log {}, epoch {}, from position {} on.",
                           genesis->log_id(), genesis->epoch(),
                           CountWords(static_cast<int64_t>(genesis->base_position()))));
  console.Line(flags.data.empty()
                   ? "Start each node with chipline serve --log and an empty directory."
                   : "Start the first node on this directory with chipline serve --log; give the "
                     "others a copy of it, or a backup of the first with restore --join.");
  return ExitCode::kDone;
}

struct TrimFlags {
  std::string stream;
  std::string backups;
  jetstream::ConnectionOptions connection;
  bool dry_run = false;
};

// What a trim is kept from: the newest backup and every node need the last message that they have,
// to hold themselves against the stream.
struct TrimPlan {
  uint64_t keep_from = 0;
  std::string because;
};

TrimPlan PlanTrim(const storage::v1::BackupManifest& backup,
                  const v1::GetClusterResponse& cluster) {
  TrimPlan plan{backup.applied_sequence(),
                fmt::format("backup {} has messages up to it", backup.backup_id())};
  for (const v1::ClusterNode& node : cluster.nodes()) {
    if (node.kept_sequence() >= plan.keep_from) continue;
    plan = {node.kept_sequence(),
            fmt::format("the node {} has messages up to it on its disk", node.node())};
  }
  return plan;
}

// The backup, the node and the stream must be of one log: numbers of messages of another say
// nothing.
absl::Status CheckSameLog(std::string_view what, const std::string& log_id, uint64_t epoch,
                          const storage::v1::BackupManifest& backup) {
  const storage::v1::Format& format = backup.format();
  if (log_id == format.log_id() && epoch == format.epoch()) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, "OTHER_LOG",
               fmt::format("{} is of the log {}, epoch {}, and backup {} of {}, epoch {}", what,
                           log_id, epoch, backup.backup_id(), format.log_id(), format.epoch()));
}

// Removes what is below, unless it is only to be said. Returns how many messages that were.
absl::StatusOr<uint64_t> Trim(const TrimFlags& flags, const storage::v1::BackupManifest& backup,
                              uint64_t keep_from) {
  ASSIGN_OR_RETURN(const jetstream::Address address, jetstream::ParseAddress(flags.stream));
  ASSIGN_OR_RETURN(const auto connection, Connect(address, flags.connection, "chipline log trim"));
  const jetstream::Stream stream(*connection, address.stream);
  ASSIGN_OR_RETURN(const jetstream::StreamInfo info, stream.Info());
  ASSIGN_OR_RETURN(const storage::v1::Genesis genesis, jetstream::GenesisOf(info.config.metadata));
  RETURN_IF_ERROR(CheckSameLog("the stream at --log", genesis.log_id(), genesis.epoch(), backup));
  if (info.first_sequence >= keep_from) return 0;
  if (flags.dry_run) return keep_from - info.first_sequence;
  return stream.PurgeBelow(keep_from);
}

ExitCode RunTrim(const TrimFlags& flags, Console& console) {
  const auto backup = storage::FindBackup(flags.backups, /*backup_id=*/0);
  if (!backup.ok()) return console.Fail(backup.status());
  if (backup->applied_sequence() == 0) {
    return console.Fail(Error(
        absl::StatusCode::kFailedPrecondition, "NOT_OF_A_CLUSTER",
        fmt::format("backup {} in {} is not of a node of a cluster, so it has no message of a "
                    "stream; back up a node there first",
                    backup->backup_id(), flags.backups)));
  }
  Client client(console.options());
  v1::GetServerInfoResponse info;
  grpc::ClientContext info_context;
  client.SetDeadline(info_context);
  grpc::Status asked = client.admin().GetServerInfo(&info_context, {}, &info);
  if (!asked.ok()) return console.Fail(asked);
  v1::GetClusterResponse cluster;
  grpc::ClientContext context;
  client.SetDeadline(context);
  asked = client.admin().GetCluster(&context, {}, &cluster);
  if (!asked.ok()) return console.Fail(asked);
  if (!cluster.has_cluster()) {
    return console.Fail(absl::FailedPreconditionError(
        "the server at --server is alone, so it knows of no other nodes; name a node"));
  }
  const absl::Status same =
      CheckSameLog("the node at --server", info.log_id(), info.epoch(), *backup);
  if (!same.ok()) return console.Fail(same);
  const TrimPlan plan = PlanTrim(*backup, cluster);
  const auto removed = Trim(flags, *backup, plan.keep_from);
  if (!removed.ok()) return console.Fail(removed.status());
  console.Line(fmt::format("{} {} messages; the stream is kept from message {} on, since {}.",
                           flags.dry_run ? "Would remove" : "Removed", *removed, plan.keep_from,
                           plan.because));
  return ExitCode::kDone;
}

void AddConnectionFlags(CLI::App& command, std::string& stream,
                        jetstream::ConnectionOptions& connection, const char* who) {
  command.add_option("--log", stream, "nats://HOST:PORT[,HOST:PORT...]/STREAM or tls://...")
      ->required();
  command.add_option("--log-creds", connection.credentials_file,
                     fmt::format("NATS credentials file of a user who may {} streams", who));
  command.add_option("--log-ca", connection.ca_file,
                     "PEM file of the authorities of the nats-servers, for tls://");
  command.add_option("--log-cert", connection.certificate_file,
                     "PEM file of a certificate, for tls://");
  command.add_option("--log-key", connection.key_file, "PEM file of its key");
}

}  // namespace

Command AddLogCommand(CLI::App& root) {
  auto flags = std::make_shared<CreateFlags>();
  CLI::App* command =
      root.add_subcommand("log", "Make or trim the stream that a cluster's nodes share");
  command->require_subcommand(1);
  CLI::App* create = command->add_subcommand(
      "create", "Make a JetStream stream for a new log, or for the log in a directory");
  create->footer(
      "The nodes' own credentials need not be able to make, change or delete streams, and should "
      "not.");
  AddConnectionFlags(*create, flags->stream, flags->connection, "make");
  create->add_option("--data", flags->data,
                     "directory of a stopped server, which becomes the first node: its positions "
                     "stay, its epoch is raised");
  create->add_option("--replicas", flags->replicas, "copies of the stream; 1 survives no machine")
      ->check(CLI::IsMember({1, 3, 5}))
      ->capture_default_str();
  auto trim_flags = std::make_shared<TrimFlags>();
  CLI::App* trim = command->add_subcommand(
      "trim", "Remove messages from the stream that all nodes and the newest backup have");
  trim->footer(
      "Asks the node at --server how far all nodes are. A node that was not heard of for an hour "
      "does not count: afterwards it needs a newer backup. Nothing brings removed messages back; "
      "every node keeps its whole log.");
  AddConnectionFlags(*trim, trim_flags->stream, trim_flags->connection, "purge");
  trim->add_option("--backups", trim_flags->backups, "folder with backups of a node")->required();
  trim->add_flag("--dry-run", trim_flags->dry_run, "say what would be removed, and remove nothing");
  return {command, [flags, trim_flags, trim](Console& console) {
            return trim->parsed() ? RunTrim(*trim_flags, console) : Run(*flags, console);
          }};
}

}  // namespace chipline::cli
