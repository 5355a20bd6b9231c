#include "services/ingest/rules.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "storage/error.h"
#include "tests/ingest/test_events.h"

namespace chipline::ingest {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

v1::Event AliasOf(const std::string& alias, const std::string& entity,
                  v1::AliasOperation change = v1::ALIAS_OPERATION_ADD) {
  v1::Event event = Alias();
  event.set_event_id(alias.size() % 2 == 0 ? "even" : "odd");
  event.mutable_alias_change()->set_alias(alias);
  event.mutable_alias_change()->set_entity(entity);
  event.mutable_alias_change()->set_change(change);
  return event;
}

storage::EventName Admitted(NamingRules& rules, const v1::Event& event, uint64_t position) {
  const auto name = rules.Admit(Sealed(event), position);
  EXPECT_TRUE(name.ok()) << name.status();
  return name.ok() ? *name : storage::EventName();
}

TEST(NamingRulesTest, UnknownNamesStandForThemselves) {
  NamingRules rules;
  const auto name = Admitted(rules, Usage(), 1);
  EXPECT_EQ(name.subject, "usage.bytedance.tokens-per-day");
  EXPECT_THAT(name.entities, ElementsAre("company/bytedance"));
  const auto arabic = Admitted(rules, Capex(), 2);
  EXPECT_THAT(arabic.subject, testing::MatchesRegex("capex\\.x-[0-9a-f]{16}"));
  EXPECT_THAT(arabic.entities,
              ElementsAre("company/huawei", "company/" + arabic.subject.substr(6), "place/cn"));
}

TEST(NamingRulesTest, AnAliasCountsFromItsOwnEventOn) {
  NamingRules rules;
  const std::string before = Admitted(rules, Capex(), 1).subject;
  const auto alias = Admitted(rules, AliasOf("بايت دانس", "bytedance"), 2);
  EXPECT_EQ(alias.subject, "alias.bytedance");
  EXPECT_THAT(alias.entities, ElementsAre("company/bytedance"));
  EXPECT_NE(before, "capex.bytedance");
  EXPECT_EQ(Admitted(rules, Capex(), 3).subject, "capex.bytedance");
}

TEST(NamingRulesTest, GroupsAreSortedAndJoined) {
  NamingRules rules;
  v1::Event event = Capex();
  auto* companies = event.mutable_capex_announcement()->mutable_companies();
  companies->Clear();
  for (const char* name : {"Tencent", "Alibaba", "Baidu", "alibaba"}) {
    companies->Add()->set_mention(name);
  }
  EXPECT_EQ(Admitted(rules, event, 1).subject, "capex.alibaba+baidu+tencent");
}

TEST(NamingRulesTest, SpellingsOfOneEntityAreOneEntity) {
  NamingRules rules;
  v1::Event china = AliasOf("الصين", "cn");
  china.mutable_alias_change()->set_kind(v1::ENTITY_KIND_PLACE);
  Admitted(rules, china, 1);
  china.mutable_alias_change()->set_alias("China");
  Admitted(rules, china, 2);
  const auto name = Admitted(rules, Rule(), 3);
  EXPECT_EQ(name.subject, "rule.us.export");
  EXPECT_THAT(name.entities,
              ElementsAre("body/bis", "chip/blackwell", "chip/h200", "company/bytedance",
                          "place/cn", "place/hongkong", "place/us"));
}

TEST(NamingRulesTest, TheIdWinsOverTheMention) {
  NamingRules rules;
  Admitted(rules, AliasOf("ByteDance", "bytedance"), 1);
  v1::Event event = Usage();
  event.mutable_usage_report()->mutable_company()->set_id("bytedance-us");
  EXPECT_EQ(Admitted(rules, event, 2).subject, "usage.bytedance-us.tokens-per-day");
}

TEST(NamingRulesTest, ATakenAliasIsRefusedNamingItsEntity) {
  NamingRules rules;
  Admitted(rules, AliasOf("بايت دانس", "bytedance"), 1);
  const auto refused = rules.Admit(Sealed(AliasOf("بايتدانس", "tencent")), 2);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReasonOf(refused.status()), "ALIAS_TAKEN");
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("bytedance"));
  // Nothing was learned of it.
  EXPECT_EQ(Admitted(rules, Capex(), 2).subject, "capex.bytedance");
}

