#include "services/metrics/call_counts.h"

#include "gmock/gmock.h"

namespace chipline::metrics {
namespace {

TEST(CallCountsTest, AMethodThatIsNotKnownIsCountedWithAllOthers) {
  CallCounts counts({"a.B/C"});
  EXPECT_EQ(&counts.Of("/a.B/C"), &counts.methods().at("a.B/C"));
  EXPECT_EQ(&counts.Of("/whatever/a client says"), &counts.methods().at("other"));
  EXPECT_EQ(&counts.Of(""), &counts.methods().at("other"));
  EXPECT_EQ(counts.methods().size(), 2u);
}

TEST(CallCountsTest, CodesAreNamedAsGrpcNamesThem) {
  EXPECT_EQ(NameOf(grpc::StatusCode::OK), "OK");
  EXPECT_EQ(NameOf(grpc::StatusCode::CANCELLED), "CANCELLED");
  EXPECT_EQ(NameOf(grpc::StatusCode::DATA_LOSS), "DATA_LOSS");
  EXPECT_EQ(NameOf(grpc::StatusCode::UNAUTHENTICATED), "UNAUTHENTICATED");
}

}  // namespace
}  // namespace chipline::metrics
