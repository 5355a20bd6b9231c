#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/cli/render.h"

namespace chipline::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A figure of so many units in EXACT form.
void SetFigure(v1::AmountFigure& figure, int64_t units, const std::string& currency,
               const std::string& publisher) {
  figure.mutable_amount()->set_currency(currency);
  figure.mutable_amount()->set_bound(v1::BOUND_EXACT);
  figure.mutable_amount()->mutable_value()->set_units(units);
  figure.set_basis(v1::CAPEX_BASIS_PLAN);
  figure.mutable_claim()->set_publisher(publisher);
  figure.mutable_claim()->set_event_id("e-" + publisher);
  figure.mutable_claim()->set_published("2025-12-23");
}

v1::TimelineEntry BaseEntry() {
  v1::TimelineEntry entry;
  entry.set_entry_id("capex/bytedance/ai-chips/2026/capex/forward");
  entry.set_claim_count(2);
  entry.set_last_position(9);
  v1::CapexKey& key = *entry.mutable_key()->mutable_capex();
  key.add_companies("bytedance");
  key.set_scope(v1::CAPEX_SCOPE_AI_CHIPS);
  key.set_period("2026");
  key.set_basis_class(v1::BASIS_CLASS_FORWARD);
  return entry;
}

std::string Render(const v1::TimelineEntry& entry) {
  Block block(Palette(false), 0);
  RenderCapex(entry, block);
  return block.text();
}

TEST(RenderCapexTest, ShowsSelectedAndConflictingFigures) {
  v1::TimelineEntry entry = BaseEntry();
  v1::CapexEntry& capex = *entry.mutable_capex();
  capex.set_agreement(v1::AGREEMENT_CONFLICTING);
  capex.set_independent_roots(1);
  SetFigure(*capex.mutable_selected(), 100'000'000'000, "CNY", "scmp");
  capex.mutable_selected()->mutable_grounds()->set_reason("published later");
  SetFigure(*capex.add_alternatives(), 85'000'000'000, "CNY", "ft");
  EXPECT_EQ(Render(entry),
            "2026 · bytedance · AI chips · forward   CONFLICTING\n"
            "  selected      100bn CNY (plan)\n"
            "                scmp, 2025-12-23 · event e-scmp\n"
            "                why: published later\n"
            "  alternative   85bn CNY (plan), does not agree\n"
            "                ft, 2025-12-23 · event e-ft\n"
            "                selected figure from 1 independent root · 2 claims · position 9 · "
            "capex/bytedance/ai-chips/2026/capex/forward\n");
}

TEST(RenderCapexTest, ConversionsShowTheRateTheyImply) {
  v1::TimelineEntry entry = BaseEntry();
  v1::CapexEntry& capex = *entry.mutable_capex();
  SetFigure(*capex.mutable_selected(), 160'000'000'000, "CNY", "ft");
  v1::ImpliedRate& rate = *capex.add_conversions();
  rate.mutable_conversion()->set_currency("USD");
  rate.mutable_conversion()->mutable_value()->set_units(22'740'000'000);
  rate.mutable_rate()->set_units(7);
  rate.mutable_rate()->set_nanos(36'059'807);
  rate.set_event_id("e-1");
  EXPECT_THAT(Render(entry), HasSubstr("22.74bn USD as stated, so ≈ 7.036 CNY for 1 USD"));
}

TEST(RenderCapexTest, MembersAreComparedWithTheGroup) {
  v1::TimelineEntry entry = BaseEntry();
  v1::CapexEntry& capex = *entry.mutable_capex();
  SetFigure(*capex.mutable_selected(), 50'000'000'000, "CNY", "ft");
  v1::GroupComparison& comparison = *capex.add_comparisons();
  comparison.set_kind("members");
  comparison.set_agrees(true);
  SetFigure(*comparison.mutable_sum(), 50'200'000'000, "CNY", "");
  v1::MemberFigure& member = *comparison.add_members();
  member.set_company("alibaba");
  SetFigure(*member.mutable_figure(), 23'000'000'000, "CNY", "ft");
  EXPECT_THAT(Render(entry), HasSubstr("members       50.2bn CNY in sum, agrees"));
  EXPECT_THAT(Render(entry), HasSubstr("alibaba 23bn CNY"));
}

TEST(RenderCapexTest, AMissingMemberIsNamedAndNothingIsAdded) {
  v1::TimelineEntry entry = BaseEntry();
  v1::GroupComparison& comparison = *entry.mutable_capex()->add_comparisons();
  comparison.set_kind("members");
  comparison.add_missing("baidu");
  EXPECT_THAT(Render(entry), HasSubstr("cannot be added up"));
  EXPECT_THAT(Render(entry), HasSubstr("no figure from baidu"));
}

TEST(RenderCapexTest, AnEnvelopeThatIsOpenNamesItsCurrencyBeforeTheBound) {
  v1::TimelineEntry entry = BaseEntry();
  SetFigure(*entry.mutable_capex()->mutable_selected(), 6'500'000'000, "CNY", "ft");
  *entry.mutable_capex()->add_alternatives() = entry.capex().selected();
  entry.mutable_capex()->mutable_envelope()->mutable_high()->set_units(22'400'000'000);
  EXPECT_THAT(Render(entry), HasSubstr("22.4bn CNY or less, all standing claims"));
}

TEST(RenderCapexTest, NothingSelectedIsSaid) {
  v1::TimelineEntry entry = BaseEntry();
  entry.mutable_capex()->set_agreement(v1::AGREEMENT_NO_VALUE);
  EXPECT_THAT(Render(entry), HasSubstr("NO VALUE"));
  EXPECT_THAT(Render(entry), HasSubstr("no standing claim states a figure"));
  EXPECT_THAT(Render(entry), Not(HasSubstr("independent")));
}

TEST(RenderCapexTest, FlagsAndDenialsStandOut) {
  v1::TimelineEntry entry = BaseEntry();
  v1::CapexEntry& capex = *entry.mutable_capex();
  SetFigure(*capex.mutable_selected(), 85'000'000'000, "CNY", "ft");
  v1::AmountFigure& other = *capex.add_alternatives();
  SetFigure(other, 850'000'000'000, "CNY", "outlet");
  other.mutable_claim()->set_flagged(true);
  other.mutable_claim()->add_denied_by("e-9");
  EXPECT_THAT(Render(entry), HasSubstr("ten times the selected figure or more"));
  EXPECT_THAT(Render(entry), HasSubstr("denied by e-9"));
}

TEST(RenderCapexTest, APlaceThatTheWordsNameIsNotRepeated) {
  v1::TimelineEntry entry = BaseEntry();
  entry.mutable_key()->mutable_capex()->set_scope(v1::CAPEX_SCOPE_OTHER);
  entry.mutable_key()->mutable_capex()->set_scope_text("infrastructure in Johor, Malaysia");
  entry.mutable_key()->mutable_capex()->set_region("johor");
  EXPECT_THAT(Render(entry), HasSubstr("infrastructure in Johor, Malaysia · forward"));
  entry.mutable_key()->mutable_capex()->set_region("sg");
  EXPECT_THAT(Render(entry), HasSubstr("infrastructure in Johor, Malaysia in sg · forward"));
}

}  // namespace
}  // namespace chipline::cli