TEST(NamingRulesTest, RemovingWhatIsNotThereIsRefused) {
  NamingRules rules;
  const auto refused =
      rules.Admit(Sealed(AliasOf("ByteDance", "bytedance", v1::ALIAS_OPERATION_REMOVE)), 1);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(refused.status()), "ALIAS_NOT_FOUND");
}

TEST(NamingRulesTest, WhatIsForgottenWasNeverThere) {
  NamingRules rules;
  const std::string before = Admitted(rules, Capex(), 1).subject;
  Admitted(rules, AliasOf("بايت دانس", "bytedance"), 2);
  Admitted(rules, AliasOf("بايت دانس", "bytedance", v1::ALIAS_OPERATION_REMOVE), 3);
  EXPECT_EQ(Admitted(rules, Capex(), 4).subject, before);
  rules.Forget(3);
  EXPECT_EQ(Admitted(rules, Capex(), 3).subject, "capex.bytedance");
  rules.Forget(2);
  EXPECT_EQ(Admitted(rules, Capex(), 2).subject, before);
}

TEST(NamingRulesTest, RestoredNamesAreTheLearnedOnes) {
  const std::vector<v1::Event> changes = {
      AliasOf("بايت دانس", "bytedance"), AliasOf("Huawei", "huawei-group"),
      AliasOf("Huawei", "huawei-group", v1::ALIAS_OPERATION_REMOVE)};
  NamingRules learned;
  NamingRules restored;
  uint64_t position = 0;
  for (const v1::Event& change : changes) {
    const auto name = Admitted(learned, change, ++position);
    EXPECT_TRUE(name.subject.starts_with("alias."));
    v1::RecordedEvent recorded;
    recorded.set_position(position);
    recorded.set_subject(name.subject);
    ASSERT_TRUE(recorded.mutable_event()->ParseFromString(Sealed(change).event()));
    const auto found = restored.NameChangeIn(recorded.SerializeAsString());
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_TRUE(restored.Restore(position, *found).ok());
  }
  for (const v1::Event& event : AllEvents()) {
    if (event.has_alias_change()) continue;
    const auto a = Admitted(learned, event, ++position);
    const auto b = Admitted(restored, event, position);
    EXPECT_EQ(a.subject, b.subject);
    EXPECT_EQ(a.entities, b.entities);
  }
  restored.Forget(1);
  EXPECT_NE(Admitted(restored, Capex(), 1).subject, "capex.bytedance");
}

TEST(NamingRulesTest, WhatCannotBeReadIsDataLoss) {
  NamingRules rules;
  EXPECT_TRUE(absl::IsDataLoss(rules.NameChangeIn("\x12").status()));
  v1::RecordedEvent recorded;
  *recorded.mutable_event() = Usage();
  EXPECT_TRUE(absl::IsDataLoss(rules.NameChangeIn(recorded.SerializeAsString()).status()));
  EXPECT_TRUE(absl::IsDataLoss(rules.Restore(1, storage::v1::NameChange())));
}

TEST(NamingRulesTest, ACommandThatIngestCannotHaveSealedIsRefused) {
  NamingRules rules;
  const auto expect_refused = [&rules](const storage::v1::SealedEvent& event) {
    const auto refused = rules.Admit(event, 1);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ReasonOf(refused.status()), "NAMING_INVALID");
  };
  storage::v1::SealedEvent event = Sealed(Usage());
  event.mutable_naming()->mutable_subject(1)->set_mentions(0, 7);
  expect_refused(event);
  event = Sealed(Usage());
  event.mutable_naming()->mutable_subject(0)->set_literal("Not.A Token");
  expect_refused(event);
  event = Sealed(Usage());
  event.mutable_naming()->mutable_mentions(0)->set_kind(0);
  expect_refused(event);
  event = Sealed(Usage());
  event.mutable_naming()->clear_subject();
  expect_refused(event);
  // One whose subject turns out wrong only after its alias was learned leaves nothing behind.
  event = Sealed(AliasOf("بايت دانس", "bytedance"));
  event.mutable_naming()->mutable_subject(1)->set_literal("Not.A Token");
  expect_refused(event);
  EXPECT_NE(Admitted(rules, Capex(), 1).subject, "capex.bytedance");
}

}  // namespace
}  // namespace chipline::ingest
