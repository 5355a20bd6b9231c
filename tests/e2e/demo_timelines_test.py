"""What follows from the demo's five reports, figure by figure: the promise that Chipline makes."""

import decimal
import unittest

from chipline_process import run
from contract import ROOT, pb
from server_case import ServerCase

EVENTS = ROOT / "deploy" / "demo" / "events.ndjson"
COUNT = len(EVENTS.read_text(encoding="utf-8").splitlines())
BILLION = 10**9
# After the last of the reports.
LATER = "2026-02-01"


def exact(number):
    return decimal.Decimal(number.units) + decimal.Decimal(number.nanos).scaleb(-9)


def billions(amount):
    return float(exact(amount.value) / BILLION)


def names_a_source(claim):
    return claim.event_id != "" and claim.publisher != "" and claim.published != ""


class DemoTest(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        done = run("import", EVENTS, server=cls.server)
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr)

    def timeline(self, **query):
        others = {name: query.pop(name) for name in ("valid", "known") if name in query}
        answer = self.client.timelines.GetTimeline(pb.GetTimelineRequest(
            query=pb.TimelineQuery(**query), min_position=COUNT, page_size=1000, **others))
        self.assertEqual(answer.next_page_token, "")
        return answer.entries


class SpendingTest(DemoTest):
    def capex(self, company, period, scope, companies=None):
        """The only entry of the company with that key."""
        found = [e.capex for e in self.timeline(capex=pb.CapexQuery(company=company))
                 if e.key.capex.period == period and e.key.capex.scope == scope
                 and list(e.key.capex.companies) == (companies or [company])
                 and not e.key.capex.suppliers]
        self.assertEqual(len(found), 1, (company, period))
        return found[0]

    def test_bytedance_s_chips_of_2026_are_100bn_in_conflict_with_about_85bn_and_about_80bn(self):
        entry = self.capex("bytedance", "2026", pb.CAPEX_SCOPE_AI_CHIPS)
        self.assertEqual(entry.agreement, pb.AGREEMENT_CONFLICTING)
        self.assertEqual(entry.selected.amount.currency, "CNY")
        self.assertEqual(billions(entry.selected.amount), 100)
        self.assertFalse(entry.selected.amount.approximate)
        self.assertEqual(list(entry.selected.grounds.event_ids), ["002-01"])
        self.assertEqual(entry.selected.claim.root, "scmp")

        about_85, about_80 = entry.alternatives
        self.assertEqual((billions(about_85.amount), billions(about_80.amount)), (85, 80))
        for figure in entry.alternatives:
            self.assertTrue(figure.amount.approximate)
            self.assertFalse(figure.agrees)
            self.assertEqual(figure.claim.root, "ft")
        self.assertFalse(about_85.grounds.derived)
        self.assertTrue(about_80.grounds.derived)
        self.assertEqual(set(about_80.grounds.event_ids), {"000-04", "000-01"})

    def test_every_figure_has_a_source_a_rule_and_a_reason(self):
        figures = 0
        for company in ("bytedance", "alibaba", "tencent", "baidu", "microsoft"):
            for entry in self.timeline(capex=pb.CapexQuery(company=company)):
                for figure in [entry.capex.selected, *entry.capex.alternatives]:
                    if not figure.HasField("grounds"):
                        continue
                    figures += 1
                    self.assertTrue(figure.grounds.event_ids, entry.entry_id)
                    self.assertNotEqual(figure.grounds.rule, "", entry.entry_id)
                    self.assertNotEqual(figure.grounds.reason, "", entry.entry_id)
                    self.assertTrue(names_a_source(figure.claim), entry.entry_id)
        self.assertGreater(figures, 10)

    def test_it_can_be_explained(self):
        entry_id = "capex/bytedance/ai-chips/2026/capex/forward"
        answer = self.client.timelines.ExplainEntry(pb.ExplainEntryRequest(entry_id=entry_id))
        claims = {c.event.event.event_id: c for c in answer.claims}
        self.assertLessEqual({"002-01", "000-04", "000-05"}, set(claims))
        self.assertEqual([i for i, c in claims.items() if c.selected], ["002-01"])
        self.assertNotEqual(answer.explanation, "")

    def test_every_explanation_travels_as_values(self):
        kinds = set()
        listed = self.client.timelines.ListTimelines(pb.ListTimelinesRequest(page_size=1000)).timelines
        for entry_id in (listing.entry_id for listing in listed):
            answer = self.client.timelines.ExplainEntry(pb.ExplainEntryRequest(entry_id=entry_id))
            for value in answer.values:
                self.assertTrue(value.of.field, entry_id)
                self.assertEqual(value.says != "", value.HasField("figure"), (entry_id, value.field))
                self.assertEqual(value.grounds.reason != "", bool(value.grounds.reasons), (entry_id, value.field))
                for aside in value.set_aside:
                    self.assertEqual(aside.reason != "", bool(aside.reasons), (entry_id, aside))
                for change in value.would_change:
                    self.assertTrue(change.words, entry_id)
                kinds.update(reason.kind for reason in value.grounds.reasons)
            for claim in answer.claims:
                self.assertTrue(claim.reasons, (entry_id, claim.explanation))
        self.assertNotIn(pb.REASON_KIND_UNSPECIFIED, kinds)
        self.assertGreater(len(kinds), 15, kinds)

    def test_before_the_fifth_report_it_was_about_85bn(self):
        known = pb.Known(publication_date="2025-12-31")
        entries = self.timeline(capex=pb.CapexQuery(company="bytedance"), known=known)
        (entry,) = [e.capex for e in entries
                    if e.entry_id == "capex/bytedance/ai-chips/2026/capex/forward"]
        self.assertEqual(billions(entry.selected.amount), 85)

    def test_a_company_is_found_by_each_of_its_names(self):
        by_id = self.timeline(capex=pb.CapexQuery(company="bytedance"))
        for name in ("ByteDance", "BYTEDANCE", "بايت دانس", "بايت دانس الصينية", "بايــت  دانس"):
            with self.subTest(name):
                self.assertEqual(self.timeline(capex=pb.CapexQuery(company=name)), by_id)

    def test_conversions_imply_their_rates_and_none_is_ours(self):
        plan = self.capex("bytedance", "2026", pb.CAPEX_SCOPE_AI_INFRASTRUCTURE)
        (conversion,) = plan.conversions
        self.assertEqual(billions(plan.selected.amount), 160)
        self.assertEqual(billions(conversion.conversion), 22.74)
        self.assertEqual(exact(conversion.rate), decimal.Decimal("7.036059807"))
        chips = self.capex("bytedance", "2026", pb.CAPEX_SCOPE_AI_CHIPS)
        self.assertEqual([exact(c.rate) for c in chips.conversions], [decimal.Decimal("7.142857143")])
        group = self.capex("alibaba", "2024-40", pb.CAPEX_SCOPE_TOTAL, ["alibaba", "baidu", "tencent"])
        self.assertEqual([exact(c.rate) for c in group.conversions], [decimal.Decimal("7.142857143")])

    def test_the_three_of_h1_2024_agree_with_their_members(self):
        group = self.capex("tencent", "2024-40", pb.CAPEX_SCOPE_TOTAL, ["alibaba", "baidu", "tencent"])
        self.assertEqual(billions(group.selected.amount), 50)
        (comparison,) = [c for c in group.comparisons if c.kind == "members"]
        self.assertEqual([(m.company, billions(m.figure.amount)) for m in comparison.members],
                         [("alibaba", 23), ("baidu", 4.2), ("tencent", 23)])
        self.assertEqual(billions(comparison.sum.amount), 50.2)
        self.assertTrue(comparison.sum.grounds.derived)
        self.assertTrue(comparison.agrees)

    def test_the_three_of_h1_2023_agree_with_what_growth_implies(self):
        group = self.capex("baidu", "2023-40", pb.CAPEX_SCOPE_TOTAL, ["alibaba", "baidu", "tencent"])
        self.assertEqual(billions(group.selected.amount), 23)
        (comparison,) = [c for c in group.comparisons if c.kind == "growth"]
        self.assertEqual([(m.company, round(billions(m.figure.amount), 2)) for m in comparison.members],
                         [("alibaba", 10.31), ("baidu", 4.04), ("tencent", 8.33)])
        self.assertEqual(round(billions(comparison.sum.amount), 1), 22.7)
        self.assertTrue(comparison.agrees)

    def test_growth_of_the_three_is_computed_from_their_two_halves(self):
        group = self.capex("alibaba", "2024-40", pb.CAPEX_SCOPE_TOTAL, ["alibaba", "baidu", "tencent"])
        (growth,) = [g for g in group.growth if g.HasField("computed")]
        self.assertAlmostEqual(float(exact(growth.computed.value)), 50 / 23 - 1, 6)
        self.assertEqual(set(growth.computed_grounds.event_ids), {"001-01", "001-02"})
        self.assertTrue(growth.computed_grounds.derived)

    def test_billions_and_an_increase_are_words_and_no_figures(self):
        entries = {e.entry_id: e.capex for e in self.timeline(capex=pb.CapexQuery(company="bytedance"))}
        wordy = [u for e in entries.values() for u in e.unquantified]
        self.assertEqual({u.amount.verbatim for u in wordy if u.HasField("amount")}, {"billions"})
        for figure in wordy:
            self.assertFalse(figure.amount.HasField("value"))


