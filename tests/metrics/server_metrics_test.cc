#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <set>
#include <string>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"

#include "tests/server/running_server.h"

namespace chipline::server {
namespace {

using testing::HasSubstr;
using testing::Not;

class ServerMetricsTest : public RunningServer {
 protected:
  // The value of the sample, with its labels as they are written; -1 if there is none.
  double Sample(const std::string& sample) {
    const std::string text = server_->Metrics();
    for (const auto split : absl::StrSplit(text, '\n')) {
      const std::string line(split.data(), split.size());
      if (line.size() > sample.size() && line.substr(0, sample.size()) == sample &&
          line[sample.size()] == ' ') {
        return std::stod(line.substr(sample.size() + 1));
      }
    }
    return -1;
  }

  // The same once it has this value, or what it has after 10 s.
  double Await(const std::string& sample, double wanted) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    double found = Sample(sample);
    while (found != wanted && std::chrono::steady_clock::now() < until) found = Sample(sample);
    return found;
  }
};

TEST_F(ServerMetricsTest, AppendsCommitsAndTheHeadAreCounted) {
  const Client client(server_->port());
  ASSERT_TRUE(client.Append(AppendOf({Capex("a", "acme"), Capex("b", "acme")})).ok());
  ASSERT_TRUE(client.Append(AppendOf({Capex("a", "acme")})).ok());
  EXPECT_EQ(Sample("chipline_log_head_position"), 2);
  EXPECT_EQ(Sample("chipline_log_appended_events_total"), 2);
  EXPECT_EQ(Sample("chipline_log_duplicate_events_total"), 1);
  EXPECT_EQ(Sample("chipline_commit_group_events_bucket{le=\"1\"}"), 0);
  EXPECT_EQ(Sample("chipline_commit_group_events_bucket{le=\"4\"}"), 1);
  EXPECT_EQ(Sample("chipline_commit_write_seconds_count"), 1);
  EXPECT_GT(Sample("chipline_commit_write_seconds_sum"), 0);
  EXPECT_EQ(Sample("chipline_commit_sync_seconds_count"), 1);
  EXPECT_GT(Sample("chipline_commit_sync_seconds_sum"), 0);
  EXPECT_EQ(Sample("chipline_log_accepts_appends"), 1);
  EXPECT_GT(Sample("chipline_disk_free_bytes"), 0);
  EXPECT_GT(Sample("chipline_store_memtable_bytes{store=\"log\"}"), 0);
}

TEST_F(ServerMetricsTest, RefusalsAreCountedByReason) {
  const Client client(server_->port());
  EXPECT_FALSE(client.Append(AppendOf({Capex("", "")})).ok());
  v1::AppendEventsRequest request = AppendOf({Capex("a", "acme")});
  v1::Precondition& precondition = *request.add_preconditions();
  precondition.set_subject("capex.acme");
  precondition.set_expected_revision(9);
  EXPECT_FALSE(client.Append(request).ok());
  EXPECT_EQ(Sample("chipline_append_refused_total{reason=\"INVALID_FIELDS\"}"), 1);
  EXPECT_EQ(Sample("chipline_append_refused_total{reason=\"EXPECTED_REVISION_DIFFERS\"}"), 1);
}

TEST_F(ServerMetricsTest, CallsAreCountedByMethodAndStatus) {
  const Client client(server_->port());
  EXPECT_EQ(client.Head(), 0u);
  v1::GetEventResponse response;
  EXPECT_FALSE(client.log->GetEvent(Context().get(), {}, &response).ok());
  const std::string get_event = "{grpc_method=\"chipline.v1.EventLogService/GetEvent\"";
  EXPECT_EQ(Sample("grpc_server_calls_started_total" + get_event + "}"), 1);
  // gRPC lets go of a call after its client has the answer.
  const std::string ended =
      "grpc_server_call_duration_seconds_count" + get_event + ",grpc_status=\"INVALID_ARGUMENT\"}";
  EXPECT_EQ(Await(ended, 1), 1);
  EXPECT_EQ(Sample("grpc_server_calls_started_total{grpc_method=\"chipline.v1."
                   "EventLogService/GetHead\"}"),
            1);
}

TEST_F(ServerMetricsTest, TheBytesOfACallsMessagesAreCountedByMethod) {
  const Client client(server_->port());
  const v1::AppendEventsRequest request = AppendOf({Capex("a", "acme"), Capex("b", "acme")});
  const absl::StatusOr<v1::AppendEventsResponse> answer = client.Append(request);
  ASSERT_TRUE(answer.ok());
  const std::string append = "{grpc_method=\"chipline.v1.EventLogService/AppendEvents\"}";
  const std::string received = "grpc_server_call_rcvd_total_compressed_message_size_bytes";
  const std::string sent = "grpc_server_call_sent_total_compressed_message_size_bytes";
  EXPECT_EQ(Await(received + "_count" + append, 1), 1);
  EXPECT_EQ(Sample(received + "_sum" + append), static_cast<double>(request.ByteSizeLong()));
  EXPECT_EQ(Sample(sent + "_sum" + append), static_cast<double>(answer->ByteSizeLong()));

  // All messages of a stream together.
  size_t bytes = 0;
  const auto context = Context();
  const auto stream = client.log->ReadEvents(context.get(), {});
  v1::ReadEventsResponse message;
  while (stream->Read(&message)) bytes += message.ByteSizeLong();
  ASSERT_TRUE(stream->Finish().ok());
  ASSERT_GT(bytes, 0u);
  const std::string read = "{grpc_method=\"chipline.v1.EventLogService/ReadEvents\"}";
  EXPECT_EQ(Await(sent + "_count" + read, 1), 1);
  EXPECT_EQ(Sample(sent + "_sum" + read), static_cast<double>(bytes));
  EXPECT_EQ(Sample(received + "_sum" + read), 0);
}

TEST_F(ServerMetricsTest, StreamsAndCursorsAreTold) {
  const Client client(server_->port());
  ASSERT_TRUE(client.Append(AppendOf({Capex("a", "acme"), Capex("b", "acme")})).ok());
  v1::CommitCursorRequest commit;
  commit.set_name("reader");
  commit.set_position(1);
  v1::CommitCursorResponse committed;
  ASSERT_TRUE(client.subscriptions->CommitCursor(Context().get(), commit, &committed).ok());
  EXPECT_EQ(Sample("chipline_cursor_lag_events{cursor=\"reader\"}"), 1);

  const auto context = Context();
  const auto stream = client.subscriptions->Subscribe(context.get(), {});
  v1::SubscribeResponse message;
  ASSERT_TRUE(stream->Read(&message));
  const std::string streams = "chipline_streams{method=\"SubscriptionService.Subscribe\",state=";
  EXPECT_EQ(Await(streams + "\"live\"}", 1), 1);
  EXPECT_EQ(Sample(streams + "\"catching_up\"}"), 0);
  context->TryCancel();
}

TEST_F(ServerMetricsTest, ABackupIsSeenInTheFolderAndRightInsideOfIt) {
  Stop();
  options_.backup_directory = options_.data_directory.parent_path() /
                              (options_.data_directory.filename().string() + "-backups");
  std::filesystem::create_directories(options_.backup_directory);
  Start();
  EXPECT_EQ(Sample("chipline_backup_newest_time_seconds"), 0);
  EXPECT_GT(Sample("chipline_backup_looked_at_time_seconds"), 1'700'000'000);
  const Client client(server_->port());
  ASSERT_TRUE(client.Append(AppendOf({Capex("a", "acme")})).ok());
  v1::BackUpLogRequest request;
  request.set_to("nightly");
  const auto context = Context();
  const auto stream = client.admin->BackUpLog(context.get(), request);
  v1::BackUpLogResponse response;
  while (stream->Read(&response)) {
  }
  ASSERT_TRUE(stream->Finish().ok());
  // The folder is looked at once a minute, and when a server starts.
  Stop();
  Start();
  EXPECT_GT(Sample("chipline_backup_newest_time_seconds"), 1'700'000'000);
  Stop();
  std::filesystem::remove_all(options_.backup_directory);
}

TEST_F(ServerMetricsTest, AFolderForBackupsThatDoesNotAnswerHoldsUpNobody) {
  Stop();
  options_.backup_directory = options_.data_directory.parent_path() /
                              (options_.data_directory.filename().string() + "-backups");
  std::filesystem::create_directories(options_.backup_directory);
  // Whoever opens it waits for a writer, as for a disk over a network that is gone.
  const std::filesystem::path stalled = options_.backup_directory / "BACKUPS";
  ASSERT_EQ(::mkfifo(stalled.c_str(), 0600), 0);
  Start();
  EXPECT_EQ(Sample("chipline_backup_looked_at_time_seconds"), 0);
  // Nothing is known, so nothing is said of the newest.
  EXPECT_EQ(Sample("chipline_backup_newest_time_seconds"), -1);
  EXPECT_EQ(Sample("chipline_log_head_position"), 0);
  Stop();
  // The thread that was left behind goes on once there is a writer.
  const int writer = ::open(stalled.c_str(), O_WRONLY | O_CLOEXEC);
  EXPECT_GE(writer, 0);
  ::close(writer);
  std::filesystem::remove_all(options_.backup_directory);
}

// What a rule or a dashboard may rest on: the names must not go away, nor stand twice.
TEST_F(ServerMetricsTest, EveryFamilyIsThereOnceWithAHelp) {
  const std::string text = server_->Metrics();
  std::set<std::string> families;
  for (const auto split : absl::StrSplit(text, '\n')) {
    const std::string line(split.data(), split.size());
    if (line.rfind("# HELP ", 0) != 0) continue;
    const std::string name = line.substr(7, line.find(' ', 7) - 7);
    EXPECT_TRUE(families.insert(name).second) << name;
  }
  for (const char* name :
       {"chipline_build_info", "chipline_append_refused_total", "chipline_commit_decide_seconds",
        "chipline_index_ready", "chipline_views_lag_events", "chipline_views_lag_seconds",
        "chipline_streams_limit", "chipline_cursor_lag_events", "chipline_store_stopped",
        "process_resident_memory_bytes", "process_open_fds"}) {
    EXPECT_TRUE(families.contains(name)) << name;
  }
  // Alone and without TLS or backups there is nothing to tell of these.
  EXPECT_THAT(text, Not(HasSubstr("chipline_cluster_")));
  EXPECT_THAT(text, Not(HasSubstr("chipline_tls_")));
  EXPECT_THAT(text, Not(HasSubstr("chipline_backup_")));
}

}  // namespace
}  // namespace chipline::server
