#include <sys/wait.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

// The program as a shell sees it: its exit codes, and what it says on which stream.
namespace chipline::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Outcome {
  int code = -1;
  std::string out;
  std::string err;
};

std::string Contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Runs the program in a shell, with `environment` before it ("A=1 B=2").
Outcome RunProgram(const std::string& arguments, const std::string& environment = "") {
  const std::string base = ::testing::TempDir() + "/program_test_" + std::to_string(getpid());
  const std::string command = environment + " " + CHIPLINE_PROGRAM + " " + arguments + " >" + base +
                              ".out 2>" + base + ".err </dev/null";
  const int status = std::system(command.c_str());
  Outcome outcome = {WIFEXITED(status) ? WEXITSTATUS(status) : -1, Contents(base + ".out"),
                     Contents(base + ".err")};
  std::remove((base + ".out").c_str());
  std::remove((base + ".err").c_str());
  return outcome;
}

std::string WriteFile(const std::string& name, const std::string& contents) {
  const std::string path = ::testing::TempDir() + "/" + std::to_string(getpid()) + "_" + name;
  std::ofstream(path) << contents;
  return path;
}

// No server can listen on port 1 of an address that is reserved for documentation's sake; the
// loopback's port 1 refuses at once.
constexpr char kNobody[] = "--server 127.0.0.1:1 --timeout 5s";

TEST(ProgramTest, HelpIsDoneAndOnStandardOutput) {
  const Outcome outcome = RunProgram("--help");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.err, IsEmpty());
  for (const char* word :
       {"serve", "append", "import", "export", "tail", "events", "timeline", "watch", "explain",
        "names", "status", "CHIPLINE_SERVER", "127.0.0.1:7417"}) {
    EXPECT_THAT(outcome.out, HasSubstr(word));
  }
}

TEST(ProgramTest, VersionIsDone) {
  const Outcome outcome = RunProgram("--version");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("."));
}

TEST(ProgramTest, MisuseIsTwo) {
  EXPECT_EQ(RunProgram("").code, 2);
  EXPECT_EQ(RunProgram("frobnicate").code, 2);
  EXPECT_EQ(RunProgram("events --no-such-flag").code, 2);
  EXPECT_EQ(RunProgram("events --limit 0").code, 2);
  EXPECT_EQ(RunProgram("events --type nonsense").code, 2);
  EXPECT_EQ(RunProgram("serve").code, 2);
  EXPECT_EQ(RunProgram("timeline").code, 2);
  EXPECT_EQ(RunProgram("timeline capex").code, 2);
  EXPECT_EQ(RunProgram("timeline rule").code, 2);
  EXPECT_EQ(RunProgram("timeline capex x --valid-at someday").code, 2);
  EXPECT_EQ(RunProgram("timeline capex x --known-position 1 --published-by 2026-01-01").code, 2);
  EXPECT_EQ(RunProgram("append --expect nothing").code, 2);
  EXPECT_EQ(RunProgram("tail --from-start --after 3").code, 2);
  EXPECT_EQ(RunProgram("status --timeout forever").code, 2);
}

TEST(ProgramTest, MisuseIsExplainedOnStandardError) {
  const Outcome outcome = RunProgram("events --no-such-flag");
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, HasSubstr("no-such-flag"));
}

TEST(ProgramTest, AMistypedSubcommandIsNamedWithTheNearest) {
  EXPECT_THAT(RunProgram("timelin capex x").err,
              HasSubstr("timelin is no subcommand; did you mean timeline? There are "));
  EXPECT_THAT(RunProgram("--timeout 5s statsu").err, HasSubstr("did you mean status?"));
  EXPECT_THAT(RunProgram("timeline capx x").err,
              HasSubstr("capx is no subcommand of timeline; did you mean capex?"));
  const Outcome far = RunProgram("frobnicate");
  EXPECT_THAT(far.err, HasSubstr("frobnicate is no subcommand; there are serve, "));
  EXPECT_THAT(far.err, Not(HasSubstr("did you mean")));
}

