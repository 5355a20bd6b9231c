#ifndef CHIPLINE_TESTS_STORAGE_TOOLS_H_
#define CHIPLINE_TESTS_STORAGE_TOOLS_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "storage/stopped_log.h"
#include "storage/verification.h"
#include "tests/storage/open_log.h"

// What tests of the tools on a data directory do with its files.
namespace chipline::storage::testing {

inline std::string ContentOf(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void WriteContent(const std::filesystem::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

inline void FlipBit(const std::filesystem::path& path, size_t byte) {
  std::string content = ContentOf(path);
  ASSERT_LT(byte, content.size());
  content[byte] = static_cast<char>(content[byte] ^ 0x10);
  WriteContent(path, content);
}

// Regular files of a folder and below with this ending, in order.
inline std::vector<std::filesystem::path> FilesIn(const std::filesystem::path& folder,
                                                  const std::string& ending = "") {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && name.ends_with(ending)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Every file with its content.
inline std::map<std::string, std::string> Everything(const std::filesystem::path& folder) {
  std::map<std::string, std::string> all;
  for (const auto& file : FilesIn(folder)) all[file.string()] = ContentOf(file);
  return all;
}

inline void CopyFolder(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::remove_all(to);
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

// All that a verification of a stopped log finds, notes left out; why it does not open, if it does
// not.
inline std::vector<std::string> FindingsIn(const std::filesystem::path& directory) {
  std::vector<std::string> lines;
  const auto log = StoppedLog::Open(directory);
  if (!log.ok()) return {std::string(log.status().message())};
  if (const absl::Status openable = (*log)->Openable(); !openable.ok()) {
    lines.push_back("closed: " + std::string(openable.message()));
  }
  Verification verification(ChecksOf(**log));
  std::vector<CheckedFinding> findings;
  while (verification.Step(64 * 1024, findings)) {
  }
  for (const CheckedFinding& found : findings) {
    if (found.finding.note) continue;
    lines.push_back(found.check + ": " + found.finding.place + ": " + found.finding.description);
  }
  return lines;
}

// Appends `count` events from number `first` on, three to an append, on some subjects. All are
// acknowledged.
inline void AppendSome(Log& log, int first, int count) {
  std::vector<std::promise<Outcome>> answers(static_cast<size_t>((count + 2) / 3));
  for (int i = 0; i < count; i += 3) {
    std::vector<v1::SealedEvent> events;
    for (int j = i; j < std::min(i + 3, count); ++j) {
      const int number = first + j;
      events.push_back(Sealed(fmt::format("event-{}", number),
                              fmt::format("capex.company-{}", number % 7), std::string(200, 'x'),
                              {fmt::format("chip/{}", number % 5)}));
    }
    auto& answer = answers[static_cast<size_t>(i / 3)];
    ASSERT_TRUE(log.Submit(AppendCommand(events),
                           [&answer](Outcome outcome) { answer.set_value(std::move(outcome)); })
                    .ok());
  }
  for (auto& answer : answers) {
    const Outcome outcome = answer.get_future().get();
    ASSERT_TRUE(outcome.status.ok()) << outcome.status;
  }
}

}  // namespace chipline::storage::testing

#endif  // CHIPLINE_TESTS_STORAGE_TOOLS_H_
