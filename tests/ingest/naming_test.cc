#include "services/kinds/naming.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "fmt/format.h"
#include "services/values/fold_key.h"
#include "services/values/sha256.h"
#include "tests/ingest/test_events.h"

namespace chipline::ingest {
namespace {

using testing::ElementsAre;

// The mentions as kind/id or kind/=key, and the subject with mentions in braces.
std::vector<std::string> MentionsOf(const storage::v1::Naming& naming) {
  std::vector<std::string> mentions;
  for (const auto& mention : naming.mentions()) {
    std::string text(kinds::EntityPrefix(static_cast<v1::EntityKind>(mention.kind())));
    text += mention.id().empty() ? "/=" + mention.fold_key() : "/" + mention.id();
    mentions.push_back(text);
  }
  return mentions;
}

std::string SubjectOf(const storage::v1::Naming& naming) {
  std::string subject;
  for (const auto& token : naming.subject()) {
    if (!subject.empty()) subject += '.';
    subject += token.literal();
    for (const uint32_t mention : token.mentions()) subject += fmt::format("{{{}}}", mention);
  }
  return subject;
}

storage::v1::Naming NamingOf(const v1::Event& event) { return Sealed(event).naming(); }

std::string HashOf(const std::string& text) {
  return fmt::format("x-{}", Sha256Hex(text).substr(0, 16));
}

TEST(NamingTest, CapexIsNamedByItsCompanies) {
  const auto naming = NamingOf(Capex());
  EXPECT_EQ(SubjectOf(naming), "capex.{0}");
  EXPECT_THAT(MentionsOf(naming),
              ElementsAre("company/=" + FoldKey("بايت دانس"), "company/=huawei", "place/cn"));
}

TEST(NamingTest, GroupIsNamedByAllItsMembers) {
  v1::Event event = Capex();
  event.mutable_capex_announcement()->add_companies()->set_mention("Alibaba");
  event.mutable_capex_announcement()->add_companies()->set_id("baidu");
  const auto naming = NamingOf(event);
  EXPECT_EQ(SubjectOf(naming), "capex.{0}{1}{2}");
}

TEST(NamingTest, ArabicSpellingsOfOneNameAreOneMention) {
  v1::Event event = Capex();
  // With a tatweel, without the space, and with a mark.
  for (const char* spelling : {"بايـت دانس", "بايتدانس", "بَايت دانس"}) {
    event.mutable_capex_announcement()->add_companies()->set_mention(spelling);
  }
  const auto naming = NamingOf(event);
  EXPECT_EQ(SubjectOf(naming), "capex.{0}{0}{0}{0}");
  EXPECT_EQ(MentionsOf(naming).size(), 3u);
}

TEST(NamingTest, RuleIsNamedByJurisdictionAndGate) {
  const auto naming = NamingOf(Rule());
  EXPECT_EQ(SubjectOf(naming), "rule.{0}.export");
  // Destination and seat are written differently, so they are two mentions; who they are is for the
  // committer to say.
  EXPECT_THAT(MentionsOf(naming),
              ElementsAre("place/=us", "body/bis", "chip/=h200", "chip/=blackwell",
                          "place/=" + FoldKey("الصين"), "place/=hongkong", "company/=bytedance",
                          "place/=china"));
  v1::Event event = Rule();
  event.mutable_export_rule_change()->set_gate(v1::GATE_KIND_IMPORT);
  EXPECT_EQ(SubjectOf(NamingOf(event)), "rule.{0}.import");
  event.mutable_export_rule_change()->set_gate(v1::GATE_KIND_USE);
  EXPECT_EQ(SubjectOf(NamingOf(event)), "rule.{0}.use");
}

TEST(NamingTest, OrderIsNamedByBuyersAndOrderId) {
  const auto naming = NamingOf(Order());
  EXPECT_EQ(SubjectOf(naming), "order.{0}{1}.h200-trial");
  EXPECT_THAT(MentionsOf(naming),
              ElementsAre("company/=bytedance", "company/=otherchinesecompanies", "company/=nvidia",
                          "chip/=h200", "place/=china", "place/=us"));
}

TEST(NamingTest, OrderWithoutIdIsNamedByItsEventsHash) {
  v1::Event event = Order();
  event.mutable_chip_order()->clear_order_id();
  EXPECT_EQ(SubjectOf(NamingOf(event)), "order.{0}{1}." + HashOf("order-1"));
}

TEST(NamingTest, OrderIdOfAnyCharactersMakesAToken) {
  v1::Event event = Order();
  event.mutable_chip_order()->set_order_id("PO 77/2026");
  EXPECT_EQ(SubjectOf(NamingOf(event)),
            "order.{0}{1}.po-77-2026-" + Sha256Hex("PO 77/2026").substr(0, 16));
}

TEST(NamingTest, SupplyIsNamedByHolderAndChips) {
  v1::Event event = Supply();
  event.mutable_chip_supply()->add_chips()->set_mention("H20");
  const auto naming = NamingOf(event);
  EXPECT_EQ(SubjectOf(naming), "supply.{0}.{1}{2}");
  EXPECT_THAT(MentionsOf(naming),
              ElementsAre("company/=tsmc", "chip/=h200", "chip/=h20", "company/=nvidia"));
}

TEST(NamingTest, UsageIsNamedByCompanyAndMetric) {
  v1::Event event = Usage();
  EXPECT_EQ(SubjectOf(NamingOf(event)), "usage.{0}.tokens-per-day");
  event.mutable_usage_report()->set_metric(v1::USAGE_METRIC_MONTHLY_ACTIVE_USERS);
  event.mutable_usage_report()->mutable_value()->set_unit(v1::UNIT_USER);
  EXPECT_EQ(SubjectOf(NamingOf(event)), "usage.{0}.monthly-active-users");
}

TEST(NamingTest, APriceIsNamedByChipAndMetric) {
  v1::Event event = Price();
  EXPECT_EQ(SubjectOf(NamingOf(event)), "price.{0}.purchase");
  event.mutable_price_report()->set_metric(v1::PRICE_METRIC_RENTAL_PER_HOUR);
  event.mutable_price_report()->mutable_chip()->set_id("h200");
  event.mutable_price_report()->mutable_place()->set_id("cn");
  EXPECT_EQ(SubjectOf(NamingOf(event)), "price.{0}.rental-per-hour");
  EXPECT_EQ(MentionsOf(NamingOf(event)).size(), 2u);
}

TEST(NamingTest, AliasChangesTheMeaningOfAName) {
  v1::Event event = Alias();
  event.mutable_alias_change()->set_alias("بَايـت دانس");
  const auto naming = NamingOf(event);
  EXPECT_EQ(SubjectOf(naming), "alias.bytedance");
  EXPECT_THAT(MentionsOf(naming), ElementsAre("company/bytedance"));
  EXPECT_EQ(naming.name_change().kind(), v1::ENTITY_KIND_COMPANY);
  EXPECT_EQ(naming.name_change().fold_key(), FoldKey("بايت دانس"));
  EXPECT_EQ(naming.name_change().entity(), "bytedance");
  EXPECT_FALSE(naming.name_change().remove());
  event.mutable_alias_change()->set_change(v1::ALIAS_OPERATION_REMOVE);
  EXPECT_TRUE(NamingOf(event).name_change().remove());
}

TEST(NamingTest, NoticeIsNamedByItsFirstTarget) {
  const auto naming = NamingOf(Notice());
  EXPECT_EQ(SubjectOf(naming), "notice." + HashOf("ft-2025-11-04"));
  EXPECT_THAT(MentionsOf(naming), ElementsAre());
}

TEST(NamingTest, PublishersAndOriginsAreNoEntities) {
  for (const v1::Event& event : AllEvents()) {
    for (const std::string& mention : MentionsOf(NamingOf(event))) {
      EXPECT_EQ(mention.find("outlet"), std::string::npos);
      EXPECT_EQ(mention.find("financial"), std::string::npos);
      EXPECT_EQ(mention.find("analyst"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace chipline::ingest
