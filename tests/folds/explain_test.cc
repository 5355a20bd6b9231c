#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"

#include "services/timeline/folds/policy.h"
#include "services/words/change_words.h"
#include "services/words/reason_words.h"
#include "tests/folds/claims.h"

namespace chipline::timeline {
namespace {

namespace pb = chipline::v1;

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kKey[] = "capex/bytedance/total/2026/capex/forward";

Report Plan(std::string_view id, std::string_view figure) {
  return Capex("bytedance").Period("2026").Id(id).Cny(figure);
}

// What a message says in words is what its values say, and so is all that is in it. Returns how
// many reasons there are.
int CheckWords(const google::protobuf::Message& message) {
  int reasons = 0;
  if (const auto* grounds = dynamic_cast<const pb::Grounds*>(&message)) {
    EXPECT_EQ(grounds->reason(), ReasonsInWords(grounds->reasons(), PlainWording()));
    EXPECT_FALSE(grounds->reasons().empty()) << grounds->DebugString();
    reasons += grounds->reasons_size();
  } else if (const auto* aside = dynamic_cast<const pb::SetAside*>(&message)) {
    EXPECT_EQ(aside->reason(), ReasonsInWords(aside->reasons(), PlainWording()));
    EXPECT_FALSE(aside->reasons().empty()) << aside->DebugString();
  } else if (const auto* claim = dynamic_cast<const pb::ExplainedClaim*>(&message)) {
    EXPECT_EQ(claim->explanation(), ReasonsInWords(claim->reasons(), PlainWording()));
    EXPECT_FALSE(claim->reasons().empty()) << claim->DebugString();
  } else if (const auto* change = dynamic_cast<const pb::WouldChange*>(&message)) {
    EXPECT_EQ(change->words(), ChangeInWords(*change, PlainWording()));
    EXPECT_NE(change->words(), "");
  } else if (const auto* value = dynamic_cast<const pb::ExplainedValue*>(&message)) {
    EXPECT_EQ(value->says(), FigureInWords(value->figure(), PlainWording()));
    EXPECT_TRUE(value->field().starts_with(value->of().field())) << value->field();
  }
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const google::protobuf::FieldDescriptor* field : fields) {
    if (field->message_type() == nullptr) continue;
    const int size = field->is_repeated() ? reflection.FieldSize(message, field) : 0;
    for (int i = 0; i < size; ++i) {
      reasons += CheckWords(reflection.GetRepeatedMessage(message, field, i));
    }
    if (!field->is_repeated()) reasons += CheckWords(reflection.GetMessage(message, field));
  }
  return reasons;
}

TEST(Explain, WhatIsSaidInWordsIsSaidInValues) {
  Log log;
  log.Add(Plan("whole", "160bn").From("ft").On("2025-12-23"));
  log.Add(Plan("half", "85bn").From("scmp").On("2025-12-24"));
  log.Add(Plan("words", "billions").From("wsj").On("2026-01-16"));
  log.Add(Notice().Id("gone").Retracts("half").From("scmp").On("2026-01-16"));
  log.Add(Supply("nvidia", "h200", pb::SUPPLY_METRIC_INVENTORY).Id("stock").Count("7").From("a"));
  log.Add(Order("o", "bytedance", "h200").Id("order").Count("9").From("a"));
  log.Add(Order("o", "bytedance", "h200").Id("order-2").Count("12").From("b"));
  log.Add(Usage("bytedance").Id("use").Count("5").AsOf("2025").From("a"));
  int reasons = 0;
  for (const std::string& id : log.EntryIds()) reasons += CheckWords(log.Explained(id));
  EXPECT_GE(reasons, 20);
}

TEST(Explain, EveryRowIsThereWithWhatBecameOfIt) {
  Log log;
  log.Add(Plan("old", "90bn").From("scmp").On("2025-11-01"));
  log.Add(Plan("ft", "85bn").From("ft").On("2025-12-23"));
  log.Add(Plan("echo", "85bn").From("ft").Via("pls48").SeenOn("2025-12-24"));
  log.Add(Plan("scmp", "100bn").From("scmp").On("2026-01-15").Supersedes("old"));
  log.Add(Notice().Id("foreign").Retracts("scmp").From("ft").On("2026-01-16"));
  log.Add(Plan("words", "billions").From("wsj").On("2026-01-16"));
  const pb::ExplainEntryResponse explained = log.Explained(kKey);
  EXPECT_EQ(explained.entry().SerializeAsString(), log.Entry(kKey).SerializeAsString());
  ASSERT_EQ(explained.claims_size(), 6);

  EXPECT_THAT(explained.claims(0).rules(), ElementsAre(rules::kSuperseded));
  EXPECT_THAT(explained.claims(0).explanation(), HasSubstr("scmp took its place"));
  EXPECT_FALSE(explained.claims(1).selected());
  EXPECT_THAT(explained.claims(1).rules(), ElementsAre(rules::kLaterPublication));
  EXPECT_EQ(explained.claims(2).summary().standing(), pb::STANDING_ECHO);
  EXPECT_THAT(explained.claims(2).explanation(), HasSubstr("It repeats ft"));
  EXPECT_TRUE(explained.claims(3).selected());
  EXPECT_THAT(explained.claims(3).explanation(),
              HasSubstr("scmp was published later (2026-01-15) than ft (2025-12-23)"));
  EXPECT_THAT(explained.claims(3).explanation(), HasSubstr("Denied by foreign"));
  EXPECT_THAT(explained.claims(4).rules(), ElementsAre(rules::kLinkOnly));
  EXPECT_THAT(explained.claims(4).explanation(), HasSubstr("counts as a denial"));
  EXPECT_THAT(explained.claims(5).rules(), ElementsAre(rules::kNoFigure));

  EXPECT_THAT(explained.explanation(), HasSubstr("5 claim(s): 4 standing, 1 not"));
  EXPECT_THAT(explained.explanation(), HasSubstr("selected rests on scmp by later_publication"));
  EXPECT_THAT(explained.explanation(), HasSubstr("would change it"));
}

TEST(Explain, AnEntryWithoutAValueSaysSo) {
  Log log;
  log.Add(Plan("words", "billions").From("wsj").On("2026-01-16"));
  EXPECT_THAT(log.Explained(kKey).explanation(), HasSubstr("No value follows"));
}

TEST(Explain, EveryKindOfEntryIsExplained) {
  Log log;
  log.Add(Supply("nvidia", "h200", pb::SUPPLY_METRIC_INVENTORY).Id("stock").Count("7").From("a"));
  log.Add(Order("o", "bytedance", "h200").Id("order").Count("9").From("a"));
  log.Add(Usage("bytedance").Id("use").Count("5").AsOf("2025").From("a"));
  for (const std::string& id : log.EntryIds()) {
    const pb::ExplainEntryResponse explained = log.Explained(id);
    ASSERT_GT(explained.claims_size(), 0) << id;
    for (const pb::ExplainedClaim& claim : explained.claims()) {
      EXPECT_TRUE(claim.selected()) << id << ": " << claim.explanation();
    }
  }
}

}  // namespace
}  // namespace chipline::timeline
