#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

#include "fmt/format.h"
#include "services/rpc/status.h"
#include "storage/limits.h"
#include "tests/stream/stream_server.h"

namespace chipline::testing {
namespace {

constexpr size_t kEvents = 3 * limits::kMaxScanRows;

// A log that is several times what one call looks at, with a subject for every event and one event
// about another subject at each end.
class ShortPagesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    log_.AppendOne("far.first.x");
    for (size_t i = 0; i < kEvents;) {
      std::vector<TestEvent> append;
      for (; append.size() < limits::kMaxAppendEvents && i < kEvents; ++i) {
        append.push_back({fmt::format("e{}", i), fmt::format("usage.secret{}", i), {}, 0});
      }
      log_.Append(append);
    }
    log_.AppendOne("far.last.x");
  }

  struct Found {
    std::vector<std::string> subjects;
    size_t pages = 0;
    size_t empty_pages = 0;
  };

  Found List(const std::string& pattern, bool backward) {
    v1::ListEventsRequest request;
    request.set_backward(backward);
    request.mutable_filter()->add_subject_patterns(pattern);
    Found found;
    do {
      grpc::ClientContext context;
      v1::ListEventsResponse page;
      const grpc::Status status = stub_->ListEvents(&context, request, &page);
      EXPECT_TRUE(status.ok()) << status.error_message();
      if (!status.ok()) break;
      for (const auto& event : page.events()) found.subjects.push_back(event.subject());
      ++found.pages;
      found.empty_pages += page.events().empty() ? 1 : 0;
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return found;
  }

  StreamServer server_;
  TestLog& log_ = server_.log();
  std::unique_ptr<v1::EventLogService::Stub> stub_ = server_.Events();
};

TEST_F(ShortPagesTest, ACallGivesUpAndTheNextGoesOn) {
  for (const bool backward : {false, true}) {
    for (const char* pattern : {"*.nomatch.>", "usage.*.nomatch"}) {
      const Found found = List(pattern, backward);
      EXPECT_TRUE(found.subjects.empty());
      EXPECT_GE(found.pages, 3U) << pattern;
      EXPECT_LE(found.pages, 8U) << pattern;
    }
  }
}

TEST_F(ShortPagesTest, NothingIsMissedOrRepeatedBetweenShortPages) {
  for (const bool backward : {false, true}) {
    const Found found = List("*.*.x", backward);
    std::vector<std::string> expected = {"far.first.x", "far.last.x"};
    if (backward) std::reverse(expected.begin(), expected.end());
    EXPECT_EQ(found.subjects, expected);
    EXPECT_GE(found.empty_pages, 1U);
  }
}

TEST_F(ShortPagesTest, SubjectsComeInShortPagesTooWhoseTokensNameNone) {
  v1::ListSubjectsRequest request;
  request.set_subject_pattern("*.*.x");
  std::vector<std::string> names;
  size_t pages = 0;
  do {
    grpc::ClientContext context;
    v1::ListSubjectsResponse page;
    ASSERT_TRUE(stub_->ListSubjects(&context, request, &page).ok());
    for (const auto& subject : page.subjects()) names.push_back(subject.name());
    ++pages;
    // The last subject that was looked at is not one that the pattern lets the caller see.
    std::string token;
    ASSERT_TRUE(absl::WebSafeBase64Unescape(page.next_page_token(), &token));
    EXPECT_EQ(token.find("secret"), std::string::npos);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(names, (std::vector<std::string>{"far.first.x", "far.last.x"}));
  EXPECT_GE(pages, 3U);
}

TEST_F(ShortPagesTest, AStreamGivesWayAndSendsNothingForIt) {
  v1::ReadEventsRequest request;
  request.mutable_filter()->add_subject_patterns("*.*.x");
  grpc::ClientContext context;
  const auto reader = stub_->ReadEvents(&context, request);
  v1::ReadEventsResponse message;
  std::vector<std::string> subjects;
  size_t messages = 0;
  for (; reader->Read(&message); ++messages) {
    for (const auto& event : message.events()) subjects.push_back(event.subject());
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(subjects, (std::vector<std::string>{"far.first.x", "far.last.x"}));
  EXPECT_EQ(messages, 2U);
  EXPECT_EQ(message.position(), log_.reader().head());
}

TEST_F(ShortPagesTest, ASubscriptionCatchesUpWithoutAMessageForEveryStep) {
  const auto stub = server_.Subscriptions();
  v1::SubscribeRequest request;
  request.mutable_filter()->add_subject_patterns("*.nomatch.>");
  SubscriptionClient client(*stub, request);
  EXPECT_TRUE(client.Next().has_started());
  const v1::SubscribeResponse next = client.Next();
  EXPECT_TRUE(next.has_caught_up()) << next.DebugString();
  EXPECT_EQ(next.position(), log_.reader().head());
}

TEST_F(ShortPagesTest, APageIsGivenUpOnceNobodyWaits) {
  const stream::EventReads reads(log_.log());
  for (const bool backward : {false, true}) {
    v1::ListEventsRequest request;
    request.set_backward(backward);
    request.mutable_filter()->add_subject_patterns("*.nomatch.>");
    // Gone after the first step.
    int asked = 0;
    const auto gone = [&asked] { return ++asked == 2; };
    EXPECT_EQ(reads.ListEvents(request, nullptr, gone).status().code(),
              absl::StatusCode::kCancelled);
    EXPECT_EQ(asked, 2);
  }
  int asked = 0;
  v1::ListSubjectsRequest subjects;
  subjects.set_subject_pattern("*.nomatch.>");
  EXPECT_EQ(
      reads.ListSubjects(subjects, nullptr, [&asked] { return ++asked == 2; }).status().code(),
      absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace chipline::testing