class RulesTest(DemoTest):
    def rules(self, chip, destination, day=LATER):
        """What holds that day, by jurisdiction and step."""
        entries = self.timeline(export_rule=pb.ExportRuleQuery(chip=chip, destination=destination))
        found = {}
        for entry in entries:
            key = entry.key.export_rule
            (interval,) = [i for i in entry.export_rule.intervals
                           if getattr(i.valid, "from") <= day
                           and (i.valid.to == "" or day < i.valid.to)]
            found[key.jurisdiction, key.gate] = interval
        return found

    def gate(self, chip, destination, day=LATER, jurisdiction="us", step=pb.GATE_KIND_EXPORT):
        interval = self.rules(chip, destination, day).get((jurisdiction, step))
        return pb.GATE_STATE_UNKNOWN if interval is None else interval.general.gate

    def test_h100_and_blackwell_may_not_go_to_china(self):
        for chip in ("h100", "blackwell"):
            interval = self.rules(chip, "cn")["us", pb.GATE_KIND_EXPORT]
            self.assertEqual(interval.general.effect, pb.RULE_EFFECT_PROHIBITED, chip)
            self.assertEqual(interval.general.gate, pb.GATE_STATE_DENIED, chip)
            self.assertTrue(interval.certain)
            self.assertTrue(interval.general.grounds.event_ids)
            self.assertTrue(names_a_source(interval.general.claim))

    def test_h20_may_go_to_china_within_what_the_claim_words(self):
        interval = self.rules("h20", "cn")["us", pb.GATE_KIND_EXPORT]
        self.assertEqual(interval.general.effect, pb.RULE_EFFECT_ALLOWED)
        self.assertEqual(interval.general.gate, pb.GATE_STATE_CONDITIONAL)
        self.assertTrue(interval.general.conditions)

    def test_h200_went_from_prohibited_to_licensed_for_some_and_china_has_not_decided(self):
        self.assertEqual(self.gate("h200", "cn", "2025-06-01"), pb.GATE_STATE_DENIED)
        interval = self.rules("h200", "cn")["us", pb.GATE_KIND_EXPORT]
        self.assertEqual(interval.general.effect, pb.RULE_EFFECT_LICENSED)
        self.assertEqual(interval.general.gate, pb.GATE_STATE_CONDITIONAL)
        self.assertTrue(interval.general.conditions)
        self.assertEqual(self.gate("h200", "cn", LATER, "cn", pb.GATE_KIND_IMPORT),
                         pb.GATE_STATE_PENDING)

    def test_opposition_is_shown_and_makes_no_state(self):
        entries = self.timeline(export_rule=pb.ExportRuleQuery(chip="h200", destination="cn"))
        opposed = {s.claim.event_id for e in entries for s in e.export_rule.not_in_force}
        self.assertLessEqual({"000-08.a", "000-08.b"}, opposed)

    def test_for_malaysia_h100_and_blackwell_are_allowed_to_buyers_of_china(self):
        for chip in ("h100", "blackwell"):
            interval = self.rules(chip, "my")["us", pb.GATE_KIND_EXPORT]
            self.assertEqual(interval.general.gate, pb.GATE_STATE_UNKNOWN, chip)
            (scoped,) = interval.scoped
            self.assertEqual((scoped.buyer_seat, scoped.effect), ("cn", pb.RULE_EFFECT_ALLOWED), chip)
            self.assertEqual(list(scoped.grounds.event_ids), ["004-02"])

    def test_for_malaysia_nothing_is_said_of_h20_and_h200_and_nothing_is_invented(self):
        for chip in ("h20", "h200"):
            for day in ("2024-08-01", "2025-06-01", LATER):
                for key, interval in self.rules(chip, "my", day).items():
                    self.assertEqual(interval.general.gate, pb.GATE_STATE_UNKNOWN, (chip, key))
                    self.assertNotEqual(interval.general.effect, pb.RULE_EFFECT_ALLOWED)
                    self.assertEqual(len(interval.scoped), 0)
                self.assertEqual(self.gate(chip, "my", day), pb.GATE_STATE_UNKNOWN)

    def test_valid_time_has_no_gaps(self):
        entries = self.timeline(export_rule=pb.ExportRuleQuery(jurisdiction="us"))
        self.assertGreater(len(entries), 5)
        for entry in entries:
            intervals = entry.export_rule.intervals
            self.assertEqual(getattr(intervals[0].valid, "from"), "", entry.entry_id)
            self.assertEqual(intervals[-1].valid.to, "", entry.entry_id)
            for before, after in zip(intervals, intervals[1:]):
                self.assertEqual(before.valid.to, getattr(after.valid, "from"), entry.entry_id)

    def test_a_place_and_a_chip_are_found_by_their_names(self):
        by_id = self.timeline(export_rule=pb.ExportRuleQuery(chip="h200", destination="cn"))
        by_name = self.timeline(export_rule=pb.ExportRuleQuery(chip="H200", destination="الصين"))
        self.assertEqual(by_name, by_id)


