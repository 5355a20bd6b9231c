#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "services/cli/block.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/table.h"
#include "services/words/date_words.h"
#include "services/words/number_words.h"
#include "storage/digest.h"
#include "storage/node_silence.h"

namespace chipline::cli {
namespace {

std::string Count(uint64_t count) { return CountWords(static_cast<int64_t>(count)); }

Cell AgreementCell(const v1::ClusterNode& node) {
  if (node.self()) return "this node";
  switch (node.agreement()) {
    case v1::NODE_AGREEMENT_SAME:
      return Cell(fmt::format("same up to {}", Count(node.compared_position())), Tone::kGood);
    case v1::NODE_AGREEMENT_DIFFERS:
      return Cell(fmt::format("DIFFERS up to {}", Count(node.compared_position())), Tone::kBad);
    default:
      return Cell(std::string(node.head_position() < storage::RunningDigest::kInterval
                                  ? "nothing to compare before 1,000 events"
                                  : "not compared yet"),
                  Tone::kCaution);
  }
}

Cell StateCell(const v1::ClusterNode& node, int64_t newest) {
  const int64_t silent = newest - node.heard_time().seconds();
  if (absl::Seconds(silent) >= storage::kNodeSilence) {
    return Cell(fmt::format("silent for {} s", silent), Tone::kBad);
  }
  if (!node.problem().empty()) return Cell(node.problem(), Tone::kBad);
  if (node.lag_messages() == 0) return Cell(std::string("has all"), Tone::kGood);
  return Cell(fmt::format("behind by {} {}, for {} s", Count(node.lag_messages()),
                          node.lag_messages() == 1 ? "message" : "messages", node.lag().seconds()),
              Tone::kCaution);
}

void AddStream(const v1::GetClusterResponse& cluster, Block& block) {
  const v1::ClusterInfo& info = cluster.cluster();
  block.Heading(fmt::format("cluster of the stream {}", info.stream()));
  if (!cluster.stream_problem().empty()) {
    block.Line("stream", cluster.stream_problem(), Tone::kBad);
  } else {
    block.Line("stream",
               fmt::format("messages {} to {}, {} on each server", Count(cluster.first_sequence()),
                           Count(cluster.last_sequence()), ByteWords(cluster.stream_bytes())));
  }
  for (const v1::StreamReplica& replica : cluster.replicas()) {
    std::string words = replica.leader() ? "leads" : "follows";
    if (replica.offline()) {
      words = "cannot be reached";
    } else if (!replica.current()) {
      words += fmt::format(", {} messages behind", Count(replica.lag_messages()));
    }
    const bool well = replica.current() && !replica.offline();
    block.Line(replica.server().empty() ? "server" : replica.server(), words,
               well ? Tone::kGood : Tone::kBad);
  }
  block.Line("sync",
             info.sync_verified() ? "every server syncs before it acknowledges"
                                  : "not verified: --log-monitor was not given",
             info.sync_verified() ? Tone::kGood : Tone::kCaution);
  block.Line("rules", fmt::format("version {}; this node knows up to {}", info.rules_version(),
                                  info.newest_rules_version()));
}

ExitCode Run(Console& console) {
  Client client(console.options());
  v1::GetClusterResponse cluster;
  grpc::ClientContext context;
  client.SetDeadline(context);
  const grpc::Status status = client.admin().GetCluster(&context, {}, &cluster);
  if (!status.ok()) return console.Fail(status);
  if (console.json()) {
    console.PrintJson(cluster);
    return ExitCode::kDone;
  }
  if (!cluster.has_cluster()) {
    console.Line("This server is alone: it was started without --log.");
    return ExitCode::kDone;
  }
  Block block(console.palette(), console.width());
  AddStream(cluster, block);
  int64_t newest = 0;
  for (const v1::ClusterNode& node : cluster.nodes()) {
    newest = std::max<int64_t>(newest, node.heard_time().seconds());
  }
  Table table({{"NODE"},
               {"VERSION"},
               {"HEAD", Align::kRight},
               {"MESSAGE", Align::kRight},
               {"STATE", Align::kLeft, /*wrap=*/true},
               {"AGAINST THIS NODE"}});
  for (const v1::ClusterNode& node : cluster.nodes()) {
    table.AddRow({node.node(), node.version(), Count(node.head_position()),
                  Count(node.applied_sequence()), StateCell(node, newest), AgreementCell(node)});
  }
  block.Add(table, 2);
  console.Print(block);
  return ExitCode::kDone;
}

struct RulesFlags {
  uint32_t version = 0;
  bool force = false;
};

ExitCode RunSetRules(const RulesFlags& flags, Console& console) {
  Client client(console.options());
  v1::SetRulesVersionRequest request;
  request.set_rules_version(flags.version);
  request.set_force(flags.force);
  v1::SetRulesVersionResponse response;
  grpc::ClientContext context;
  client.SetDeadline(context);
  const grpc::Status status = client.admin().SetRulesVersion(&context, request, &response);
  if (!status.ok()) return console.Fail(status);
  if (console.json()) {
    console.PrintJson(response);
    return ExitCode::kDone;
  }
  console.Line(fmt::format("Rules version {} is in force. Every node follows when it is so far.",
                           response.rules_version()));
  return ExitCode::kDone;
}

}  // namespace

Command AddClusterCommand(CLI::App& root) {
  CLI::App* command =
      root.add_subcommand("cluster", "Look at the nodes of a cluster, and end its upgrades");
  command->require_subcommand(1);
  command->add_subcommand("status",
                          "Show the nodes, how far each is, whether they agree, and who "
                          "keeps the stream");
  auto rules_flags = std::make_shared<RulesFlags>();
  CLI::App* rules = command->add_subcommand(
      "set-rules", "Put a newer version of the rules in force, the last step of an upgrade");
  rules->footer(
      "Until then newer programs apply commands by the version in force, as the older ones do. "
      "cluster status shows both. Nothing brings an older version back.");
  rules->add_option("version", rules_flags->version, "the version; all nodes must know it")
      ->required();
  rules->add_flag("--force", rules_flags->force,
                  "also if a node does not know it, which stops there until it is upgraded");
  return {command, [rules_flags, rules](Console& console) {
            return rules->parsed() ? RunSetRules(*rules_flags, console) : Run(console);
          }};
}

}  // namespace chipline::cli
