#include "services/cli/line_reader.h"

#include <fcntl.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chipline::cli {
namespace {

using ::testing::HasSubstr;

std::string WriteFile(const std::string& contents) {
  std::string path = ::testing::TempDir() + "/line_reader_test_" + std::to_string(getpid());
  std::ofstream(path) << contents;
  return path;
}

// Standard input as it was, at the end.
class KeptStandardInput {
 public:
  KeptStandardInput() : kept_(dup(STDIN_FILENO)) {}
  ~KeptStandardInput() {
    if (kept_ < 0) {
      close(STDIN_FILENO);
    } else {
      dup2(kept_, STDIN_FILENO);
      close(kept_);
    }
  }

 private:
  int kept_;
};

TEST(LineReaderTest, GivesLinesWithTheirNumbers) {
  auto lines = LineReader::Open(WriteFile(std::string("a\n\nb\0c\r\nlast", 12)));
  ASSERT_TRUE(lines.ok());
  EXPECT_EQ(lines->total_bytes(), 12U);
  EXPECT_EQ(lines->Next()->bytes, "a");
  EXPECT_EQ(lines->Next()->bytes, "");
  EXPECT_EQ(lines->Next()->bytes, std::string("b\0c\r", 4));
  const auto last = lines->Next();
  EXPECT_EQ(last->bytes, "last");
  EXPECT_EQ(last->number, 4U);
  EXPECT_FALSE(lines->Next().has_value());
  EXPECT_TRUE(lines->status().ok());
  EXPECT_EQ(lines->bytes_read(), 12U);
}

TEST(LineReaderTest, ALineThatIsTooLongIsPassedOver) {
  auto lines = LineReader::Open(WriteFile(std::string(kMaxLineBytes, 'x') + "\n" +
                                          std::string(3 * kMaxLineBytes, 'y') + "\nz\n"));
  ASSERT_TRUE(lines.ok());
  EXPECT_FALSE(lines->Next()->too_long);
  const auto long_line = lines->Next();
  EXPECT_TRUE(long_line->too_long);
  EXPECT_EQ(long_line->number, 2U);
  EXPECT_EQ(long_line->bytes.size(), kMaxLineBytes);
  const auto after = lines->Next();
  EXPECT_EQ(after->bytes, "z");
  EXPECT_EQ(after->number, 3U);
}

// Reading from a terminal whose other end is gone gives what was written, and then EIO.
TEST(LineReaderTest, AnErrorInTheMiddleIsToldAndNoEnd) {
  int master = -1;
  int slave = -1;
  ASSERT_EQ(openpty(&master, &slave, nullptr, nullptr, nullptr), 0);
  termios raw{};
  ASSERT_EQ(tcgetattr(slave, &raw), 0);
  cfmakeraw(&raw);
  ASSERT_EQ(tcsetattr(slave, TCSANOW, &raw), 0);
  ASSERT_EQ(write(slave, "one\ntw", 6), 6);
  close(slave);
  const KeptStandardInput kept;
  ASSERT_EQ(dup2(master, STDIN_FILENO), STDIN_FILENO);
  close(master);
  auto lines = LineReader::Open("-");
  ASSERT_TRUE(lines.ok());
  EXPECT_EQ(lines->Next()->bytes, "one");
  EXPECT_FALSE(lines->Next().has_value());
  EXPECT_EQ(lines->status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(lines->status().message()),
              HasSubstr("standard input: cannot be read after line 1: Input/output error"));
}

TEST(LineReaderTest, ADirectoryIsNoFileHoweverItComes) {
  EXPECT_EQ(LineReader::Open("/").status().code(), absl::StatusCode::kInvalidArgument);
  const KeptStandardInput kept;
  const int directory = open("/", O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(dup2(directory, STDIN_FILENO), STDIN_FILENO);
  close(directory);
  EXPECT_THAT(std::string(LineReader::Open("-").status().message()),
              HasSubstr("standard input: is a directory"));
}

}  // namespace
}  // namespace chipline::cli
