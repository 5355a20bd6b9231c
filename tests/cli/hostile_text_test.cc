#include <sys/wait.h>
#include <unicode/utf8.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"

#include "chipline/v1/event_log_service.pb.h"
#include "services/cli/json.h"
#include "services/server/log_line.h"
#include "tests/cli/false_server.h"

// Whatever a server and the log hold, it never drives the terminal of the one who looks at it.
namespace chipline::cli {
namespace {

using ::testing::HasSubstr;

// One of each sort. Nothing of Chipline's is magenta, and no line of its begins with FORGED.
const std::string kHostile =
    "x\x1b[35m\x1b]0;title\x07\x1b]52;c;cm0=\x07\r\b\x7f\t"
    "\u0080\u0085\u009b35m\u009f\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068"
    "\u2069\u2028\u2029\u200b\u200c\u200d\u2060\u2063\ufeff\u00ad\u180e\u034f\u3164\u2800\ufe0f"
    "\U000e0001\U000e0041\ufff9\nFORGED \\ y";
constexpr int kVariants = 9;

// What may not come out; said here once more, so that a slip in the program's own list is seen.
bool Harms(UChar32 c) {
  constexpr std::array<std::pair<UChar32, UChar32>, 15> kHarmful = {{{0, 0x1f},
                                                                     {0x7f, 0x9f},
                                                                     {0xad, 0xad},
                                                                     {0x34f, 0x34f},
                                                                     {0x61c, 0x61c},
                                                                     {0x180b, 0x180f},
                                                                     {0x200b, 0x200f},
                                                                     {0x2028, 0x202e},
                                                                     {0x2060, 0x206f},
                                                                     {0x2800, 0x2800},
                                                                     {0x3164, 0x3164},
                                                                     {0xfe00, 0xfe0f},
                                                                     {0xfeff, 0xfeff},
                                                                     {0xfff9, 0xfffb},
                                                                     {0xe0000, 0xe0fff}}};
  return c < 0 || std::any_of(kHarmful.begin(), kHarmful.end(), [c](const auto& range) {
           return c >= range.first && c <= range.second;
         });
}

struct Output {
  int code = -1;
  std::string out;
  std::string err;
};

std::string TakeFile(const std::string& path) {
  std::ifstream file(path);
  std::string contents(std::istreambuf_iterator<char>(file), {});
  std::remove(path.c_str());
  return contents;
}

std::string Temporary(const std::string& name) {
  return ::testing::TempDir() + "/hostile_" + std::to_string(getpid()) + name;
}

Output RunProgram(const std::string& arguments) {
  const std::string out = Temporary(".out");
  const std::string err = Temporary(".err");
  const std::string command = std::string(CHIPLINE_PROGRAM) + " --timeout 20s " + arguments + " >" +
                              out + " 2>" + err + " </dev/null";
  const int status = std::system(command.c_str());
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return {code, TakeFile(out), TakeFile(err)};
}

std::string WithoutColours(const std::string& text) {
  return std::regex_replace(text, std::regex("\x1b\\[[0-9;]*m"), "");
}

std::string WithoutIsolates(const std::string& text) {
  return std::regex_replace(text, std::regex("\u2068|\u2069"), "");
}

// Fails unless the text is lines of the program's own making.
void ExpectHarmless(const std::string& text, const std::string& of) {
  EXPECT_EQ(text.find("\x1b[35m"), std::string::npos) << of;
  const std::string plain = WithoutColours(text);
  std::istringstream lines(plain);
  for (std::string line; std::getline(lines, line);) {
    const size_t first = line.find_first_not_of(' ');
    EXPECT_TRUE(first == std::string::npos || line.compare(first, 6, "FORGED") != 0)
        << of << ": " << line;
    const auto* bytes = reinterpret_cast<const uint8_t*>(line.data());
    const auto size = static_cast<int32_t>(line.size());
    for (int32_t at = 0; at < size;) {
      UChar32 c = 0;
      U8_NEXT(bytes, at, size, c);
      ASSERT_FALSE(Harms(c)) << of << ": U+" << std::hex << c << " in: " << line;
    }
  }
}

// Each subcommand that shows what a server says.
std::vector<std::string> Subcommands(const std::string& events) {
  return {"status",
          "events",
          "names",
          "export",
          "tail --from-start",
          "verify",
          "backup",
          "append " + events,
          "import " + events,
          "timeline capex x",
          "timeline rule x",
          "timeline order x",
          "timeline supply x",
          "timeline usage x",
          "timeline company x",
          "watch company x",
          "explain capex/x",
          "timeline company x --svg -"};
}

class HostileTextTest : public ::testing::TestWithParam<int> {
 protected:
  void SetUp() override { std::ofstream(events_) << "{\"eventId\":\"a\"}\n"; }
  void TearDown() override { std::remove(events_.c_str()); }

