#include <fstream>
#include <sstream>

#include "absl/strings/escaping.h"
#include "gmock/gmock.h"

#include "storage/block.h"
#include "storage/error.h"
#include "storage/filter.h"
#include "storage/format_file.h"
#include "storage/record.h"
#include "storage/subject_pattern.h"
#include "tests/storage/open_log.h"
#include "tests/storage/tools.h"

// The bytes that storage/FORMAT.md describes, pinned.
namespace chipline::storage::testing {
namespace {

using ::testing::HasSubstr;

std::string GoldenRecord() {
  RecordHeader header;
  header.position = 300;
  header.subject = "capex.bytedance";
  header.revision = 2;
  header.record_time = absl::FromUnixSeconds(1'700'000'000) + absl::Nanoseconds(5);
  header.append_first_position = 299;
  header.append_size = 2;
  header.entities = {"chip/h200", "company/bytedance"};
  return FrameRecord(header,
                     "\x0a\x01"
                     "a");
}

TEST(Format, ARecordHasTheseBytes) {
  EXPECT_EQ(absl::BytesToHexString(GoldenRecord()),
            "08ac02120f63617065782e6279746564616e6365180222080880e2cfaa06100528ab0230023a09"
            "636869702f683230303a11636f6d70616e792f6279746564616e636542030a0161");
}

TEST(Format, ARecordIsWhatProtobufWouldWrite) {
  chipline::v1::RecordedEvent event;
  ASSERT_TRUE(event.ParseFromString(GoldenRecord()));
  EXPECT_EQ(event.SerializeAsString(), GoldenRecord());
  EXPECT_EQ(event.record_time().nanos(), 5);
}

TEST(Format, ARecordParsesBackToItsHeader) {
  const std::string bytes = GoldenRecord();
  const auto record = ParseRecord(bytes);
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->header.position, 300u);
  EXPECT_EQ(record->header.subject, "capex.bytedance");
  EXPECT_EQ(record->header.append_last_position(), 300u);
  EXPECT_EQ(record->header.entities[1], "company/bytedance");
  EXPECT_EQ(*EventIdOf(record->event), "a");
}

TEST(Format, EveryTruncatedRecordIsRefused) {
  const std::string bytes = GoldenRecord();
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto record = ParseRecord(std::string_view(bytes).substr(0, size));
    // Cut between two fields the rest is well-formed, but then the event is missing.
    EXPECT_TRUE(!record.ok() || record->event.empty()) << size;
  }
}

TEST(Format, ABlockHasTheseBytes) {
  BlockBuilder builder(7);
  builder.Add("one");
  builder.Add("three");
  const auto block = std::move(builder).Finish();
  EXPECT_EQ(absl::BytesToHexString(block->stored()).substr(0, 2), "01");
  EXPECT_EQ(absl::BytesToHexString(std::string(block->body())), "0a036f6e650a057468726565");
  EXPECT_EQ(absl::BytesToHexString(block->stored()).substr(2, 16), "0d4012b4858d8d0c");
  EXPECT_EQ(block->last(), 8u);
  EXPECT_EQ(block->Record(8), "three");
  EXPECT_EQ(block->Fields(8, 8), std::string_view("\x0a\x05three"));
}

TEST(Format, ASliceIsReadRecordByRecordUpToWhereItIsDamaged) {
  const std::string slice = "\x0a\x03one\x0a\x05three";
  const auto read = [](std::string_view bytes) {
    std::string records;
    const absl::Status status = ForEachRecord(bytes, [&](std::string_view record) {
      records.append(record).push_back('.');
      return absl::OkStatus();
    });
    return records + (status.ok() ? "" : ReasonOf(status));
  };
  EXPECT_EQ(read(slice), "one.three.");
  EXPECT_EQ(read(""), "");
  for (size_t size = 1; size < slice.size(); ++size) {
    const std::string whole = size < 5 ? "" : "one.";
    EXPECT_EQ(read(std::string_view(slice).substr(0, size)),
              size == 5 ? whole : whole + "RECORD_DAMAGED")
        << size;
  }
  EXPECT_EQ(read("\x0a\x03one\x12\x05three"), "one.RECORD_DAMAGED") << "another field";
  EXPECT_EQ(read("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), "RECORD_DAMAGED")
      << "a length past the end of all numbers";
}

TEST(Format, AFlippedBitAnywhereInABlockIsDataLoss) {
  BlockBuilder builder(7);
  builder.Add("one");
  builder.Add("three");
  const std::string stored = std::move(builder).Finish()->stored();
  ASSERT_TRUE(Block::Decode(7, stored).ok());
  for (size_t bit = 0; bit < stored.size() * 8; ++bit) {
    std::string damaged = stored;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_EQ(Block::Decode(7, damaged).status().code(), absl::StatusCode::kDataLoss) << bit;
  }
}

TEST(Format, ABlockUnderAnotherPositionIsDataLoss) {
  BlockBuilder builder(7);
  builder.Add("one");
  const std::string stored = std::move(builder).Finish()->stored();
  EXPECT_EQ(Block::Decode(8, stored).status().code(), absl::StatusCode::kDataLoss);
}

TEST(Format, SubjectsAndPatternsAreWellFormedOrNot) {
  for (const char* good : {"capex.bytedance", "order.a+b.x-1", "a"}) EXPECT_TRUE(IsSubject(good));
  for (const char* bad : {"", ".", "a.", ".a", "a..b", "A", "a b", "a.*", "a_b"}) {
    EXPECT_FALSE(IsSubject(bad)) << bad;
  }
  EXPECT_FALSE(IsSubject(std::string(65, 'a')));
  for (const char* good : {">", "*", "a.>", "*.b", "a.*.c"}) EXPECT_TRUE(IsSubjectPattern(good));
  for (const char* bad : {"", ">.a", "a.>.b", "a*", "a.b>"}) {
    EXPECT_FALSE(IsSubjectPattern(bad)) << bad;
  }
}

TEST(Format, PatternsMatchAsInNats) {
  EXPECT_TRUE(SubjectMatches("capex.*", "capex.x"));
  EXPECT_FALSE(SubjectMatches("capex.*", "capex"));
  EXPECT_FALSE(SubjectMatches("capex.*", "capex.x.y"));
  EXPECT_TRUE(SubjectMatches("order.>", "order.x.y"));
  EXPECT_FALSE(SubjectMatches("order.>", "order"));
  EXPECT_TRUE(SubjectMatches(">", "order"));
  EXPECT_TRUE(SubjectMatches("*.x.*", "order.x.y"));
  EXPECT_FALSE(SubjectMatches("order.x", "order.xy"));
}

TEST(Format, AFilterHasTheSameFingerprintForEver) {
  const Filter filter{{Clause{{"capex.>"}, {"chip/h200"}}}, Shard{1, 3}};
  EXPECT_EQ(filter.Fingerprint(), 12971208046937708714u);
  EXPECT_NE(filter.Fingerprint(), Filter().Fingerprint());
}

using FormatOnDisk = LogTest;

void Replace(const std::filesystem::path& path, const std::string& from, const std::string& to) {
  std::stringstream content;
  content << std::ifstream(path).rdbuf();
  std::string text = content.str();
  ASSERT_NE(text.find(from), std::string::npos) << text;
  text.replace(text.find(from), from.size(), to);
  std::ofstream(path) << text;
}

TEST_F(FormatOnDisk, ANewerFormatIsRefusedAndLeftAlone) {
  log.reset();
  Replace(directory.path() / "FORMAT", "\"version\":2", "\"version\":3");
  const auto before = Everything(directory.path());
  const absl::Status refused = TryOpen().status();
  EXPECT_EQ(ReasonOf(refused), "FORMAT_TOO_NEW");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("is of format 3"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("up to 2"));
  EXPECT_EQ(Everything(directory.path()), before);
  Replace(directory.path() / "FORMAT", "\"version\":3", "\"version\":2");
  Open();
}

TEST_F(FormatOnDisk, Format1IsRaisedAndIdentityAndEpochStay) {
  log.reset();
  const v1::Format before = ReadFormat(directory.path())->value();
  Replace(directory.path() / "FORMAT", "\"version\":2", "\"version\":1");
  Open();
  EXPECT_EQ(ReadFormat(directory.path())->value().SerializeAsString(), before.SerializeAsString());
}

TEST_F(FormatOnDisk, AVersionOfZeroIsDamage) {
  log.reset();
  Replace(directory.path() / "FORMAT", "\"version\":2", "\"version\":0");
  EXPECT_EQ(ReasonOf(TryOpen().status()), "FORMAT_DAMAGED");
}

TEST_F(FormatOnDisk, AMissingOrDamagedFormatBesideALogIsDataLoss) {
  log.reset();
  std::ofstream(directory.path() / "FORMAT") << "{";
  EXPECT_EQ(TryOpen().status().code(), absl::StatusCode::kDataLoss);
  std::filesystem::remove(directory.path() / "FORMAT");
  EXPECT_EQ(ReasonOf(TryOpen().status()), "FORMAT_MISSING");
}

TEST_F(FormatOnDisk, AFolderOfOtherThingsIsNoPlaceForANewLog) {
  log.reset();
  std::filesystem::remove_all(directory.path());
  std::filesystem::create_directories(directory.path());
  std::ofstream(directory.path() / "server.key") << "secret";
  EXPECT_EQ(ReasonOf(TryOpen().status()), "NOT_A_DATA_DIRECTORY");
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "FORMAT"));
  std::filesystem::remove(directory.path() / "server.key");
  Open();
}

TEST_F(FormatOnDisk, ALogBehindItsHighWaterMarkIsDataLoss) {
  ASSERT_TRUE(Append(*log, {Sealed("a", "capex.x")}).status.ok());
  log.reset();
  std::ifstream mark(directory.path() / "HIGHWATER");
  std::string position;
  std::getline(mark, position);
  EXPECT_EQ(position, "1");
  std::filesystem::remove_all(directory.path() / "log");
  std::filesystem::remove_all(directory.path() / "index");
  std::filesystem::create_directory(directory.path() / "log");
  const auto opened = TryOpen();
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ReasonOf(opened.status()), "EVENTS_MISSING");
}

TEST_F(FormatOnDisk, ADeletedIndexIsMadeAnew) {
  ASSERT_TRUE(Append(*log, {Sealed("a", "capex.x", "", {"chip/x"})}).status.ok());
  log.reset();
  std::filesystem::remove_all(directory.path() / "index");
  Open();
  EXPECT_TRUE(Append(*log, {Sealed("a", "capex.x", "", {"chip/x"})}).events[0].duplicate);
  EXPECT_EQ(ReadAll(*log, EntityFilter("chip/x")).size(), 1u);
}

TEST_F(FormatOnDisk, TheLogIdStays) {
  const std::string log_id = log->identity().log_id;
  EXPECT_EQ(log_id.size(), 32u);
  Reopen();
  EXPECT_EQ(log->identity().log_id, log_id);
  EXPECT_EQ(log->identity().epoch, 1u);
}

}  // namespace
}  // namespace chipline::storage::testing
