#include "storage/jetstream/address.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chipline::jetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string ErrorOf(std::string_view text) {
  const absl::StatusOr<Address> address = ParseAddress(text);
  EXPECT_EQ(address.status().code(), absl::StatusCode::kInvalidArgument) << text;
  return std::string(address.status().message());
}

TEST(AddressTest, SeveralHostsAndAStream) {
  const auto address = ParseAddress("nats://a:4222,10.0.0.2:4223,[::1]:4224/chipline-1");
  ASSERT_TRUE(address.ok()) << address.status();
  EXPECT_FALSE(address->tls);
  EXPECT_EQ(address->stream, "chipline-1");
  EXPECT_THAT(address->Urls(),
              ElementsAre("nats://a:4222", "nats://10.0.0.2:4223", "nats://[::1]:4224"));
}

TEST(AddressTest, TheDefaultPortAndTls) {
  const auto address = ParseAddress("tls://nats.example.org,[fe80::1]/log");
  ASSERT_TRUE(address.ok()) << address.status();
  EXPECT_THAT(address->Urls(), ElementsAre("tls://nats.example.org:4222", "tls://[fe80::1]:4222"));
}

TEST(AddressTest, EachErrorSaysWhatIsAllowed) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("neither nats:// nor tls://"));
  EXPECT_THAT(ErrorOf("http://a:1/s"), HasSubstr("neither nats:// nor tls://"));
  EXPECT_THAT(ErrorOf("nats://a:4222"), HasSubstr("stream's name is missing"));
  EXPECT_THAT(ErrorOf("nats://a:4222/"), HasSubstr("1 to 64 letters"));
  EXPECT_THAT(ErrorOf("nats://a:4222/a.b"), HasSubstr("1 to 64 letters"));
  EXPECT_THAT(ErrorOf("nats://a:4222/a/b"), HasSubstr("1 to 64 letters"));
  EXPECT_THAT(ErrorOf("nats://a:4222/" + std::string(65, 's')), HasSubstr("1 to 64 letters"));
  EXPECT_THAT(ErrorOf("nats:///s"), HasSubstr("a host is missing"));
  EXPECT_THAT(ErrorOf("nats://a,,b/s"), HasSubstr("a host is missing"));
  EXPECT_THAT(ErrorOf("nats://a b/s"), HasSubstr("no host name"));
  EXPECT_THAT(ErrorOf("nats://:4222/s"), HasSubstr("no host name"));
  EXPECT_THAT(ErrorOf("nats://[::1/s"), HasSubstr("no host name"));
  EXPECT_THAT(ErrorOf("nats://::1/s"), HasSubstr("no host name"));
  EXPECT_THAT(ErrorOf("nats://a:/s"), HasSubstr("no port from 1 to 65535"));
  EXPECT_THAT(ErrorOf("nats://a:0/s"), HasSubstr("no port from 1 to 65535"));
  EXPECT_THAT(ErrorOf("nats://a:65536/s"), HasSubstr("no port from 1 to 65535"));
  EXPECT_THAT(ErrorOf("nats://[::1]4222/s"), HasSubstr("no port from 1 to 65535"));
  std::string many = "nats://a";
  for (int i = 0; i < kMaxHosts; ++i) many += ",a";
  EXPECT_THAT(ErrorOf(many + "/s"), HasSubstr("at most 16"));
}

TEST(AddressTest, APasswordIsRefusedAndNotRepeated) {
  const std::string error = ErrorOf("nats://user:secret@a:4222/s");
  EXPECT_THAT(error, HasSubstr("--log-creds"));
  EXPECT_THAT(error, Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace chipline::jetstream
