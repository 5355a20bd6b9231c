#include <string>

#include "gtest/gtest.h"

#include "services/rpc/token.h"
#include "tests/query/query_server.h"
#include "tests/query/watch_record.h"

namespace chipline::query {
namespace {

using storage::Position;

v1::WatchTimelinesRequest CapexOf(const std::string& company, const std::string& token = "") {
  v1::WatchTimelinesRequest request;
  request.mutable_query()->mutable_capex()->set_company(company);
  request.set_resume_token(token);
  return request;
}

TEST(WatchTest, AWatchOfNothingIsCaughtUpAtOnce) {
  QueryServer server;
  WatchClient watch(server.stub(), CapexOf("bytedance"));
  const auto started = watch.Next();
  ASSERT_TRUE(started.has_started());
  EXPECT_FALSE(started.started().resumed());
  EXPECT_TRUE(started.resume_token().empty());
  const auto caught_up = watch.Next();
  EXPECT_TRUE(caught_up.has_caught_up());
  EXPECT_FALSE(caught_up.resume_token().empty());
}

TEST(WatchTest, TheSnapshotIsFollowedByEachChangeOnce) {
  QueryServer server;
  const Position first = server.Append({CapexText("a", "ByteDance", 160)});
  WatchClient watch(server.stub(), CapexOf("bytedance"));
  EXPECT_EQ(watch.Next().started().basis().position(), first);
  const auto snapshot = watch.Next();
  ASSERT_EQ(snapshot.snapshot().entries_size(), 1);
  EXPECT_EQ(snapshot.position(), first);
  EXPECT_TRUE(watch.Next().has_caught_up());

  server.Append({CapexText("other", "Tencent", 1)});
  const Position second = server.Append({RetractionText("r", "a")});
  const auto changed = watch.Next();
  EXPECT_EQ(changed.position(), second);
  ASSERT_EQ(changed.changes().changes_size(), 1);
  const v1::TimelineChange& change = changed.changes().changes(0);
  EXPECT_EQ(change.reason(), v1::CHANGE_REASON_RETRACTION);
  EXPECT_EQ(change.cause_event_ids(0), "r");
  EXPECT_EQ(change.before().SerializeAsString(),
            snapshot.snapshot().entries(0).SerializeAsString());
  EXPECT_EQ(change.after().capex().agreement(), v1::AGREEMENT_NO_VALUE);
}

TEST(WatchTest, OneAppendIsOneBatchInOrderOfEntry) {
  QueryServer server;
  WatchClient watch(server.stub(), CapexOf("bytedance"));
  CatchUp(&watch);
  server.Append({CapexText("b", "ByteDance", 2, "2027"), CapexText("a", "ByteDance", 1, "2024")});
  const auto changed = watch.Next();
  ASSERT_EQ(changed.changes().changes_size(), 2);
  EXPECT_LT(changed.changes().changes(0).entry_id(), changed.changes().changes(1).entry_id());
  EXPECT_EQ(changed.changes().changes(0).reason(), v1::CHANGE_REASON_NEW);
  EXPECT_FALSE(changed.changes().changes(0).has_before());
}

TEST(WatchTest, HeartbeatsCarryThePositionPastWhatChangedNothing) {
  QueryServer server;
  auto request = CapexOf("bytedance");
  request.mutable_heartbeat_interval()->set_seconds(1);
  WatchClient watch(server.stub(), request);
  CatchUp(&watch);
  const Position end = server.Append({CapexText("other", "Tencent", 1)});
  const auto heartbeat = watch.NextHeartbeat();
  EXPECT_EQ(heartbeat.position(), end);
  EXPECT_FALSE(heartbeat.resume_token().empty());
}

// Whether the client was away or the ring has forgotten, it gets what it missed, append by append.
TEST(WatchTest, AResumedWatchGetsExactlyWhatItMissed) {
  QueryServer server;
  std::string token;
  {
    WatchClient watch(server.stub(), CapexOf("bytedance"));
    token = CatchUp(&watch).resume_token();
  }
  const Position first = server.Append({CapexText("a", "ByteDance", 160)});
  server.Append({CapexText("other", "Tencent", 1)});
  const Position second = server.Append({CapexText("b", "ByteDance", 161)});
  const Position third = server.Append({RetractionText("r", "a")});
  WatchClient watch(server.stub(), CapexOf("bytedance", token));
  const auto started = watch.Next();
  ASSERT_TRUE(started.started().resumed());
  std::string before;
  for (const Position position : {first, second, third}) {
    const auto changed = watch.Next();
    EXPECT_EQ(changed.position(), position);
    ASSERT_EQ(changed.changes().changes_size(), 1);
    const v1::TimelineChange& change = changed.changes().changes(0);
    EXPECT_EQ(change.has_before() ? change.before().SerializeAsString() : "", before);
    before = change.after().SerializeAsString();
    token = changed.resume_token();
  }
  EXPECT_TRUE(watch.Next().has_caught_up());

  // After the last message there is nothing to repeat.
  WatchClient again(server.stub(), CapexOf("bytedance", token));
  EXPECT_TRUE(again.Next().started().resumed());
  EXPECT_TRUE(again.Next().has_caught_up());
}

TEST(WatchTest, ATokenOfAnotherQueryIsRefused) {
  QueryServer server;
  std::string token;
  {
    WatchClient watch(server.stub(), CapexOf("bytedance"));
    token = CatchUp(&watch).resume_token();
  }
  WatchClient other(server.stub(), CapexOf("tencent", token));
  EXPECT_EQ(other.End().error_code(), grpc::FAILED_PRECONDITION);
  WatchClient damaged(server.stub(), CapexOf("bytedance", token + "x"));
  EXPECT_EQ(damaged.End().error_code(), grpc::INVALID_ARGUMENT);
}

TEST(WatchTest, ATokenOfAnotherViewVersionStartsOver) {
  QueryServer server;
  const Position first = server.Append({CapexText("a", "ByteDance", 160)});
  auto request = CapexOf("bytedance");
  const auto& identity = server.views().log().identity();
  const TokenScope scope{identity.log_id, identity.epoch,
                         QueryFingerprint({"WatchTimelines", request.query().SerializeAsString()})};
  request.set_resume_token(SealToken(TokenKind::kResume, scope, TokenPlace{first, "0.0"}));
  WatchClient watch(server.stub(), request);
  EXPECT_FALSE(watch.Next().started().resumed());
  const auto reset = watch.Next();
  ASSERT_TRUE(reset.has_reset());
  EXPECT_EQ(reset.reset().view_version(), timeline::kViewVersion);
  EXPECT_EQ(watch.Next().snapshot().entries_size(), 1);
  EXPECT_TRUE(watch.Next().has_caught_up());
}

TEST(WatchTest, AnEmptyQueryIsRefusedNamingTheField) {
  QueryServer server;
  WatchClient watch(server.stub(), {});
  const grpc::Status status = watch.End();
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_NE(status.error_message().find("query"), std::string::npos);
}

// The name in the query is an alias from the middle of the watch on: the company's entries come in,
// the ones under the bare name move over, and when the alias goes everything is as before.
TEST(WatchTest, ANameThatComesToMeanACompanyBringsItsEntries) {
  QueryServer server;
  server.Append({AliasText("n0", "bytedance", "ByteDance"),
                 CapexText("a", "ByteDance", 160, "2026"), CapexText("b", "字节跳动", 90, "2023")});
  WatchClient watch(server.stub(), CapexOf("字节跳动"));
  watch.Next();
  const auto snapshot = watch.Next();
  ASSERT_EQ(snapshot.snapshot().entries_size(), 1);
  CatchUp(&watch);
  const Position joined = server.Append({AliasText("n1", "bytedance", "字节跳动")});
  const auto changed = watch.Next();
  EXPECT_EQ(changed.position(), joined);
  int gone = 0;
  int come = 0;
  for (const auto& change : changed.changes().changes()) {
    EXPECT_EQ(change.reason(), v1::CHANGE_REASON_NAME_LINK);
    EXPECT_EQ(change.cause_event_ids(0), "n1");
    gone += change.has_after() ? 0 : 1;
    come += change.has_before() ? 0 : 1;
  }
  EXPECT_EQ(gone, 1);
  EXPECT_EQ(come, 2);
  server.Append({AliasText("n2", "bytedance", "字节跳动", "REMOVE")});
  const auto back = watch.Next();
  EXPECT_EQ(back.changes().changes_size(), 3);
  for (const auto& change : back.changes().changes()) {
    if (change.has_after()) {
      EXPECT_EQ(change.after().SerializeAsString(),
                snapshot.snapshot().entries(0).SerializeAsString());
    }
  }
}

TEST(WatchTest, ALargeSnapshotMovesThePositionOnlyWithItsLastPart) {
  QueryServer server;
  std::vector<std::string> events;
  for (int i = 0; i < 400; ++i) {
    events.push_back(
        CapexText("e" + std::to_string(i), "ByteDance", 100 + i, std::to_string(1600 + i)));
  }
  const Position end = server.Append(events);
  WatchClient watch(server.stub(), CapexOf("bytedance"));
  EXPECT_TRUE(watch.Next().has_started());
  int entries = 0;
  while (true) {
    const auto part = watch.Next();
    if (!part.has_snapshot()) {
      EXPECT_TRUE(part.has_caught_up());
      break;
    }
    entries += part.snapshot().entries_size();
    EXPECT_EQ(part.position(), entries == 400 ? end : 0u);
  }
  EXPECT_EQ(entries, 400);
}

}  // namespace
}  // namespace chipline::query