  // Runs every subcommand; false if none printed what the server said.
  void RunAll(const FalseAnswers& answers) {
    for (const std::string& subcommand : Subcommands(events_)) {
      for (const char* how : {"", "--color always", "--json"}) {
        if (subcommand.ends_with("--svg -") && how == std::string("--json")) continue;
        const FalseServer server(answers);
        const std::string of = subcommand + " " + how;
        Output output = RunProgram("--server " + server.address() + " " + of);
        EXPECT_NE(output.code, -1) << of;
        // A picture puts isolates of its own around names, and keeps those that are closed.
        if (subcommand.ends_with("--svg -")) output.out = WithoutIsolates(output.out);
        ExpectHarmless(output.out, of);
        ExpectHarmless(output.err, of);
        shown_ += output.out + output.err;
      }
    }
  }

  const std::string events_ = Temporary(".ndjson");
  std::string shown_;
};

TEST_P(HostileTextTest, NoAnswerDrivesTheTerminal) {
  RunAll({kHostile, GetParam()});
  EXPECT_THAT(shown_, HasSubstr(R"(x\x1b[35m\x1b]0;title\x07)"));
  EXPECT_THAT(shown_, HasSubstr(R"(\u202e)"));
}

INSTANTIATE_TEST_SUITE_P(Variants, HostileTextTest, ::testing::Range(0, kVariants));

TEST_F(HostileTextTest, NoErrorDrivesTheTerminal) {
  RunAll({kHostile, 0, true});
  EXPECT_THAT(shown_, HasSubstr(R"(\nFORGED \\ y)"));
}

TEST_F(HostileTextTest, NeitherDoFileNamesAndArguments) {
  const std::string name = "'" + kHostile + "'";
  for (const std::string& arguments :
       {"import " + name, "append " + name, "inspect --data " + name, "verify --data " + name,
        "repair --accept-loss-after 1 --data " + name, "restore --from " + name + " --data " + name,
        "backup --list " + name, "backup --data " + name + " --to " + name, "timeline " + name,
        "--server " + name + " status", "--config " + name + " status",
        "--tls-ca " + name + " status", "events --type " + name, name}) {
    const Output output = RunProgram(arguments);
    EXPECT_NE(output.code, 0) << arguments;
    ExpectHarmless(output.out, arguments);
    ExpectHarmless(output.err, arguments);
    EXPECT_THAT(output.out + output.err, HasSubstr(R"(\x1b[35m)")) << arguments;
  }
}

TEST(HostileLogTest, NoLineOfTheLogDrivesTheTerminal) {
  const std::string line =
      server::FormatLogLine(absl::UnixEpoch(), server::LogLevel::kInfo, kHostile,
                            {{"one", kHostile}, {"two", kHostile + "\xff\xc0\x9b"}});
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  ExpectHarmless(line, "the log");
}

TEST(HostileJsonTest, EscapedJsonHasTheSameValues) {
  for (int variant = 0; variant < kVariants; ++variant) {
    v1::ListEventsResponse message;
    FillMessage(message, kHostile, variant);
    const std::string line = JsonLine(message);
    ExpectHarmless(line, "JSON");
    v1::ListEventsResponse read;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(line, &read).ok());
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(message, read));
  }
}

}  // namespace
}  // namespace chipline::cli
