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

std::string Text(const google::rpc::Status& status) {
  Block block(Palette(false), 0);
  RenderStatus(status, block);
  return block.text();
}

TEST(StatusWordsTest, EveryViolationHasALine) {
  const std::string text = Text(BadFields());
  EXPECT_EQ(text,
            "INVALID_ARGUMENT: 2 fields are wrong\n"
            "  events[0].source: is missing\n"
            "  events[1].event_id: is missing\n"
            "  reason: INVALID_FIELDS\n"
            "  a: 1\n"
            "  b: 2\n");
}

TEST(StatusWordsTest, LongViolationsAreBrokenAtSpacesEachOnLinesOfItsOwn) {
  google::rpc::Status status = BadFields();
  status.set_message(
      "2 fields are wrong, and this sentence has more words than there is room for in a line");
  Block block(Palette(false), 40);
  RenderStatus(status, block);
  EXPECT_EQ(block.text(),
            "INVALID_ARGUMENT: 2 fields are wrong,\n"
            "  and this sentence has more words than\n"
            "  there is room for in a line\n"
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
  EXPECT_THAT(Text(status), HasSubstr("retry after: 0.25 s"));
}

TEST(StatusWordsTest, DetailsOfOurOwnErrorsAreSaid) {
  const google::rpc::Status full = ToRpcStatus(BadFieldError("data_directory", "is required"));
  const std::string text = Text(full);
  EXPECT_THAT(text, HasSubstr("\n  data_directory: is required\n"));
  // Once, though the message has it as well.
  EXPECT_EQ(text.find("is required"), text.rfind("is required"));
}

TEST(StatusWordsTest, DoesWithoutDetails) {
  google::rpc::Status status;
  status.set_code(14);
  status.set_message("no connection");
  EXPECT_THAT(Text(status), Not(HasSubstr("reason")));
  EXPECT_EQ(ReasonOf(status), "");
  EXPECT_EQ(ReasonOf(BadFields()), "INVALID_FIELDS");
}

TEST(StatusWordsTest, WhatNamesAFlagNeedsNoMoreAdvice) {
  google::rpc::Status status;
  status.set_code(14);
  status.set_message("nothing listens at host:7417");
  EXPECT_THAT(Text(status), HasSubstr("Is a server there"));
  status.set_message("host:7417 does not speak TLS; leave out --tls-ca");
  EXPECT_THAT(Text(status), Not(HasSubstr("Is a server there")));
}

// The texts are those of gRPC 1.51 with OpenSSL 3.0.
TEST(TransportWordsTest, SaysWhichSideOfTlsMostLikelyIsWrong) {
  const auto words = [](const std::string& last, bool tls, bool certificate) {
    return TransportWords(
        14, "failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:7417: " + last,
        {"host:7417", tls, certificate});
  };
  for (const char* closed : {"Socket closed", "recvmsg:Connection reset by peer"}) {
    EXPECT_THAT(words(closed, false, false), HasSubstr("give --tls-ca"));
    EXPECT_THAT(words(closed, true, false), HasSubstr("give --tls-cert and --tls-key"));
    EXPECT_THAT(words(closed, true, true),
                HasSubstr("does not take the certificate in --tls-cert"));
  }
  const std::string ssl = "Ssl handshake failed: SSL_ERROR_SSL: error:0A000086:SSL routines::";
  EXPECT_THAT(words(ssl + "certificate verify failed", true, false),
              HasSubstr("not of the CA in --tls-ca"));
  EXPECT_THAT(words(ssl + "wrong version number", true, false), HasSubstr("leave out --tls-ca"));
  EXPECT_THAT(words(ssl + "unknown", true, false), HasSubstr("cannot agree on TLS"));
  EXPECT_THAT(words("Peer name host is not in peer certificate", true, true),
              HasSubstr("is for other names"));
  EXPECT_EQ(words("Connection timed out", true, true), "host:7417 cannot be reached");
}

TEST(TransportWordsTest, SaysWhatItMeansAndWhere) {
  const auto words = [](absl::StatusCode code, const std::string& message) {
    return TransportWords(static_cast<int>(code), message, {"host:7417"});
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