TEST(ProgramTest, MisuseIsJsonWhereJsonIsAskedFor) {
  for (const char* arguments :
       {"--json events --no-such-flag", "statu --json", "events --limit 0 --json"}) {
    const Outcome outcome = RunProgram(arguments);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_THAT(outcome.err, ::testing::StartsWith("{\"code\":3,"));
    EXPECT_THAT(outcome.err, ::testing::EndsWith("}\n"));
  }
  EXPECT_THAT(RunProgram("events --limit 0", "CHIPLINE_JSON=true").err,
              ::testing::StartsWith("{\"code\":3,"));
}

TEST(ProgramTest, HelpSaysHowVariablesAreCalled) {
  const std::string root = RunProgram("--help").out;
  EXPECT_THAT(root, HasSubstr("CHIPLINE_SERVER for --server"));
  EXPECT_THAT(root, HasSubstr("CHIPLINE_SERVE_DATA"));
  EXPECT_THAT(root, Not(HasSubstr(":DURATION")));
  const Outcome set = RunProgram("serve --data x", "CHIPLINE_SERVE_CACHE_BYTES=many");
  EXPECT_EQ(set.code, 2);
  EXPECT_THAT(set.err, HasSubstr("many"));
}

TEST(ProgramTest, HelpFitsInEightyColumns) {
  for (const char* command :
       {"",        "serve",    "append",        "import",         "export", "tail",
        "events",  "timeline", "timeline rule", "timeline order", "watch",  "watch usage",
        "explain", "names",    "status",        "verify",         "backup", "restore",
        "repair",  "inspect",  "proto"}) {
    std::istringstream lines(RunProgram(std::string(command) + " --help").out);
    for (std::string line; std::getline(lines, line);) {
      // A word is not broken; none but the names of options and variables is that long.
      EXPECT_TRUE(line.size() <= 80 || line.find(' ', 30) == std::string::npos)
          << command << ": " << line;
    }
  }
}

TEST(ProgramTest, HelpInWords) {
  EXPECT_EQ(RunProgram("help import").out, RunProgram("import --help").out);
  EXPECT_EQ(RunProgram("help").out, RunProgram("--help").out);
}

TEST(ProgramTest, NoAnswerIsSaidInPlainWords) {
  const Outcome nobody = RunProgram(std::string("status ") + kNobody);
  EXPECT_THAT(nobody.err, HasSubstr("nothing listens at 127.0.0.1:1"));
  EXPECT_THAT(nobody.err, Not(HasSubstr("ipv4:")));
}

TEST(ProgramTest, AServerThatIsNotThereIsOneWithAdvice) {
  const Outcome outcome = RunProgram(std::string("status ") + kNobody);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, HasSubstr("UNAVAILABLE"));
  EXPECT_THAT(outcome.err, HasSubstr("--server"));
}

TEST(ProgramTest, WithJsonErrorsAreJson) {
  const Outcome outcome = RunProgram(std::string("--json status ") + kNobody);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, ::testing::StartsWith("{\"code\":14,"));
}

TEST(ProgramTest, TheEnvironmentSetsWhatFlagsDo) {
  const Outcome outcome = RunProgram("status", "CHIPLINE_SERVER=127.0.0.1:1 CHIPLINE_JSON=true");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, ::testing::StartsWith("{\"code\":14,"));
  EXPECT_EQ(RunProgram("events --server 127.0.0.1:1", "CHIPLINE_EVENTS_LIMIT=0").code, 2);
}

TEST(ProgramTest, TheConfigurationFileSetsWhatFlagsDo) {
  const std::string file =
      WriteFile("good.toml", "server = \"127.0.0.1:1\"\njson = true\n[events]\nlimit = 7\n");
  const Outcome outcome = RunProgram("events --config " + file);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, ::testing::StartsWith("{\"code\":14,"));
}

