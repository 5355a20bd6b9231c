#include "services/ingest/appender.h"

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"

#include "storage/error.h"
#include "tests/ingest/log_case.h"
#include "tests/ingest/test_events.h"

namespace chipline::ingest {
namespace {

class AppenderTest : public LogCase {
 protected:
  absl::StatusOr<v1::AppendEventsResponse> Append(v1::AppendEventsRequest request) {
    Appender appender(*log_);
    auto answer = std::make_shared<std::promise<absl::StatusOr<v1::AppendEventsResponse>>>();
    auto answered = answer->get_future();
    appender.Append(std::move(request), [answer](absl::StatusOr<v1::AppendEventsResponse> result) {
      answer->set_value(std::move(result));
    });
    return answered.get();
  }
};

TEST_F(AppenderTest, AnAppendIsAnsweredWithItsPlaces) {
  v1::Event without_id = Supply();
  without_id.clear_event_id();
  const auto response = Append(RequestOf({Usage(), without_id}));
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->events_size(), 2);
  EXPECT_EQ(response->events(0).event_id(), "usage-1");
  EXPECT_EQ(response->events(0).position(), 1u);
  EXPECT_EQ(response->events(0).revision(), 1u);
  EXPECT_EQ(response->events(0).subject(), "usage.bytedance.tokens-per-day");
  EXPECT_FALSE(response->events(0).duplicate());
  EXPECT_EQ(response->events(1).event_id().substr(0, 7), "sha256-");
  EXPECT_EQ(response->events(1).position(), 2u);
  EXPECT_TRUE(response->has_record_time());
  EXPECT_EQ(log_->reader().head(), 2u);
}

TEST_F(AppenderTest, ARepeatGetsTheFirstAnswerAgain) {
  v1::Event event = Usage();
  event.clear_event_id();
  const auto first = Append(RequestOf({event}));
  const auto second = Append(RequestOf({event}));
  ASSERT_TRUE(first.ok());
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_TRUE(second->events(0).duplicate());
  EXPECT_EQ(second->events(0).position(), first->events(0).position());
  EXPECT_EQ(second->record_time().seconds(), first->record_time().seconds());
  EXPECT_EQ(second->record_time().nanos(), first->record_time().nanos());
}

TEST_F(AppenderTest, WhatWasOnlyValidatedIsNowhere) {
  v1::AppendEventsRequest request = RequestOf({Usage()});
  request.set_validate_only(true);
  const auto response = Append(std::move(request));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->events(0).position(), 0u);
  EXPECT_FALSE(response->has_record_time());
  EXPECT_EQ(log_->reader().head(), 0u);
}

TEST_F(AppenderTest, WhatIsWrongIsRefusedBeforeTheLogSeesIt) {
  EXPECT_EQ(ReasonOf(Append(v1::AppendEventsRequest()).status()), "INVALID_FIELDS");
  EXPECT_EQ(log_->reader().head(), 0u);
}

TEST_F(AppenderTest, WhatTheLogRefusesIsTheAnswer) {
  v1::AppendEventsRequest request = RequestOf({Usage()});
  request.add_preconditions()->set_subject("usage.bytedance.tokens-per-day");
  request.mutable_preconditions(0)->set_expected_revision(3);
  EXPECT_EQ(ReasonOf(Append(std::move(request)).status()), "EXPECTED_REVISION_DIFFERS");
  v1::Event alias = Alias();
  alias.mutable_alias_change()->set_change(v1::ALIAS_OPERATION_REMOVE);
  EXPECT_EQ(ReasonOf(Append(RequestOf({alias})).status()), "ALIAS_NOT_FOUND");
}

TEST_F(AppenderTest, ADrainedLogTakesNoMore) {
  log_->Drain();
  EXPECT_EQ(Append(RequestOf({Usage()})).status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(AppenderTest, AnAliasCountsForTheClaimBehindItInTheSameAppend) {
  const auto response = Append(RequestOf({Capex(), Alias(), [] {
                                            v1::Event later = Capex();
                                            later.set_event_id("capex-2");
                                            return later;
                                          }()}));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_NE(response->events(0).subject(), "capex.bytedance");
  EXPECT_EQ(response->events(2).subject(), "capex.bytedance");
}

}  // namespace
}  // namespace chipline::ingest
