#include <set>
#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"

#include "chipline/v1/event.pb.h"
#include "services/cli/json.h"
#include "services/cli/json_scalar.h"

namespace chipline::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// What is wrong with a text as an Event: "COLUMN: words"; empty if nothing is.
std::string Problem(std::string_view text) {
  v1::Event event;
  JsonProblem problem;
  if (ParseJson(text, event, problem)) return "";
  return std::to_string(problem.column) + ": " + problem.message;
}

// The units of an amount that was written so, or what is wrong with them.
std::string Units(const std::string& written) {
  v1::Event event;
  JsonProblem problem;
  const std::string text =
      R"({"capexAnnouncement":{"amount":{"value":{"units":)" + written + "}}}}";
  if (!ParseJson(text, event, problem)) {
    return std::to_string(problem.column) + ": " + problem.message;
  }
  return std::to_string(event.capex_announcement().amount().value().units());
}

TEST(JsonReaderTest, ReadsWholeNumbersExactly) {
  EXPECT_EQ(Units("12345678901234567"), "12345678901234567");
  EXPECT_EQ(Units("\"12345678901234567\""), "12345678901234567");
  EXPECT_EQ(Units("9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(Units("-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(Units("1.0"), "1");
  EXPECT_EQ(Units("1.50e3"), "1500");
  EXPECT_EQ(Units("-2000E-3"), "-2");
  EXPECT_EQ(Units("0.0"), "0");
  EXPECT_EQ(Units("9007199254740992.0"), "9007199254740992");
}

TEST(JsonReaderTest, NumbersThatWouldBeRoundedAreRefusedWithWhatToWrite) {
  EXPECT_EQ(
      Units("12345678901234567.0"),
      "50: capexAnnouncement.amount.value.units: 12345678901234567.0 would be rounded by many "
      "programs; write 12345678901234567, without a point or exponent");
  EXPECT_THAT(Units("1.2345678901234567e16"), HasSubstr("write 12345678901234567,"));
  for (const char* fraction :
       {"0.99999999999999999", "100000000000000000.9", "4.0000000000000001", "1e-1", "\"1.0\"",
        "\"1e3\"", "\" 1\"", "\"+1\"", "\"01\"", "\"\"", "\"0x1\"", "true"}) {
    EXPECT_THAT(Units(fraction), HasSubstr("is not a whole number")) << fraction;
  }
  EXPECT_THAT(Units("1e25"), HasSubstr("1e25 is out of range"));
  EXPECT_THAT(Units("1e300"), HasSubstr("is out of range"));
  EXPECT_THAT(Units("9223372036854775808"), HasSubstr("is out of range: from -92233720368547758"));
}

TEST(JsonReaderTest, KeysGivenTwiceAreRefused) {
  EXPECT_EQ(Problem(R"({"eventId":"a","eventId":"b"})"),
            "16: eventId is given twice; leave one of the two out");
  EXPECT_EQ(Problem(R"({"event_id":"a","eventId":"b"})"),
            "17: eventId is given twice; leave one of the two out");
  EXPECT_EQ(Problem(R"({"usageReport":{"company":{"id":"a"},"company":null}})"),
            "38: usageReport: company is given twice; leave one of the two out");
  EXPECT_EQ(Problem(R"({"labels":[{"key":"a"},{"key":"a","k\u0065y":"b"}]})"),
            "35: labels[1]: key is given twice; leave one of the two out");
}

TEST(JsonReaderTest, OnlyOneMemberOfAOneofMayBeGiven) {
  EXPECT_EQ(Problem(R"({"usageReport":{},"claimNotice":{}})"),
            "33: claimNotice: usageReport is given already, and only one of the two may be");
  EXPECT_EQ(Problem(R"({"usageReport":{},"claimNotice":null})"), "");
}

TEST(JsonReaderTest, EscapesThatJsonDoesNotHaveAreRefused) {
  for (const char* text : {R"({"eventId":"a\d"})", R"({"eventId":"a\%"})"}) {
    EXPECT_THAT(Problem(text), AllOf(HasSubstr("14: JSON has no escape backslash "),
                                     HasSubstr("for a backslash itself write two")));
  }
  EXPECT_THAT(Problem(R"({"eventId":"\v"})"), HasSubstr("write backslash u000b"));
  EXPECT_THAT(Problem(R"({"eventId":"\0"})"), HasSubstr("write backslash u0000"));
  EXPECT_THAT(Problem(R"({"eventId":"\a"})"), HasSubstr("write backslash u0007"));
  EXPECT_THAT(Problem(R"({"eventId":"\x41"})"), HasSubstr("four hex digits"));
  EXPECT_THAT(Problem(R"({"eventId":"\u00"})"), HasSubstr("four hex digits"));
  EXPECT_EQ(Problem(R"({"eventId":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude42"})"), "");
}

TEST(JsonReaderTest, HalfASurrogatePairIsRefused) {
  for (const char* half : {R"(\ud800)", R"(\udc00)", R"(\ud800\ud800)", R"(\ud800x)"}) {
    EXPECT_THAT(Problem(std::string(R"({"eventId":")") + half + "\"}"),
                HasSubstr("half of a surrogate pair"))
        << half;
  }
  EXPECT_THAT(Problem("{\"eventId\":\"\xed\xa0\x80\"}"), HasSubstr("not UTF-8"));
  EXPECT_THAT(Problem("{\"eventId\":\"\xff\"}"), HasSubstr("13: these bytes are not UTF-8"));
}

TEST(JsonReaderTest, WhatOtherDialectsHaveIsRefused) {
  EXPECT_THAT(Problem("{'eventId':\"a\"}"), HasSubstr("2: a string stands in double quotation"));
  EXPECT_THAT(Problem("{\"eventId\":'a'}"), HasSubstr("12: a string stands in double quotation"));
  EXPECT_THAT(Problem("{eventId:\"a\"}"), HasSubstr("2: a key in double quotation marks"));
  EXPECT_THAT(Problem(R"({"eventId":"a",})"), HasSubstr("16: a value is missing, or a comma"));
  EXPECT_THAT(Problem(R"({"links":[{},]})"), HasSubstr("14: a value is missing, or a comma"));
  EXPECT_THAT(Problem(R"({"eventId":"a"} // x)"), HasSubstr("something follows"));
  EXPECT_THAT(Problem(R"({/* x */"eventId":"a"})"), HasSubstr("2: JSON has no comments"));
  EXPECT_THAT(Problem(R"({"eventId":"a"}{})"), HasSubstr("16: something follows"));
  EXPECT_THAT(Problem(std::string("{}\0{", 4)), HasSubstr("3: something follows"));
  EXPECT_THAT(Problem(std::string("{\"eventId\":\"a\0\"}", 15)), HasSubstr("control character"));
  EXPECT_THAT(Problem("{\"eventId\":\"a\tb\"}"),
              HasSubstr("14: a control character (0x09) stands in a string"));
  EXPECT_THAT(Problem(R"({"eventId" 5})"), HasSubstr("12: a colon is missing"));
  EXPECT_THAT(Problem(""), HasSubstr("empty line"));
  EXPECT_THAT(Problem("\xef\xbb\xbf{}"), HasSubstr("1: JSON begins without a byte order mark"));
  EXPECT_THAT(Units("NaN"), HasSubstr("no NaN"));
  EXPECT_THAT(Units("-Infinity"), HasSubstr("51: "));
  EXPECT_THAT(Units("+1"), HasSubstr("no plus sign"));
  EXPECT_THAT(Units("01"), HasSubstr("no leading zeros"));
  EXPECT_THAT(Units(".5"), HasSubstr("begins with a digit"));
  EXPECT_THAT(Units("1."), HasSubstr("digits are missing"));
  EXPECT_THAT(Units("1e"), HasSubstr("digits are missing"));
  EXPECT_THAT(Units("True"), HasSubstr("small letters"));
}

TEST(JsonReaderTest, ValuesOfAnotherKindAreRefused) {
  EXPECT_EQ(Problem(R"({"eventId":1})"),
            R"(12: eventId: 1 is not a string in quotation marks; write "1")");
  EXPECT_THAT(Problem(R"({"eventId":{}})"), HasSubstr("a string in quotation marks is needed"));
  EXPECT_THAT(Problem(R"({"eventId":["a"]})"), HasSubstr("and not a list"));
  EXPECT_THAT(Problem(R"({"links":{}})"), HasSubstr("links: a list in brackets"));
  EXPECT_THAT(Problem(R"({"links":[null]})"), HasSubstr("links[0]: a list cannot hold null"));
  EXPECT_THAT(Problem(R"({"links":[[]]})"), HasSubstr("a list cannot hold a list"));
  EXPECT_THAT(Problem(R"({"source":"x"})"), HasSubstr("source: \"x\" is not an object"));
  for (const char* text : {"null", "5", "\"x\"", "[]", "true"}) {
    EXPECT_THAT(Problem(text), HasSubstr("1: an object")) << text;
  }
  EXPECT_EQ(Problem(R"({"eventId":null,"source":null,"links":null})"), "");
}

TEST(JsonReaderTest, AnUnknownFieldIsNamedWithItsPlaceAndTheNearestOne) {
  EXPECT_THAT(Problem(R"({"eventID":"a"})"),
              HasSubstr("2: Event has no field eventID; did you mean eventId? its fields are "));
  EXPECT_THAT(Problem(R"({"source":{"hops":[{},{"publishr":{}}]}})"),
              HasSubstr("24: source.hops[1]: Hop has no field publishr; did you mean publisher?"));
  EXPECT_THAT(Problem(R"({"@type":"a"})"), HasSubstr("Event has no field @type; its fields are"));
}

TEST(JsonReaderTest, AnUnknownNameListsThoseThatAreAllowed) {
  EXPECT_EQ(Problem(R"({"usageReport":{"metric":"USAGE_METRIC_TOKENS_PER_DAZ"}})"),
            "26: usageReport.metric: \"USAGE_METRIC_TOKENS_PER_DAZ\" is no UsageMetric; did you "
            "mean USAGE_METRIC_TOKENS_PER_DAY? allowed are USAGE_METRIC_TOKENS_PER_DAY, "
            "USAGE_METRIC_MONTHLY_ACTIVE_USERS");
  EXPECT_THAT(Problem(R"({"usageReport":{"metric":"tokens"}})"), HasSubstr("; allowed are USAGE"));
  EXPECT_THAT(Problem(R"({"usageReport":{"metric":99}})"), HasSubstr("99 is no UsageMetric"));
  EXPECT_EQ(Problem(R"({"usageReport":{"metric":1}})"), "");
}

TEST(JsonReaderTest, DeepNestingIsRefusedAndNotFollowed) {
  EXPECT_NE(Problem(std::string(1'000'000, '[')), "");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += R"({"source":)";
  EXPECT_THAT(Problem(objects), HasSubstr("Source has no field source"));
}

void ExpectReadable(const google::protobuf::Descriptor& type, std::set<std::string>& seen) {
  using google::protobuf::FieldDescriptor;
  if (!seen.insert(type.full_name()).second || IsTextInJson(type)) return;
  EXPECT_EQ(type.full_name().find("google.protobuf"), std::string::npos) << type.full_name();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    EXPECT_FALSE(field.is_map()) << field.full_name();
    EXPECT_NE(field.type(), FieldDescriptor::TYPE_BYTES) << field.full_name();
    EXPECT_NE(field.type(), FieldDescriptor::TYPE_FLOAT) << field.full_name();
    if (field.message_type() != nullptr) ExpectReadable(*field.message_type(), seen);
  }
}

TEST(JsonReaderTest, NoEventHasAFieldThatItCannotRead) {
  std::set<std::string> seen;
  ExpectReadable(*v1::RecordedEvent::descriptor(), seen);
  EXPECT_GT(seen.size(), 10U);
}

}  // namespace
}  // namespace chipline::cli
