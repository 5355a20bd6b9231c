#include "storage/violations.h"

#include <gtest/gtest.h>

#include <string>

#include "storage/error.h"
#include "storage/limits.h"

namespace chipline {
namespace {

TEST(Violations, NothingWrongIsOk) {
  const Violations none;
  EXPECT_TRUE(none.empty());
  EXPECT_TRUE(none.ToStatus().ok());
}

TEST(Violations, AllAreListedInTheOrderFound) {
  Violations bad;
  bad.Add("name", "is missing");
  bad.Add("size", "is 7");
  ASSERT_EQ(bad.listed().field_violations_size(), 2);
  EXPECT_EQ(bad.listed().field_violations(1).field(), "size");
  EXPECT_EQ(bad.ToStatus().message(), "2 fields are wrong: name: is missing; size: is 7");
  EXPECT_EQ(ReasonOf(bad.ToStatus()), "INVALID_FIELDS");
}

TEST(Violations, SixtyFourAreListedAndTheRestIsCounted) {
  Violations bad;
  for (int i = 0; i < 1'000'000; ++i) bad.Add("f", "x");
  EXPECT_EQ(bad.count(), 1'000'000u);
  EXPECT_TRUE(bad.full());
  EXPECT_EQ(bad.listed().field_violations_size(), static_cast<int>(limits::kMaxViolations));
  const absl::Status status = bad.ToStatus();
  EXPECT_EQ(status.message(), "1000000 fields are wrong: f: x; f: x; f: x; …");
  google::rpc::BadRequest details;
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.BadRequest");
  ASSERT_TRUE(payload.has_value() && details.ParseFromString(std::string(*payload)));
  EXPECT_EQ(details.field_violations(details.field_violations_size() - 1).description(),
            "999936 more fields are wrong; only the first 64 are listed, send again once they are "
            "right");
}

TEST(Violations, LongOnesAreBoundedByTheirBytes) {
  Violations bad;
  for (int i = 0; i < 64; ++i) bad.Add("field", std::string(500, 'x'));
  EXPECT_EQ(bad.listed().field_violations_size(), 3);
  // What comes later is shorter, and is not listed with a gap before it.
  bad.Add("field", "short");
  EXPECT_EQ(bad.listed().field_violations_size(), 3);
}

TEST(Violations, TheFirstIsToldHoweverLongItIs) {
  Violations bad;
  bad.Add("field", std::string(2 * limits::kMaxViolationBytes, 'x'));
  EXPECT_EQ(bad.listed().field_violations_size(), 1);
}

}  // namespace
}  // namespace chipline
