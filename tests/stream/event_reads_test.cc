#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "services/rpc/status.h"
#include "storage/timestamp.h"
#include "tests/stream/stream_server.h"

namespace chipline::testing {
namespace {

class EventReadsTest : public ::testing::Test {
 protected:
  // Appends of 1 to 7 events about 5 subjects and 3 chips.
  void Fill(int appends) {
    std::mt19937 random(11);
    RecordProperty("seed", 11);
    for (int append = 0; append < appends; ++append) {
      std::vector<TestEvent> events;
      for (unsigned i = 0; i < 1 + random() % 7; ++i) {
        events.push_back({fmt::format("e{}-{}", append, i),
                          fmt::format("order.b{}", random() % 5),
                          {fmt::format("chip/c{}", random() % 3)},
                          random() % 400});
      }
      times_.push_back(log_.Append(events).time);
    }
    v1::ReadEventsRequest request;
    grpc::ClientContext context;
    const auto reader = stub_->ReadEvents(&context, request);
    v1::ReadEventsResponse response;
    while (reader->Read(&response)) {
      for (const auto& event : response.events()) all_.push_back(event);
    }
    ASSERT_TRUE(reader->Finish().ok());
    ASSERT_EQ(all_.size(), log_.reader().head());
  }

  absl::StatusOr<v1::ListEventsResponse> List(const v1::ListEventsRequest& request) {
    grpc::ClientContext context;
    v1::ListEventsResponse response;
    const absl::Status status = FromGrpcStatus(stub_->ListEvents(&context, request, &response));
    if (!status.ok()) return status;
    return response;
  }

  // All pages' positions; checks that none is too large and only the last has no token. The logs
  // here are shorter than what one call looks at, so that no page is empty; see
  // short_pages_test.cc.
  std::vector<uint64_t> Pages(v1::ListEventsRequest request) {
    std::vector<uint64_t> positions;
    while (true) {
      const auto page = List(request);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) return positions;
      EXPECT_LE(page->events_size(), request.page_size());
      EXPECT_TRUE(page->events_size() > 0 || positions.empty()) << "an empty page was promised";
      for (const auto& event : page->events()) positions.push_back(event.position());
      if (page->next_page_token().empty()) return positions;
      request.set_page_token(page->next_page_token());
    }
  }

  std::vector<uint64_t> Expected(bool backward,
                                 const std::function<bool(const v1::RecordedEvent&)>& keep) {
    std::vector<uint64_t> positions;
    for (const auto& event : all_) {
      if (keep(event)) positions.push_back(event.position());
    }
    if (backward) std::reverse(positions.begin(), positions.end());
    return positions;
  }

  absl::StatusOr<v1::GetEventResponse> Get(const v1::GetEventRequest& request) {
    grpc::ClientContext context;
    v1::GetEventResponse response;
    const absl::Status status = FromGrpcStatus(stub_->GetEvent(&context, request, &response));
    if (!status.ok()) return status;
    return response;
  }