TEST(ProgramTest, UnknownKeysAndMissingFilesOfConfigurationAreMisuse) {
  const std::string root = WriteFile("bad1.toml", "sever = \"127.0.0.1:1\"\n");
  const std::string section = WriteFile("bad2.toml", "[events]\nlimits = 7\n");
  EXPECT_EQ(RunProgram("status --config " + root).code, 2);
  EXPECT_EQ(RunProgram("events --config " + section).code, 2);
  EXPECT_EQ(RunProgram("status --config /nowhere/at/all.toml").code, 2);
  EXPECT_EQ(RunProgram("status", "CHIPLINE_CONFIG=/nowhere/at/all.toml").code, 2);
}

std::string RefusalOf(const std::string& settings) {
  const std::string file = WriteFile("wrong.toml", settings);
  const Outcome outcome = RunProgram("status --config " + file);
  EXPECT_EQ(outcome.code, 2) << settings;
  EXPECT_THAT(outcome.err, HasSubstr("wrong.toml: ")) << settings;
  return outcome.err;
}

TEST(ProgramTest, ANameThatTheConfigurationFileSetsTwiceIsRefused) {
  EXPECT_THAT(RefusalOf("[serve]\ninsecure = true\ndrain = \"5s\"\ninsecure = false\n"),
              HasSubstr("wrong.toml: [serve] insecure is set twice\n"));
  EXPECT_THAT(RefusalOf("json = true\nserver = \"a:1\"\njson = false\n"),
              HasSubstr("json is set twice"));
  // The same name in two sections is of two options.
  const std::string two = WriteFile(
      "two.toml", "server = \"127.0.0.1:1\"\n[serve]\ndata = \"a\"\n[verify]\ndata = \"b\"\n");
  EXPECT_EQ(RunProgram("status --config " + two).code, 1);
}

TEST(ProgramTest, WhatIsWrongInTheConfigurationFileIsNamedWithWhatIsMeant) {
  EXPECT_THAT(
      RefusalOf("sever = \"a:1\"\n[serve]\nnobody = 1\n"),
      HasSubstr("sever is no option (did you mean server?); [serve] nobody is no option\n"));
  EXPECT_THAT(RefusalOf("listen = \"a:1\"\n"),
              HasSubstr("listen is no option (listen is an option of [serve])"));
  EXPECT_THAT(RefusalOf("[serve]\ntimeout = \"5s\"\n"),
              HasSubstr("(timeout stands before the first [section])"));
  EXPECT_THAT(RefusalOf("[serv]\nlisten = \"a:1\"\n"), HasSubstr(": [serv] is no subcommand\n"));
  EXPECT_THAT(RefusalOf("[serve\n"), HasSubstr("\"[serve\" is neither NAME = VALUE nor"));
  // A value is told by its option.
  const std::string value = WriteFile("value.toml", "[serve]\ndrain = \"soon\"\n");
  EXPECT_THAT(RunProgram("serve --data unused --config " + value).err,
              HasSubstr("--drain: soon is no duration"));
}

TEST(ProgramTest, AFileWithABrokenLineIsRefusedByLineAndColumn) {
  const std::string file = WriteFile("broken.ndjson", "{\"eventId\":\"a\"}\n{\"eventId\" 5}\n");
  const Outcome outcome = RunProgram("append " + file + " " + kNobody);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("line 2, column 12"));
}

TEST(ProgramTest, ColourOnlyWhereAskedFor) {
  const std::string flags = std::string("status ") + kNobody;
  EXPECT_THAT(RunProgram(flags).err, Not(HasSubstr("\x1b[")));
  EXPECT_THAT(RunProgram(flags + " --color always").err, HasSubstr("\x1b["));
}

TEST(ProgramTest, AServerWithoutAPortIsMisuse) {
  const Outcome outcome = RunProgram("status --server 127.0.0.1");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("HOST:PORT"));
}

}  // namespace
}  // namespace chipline::cli
