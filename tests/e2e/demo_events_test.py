"""The demo events say what the five reports say: every fact, every figure, nothing besides.

Compares deploy/demo/events.ndjson with deploy/demo/facts.json, reading the events strictly by the
contract in proto/.
"""

import decimal
import importlib
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

from google.protobuf import json_format

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEMO = ROOT / "deploy" / "demo"

PAYLOAD_OF_KIND = {
    "capex": "capex_announcement",
    "export_rule": "export_rule_change",
    "chip_order": "chip_order",
    "chip_supply": "chip_supply",
    "usage": "usage_report",
}


def compile_contract(folder):
    proto = ROOT / "proto"
    files = sorted(str(p.relative_to(proto)) for p in proto.glob("chipline/v1/*.proto"))
    includes = [f"-I{proto}", f"-I{proto / 'published'}"]
    published = [str(p.relative_to(proto / "published")) for p in proto.glob("published/**/*.proto")]
    subprocess.run(["protoc", *includes, f"--python_out={folder}", *files, *published], check=True)
    sys.path.insert(0, folder)
    return importlib.import_module("chipline.v1.event_pb2")


def walk(message):
    """The message and every message in it, depth first."""
    yield message
    for field, value in message.ListFields():
        if field.type == field.TYPE_MESSAGE:
            for child in value if field.label == field.LABEL_REPEATED else [value]:
                yield from walk(child)


def named(message, name):
    return [m for m in walk(message) if m.DESCRIPTOR.name == name]


def exact(decimal_message):
    return decimal.Decimal(decimal_message.units) + decimal.Decimal(decimal_message.nanos).scaleb(-9)


def figures_of_event(payload):
    """Every number that the claim states, as exact decimals."""
    found = {exact(d) for d in named(payload, "Decimal")}
    for quantity in named(payload, "Quantity"):
        for name in ("value", "low", "high"):
            if quantity.HasField(name):
                found.add(decimal.Decimal(getattr(quantity, name)))
    return found


def figures_of_fact(fact):
    found = set()
    for key in ("amount", "quantity", "unit_price", "share_of"):
        part = fact.get(key) or {}
        for holder in (part, part.get("stated_conversion") or {}):
            found |= {holder[k] for k in ("value", "low", "high") if holder.get(k) is not None}
    for key in ("value", "growth_on_year"):
        if isinstance(fact.get(key), (int, float, decimal.Decimal)):
            found.add(fact[key])
    return {decimal.Decimal(f) for f in found}


class DemoEventsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        event_pb2 = compile_contract(cls.folder.name)
        cls.events = []
        text = (DEMO / "events.ndjson").read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), start=1):
            try:
                cls.events.append(json_format.Parse(line, event_pb2.Event()))
            except json_format.ParseError as error:
                raise AssertionError(f"deploy/demo/events.ndjson:{number}: {error}") from error
        facts = json.loads((DEMO / "facts.json").read_text(encoding="utf-8"), parse_float=decimal.Decimal)
        cls.facts = {fact["id"]: fact for fact in facts["facts"]}
        cls.reports = facts["reports"]
        cls.names = facts["names"]
        cls.aliases = [e.alias_change for e in cls.events if e.WhichOneof("payload") == "alias_change"]
        cls.claims = [e for e in cls.events if e.WhichOneof("payload") != "alias_change"]

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def pairs(self):
        for event in self.claims:
            fact = self.facts[event.event_id.split(".")[0]]
            yield fact, event, getattr(event, event.WhichOneof("payload"))

    def test_every_fact_is_told_and_no_event_is_without_a_fact(self):
        self.assertEqual(len(self.facts), 47)
        self.assertEqual({e.event_id.split(".")[0] for e in self.claims}, set(self.facts))

    def test_ids_are_unique(self):
        ids = [e.event_id for e in self.events]
        self.assertEqual(len(ids), len(set(ids)))

    def test_aliases_come_before_every_claim(self):
        kinds = [e.WhichOneof("payload") == "alias_change" for e in self.events]
        self.assertEqual(kinds, sorted(kinds, reverse=True))

    def test_every_name_of_the_reports_is_an_alias(self):
        for entity, names in self.names.items():
            known = {a.alias for a in self.aliases if a.entity == entity}
            self.assertEqual(set(names) - known, set(), entity)

    def test_an_alias_means_one_entity_of_its_kind(self):
        owner = {}
        for alias in self.aliases:
            key = (alias.kind, alias.alias.casefold())
            self.assertEqual(owner.setdefault(key, alias.entity), alias.entity, alias.alias)

    def test_every_mention_is_known_or_an_open_group(self):
        known = {a.alias for a in self.aliases}
        for _, event, _ in self.pairs():
            for ref in named(event, "Ref"):
                self.assertTrue(ref.open_group or ref.mention in known, f"{event.event_id}: {ref.mention}")

    def test_kind_of_event_is_the_kind_of_fact(self):
        for fact, event, _ in self.pairs():
            self.assertEqual(event.WhichOneof("payload"), PAYLOAD_OF_KIND[fact["kind"]], event.event_id)

    def test_every_figure_is_kept_and_none_is_added(self):
        for fact, event, payload in self.pairs():
            expected = figures_of_fact(fact)
            if event.event_id == "003-01":
                expected = {decimal.Decimal(1)}  # "nearly as many as": a share of about one.
            self.assertEqual(figures_of_event(payload), expected, event.event_id)

    def test_about_is_a_flag_and_more_than_is_a_bound(self):
        for fact, event, payload in self.pairs():
            for key, name in (("amount", "amount"), ("quantity", "quantity"), ("unit_price", "unit_price")):
                part = fact.get(key) or {}
                if part.get("value") is None:
                    continue
                figure = getattr(payload, name)
                word = part.get("approximation", "")
                self.assertEqual(figure.approximate, word == "about", event.event_id)
                self.assertEqual(figure.HasField("low"), word == "more than", event.event_id)

    def test_a_figure_in_words_keeps_its_words(self):
        for fact, event, payload in self.pairs():
            for key in ("amount", "quantity"):
                part = fact.get(key) or {}
                if part.get("value") is None and "approximation" in part:
                    self.assertEqual(getattr(payload, key).verbatim, part["approximation"], event.event_id)

    def test_every_condition_is_kept(self):
        for fact, event, payload in self.pairs():
            if "conditional_on" in fact:
                self.assertEqual(" and ".join(payload.conditions).casefold(),
                                 fact["conditional_on"].casefold(), event.event_id)

    def test_the_chain_of_publishers_is_the_report_s(self):
        for fact, event, _ in self.pairs():
            said = [h.publisher.mention for h in event.source.hops]
            said += [event.source.origin.verbatim, event.source.origin.name.mention]
            chain = self.reports[fact["report"]]["via"]
            for link in chain[:2 if "via" in fact else None] + fact.get("via", []):
                self.assertTrue(any(s.startswith(link) for s in said), f"{event.event_id}: {link}")
            self.assertEqual(event.source.hops[0].published.edtf,
                             self.reports[fact["report"]]["dated"], event.event_id)


if __name__ == "__main__":
    unittest.main()
