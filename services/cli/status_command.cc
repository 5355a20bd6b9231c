#include <fmt/format.h>

#include <string>

#include "CLI/CLI.hpp"
#include "services/cli/block.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/rebuild_words.h"
#include "services/cli/table.h"
#include "services/words/date_words.h"
#include "services/words/enum_words.h"
#include "services/words/number_words.h"

namespace chipline::cli {
namespace {

std::string Count(uint64_t count) { return CountWords(static_cast<int64_t>(count)); }

void AddServer(const v1::GetServerInfoResponse& info, const std::string& server, Block& block) {
  block.Heading(fmt::format("chipline {} at {}", info.version(), server));
  block.Line("log", fmt::format("{}, epoch {}", info.log_id(), info.epoch()));
  const bool sync = info.durability() == v1::DURABILITY_SYNC;
  block.Line("durability",
             sync ? "synced to disk before each acknowledgement"
                  : "NOT synced: a crash of the machine can lose acknowledged events",
             sync ? Tone::kGood : Tone::kBad);
  block.Line("since", TimeWords(info.start_time()));
  block.Line("versions",
             fmt::format("format {}, views {}, policy {}, fold keys {}", info.format_version(),
                         info.view_version(), info.policy_version(), info.fold_key_version()));
}

void AddStats(const v1::GetStatsResponse& stats, Block& block) {
  block.Line("head", Count(stats.head_position()));
  const uint64_t behind = stats.head_position() - stats.view_position();
  block.Line("timelines",
             fmt::format("{} entries, at position {}{}", Count(stats.entries()),
                         Count(stats.view_position()),
                         behind == 0 ? "" : fmt::format(", {} behind", Count(behind))),
             behind == 0 ? Tone::kPlain : Tone::kCaution);
  if (const std::string rebuild = RebuildWords(stats); !rebuild.empty()) {
    block.Line("rebuild", rebuild, Tone::kCaution);
  }
  if (stats.index_rebuild_target() > 0) {
    block.Line(
        "index",
        fmt::format("is being made: {} of {}; appends are refused until then",
                    Count(stats.index_rebuild_position()), Count(stats.index_rebuild_target())),
        Tone::kCaution);
  } else {
    block.Line("index", fmt::format("on disk up to {}, the rest in memory",
                                    Count(stats.indexed_position())));
  }
  if (stats.index_rebuilds() + stats.view_rebuilds() > 0) {
    block.Line("made anew",
               fmt::format("index {} times, timelines {} times, since the start",
                           Count(stats.index_rebuilds()), Count(stats.view_rebuilds())));
  }
  if (stats.disk_errors() > 0) {
    block.Line("disk", fmt::format("{} errors since the start", Count(stats.disk_errors())),
               Tone::kBad);
  }
  block.Line("appended", fmt::format("{} events in {} appends and {} synced writes since the start",
                                     Count(stats.appended_events()), Count(stats.appends()),
                                     Count(stats.commits())));
  block.Line("refused",
             fmt::format("{} appends; {} events were there already", Count(stats.refused_appends()),
                         Count(stats.duplicate_events())));
  block.Line("delivered", fmt::format("{} events to readers", Count(stats.delivered_events())));
  block.Line("memory", fmt::format("{} queued, {} held for live readers",
                                   ByteWords(stats.queued_bytes()), ByteWords(stats.tail_bytes())));
  block.Line("disk", ByteWords(stats.disk_bytes()));
  if (stats.has_certificate_expire_time()) {
    block.Line("certificate", "expires " + TimeWords(stats.certificate_expire_time()));
  }
}

std::string LagWords(const v1::Subscriber& subscriber) {
  if (subscriber.lag_events() == 0) return "0";
  return fmt::format("{} events, {} s", Count(subscriber.lag_events()), subscriber.lag().seconds());
}

// All pages, oldest first.
grpc::Status ListAll(Client& client, v1::ListSubscribersResponse& all) {
  v1::ListSubscribersRequest request;
  v1::ListSubscribersResponse page;
  do {
    grpc::ClientContext context;
    client.SetDeadline(context);
    page.Clear();
    const grpc::Status status = client.admin().ListSubscribers(&context, request, &page);
    if (!status.ok()) return status;
    all.mutable_subscribers()->MergeFrom(page.subscribers());
    request.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty());
  return grpc::Status::OK;
}

ExitCode Run(Console& console) {
  Client client(console.options());
  v1::GetServerInfoResponse info;
  v1::GetStatsResponse stats;
  v1::ListSubscribersResponse subscribers;
  grpc::ClientContext info_context;
  client.SetDeadline(info_context);
  grpc::Status status = client.admin().GetServerInfo(&info_context, {}, &info);
  if (!status.ok()) return console.Fail(status);
  grpc::ClientContext stats_context;
  client.SetDeadline(stats_context);
  status = client.admin().GetStats(&stats_context, {}, &stats);
  if (!status.ok()) return console.Fail(status);
  status = ListAll(client, subscribers);
  if (!status.ok()) return console.Fail(status);
  if (console.json()) {
    console.PrintJson(info);
    console.PrintJson(stats);
    console.PrintJson(subscribers);
    return ExitCode::kDone;
  }
  Block block(console.palette(), console.width());
  AddServer(info, console.options().server, block);
  AddStats(stats, block);
  block.Line("streams", Count(stats.streams()));
  Table table({{"ID", Align::kRight},
               {"NAME"},
               {"FROM"},
               {"METHOD"},
               {"STATE"},
               {"POSITION", Align::kRight},
               {"BEHIND"},
               {"SINCE"}});
  for (const v1::Subscriber& subscriber : subscribers.subscribers()) {
    const bool live = subscriber.state() == v1::SUBSCRIBER_STATE_LIVE;
    table.AddRow({std::to_string(subscriber.subscriber_id()), subscriber.client_name(),
                  subscriber.peer(), subscriber.method(),
                  Cell(EnumWords(subscriber.state()), live ? Tone::kGood : Tone::kCaution),
                  Count(subscriber.position()), LagWords(subscriber),
                  TimeWords(subscriber.start_time())});
  }
  block.Add(table, 2);
  console.Print(block);
  return ExitCode::kDone;
}

}  // namespace

Command AddStatusCommand(CLI::App& root) {
  CLI::App* command =
      root.add_subcommand("status", "Show what the server is, how it does and who follows it");
  return {command, Run};
}

}  // namespace chipline::cli