  StreamServer server_;
  TestLog& log_ = server_.log();
  std::unique_ptr<v1::EventLogService::Stub> stub_ = server_.Events();
  std::vector<v1::RecordedEvent> all_;
  std::vector<absl::Time> times_;
};

bool HasChip(const v1::RecordedEvent& event, const std::string& chip) {
  return std::count(event.entities().begin(), event.entities().end(), chip) > 0;
}

TEST_F(EventReadsTest, GetEventFindsByPositionAndById) {
  Fill(20);
  v1::GetEventRequest request;
  for (const auto& event : all_) {
    request.set_position(event.position());
    EXPECT_EQ(Get(request)->event().SerializeAsString(), event.SerializeAsString());
    request.set_event_id(event.event().event_id());
    EXPECT_EQ(Get(request)->event().position(), event.position());
  }
}

TEST_F(EventReadsTest, GetEventSaysWhyThereIsNone) {
  v1::GetEventRequest request;
  EXPECT_EQ(Get(request).status().code(), absl::StatusCode::kInvalidArgument);
  request.set_position(0);
  EXPECT_EQ(Get(request).status().code(), absl::StatusCode::kInvalidArgument);
  request.set_position(1);
  EXPECT_EQ(Get(request).status().code(), absl::StatusCode::kOutOfRange);
  request.set_event_id("nobody");
  EXPECT_EQ(ReasonOf(Get(request).status()), "EVENT_NOT_FOUND");
  request.set_event_id(std::string(65, 'x'));
  EXPECT_EQ(Get(request).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(EventReadsTest, PagesForwardAndBackwardGoThroughEverythingOnce) {
  Fill(60);
  for (const bool backward : {false, true}) {
    for (const int size : {1, 3, 7, 64, 1000}) {
      v1::ListEventsRequest request;
      request.set_backward(backward);
      request.set_page_size(size);
      EXPECT_EQ(Pages(request), Expected(backward, [](const auto&) { return true; })) << size;
      request.mutable_filter()->add_chips("c1");
      request.mutable_filter()->add_subject_patterns("order.b1");
      request.mutable_filter()->add_subject_patterns("order.b3");
      EXPECT_EQ(Pages(request),
                Expected(backward,
                         [](const auto& event) {
                           return HasChip(event, "chip/c1") &&
                                  (event.subject() == "order.b1" || event.subject() == "order.b3");
                         }))
          << size;
    }
  }
}

TEST_F(EventReadsTest, TimesAndPositionsBoundTheList) {
  Fill(30);
  for (const bool backward : {false, true}) {
    v1::ListEventsRequest request;
    request.set_backward(backward);
    request.set_page_size(5);
    request.set_after_position(40);
    EXPECT_EQ(Pages(request), Expected(backward, [&](const auto& event) {
                return backward ? event.position() < 40 : event.position() > 40;
              }));
    request.clear_after_position();
    *request.mutable_start_time() = ToTimestamp(times_[10]);
    *request.mutable_end_time() = ToTimestamp(times_[20]);
    const auto recorded = [](const auto& event) { return FromTimestamp(event.record_time()); };
    EXPECT_EQ(Pages(request), Expected(backward, [&](const auto& event) {
                return recorded(event) >= times_[10] && recorded(event) < times_[20];
              }));
    request.clear_start_time();
    *request.mutable_end_time() = ToTimestamp(times_[0]);
    EXPECT_EQ(Pages(request), std::vector<uint64_t>());
  }
}

TEST_F(EventReadsTest, EmptyLogIsAnEmptyPage) {
  for (const bool backward : {false, true}) {
    v1::ListEventsRequest request;
    request.set_backward(backward);
    const auto page = List(request);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_EQ(page->events_size(), 0);
    EXPECT_EQ(page->next_page_token(), "");
    EXPECT_EQ(page->head_position(), 0U);
  }
}

TEST_F(EventReadsTest, PageIsNeverMuchLargerThanAMebibyte) {
  for (int i = 0; i < 12; ++i) log_.AppendOne("capex.a", {}, 200 * 1024);
  for (const bool backward : {false, true}) {
    v1::ListEventsRequest request;
    request.set_backward(backward);
    const auto page = List(request);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_EQ(page->events_size(), 6);
    EXPECT_NE(page->next_page_token(), "");
    EXPECT_EQ(page->head_position(), 12U);
  }
}

TEST_F(EventReadsTest, TokenOfAnotherQueryIsRefused) {
  Fill(10);
  v1::ListEventsRequest request;
  request.set_page_size(2);
  request.set_page_token(List(request)->next_page_token());
  EXPECT_TRUE(List(request).ok());
  v1::ListEventsRequest other = request;
  other.set_backward(true);
  EXPECT_EQ(ReasonOf(List(other).status()), "TOKEN_OTHER_QUERY");
  other = request;
  other.mutable_filter()->add_chips("c1");
  EXPECT_EQ(ReasonOf(List(other).status()), "TOKEN_OTHER_QUERY");
  other = request;
  other.mutable_end_time()->set_seconds(1'900'000'000);
  EXPECT_EQ(ReasonOf(List(other).status()), "TOKEN_OTHER_QUERY");
  other = request;
  other.set_page_token("nonsense");
  EXPECT_EQ(List(other).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(EventReadsTest, BadListsAreRefused) {
  v1::ListEventsRequest request;
  request.set_after_position(9);
  EXPECT_EQ(List(request).status().code(), absl::StatusCode::kOutOfRange);
  request.set_page_size(-1);
  request.mutable_filter()->add_chips("");
  request.mutable_start_time()->set_seconds(2);
  request.mutable_end_time()->set_seconds(1);
  const absl::Status status = List(request).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("3 fields"), absl::string_view::npos) << status;
}

TEST_F(EventReadsTest, ReadEventsEndsAtTheHeadAndSaysSo) {
  Fill(30);
  v1::ReadEventsRequest request;
  request.set_after_position(10);
  request.mutable_filter()->add_chips("c1");
  grpc::ClientContext context;
  const auto reader = stub_->ReadEvents(&context, request);
  std::vector<uint64_t> positions;
  v1::ReadEventsResponse response;
  while (reader->Read(&response)) {
    for (const auto& event : response.events()) positions.push_back(event.position());
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(response.position(), log_.reader().head());
  EXPECT_EQ(response.head_position(), log_.reader().head());
  EXPECT_EQ(positions, Expected(false, [](const auto& event) {
              return event.position() > 10 && HasChip(event, "chip/c1");
            }));
}

TEST_F(EventReadsTest, ReadEventsOfNothingIsOneMessage) {
  grpc::ClientContext context;
  const auto reader = stub_->ReadEvents(&context, {});
  v1::ReadEventsResponse response;
  EXPECT_TRUE(reader->Read(&response));
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_TRUE(reader->Finish().ok());
}

TEST_F(EventReadsTest, ReadEventsBeyondTheHeadIsOutOfRange) {
  v1::ReadEventsRequest request;
  request.set_after_position(1);
  grpc::ClientContext context;
  const auto reader = stub_->ReadEvents(&context, request);
  v1::ReadEventsResponse response;
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::OUT_OF_RANGE);
}

TEST_F(EventReadsTest, SubjectsComeInOrderWithTheirHeads) {
  Fill(30);
  std::vector<std::string> names;
  v1::ListSubjectsRequest request;
  request.set_subject_pattern("order.*");
  request.set_page_size(2);
  do {
    grpc::ClientContext context;
    v1::ListSubjectsResponse response;
    ASSERT_TRUE(stub_->ListSubjects(&context, request, &response).ok());
    for (const auto& subject : response.subjects()) {
      names.push_back(subject.name());
      const auto mine =
          Expected(false, [&](const auto& event) { return event.subject() == subject.name(); });
      EXPECT_EQ(subject.revision(), mine.size());
      EXPECT_EQ(subject.last_position(), mine.back());
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(names,
            (std::vector<std::string>{"order.b0", "order.b1", "order.b2", "order.b3", "order.b4"}));
}

TEST_F(EventReadsTest, HeadIsTheLastEvent) {
  grpc::ClientContext first;
  v1::GetHeadResponse head;
  ASSERT_TRUE(stub_->GetHead(&first, {}, &head).ok());
  EXPECT_EQ(head.head_position(), 0U);
  EXPECT_FALSE(head.has_record_time());
  EXPECT_EQ(head.log_id(), log_.log().identity().log_id);
  Fill(3);
  grpc::ClientContext second;
  ASSERT_TRUE(stub_->GetHead(&second, {}, &head).ok());
  EXPECT_EQ(head.head_position(), all_.back().position());
  EXPECT_EQ(head.record_time().SerializeAsString(), all_.back().record_time().SerializeAsString());
}

}  // namespace
}  // namespace chipline::testing
