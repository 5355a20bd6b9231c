#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "storage/block.h"
#include "tests/faults/scene.h"

// Files that rotted: a flipped bit, a file gone, cut short, or another's. What is read afterwards
// is an error or what was written, never something else without a word.
namespace chipline::faults {
namespace {

namespace fs = std::filesystem;

// All that readers can learn from a log: its events, and where the index says that they are.
absl::StatusOr<std::string> ReadWholly(const fs::path& directory) {
  const auto opened = OpenLog(directory);
  if (!opened.ok()) return opened.status();
  const auto listing = ListAll(*opened->log);
  if (!listing.ok()) return listing.status();
  const storage::LogReader& reader = opened->log->reader();
  std::string all;
  std::set<std::string> subjects;
  for (const checker::Entry& entry : listing->entries) {
    for (const checker::SeenEvent& event : entry.listing().events()) {
      all += event.SerializeAsString();
      subjects.insert(event.subject());
      const auto found = reader.Find(event.event_id());
      if (!found.ok()) return found.status();
      if (*found != event.position()) return "an id is elsewhere";
    }
  }
  for (const std::string& subject : subjects) {
    const storage::Filter filter{{storage::Clause{{subject}, {}}}, {}};
    for (storage::Position before = reader.head() + 1; before > 1;) {
      const auto step = reader.MatchesBackward(filter, before, 1'000'000);
      if (!step.ok()) return step.status();
      for (const storage::Position match : step->matches) all += fmt::format("{} ", match);
      before = step->begin;
    }
  }
  std::optional<std::string> after = "";
  while (after.has_value()) {
    const auto step = reader.Subjects("", *after, 1'000'000);
    if (!step.ok()) return step.status();
    for (const auto& head : step->found) {
      all += fmt::format("{} {} {}\n", head.subject, head.revision, head.last_position);
    }
    after.reset();
    if (step->looked_at.has_value()) after = step->looked_at->subject;
  }
  return all;
}

// A directory with several lives behind it, so that it has tables as well as a write-ahead log.
class RotTest : public ::testing::Test {
 protected:
  void SetUp() override {
    LoadOptions options;
    options.seed = random_();
    options.readers = 0;
    Load load(options);
    for (int life = 0; life < 3; ++life) {
      const auto opened = OpenLog(good_.path());
      ASSERT_TRUE(opened.ok()) << opened.status();
      load.Start(*opened->log);
      ASSERT_TRUE(load.WaitFor(120));
      load.Stop();
    }
    const fs::path scratch = Copy();
    const auto content = ReadWholly(scratch);
    ASSERT_TRUE(content.ok()) << content.status();
    content_ = *content;
    for (const auto& entry : fs::recursive_directory_iterator(good_.path())) {
      const std::string name = entry.path().filename().string();
      // RocksDB's text log and its lock hold nothing.
      if (!entry.is_regular_file() || name == "LOCK" || name.starts_with("LOG")) continue;
      files_.push_back(fs::relative(entry.path(), good_.path()));
    }
    std::sort(files_.begin(), files_.end());
    ASSERT_GE(files_.size(), 8u);
  }

  // The good directory again, to be spoilt.
  fs::path Copy() {
    const fs::path copy = copies_.path() / "copy";
    fs::remove_all(copy);
    fs::copy(good_.path(), copy, fs::copy_options::recursive);
    return copy;
  }

  // Reads a spoilt directory: what comes must be an error or the content.
  void Expect(const fs::path& spoilt, const std::string& what) {
    const auto content = ReadWholly(spoilt);
    (content.ok() ? harmless_ : detected_) += 1;
    if (content.ok()) {
      EXPECT_TRUE(*content == content_) << what << " changed what is read, and nothing says so";
    }
  }

  void PrintTally() const { fmt::print("{} detected, {} harmless\n", detected_, harmless_); }

