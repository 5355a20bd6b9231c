#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "fmt/format.h"
#include "services/rpc/status.h"
#include "tests/stream/stream_server.h"

namespace chipline::testing {
namespace {

class CursorsTest : public ::testing::Test {
 protected:
  CursorsTest() {
    for (int i = 0; i < 10; ++i) server_.log().AppendOne("capex.a");
  }

  absl::Status Commit(const std::string& name, uint64_t position) {
    v1::CommitCursorRequest request;
    request.set_name(name);
    request.set_position(position);
    return Commit(request);
  }
  absl::Status Commit(const v1::CommitCursorRequest& request) {
    grpc::ClientContext context;
    return FromGrpcStatus(stub_->CommitCursor(&context, request, &committed_));
  }
  absl::StatusOr<v1::Cursor> Get(const std::string& name) {
    grpc::ClientContext context;
    v1::GetCursorRequest request;
    request.set_name(name);
    v1::GetCursorResponse response;
    const absl::Status status = FromGrpcStatus(stub_->GetCursor(&context, request, &response));
    if (!status.ok()) return status;
    return response.cursor();
  }
  absl::StatusOr<v1::ListCursorsResponse> List(int page_size, const std::string& token) {
    grpc::ClientContext context;
    v1::ListCursorsRequest request;
    request.set_page_size(page_size);
    request.set_page_token(token);
    v1::ListCursorsResponse response;
    const absl::Status status = FromGrpcStatus(stub_->ListCursors(&context, request, &response));
    if (!status.ok()) return status;
    return response;
  }

  StreamServer server_;
  std::unique_ptr<v1::SubscriptionService::Stub> stub_ = server_.Subscriptions();
  v1::CommitCursorResponse committed_;
};

TEST_F(CursorsTest, CommittedPositionComesBackAndMayGoBack) {
  ASSERT_TRUE(Commit("desk", 7).ok());
  EXPECT_EQ(committed_.cursor().position(), 7U);
  EXPECT_GT(committed_.cursor().commit_time().seconds(), 0);
  EXPECT_EQ(Get("desk")->position(), 7U);
  ASSERT_TRUE(Commit("desk", 2).ok());
  EXPECT_EQ(Get("desk")->position(), 2U);
}

TEST_F(CursorsTest, UnknownCursorIsNotFound) {
  EXPECT_EQ(ReasonOf(Get("nobody").status()), "CURSOR_NOT_FOUND");
}

TEST_F(CursorsTest, OnlyTheExpectedPositionMoves) {
  v1::CommitCursorRequest request;
  request.set_name("desk");
  request.set_position(3);
  request.set_expected_position(0);
  EXPECT_TRUE(Commit(request).ok());
  const absl::Status again = Commit(request);
  EXPECT_EQ(again.code(), absl::StatusCode::kAborted) << again;
  request.set_expected_position(3);
  request.set_position(4);
  EXPECT_TRUE(Commit(request).ok());
}

TEST_F(CursorsTest, BadRequestsAreRefused) {
  EXPECT_EQ(Commit("desk", 11).code(), absl::StatusCode::kOutOfRange);
  for (const std::string& name : {std::string(), std::string("a b"), std::string(129, 'a')}) {
    EXPECT_EQ(Commit(name, 1).code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(Get(name).status().code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(List(-1, "").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(List(0, "nonsense").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(CursorsTest, PagesGoThroughAllInOrder) {
  std::vector<std::string> expected;
  for (int i = 0; i < 25; ++i) {
    expected.push_back(fmt::format("cursor-{:02}", i));
    ASSERT_TRUE(Commit(expected.back(), 1).ok());
  }
  std::vector<std::string> names;
  std::string token;
  int pages = 0;
  do {
    const auto page = List(5, token);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const auto& cursor : page->cursors()) names.push_back(cursor.name());
    token = page->next_page_token();
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(names, expected);
  EXPECT_EQ(pages, 5);
}

}  // namespace
}  // namespace chipline::testing
