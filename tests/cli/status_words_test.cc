#include "services/cli/status_words.h"

#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

#include "services/rpc/status.h"
#include "storage/error.h"

namespace chipline::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

google::rpc::Status BadFields() {
  google::rpc::Status status;
  status.set_code(3);
  status.set_message("2 fields are wrong");
  google::rpc::BadRequest fields;
  for (const char* field : {"events[0].source", "events[1].event_id"}) {
    auto& violation = *fields.add_field_violations();
    violation.set_field(field);
    violation.set_description("is missing");
  }
  status.add_details()->PackFrom(fields);
  google::rpc::ErrorInfo info;
  info.set_reason("INVALID_FIELDS");
  info.set_domain("chipline");
  (*info.mutable_metadata())["b"] = "2";
  (*info.mutable_metadata())["a"] = "1";
  status.add_details()->PackFrom(info);
  return status;
}

TEST(StatusWordsTest, EveryViolationHasALine) {
  const std::string text = StatusWords(BadFields(), Palette(false));
  EXPECT_EQ(text,
            "INVALID_ARGUMENT: 2 fields are wrong\n"
            "  events[0].source: is missing\n"
            "  events[1].event_id: is missing\n"
            "  reason: INVALID_FIELDS\n"
            "  a: 1\n"
            "  b: 2\n");
}

TEST(StatusWordsTest, RetryInfoSaysWhen) {
  google::rpc::Status status;
  status.set_code(14);
  status.set_message("overloaded");
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_nanos(250'000'000);
  status.add_details()->PackFrom(retry);
  EXPECT_THAT(StatusWords(status, Palette(false)), HasSubstr("retry after: 0.25 s"));
}

TEST(StatusWordsTest, DetailsOfOurOwnErrorsAreSaid) {
  const google::rpc::Status full = ToRpcStatus(BadFieldError("data_directory", "is required"));
  const std::string text = StatusWords(full, Palette(false));
  EXPECT_THAT(text, HasSubstr("\n  data_directory: is required\n"));
  // Once, though the message has it as well.
  EXPECT_EQ(text.find("is required"), text.rfind("is required"));
}

TEST(StatusWordsTest, DoesWithoutDetails) {
  google::rpc::Status status;
  status.set_code(14);
  status.set_message("no connection");
  EXPECT_THAT(StatusWords(status, Palette(false)), Not(HasSubstr("reason")));
  EXPECT_EQ(ReasonOf(status), "");
  EXPECT_EQ(ReasonOf(BadFields()), "INVALID_FIELDS");
}

TEST(TransportWordsTest, SaysWhatItMeansAndWhere) {
  const auto words = [](absl::StatusCode code, const std::string& message) {
    return TransportWords(static_cast<int>(code), message, "host:7417");
  };
  EXPECT_EQ(words(absl::StatusCode::kUnavailable,
                  "DNS resolution failed for host: C-ares status is not ARES_SUCCESS"),
            "host:7417 is no host that can be found");
  EXPECT_EQ(words(absl::StatusCode::kUnavailable,
                  "failed to connect to all addresses; last error: UNKNOWN: Connection refused"),
            "nothing listens at host:7417");
  EXPECT_EQ(words(absl::StatusCode::kUnavailable, "Socket closed"),
            "the connection to host:7417 was lost");
  EXPECT_EQ(words(absl::StatusCode::kCancelled, "CANCELLED"), "the call was broken off");
  EXPECT_EQ(words(absl::StatusCode::kDeadlineExceeded, "Deadline Exceeded"),
            "no answer from host:7417 in time");
  EXPECT_EQ(words(absl::StatusCode::kUnavailable, "rebuilding"), "rebuilding");
  EXPECT_EQ(words(absl::StatusCode::kNotFound, "no such entry"), "no such entry");
}

}  // namespace
}  // namespace chipline::cli