  ScratchFolder good_;
  ScratchFolder copies_;
  std::mt19937_64 random_{Seed()};
  std::string content_;
  std::vector<fs::path> files_;
  int detected_ = 0;
  int harmless_ = 0;
};

TEST_F(RotTest, AFlippedBitIsDetectedOrHarmless) {
  constexpr uint64_t kPage = 4096;
  // In each page of each file in long runs; here in a page of each file and some more.
  const bool all = Rounds(1) > 1;
  for (const fs::path& file : files_) {
    const uint64_t size = fs::file_size(good_.path() / file);
    const uint64_t pages = (size + kPage - 1) / kPage;
    for (uint64_t page = 0; page < pages; ++page) {
      if (!all && page > 0 && random_() % 8 != 0) continue;
      const uint64_t offset = page * kPage + random_() % std::min(kPage, size - page * kPage);
      const fs::path copy = Copy();
      std::fstream bytes(copy / file, std::ios::in | std::ios::out | std::ios::binary);
      bytes.seekg(static_cast<std::streamoff>(offset));
      const int byte = bytes.get() ^ (1 << (random_() % 8));
      bytes.seekp(static_cast<std::streamoff>(offset));
      bytes.put(static_cast<char>(byte));
      bytes.close();
      Expect(copy,
             fmt::format("a flipped bit at {} of {} ({} bytes)", offset, file.string(), size));
    }
  }
  PrintTally();
  EXPECT_GE(detected_, 3);
}

TEST_F(RotTest, AFileThatIsGoneIsDetectedOrHarmless) {
  for (const fs::path& file : files_) {
    const fs::path copy = Copy();
    fs::remove(copy / file);
    Expect(copy, "without " + file.string() + " it");
  }
  PrintTally();
  EXPECT_GE(detected_, 3);
}

TEST_F(RotTest, AnIndexThatIsGoneIsMadeAgain) {
  const fs::path copy = Copy();
  fs::remove_all(copy / "index");
  const auto content = ReadWholly(copy);
  ASSERT_TRUE(content.ok()) << content.status();
  EXPECT_TRUE(*content == content_);
}

TEST_F(RotTest, AFileCutShortIsDetectedOrHarmless) {
  for (const fs::path& file : files_) {
    const uint64_t size = fs::file_size(good_.path() / file);
    for (const uint64_t left : {uint64_t{0}, size / 2, size - std::min<uint64_t>(size, 1)}) {
      const fs::path copy = Copy();
      fs::resize_file(copy / file, left);
      Expect(copy, fmt::format("{} cut to {} of {} bytes", file.string(), left, size));
    }
  }
  PrintTally();
  EXPECT_GE(detected_, 3);
}

TEST_F(RotTest, AFileInAnothersPlaceIsDetectedOrHarmless) {
  for (size_t i = 0; i < files_.size(); ++i) {
    const fs::path& one = files_[i];
    const fs::path& other = files_[(i + 1 + random_() % (files_.size() - 1)) % files_.size()];
    const fs::path copy = Copy();
    fs::rename(copy / one, copy / "aside");
    fs::rename(copy / other, copy / one);
    fs::rename(copy / "aside", copy / other);
    Expect(copy, one.string() + " and " + other.string() + " swapped");
  }
  PrintTally();
  EXPECT_GE(detected_, 3);
}

TEST_F(RotTest, AnOlderStateOfTheWholeLogIsDetected) {
  // The log folder as it was before the last events, as a careless restore would leave it.
  const ScratchFolder older;
  fs::copy(good_.path() / "log", older.path() / "log", fs::copy_options::recursive);
  LoadOptions options;
  options.readers = 0;
  options.seed = random_();
  options.name = "newer";
  Load load(options);
  {
    const auto opened = OpenLog(good_.path());
    ASSERT_TRUE(opened.ok()) << opened.status();
    load.Start(*opened->log);
    ASSERT_TRUE(load.WaitFor(50));
    load.Stop();
  }
  fs::remove_all(good_.path() / "log");
  fs::copy(older.path() / "log", good_.path() / "log", fs::copy_options::recursive);
  const auto opened = OpenLog(good_.path());
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kDataLoss) << opened.status();
}

TEST_F(RotTest, ABlockThatChangedAboveRocksDbIsDetected) {
  const auto opened = OpenLog(good_.path());
  ASSERT_TRUE(opened.ok()) << opened.status();
  const auto block = opened->log->reader().BlockAt(1);
  ASSERT_TRUE(block.ok()) << block.status();
  std::string stored = (*block)->stored();
  for (size_t at = 0; at < stored.size(); at += 1 + stored.size() / 200) {
    std::string spoilt = stored;
    spoilt[at] = static_cast<char>(spoilt[at] ^ (1 << (random_() % 8)));
    EXPECT_EQ(storage::Block::Decode(1, spoilt).status().code(), absl::StatusCode::kDataLoss) << at;
  }
  EXPECT_EQ(storage::Block::Decode(2, stored).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace chipline::faults
