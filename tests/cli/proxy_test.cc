#include "services/cli/proxy.h"

#include <cstdlib>

#include "gtest/gtest.h"

namespace chipline::cli {
namespace {

class ProxyTest : public ::testing::Test {
 protected:
  void SetUp() override { Clear(); }
  void TearDown() override { Clear(); }

  static void Clear() {
    for (const char* name :
         {"grpc_proxy", "https_proxy", "http_proxy", "no_grpc_proxy", "no_proxy"}) {
      unsetenv(name);
    }
  }
};

TEST_F(ProxyTest, ServersOnThisMachineAreKnownInEachForm) {
  for (const char* server :
       {"127.0.0.1:7417", "127.9.8.7:1", "localhost:7417", "LOCALHOST:1", "localhost.:1",
        "[::1]:7417", "[::ffff:127.0.0.1]:1", "dns:///localhost:1", "dns:127.0.0.1:1",
        "ipv4:127.0.0.1:1", "ipv6:[::1]:1", "unix:/run/chipline", "unix:///run/chipline"}) {
    EXPECT_TRUE(IsLocalServer(server)) << server;
  }
  for (const char* server : {"192.0.2.1:7417", "example.org:7417", "localhost.example.org:1",
                             "[2001:db8::1]:1", "128.0.0.1:1", "127.example.org:1"}) {
    EXPECT_FALSE(IsLocalServer(server)) << server;
  }
}

TEST_F(ProxyTest, TheProxyIsNamedWithItsVariableAndWithoutItsPassword) {
  EXPECT_EQ(ProxyFor("example.org:7417"), "");
  setenv("http_proxy", "http://user:secret@proxy:3128", 1);
  EXPECT_EQ(ProxyFor("example.org:7417"), "proxy:3128 (http_proxy)");
  EXPECT_EQ(ProxyFor("127.0.0.1:7417"), "");
  setenv("https_proxy", "http://other:1", 1);
  EXPECT_EQ(ProxyFor("example.org:7417"), "other:1 (https_proxy)");
  setenv("no_proxy", "example.com, example.org", 1);
  EXPECT_EQ(ProxyFor("example.org:7417"), "");
  EXPECT_EQ(ProxyFor("a.example.org:7417"), "");
  EXPECT_EQ(ProxyFor("example.net:7417"), "other:1 (https_proxy)");
}

}  // namespace
}  // namespace chipline::cli
