#include "services/server/listen_address.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chipline::server {
namespace {

TEST(ListenAddressTest, LoopbackIsTaken) {
  for (const char* text : {"127.0.0.1:7417", "localhost:0", "127.1.2.3:65535", "[::1]:1"}) {
    EXPECT_TRUE(ReadListenAddress(text).ok()) << text;
  }
  EXPECT_EQ(ReadListenAddress("[::1]:0")->WithPort(80), "[::1]:80");
  EXPECT_EQ(ReadListenAddress("localhost:0")->WithPort(80), "127.0.0.1:80");
}

TEST(ListenAddressTest, WhatOthersCanReachIsRefusedWithTheReason) {
  for (const char* text : {"0.0.0.0:7417", "[::]:7417", "192.168.0.1:1", "128.0.0.1:1"}) {
    const absl::Status status = ReadListenAddress(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr("TLS")) << text;
  }
}

TEST(ListenAddressTest, TheOptionThatIsWrongIsNamed) {
  for (const char* text : {"7417", "127.0.0.1:x", "example.com:1", "0.0.0.0:1"}) {
    const absl::Status status = ReadListenAddress(text, Reach::kLoopback, "http").status();
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr("http")) << text;
    EXPECT_THAT(std::string(status.message()), testing::Not(testing::HasSubstr("listen: ")))
        << text;
  }
}

TEST(ListenAddressTest, WhatIsNoAddressIsRefused) {
  for (const char* text :
       {"", "7417", ":7417", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:-1",
        "127.0.0.1:65536", "127.0.0.1:1 ", "example.com:1", "[::1:1", "unix:/tmp/x"}) {
    EXPECT_EQ(ReadListenAddress(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace chipline::server
