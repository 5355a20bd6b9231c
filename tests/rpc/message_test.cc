#include "services/rpc/message.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "grpcpp/support/slice.h"
#include "gtest/gtest.h"

#include "chipline/v1/event_log_service.pb.h"
#include "chipline/v1/subscription_service.pb.h"
#include "services/rpc/message_builder.h"
#include "storage/block.h"
#include "storage/error.h"
#include "storage/limits.h"

namespace chipline {
namespace {

grpc::ByteBuffer Bytes(const std::string& text) {
  const grpc::Slice slice(text);
  return grpc::ByteBuffer(&slice, 1);
}

std::string Text(const grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  EXPECT_TRUE(bytes.Dump(&slices).ok());
  std::string text;
  for (const grpc::Slice& slice : slices) {
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return text;
}

std::string Record(storage::Position position, size_t padding) {
  v1::RecordedEvent record;
  record.set_position(position);
  record.set_subject(std::string(padding, 's'));
  return record.SerializeAsString();
}

TEST(MessageTest, MessageComesBack) {
  v1::GetEventRequest request;
  request.set_event_id("e-1");
  v1::GetEventRequest parsed;
  ASSERT_TRUE(ParseMessage(SerializeMessage(request), parsed).ok());
  EXPECT_EQ(parsed.event_id(), "e-1");
}

TEST(MessageTest, EmptyMessageIsAMessage) {
  v1::GetHeadRequest request;
  EXPECT_TRUE(ParseMessage(SerializeMessage(request), request).ok());
}

TEST(MessageTest, TruncatedBytesAreTheClientsFault) {
  v1::GetEventRequest request;
  request.set_event_id("0123456789");
  const std::string whole = request.SerializeAsString();
  for (size_t length = 1; length < whole.size(); ++length) {
    v1::GetEventRequest parsed;
    const absl::Status status = ParseMessage(Bytes(whole.substr(0, length)), parsed);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(status), "INVALID_FIELDS");
  }
}

TEST(MessageTest, TextThatIsNotUtf8IsTheClientsFault) {
  v1::GetEventRequest parsed;
  // Field 2, 2 bytes, of which the second does not go on the first.
  EXPECT_EQ(ParseMessage(Bytes("\x12\x02\xc3\x28"), parsed).code(),
            absl::StatusCode::kInvalidArgument);
}

std::string Repeated(std::string_view part, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i) text += part;
  return text;
}

// A field with this number that holds `bytes`.
std::string Holding(int number, const std::string& bytes) {
  std::string text(1, static_cast<char>(number << 3 | 2));
  for (size_t left = bytes.size(); left > 0 || text.size() == 1; left >>= 7) {
    text += static_cast<char>((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
  }
  return text + bytes;
}

TEST(MessageTest, FieldsAreCountedWhereverTheyAre) {
  constexpr size_t kLimit = limits::kMaxRequestFields;
  const std::string empty_event("\x0a\x00", 2);
  const std::string unknown_text("\x7a\x00", 2);
  const std::string unknown_number("\x78\x00", 2);
  const std::string unknown_group("\x7b\x7c", 2);
  const std::string empty_link("\x1a\x00", 2);
  struct Case {
    std::string full;
    std::string over;
  };
  const std::vector<Case> cases = {
      {Repeated(empty_event, kLimit), empty_event},
      {Repeated(unknown_text, kLimit), unknown_text},
      {Repeated(unknown_number, kLimit), unknown_number},
      {Repeated(unknown_group, kLimit), unknown_group},
      // The event itself counts.
      {Holding(1, Repeated(empty_link, kLimit - 1)), empty_event},
      {Holding(1, Repeated(unknown_text, kLimit - 1)), empty_event},
  };
  for (const Case& each : cases) {
    v1::AppendEventsRequest parsed;
    EXPECT_TRUE(ParseMessage(Bytes(each.full), parsed).ok());
    const absl::Status status = ParseMessage(Bytes(each.full + each.over), parsed);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(status.message().find("262144 fields"), absl::string_view::npos) << status;
  }
}

TEST(MessageTest, BytesThatAreNoMessageAreNotCountedBeyondTheirEnd) {
  const std::string deep = Repeated("\x7b", 2 * limits::kMaxRequestFields + 2);
  v1::AppendEventsRequest parsed;
  EXPECT_EQ(ParseMessage(Bytes(deep), parsed).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ParseMessage(Bytes(Repeated(std::string("\x0a\x00", 2), 300'000) + "\x0a\x7f"), parsed)
                .code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(MessageTest, ARequestOfAnotherSizeIsRefusedUnread) {
  EXPECT_TRUE(CheckRequestSize(Bytes(std::string(100, '\0')), 100).ok());
  const absl::Status status = CheckRequestSize(Bytes(std::string(101, '\0')), 100);
  EXPECT_EQ(ReasonOf(status), "INVALID_FIELDS");
  EXPECT_NE(status.message().find("at most 100"), absl::string_view::npos) << status;
}

TEST(MessageBuilderTest, BuildsWhatProtobufWould) {
  storage::BlockBuilder builder(1);
  for (storage::Position p = 1; p <= 3; ++p) builder.Add(Record(p, 10));
  const auto block = std::move(builder).Finish();

  v1::SubscribeResponse expected;
  expected.set_position(3);
  expected.set_head_position(300);
  expected.set_resume_token("token");
  for (storage::Position p = 1; p <= 3; ++p) {
    ASSERT_TRUE(expected.mutable_batch()->add_events()->ParseFromString(Record(p, 10)));
  }
  MessageBuilder message;
  message.AddNumber(1, 3);
  message.AddNumber(2, 300);
  message.AddText(3, "token");
  message.OpenMessage(5, block->body().size());
  message.AddSlice({block, block->Fields(1, 1)});
  message.AddSlice({block, block->Fields(2, 3)});
  EXPECT_EQ(Text(std::move(message).Build()), expected.SerializeAsString());
}

TEST(MessageBuilderTest, EmptyFieldsAreLeftOutButAnEmptyMessageIsNot) {
  MessageBuilder message;
  message.AddNumber(1, 0);
  message.AddText(3, "");
  message.AddMessage(6, v1::CaughtUp());
  EXPECT_EQ(Text(std::move(message).Build()), std::string("\x32\x00", 2));
}

TEST(MessageBuilderTest, LargeSliceHoldsItsBlockUntilItIsSent) {
  storage::BlockBuilder builder(1);
  builder.Add(Record(1, 100'000));
  auto block = std::move(builder).Finish();
  const std::weak_ptr<const storage::Block> watch = block;
  const std::string body(block->body());
  MessageBuilder message;
  message.AddSlice({block, block->body()});
  grpc::ByteBuffer bytes = std::move(message).Build();
  block.reset();
  EXPECT_FALSE(watch.expired());
  EXPECT_EQ(Text(bytes), body);
  bytes.Clear();
  EXPECT_TRUE(watch.expired());
}

TEST(MessageBuilderTest, SmallPartOfALargeBlockDoesNotHoldIt) {
  storage::BlockBuilder builder(1);
  builder.Add(Record(1, 2000));
  builder.Add(Record(2, 100'000));
  auto block = std::move(builder).Finish();
  const std::weak_ptr<const storage::Block> watch = block;
  const std::string field(block->Fields(1, 1));
  MessageBuilder message;
  message.AddSlice({block, block->Fields(1, 1)});
  block.reset();
  EXPECT_TRUE(watch.expired());
  EXPECT_EQ(Text(std::move(message).Build()), field);
}

}  // namespace
}  // namespace chipline
