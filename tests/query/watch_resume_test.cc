#include <future>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "tests/query/query_server.h"
#include "tests/query/watch_record.h"

// Watches that are cut off (case 26 of the design): between any two messages, at random, by days
// and appends in any order. What a client has been told in all is compared with what the log says.
namespace chipline::query {
namespace {

using storage::Position;
using Message = v1::WatchTimelinesResponse;

constexpr CivilDay kFirstDay = CivilDay::FromDays(20254);  // 2025-06-15

v1::WatchTimelinesRequest Request(const v1::TimelineQuery& query, const std::string& token) {
  v1::WatchTimelinesRequest request;
  *request.mutable_query() = query;
  request.set_resume_token(token);
  return request;
}

Message StartOf(QueryServer& server, const v1::TimelineQuery& query) {
  WatchClient watch(server.stub(), Request(query, ""));
  return CatchUp(&watch);
}

v1::TimelineQuery RulesTo(const std::string& place) {
  v1::TimelineQuery query;
  query.mutable_export_rule()->set_destination(place);
  return query;
}

// Reads at most `limit` messages, up to caught_up; how many they were.
int Read(QueryServer& server, const v1::TimelineQuery& query, int limit, WatchRecord* record) {
  WatchClient watch(server.stub(), Request(query, record->token()));
  for (int count = 1; count <= limit; ++count) {
    const Message message = watch.Next();
    record->Take(message);
    if (message.has_caught_up() || message.step_case() == 0) return count;
  }
  record->Disconnect();
  return limit;
}

TEST(WatchResumeTest, ADisconnectBetweenAnyTwoMessagesLosesAndRepeatsNothing) {
  QueryServer server;
  const v1::TimelineQuery query = RulesTo("China");
  const Message start = StartOf(server, query);
  server.Append({RuleText("r1", "H200", "China", "PROHIBITED", "2022-10-07")});
  // So many that an append and a day take several messages each.
  std::vector<std::string> many;
  const std::string wording(700, 'x');
  for (int i = 0; i < 500; ++i) {
    std::string rule = RuleText(fmt::format("m{}", i), fmt::format("Chip{}", i), "China",
                                "LICENSED", "2025-06-20");
    rule.insert(rule.rfind('}'), fmt::format("conditions: \"{}\"", wording));
    many.push_back(std::move(rule));
  }
  server.Append(many);
  server.SetDay("2025-06-21");
  server.Append({CapexText("c", "ByteDance", 1)});
  server.Append({RuleText("r2", "H200", "China", "LICENSED", "2025-06-23"),
                 RuleText("r3", "H20", "China", "ALLOWED", "2025-06-24")});
  server.SetDay("2025-06-30");

  const auto expected =
      ExpectedLines(server, query, kFirstDay, CivilDay::Parse("2025-06-30").value());
  WatchRecord whole(start);
  const int messages = Read(server, query, 1000, &whole);
  EXPECT_EQ(whole.lines(), expected);
  EXPECT_GT(messages, 9);
  for (int cut = 1; cut < messages; ++cut) {
    WatchRecord record(start);
    Read(server, query, cut, &record);
    Read(server, query, 1000, &record);
    ASSERT_EQ(record.lines(), expected) << "cut after message " << cut;
  }
  // Cut after each, all in one.
  WatchRecord record(start);
  for (int cut = 2; Read(server, query, cut, &record) == cut; ++cut) {
  }
  EXPECT_EQ(record.lines(), expected);
}

TEST(WatchResumeTest, ALiveWatchThatIsCutOffAfterEachMessageGoesOnWhereItWas) {
  QueryServer server;
  const v1::TimelineQuery query = RulesTo("China");
  WatchRecord record(StartOf(server, query));
  auto watch = std::make_unique<WatchClient>(server.stub(), Request(query, record.token()));
  record.Take(CatchUp(watch.get()));
  for (int i = 0; i < 12; ++i) {
    const CivilDay day = kFirstDay.AddDays(2 * i + 2);
    server.Append({RuleText(fmt::format("r{}", i), "H200", "China",
                            i % 2 == 0 ? "LICENSED" : "PROHIBITED", day.Format())});
    record.Take(watch->Next());
    watch = std::make_unique<WatchClient>(server.stub(), Request(query, record.token()));
    record.Take(CatchUp(watch.get()));
    server.SetDay(day.Format());
    record.Take(watch->Next());
    watch = std::make_unique<WatchClient>(server.stub(), Request(query, record.token()));
    record.Take(CatchUp(watch.get()));
  }
  EXPECT_EQ(record.lines(), ExpectedLines(server, query, kFirstDay, kFirstDay.AddDays(24)));
  EXPECT_EQ(record.lines().size(), 24u);
}

// Rules with days before, on and after the present, expiries, retractions, supersessions, orders
// and names, by a server that is at times begun again.
class RandomLog {
 public:
  RandomLog(QueryServer& server, uint64_t seed) : server_(server), random_(seed) {}

  void Step() {
    switch (Pick(8)) {
      case 0:
      case 1:
        today_ = today_.AddDays(1 + Pick(6));
        server_.SetDay(today_.Format());
        break;
      default:
        std::vector<std::string> events;
        for (int i = Pick(3); i >= 0; --i) events.push_back(Event());
        server_.Append(events);
    }
  }
  int Pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }
  CivilDay today() const { return today_; }

 private:
  std::string Day() { return today_.AddDays(Pick(30) - 8).Format(); }
  std::string Chip() { return Pick(2) == 0 ? "H20" : "H200"; }
  std::string Effect() {
    static constexpr const char* kEffects[] = {"PROHIBITED", "LICENSED", "ALLOWED", "PENDING"};
    return kEffects[Pick(4)];
  }

