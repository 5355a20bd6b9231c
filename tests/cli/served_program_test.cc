#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/cli/false_server.h"

// The program beside a server: its output where nobody can take it, and proxies.
namespace chipline::cli {
namespace {

using ::testing::HasSubstr;

struct Outcome {
  int code = -1;
  std::string err;
};

// Runs a line of the shell; standard error is kept.
Outcome Shell(const std::string& line) {
  const std::string err = ::testing::TempDir() + "/served_" + std::to_string(getpid()) + ".err";
  const int status = std::system(("{ " + line + " ; } 2>" + err + " </dev/null").c_str());
  std::ifstream file(err);
  std::string said(std::istreambuf_iterator<char>(file), {});
  std::remove(err.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, said};
}

std::string Program(const FalseServer& server, const std::string& arguments) {
  return std::string(CHIPLINE_PROGRAM) + " --timeout 20s --server " + server.address() + " " +
         arguments;
}

constexpr const char* kSubcommands[] = {"status",
                                        "events",
                                        "names",
                                        "export",
                                        "tail --from-start",
                                        "verify",
                                        "backup",
                                        "timeline company x",
                                        "timeline company x --svg -",
                                        "watch company x",
                                        "explain capex/x"};

TEST(BrokenOutputTest, IsOneLineAndExitOneForEverySubcommand) {
  for (const std::string arguments : kSubcommands) {
    for (const char* json : {"", " --json"}) {
      if (arguments.ends_with("--svg -") && *json != '\0') continue;
      // The second step of a stream is one that prints.
      const bool stream = arguments.starts_with("tail") || arguments.starts_with("watch");
      const FalseServer server({"words", stream ? 1 : 0});
      const Outcome outcome = Shell(Program(server, arguments + json + " >/dev/full"));
      EXPECT_EQ(outcome.code, 1) << arguments;
      EXPECT_THAT(outcome.err, HasSubstr("cannot write to standard output: No space left on "))
          << arguments;
      EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    }
  }
}

TEST(BrokenOutputTest, HelpAndVersionTellOfIt) {
  for (const std::string arguments : {"--help", "--version", "import --help", "help tail"}) {
    for (const char* to : {" >/dev/full", " >&-"}) {
      const Outcome outcome = Shell(CHIPLINE_PROGRAM + (" " + arguments) + to);
      EXPECT_EQ(outcome.code, 1) << arguments;
      EXPECT_THAT(outcome.err, HasSubstr("chipline: cannot write to standard output: "));
      EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    }
  }
}

TEST(BrokenOutputTest, AClosedPipeEndsItByItsSignalWithoutAWord) {
  const FalseServer server({"words", 0});
  const Outcome outcome =
      Shell("( " + Program(server, "status") + "; echo $? >&2 ) | true 3>&2; true");
  EXPECT_EQ(outcome.err, "141\n");
  const Outcome ignored =
      Shell("( trap '' PIPE; " + Program(server, "status") + "; echo $? >&2 ) | true; true");
  EXPECT_EQ(ignored.err, "chipline: cannot write to standard output: Broken pipe\n1\n");
}

TEST(ProxiesTest, AServerOnThisMachineIsReachedWithoutThem) {
  for (const char* variable : {"grpc_proxy", "https_proxy", "http_proxy"}) {
    const FalseServer server({"words", 0});
    const Outcome outcome =
        Shell(variable + ("=http://127.0.0.1:1 " + Program(server, "status") + " >/dev/null"));
    EXPECT_EQ(outcome.code, 0) << outcome.err;
  }
}

TEST(ProxiesTest, AnErrorNamesTheAddressAndTheProxy) {
  const Outcome outcome = Shell(std::string("http_proxy=http://127.0.0.1:1 ") + CHIPLINE_PROGRAM +
                                " --timeout 20s --server 192.0.2.1:7417 status");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("192.0.2.1:7417 cannot be reached; it was tried through the "
                                     "proxy 127.0.0.1:1 (http_proxy)"));
}

}  // namespace
}  // namespace chipline::cli