class OrderTest(DemoTest):
    def test_the_trial_order_of_h200_waits_for_china(self):
        (entry,) = self.timeline(
            chip_order=pb.ChipOrderQuery(order="order.bytedance.h200-trial"))
        order = entry.chip_order
        self.assertEqual((list(order.buyers), order.supplier, list(order.chips)),
                         (["bytedance"], "nvidia", ["h200"]))
        self.assertEqual((order.destination, order.destination_inferred), ("cn", True))
        (stage,) = order.stages
        self.assertEqual((stage.stage, stage.modality),
                         (pb.ORDER_STAGE_PLANNED, pb.MODALITY_EXPECTED))
        self.assertEqual(stage.selected.quantity.value, 20_000)
        self.assertTrue(stage.selected.quantity.approximate)
        self.assertEqual(order.unit_price.amount.currency, "USD")
        self.assertEqual(exact(order.unit_price.amount.value), 20_000)
        self.assertTrue(order.unit_price.amount.approximate)
        self.assertEqual(exact(order.value.amount.value), 400_000_000)
        self.assertTrue(order.value.amount.approximate)
        self.assertTrue(order.value.grounds.derived)

        (now,) = [i for i in order.intervals if getattr(i.valid, "from") <= LATER
                  and (i.valid.to == "" or LATER < i.valid.to)]
        self.assertEqual(now.state, pb.ORDER_STATE_WAITING)
        gates = {(g.jurisdiction, g.gate): g for g in now.gates}
        export, entry_to_china = (gates["us", pb.GATE_KIND_EXPORT], gates["cn", pb.GATE_KIND_IMPORT])
        self.assertEqual(export.state, pb.GATE_STATE_CONDITIONAL)
        self.assertTrue(export.conditions)
        self.assertEqual(entry_to_china.state, pb.GATE_STATE_PENDING)
        for gate in now.gates:
            self.assertTrue(gate.grounds.event_ids, gate)
            self.assertNotEqual(gate.grounds.reason, "")

    def test_orders_of_h200_outrun_what_nvidia_has(self):
        (entry,) = self.timeline(chip_supply=pb.ChipSupplyQuery(chip="h200"))
        supply = entry.chip_supply
        (stock,) = [h for h in supply.holders if h.metric == pb.SUPPLY_METRIC_INVENTORY]
        self.assertEqual(stock.holder, "nvidia")
        self.assertEqual(stock.selected.quantity.value, 700_000)
        self.assertTrue(stock.selected.quantity.approximate)
        (placed,) = [o for o in supply.ordered if o.stage == pb.ORDER_STAGE_PLACED]
        (group,) = placed.open_groups
        self.assertEqual((group.quantity.bound, group.quantity.low), (pb.BOUND_AT_LEAST, 2_000_000))
        self.assertEqual(list(group.grounds.event_ids), ["002-06"])
        missing = supply.shortfall
        self.assertEqual((missing.quantity.bound, missing.quantity.low),
                         (pb.BOUND_AT_LEAST, 1_300_000))
        self.assertTrue(missing.quantity.approximate)
        self.assertTrue(missing.grounds.derived)
        self.assertEqual(set(missing.grounds.event_ids), {"002-05", "002-06"})

    def test_h20_is_ordered_by_the_million_and_by_bytedance_in_numbers_not_said(self):
        (entry,) = self.timeline(chip_supply=pb.ChipSupplyQuery(chip="h20"))
        groups = {f.grounds.event_ids[0]: f for o in entry.chip_supply.ordered for f in o.open_groups}
        self.assertEqual(groups["001-10"].quantity.low, 1_000_000)
        orders = self.timeline(chip_order=pb.ChipOrderQuery(buyer="bytedance", chip="h20"))
        figures = [s.selected.quantity for o in orders for s in o.chip_order.stages]
        self.assertTrue(figures)
        for quantity in figures:
            self.assertFalse(quantity.HasField("value") or quantity.HasField("low"), quantity)


class UseTest(DemoTest):
    def test_bytedance_s_tokens_a_day_grow_from_4_to_more_than_30_and_50_trillion(self):
        entries = {e.key.usage.product: e.usage
                   for e in self.timeline(usage=pb.UsageQuery(company="bytedance"))}
        readings = [(r.as_of.edtf, r.selected.quantity.value or r.selected.quantity.low)
                    for r in entries[""].readings]
        self.assertEqual(readings, [("2024-12", 4 * 10**12), ("2025-10", 30 * 10**12),
                                    ("2025-12~", 50 * 10**12)])
        (doubao,) = entries["Doubao"].readings
        self.assertEqual(doubao.selected.quantity.value, 60_000_000)

    def test_a_company_s_whole_timeline_holds_every_kind(self):
        kinds = {e.WhichOneof("state") for e in self.timeline(
            company=pb.CompanyQuery(company="bytedance"))}
        self.assertLessEqual({"capex", "chip_order", "usage"}, kinds)


if __name__ == "__main__":
    unittest.main()