  std::string Event() {
    const std::string id = fmt::format("e{}", ++events_);
    switch (Pick(9)) {
      case 0:
        return OrderText(id, Chip());
      case 1: {
        const CivilDay from = today_.AddDays(Pick(12) - 4);
        return ExpiringRuleText(id, Chip(), Effect(), from.Format(),
                                from.AddDays(1 + Pick(9)).Format());
      }
      case 2:
      case 3:
        return Linking(id);
      case 4:
        named_ = !named_;
        return AliasText(id, "bytedance", "ByteDance", named_ ? "ADD" : "REMOVE");
      case 5:
        return CapexText(id, "ByteDance", Pick(100) + 1);
      default:
        return RuleText(id, Chip(), "China", Effect(), Day());
    }
  }

  // Ends an earlier event, or one that is yet to come.
  std::string Linking(const std::string& id) {
    std::string target = fmt::format("e{}", 1 + Pick(events_ + 3));
    if (target == id) target = "e1000";
    std::string text = RuleText(id, Chip(), "China", Effect(), Day());
    static constexpr const char* kRelations[] = {"SUPERSEDES", "RETRACTS", "CORRECTS"};
    return fmt::format(
        "{} source {{ origin {{ kind: ORIGIN_KIND_OFFICIAL }} }} "
        "links {{ relation: LINK_RELATION_{} event_id: \"{}\" }}",
        text, kRelations[Pick(3)], target);
  }

  QueryServer& server_;
  std::mt19937_64 random_;
  CivilDay today_ = kFirstDay;
  int events_ = 0;
  bool named_ = false;
};

// A client on a thread of its own, which is cut off at some time and comes back.
class RestlessClient {
 public:
  RestlessClient(QueryServer& server, const v1::TimelineQuery& query)
      : server_(server), query_(query), record_(StartOf(server, query)) {}

  void Connect() {
    if (watch_ != nullptr) return;
    watch_ = std::make_unique<WatchClient>(server_.stub(), Request(query_, record_.token()));
    read_ = std::async(std::launch::async, [this] { return watch_->ReadToEnd(); });
  }
  void Disconnect() {
    if (watch_ == nullptr) return;
    watch_->Cancel();
    for (const Message& message : read_.get()) record_.Take(message);
    record_.Disconnect();
    watch_.reset();
  }
  const std::vector<std::string>& Finish() {
    Disconnect();
    Read(server_, query_, 10'000, &record_);
    return record_.lines();
  }

 private:
  QueryServer& server_;
  const v1::TimelineQuery query_;
  WatchRecord record_;
  std::unique_ptr<WatchClient> watch_;
  std::future<std::vector<Message>> read_;
};

std::vector<v1::TimelineQuery> Queries() {
  std::vector<v1::TimelineQuery> queries(3);
  queries[0] = RulesTo("China");
  queries[1].mutable_chip_order()->set_buyer("bytedance");
  queries[2].mutable_company()->set_company("ByteDance");
  return queries;
}

// How many of the changes were of days.
size_t RunRandomLog(uint64_t seed) {
  SCOPED_TRACE(fmt::format("seed {}", seed));
  QueryServer server;
  RandomLog log(server, seed);
  std::vector<std::unique_ptr<RestlessClient>> clients;
  for (const v1::TimelineQuery& query : Queries()) {
    clients.push_back(std::make_unique<RestlessClient>(server, query));
  }
  for (int step = 0; step < 40; ++step) {
    for (const auto& client : clients) {
      const int choice = log.Pick(4);
      if (choice == 0) client->Disconnect();
      if (choice == 1) client->Connect();
    }
    if (log.Pick(12) == 0) {
      for (const auto& client : clients) client->Disconnect();
      server.Restart(log.Pick(2) == 0);
    }
    log.Step();
  }
  size_t days = 0;
  for (size_t i = 0; i < clients.size(); ++i) {
    const auto expected = ExpectedLines(server, Queries()[i], kFirstDay, log.today());
    EXPECT_EQ(clients[i]->Finish(), expected) << "query " << i;
    for (const std::string& line : expected) days += line.back() == ' ' ? 0 : 1;
  }
  return days;
}

TEST(WatchResumeTest, WhateverHappensAWatchTellsWhatTheLogSays) {
  const uint64_t first = std::random_device()();
  size_t days = 0;
  for (uint64_t seed = first; seed < first + 12; ++seed) {
    days += RunRandomLog(seed);
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(days, 12u);
}

TEST(WatchResumeTest, ATokenOfAnotherQueryIsRefused) {
  QueryServer server;
  const std::string token = StartOf(server, RulesTo("China")).resume_token();
  WatchClient other(server.stub(), Request(RulesTo("Malaysia"), token));
  EXPECT_EQ(other.End().error_code(), grpc::FAILED_PRECONDITION);
}

TEST(WatchResumeTest, ATokenOfAnotherLogIsRefused) {
  QueryServer server;
  QueryServer other_server;
  const std::string token = StartOf(server, RulesTo("China")).resume_token();
  WatchClient other(other_server.stub(), Request(RulesTo("China"), token));
  EXPECT_EQ(other.End().error_code(), grpc::FAILED_PRECONDITION);
}

TEST(WatchResumeTest, ATokenOfAPositionThatTheLogLostIsOutOfRange) {
  QueryServer server;
  const v1::TimelineQuery query = RulesTo("China");
  const auto& identity = server.views().log().identity();
  const TokenScope scope{identity.log_id, identity.epoch,
                         QueryFingerprint({"WatchTimelines", query.SerializeAsString()})};
  WatchClient watch(server.stub(), Request(query, SealWatchToken(scope, WatchPlace{7, kFirstDay})));
  EXPECT_EQ(watch.End().error_code(), grpc::OUT_OF_RANGE);
}

}  // namespace
}  // namespace chipline::query
