"""What chips cost: one kind of event from the append to every way of asking."""

import json
import unittest
import xml.etree.ElementTree

from command_test import DONE, FAILED, CommandCase

ENTRY = "price/h200/purchase/chip/cn"


def price(event_id, amount, day, publisher, currency="USD", place="China", metric="PRICE_METRIC_PURCHASE", chip="H200",
          **links):
    report = {"chip": {"mention": chip}, "metric": metric, "per": "UNIT_CHIP", "asOf": {"edtf": day},
              "amount": {"currency": currency, "value": {"units": str(amount)}, "bound": "BOUND_EXACT"}}
    if place:
        report["place"] = {"mention": place}
    return {"eventId": event_id, "priceReport": report, **links,
            "source": {"hops": [{"publisher": {"mention": publisher}, "relation": "HOP_RELATION_PRIMARY",
                                 "published": {"edtf": day}}]}}


def name(entity, alias, kind):
    return {"eventId": f"name-{entity}", "aliasChange": {"entity": entity, "kind": f"ENTITY_KIND_{kind}", "alias": alias,
                                                         "change": "ALIAS_OPERATION_ADD"}}


EVENTS = [name("h200", "H200", "CHIP"), name("cn", "China", "PLACE"),
          price("scmp-1", 190000, "2026-01-10", "SCMP", currency="CNY"),
          price("ft-1", 27000, "2026-01-10", "Financial Times"),
          price("wsj-1", 35000, "2026-01-10", "WSJ"),
          price("ft-2", 31000, "2026-03-02", "Financial Times"),
          price("ft-3", 30000, "2026-03-02", "Financial Times",
                links=[{"relation": "LINK_RELATION_CORRECTS", "eventId": "ft-2"}]),
          price("rent-1", 3, "2026-02-01", "SemiAnalysis", place="", metric="PRICE_METRIC_RENTAL_PER_HOUR")]


class PriceTest(CommandCase):
    def append(self, *events, code=DONE):
        lines = "".join(json.dumps(event) + "\n" for event in events)
        return self.assert_done(self.chipline("append", "-", text=lines), code)

    def setUp(self):
        super().setUp()
        self.append(*EVENTS)

    def entries(self, *query):
        lines = self.assert_done(self.chipline("--json", "timeline", "price", *query)).stdout.splitlines()
        found = [json.loads(line) for line in lines]
        return [entry for line in found for entry in ([line] if "entryId" in line else line.get("entries", []))]

    def test_a_price_is_a_reading_for_each_day_with_what_does_not_agree(self):
        entry, = self.entries("h200", "--place", "China")
        self.assertEqual(entry["entryId"], ENTRY)
        january, march = entry["price"]["readings"]
        self.assertEqual(january["agreement"], "AGREEMENT_CONFLICTING")
        self.assertEqual({other["amount"]["currency"] for other in january["alternatives"]}, {"USD", "CNY"})
        self.assertEqual(march["selected"]["claim"]["eventId"], "ft-3")
        self.assertEqual([ended["claim"]["eventId"] for ended in entry["price"]["revisions"]], ["ft-2"])

    def test_another_metric_and_another_place_are_other_prices(self):
        self.assertEqual({entry["entryId"] for entry in self.entries("H200")},
                         {ENTRY, "price/h200/rental-per-hour/chip"})

    def test_it_is_a_subject_and_a_type_to_filter_by(self):
        for flags in (("--type", "price-report"), ("--subject", "price.>"), ("--chip", "h200")):
            with self.subTest(flags):
                lines = self.assert_done(self.chipline("--json", "events", *flags)).stdout.splitlines()
                events = [event for line in lines for event in json.loads(line).get("events", [json.loads(line)])]
                prices = [event for event in events if event["subject"].startswith("price.h200")]
                self.assertEqual(len(prices), 6)
                self.assertEqual({event["subject"] for event in prices},
                                 {"price.h200.purchase", "price.h200.rental-per-hour"})

    def test_it_is_shown_explained_and_drawn(self):
        shown = self.assert_done(self.chipline("timeline", "price", "h200")).stdout
        self.assertIn("H200 · purchase price of a chip · China", shown)
        self.assertIn("H200 · rent of a chip for an hour", shown)
        self.assertIn("30,000 USD", shown)
        explained = self.assert_done(self.chipline("explain", ENTRY)).stdout
        self.assertIn("ft-3", explained)
        self.assertIn("wsj-1", explained)
        drawn = self.assert_done(self.chipline("timeline", "price", "h200", "--svg", "-")).stdout
        texts = "".join(xml.etree.ElementTree.fromstring(drawn).itertext())
        self.assertIn("purchase price of a chip", texts)

    def test_a_change_is_told(self):
        self.append(price("b300-1", 50000, "2026-04-01", "Financial Times", chip="B300"))
        follower = self.follow("watch", "price", "b300", "--json")
        lines = follower.lines()
        next(line for line in lines if '"ready"' in line or '"snapshot"' in line)
        self.append(price("b300-2", 49000, "2026-05-01", "Financial Times", chip="B300"))
        self.assertIn('"49000"', next(line for line in lines if '"changes"' in line))
        self.assertEqual(follower.interrupt(), DONE)

    def test_what_is_wrong_is_named(self):
        wrong = price("bad-1", 1, "2026-01-10", "FT")
        wrong["priceReport"]["per"] = "UNIT_USER"
        refused = self.append(wrong, code=FAILED)
        self.assertIn("price_report.per", refused.stderr)
        self.assertIn("a price is for one UNIT_CHIP", refused.stderr)
        unknown = self.chipline("timeline", "price", "h20")
        self.assertIn("did you mean", unknown.stdout + unknown.stderr)


if __name__ == "__main__":
    unittest.main()
