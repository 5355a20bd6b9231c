"""One name for an entity in all that the command prints for people, in the reader's language."""

import json
import os
import pty
import re
import subprocess
import unittest

import claims
from chipline_process import BINARY, environment
from command_test import DEMO, DONE, CommandCase, DemoCase, line_of
from contract import pb

ARABIC = re.compile("[\u0600-\u06ff]")
QUERIES = [("capex", "bytedance"), ("capex", "alibaba"), ("usage", "bytedance"), ("supply", "h200"), ("supply", "h20"),
           ("order", "bytedance"), ("order", "--chip", "h20"), ("rule", "--jurisdiction", "us"),
           ("rule", "--jurisdiction", "cn"), ("rule", "h20", "--destination", "cn", "--buyer", "bytedance"),
           ("company", "nvidia")]


def without_what_must_be_typed(text):
    """Names of entries and orders, subjects, and what reports say stand as they are."""
    text = re.sub(r"text=[^\n]*", "", text)
    text = re.sub("“[^”]*”|\"[^\"]*\"", "", text)
    return re.sub(r"\S*[/.]\S+[/.]\S*|\S+=\S+|(?:capex|rule|order|supply|usage|alias)[./]\S+", "", text)


class DemoNamesTest(DemoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.names = {}
        for line in DEMO.read_text(encoding="utf-8").splitlines():
            change = json.loads(line).get("aliasChange")
            if change:
                cls.names.setdefault(change["entity"], []).append(change["alias"])

    def outputs(self, *flags):
        """All that is printed of claims, by command."""
        texts = {query: self.assert_done(self.chipline(*flags, "timeline", *query)).stdout for query in QUERIES}
        entries = set()
        for query in QUERIES:
            listed = self.assert_done(self.chipline("timeline", *query, "--json")).stdout
            entries |= {entry["entryId"] for line in listed.splitlines() for entry in json.loads(line)["entries"]
                        if "claimCount" in entry}
        for entry in sorted(entries):
            texts["explain", entry] = self.assert_done(self.chipline(*flags, "explain", entry)).stdout
        aliases = sum(map(len, self.names.values()))
        texts["events"] = self.assert_done(self.chipline(*flags, "events", "--after", aliases, "--limit", 1000)).stdout
        tail = self.follow(*flags, "tail", "--after", str(aliases))
        texts["tail"] = "".join(line for _, line in zip(range(self.count - aliases), tail.lines()))
        return texts

    def test_no_id_and_no_other_name_stands_where_a_name_stands(self):
        texts = self.outputs()
        self.assertGreater(len(texts), 30)
        for command, text in texts.items():
            text = without_what_must_be_typed(text)
            words = set(re.findall(r"[\w-]+", text))
            with self.subTest(command):
                self.assertIsNone(ARABIC.search(text), text)
                self.assertFalse(words & (set(self.names) - {"meta"}), text)
                self.assertFalse(re.search(r"otherchinese|chinesecompanies|outsidechina", text), text)

    def test_the_names_are_those_of_the_language_asked_for(self):
        for command, text in self.outputs("--language", "ar").items():
            text = without_what_must_be_typed(text)
            with self.subTest(command):
                self.assertFalse(re.search(r"ByteDance|Bytedance|NVIDIA|United States|Huawei|Goldman", text), text)
        text = self.assert_done(self.chipline("timeline", "capex", "bytedance", CHIPLINE_LANGUAGE="ar")).stdout
        self.assertIn("بايت دانس", text)
        self.assertIn("no tag of a language", self.assert_done(self.chipline("names", "--language", "العربية"), 2).stderr)

    def test_json_has_ids_whatever_the_language(self):
        for command in (("timeline", "order", "bytedance"), ("events",), ("explain", "supply/h200")):
            plain = self.assert_done(self.chipline(*command, "--json")).stdout
            self.assertEqual(self.assert_done(self.chipline(*command, "--json", "--language", "ar")).stdout, plain)
        self.assertIn('"supplier":"nvidia"', self.chipline("timeline", "order", "bytedance", "--json").stdout)

    def test_a_locale_counts_on_a_terminal_alone(self):
        command = ("timeline", "usage", "bytedance")
        piped = self.assert_done(self.chipline(*command, LC_ALL="ar_EG.UTF-8")).stdout
        self.assertEqual(piped, self.assert_done(self.chipline(*command, LC_ALL="C.UTF-8")).stdout)
        self.assertNotRegex(piped, ARABIC)
        self.assertRegex(self.on_terminal(*command, LC_ALL="ar_EG.UTF-8"), ARABIC)
        self.assertNotRegex(self.on_terminal(*command, LC_ALL="C.UTF-8", LANG="ar_EG.UTF-8"), ARABIC)
        self.assertNotRegex(self.on_terminal(*command, "--language", "en", LC_ALL="ar_EG.UTF-8"), ARABIC)

    def on_terminal(self, *command, **variables):
        reader, writer = pty.openpty()
        process = subprocess.Popen([BINARY, *command, "--server", self.server.address], stdout=writer,
                                   stderr=subprocess.PIPE, env=environment(**variables))
        os.close(writer)
        text = b""
        try:
            while piece := os.read(reader, 65536):
                text += piece
        except OSError:
            # How a terminal ends.
            pass
        os.close(reader)
        process.stderr.close()
        self.assertEqual(process.wait(20), DONE)
        return text.decode()

    def test_a_rule_that_may_apply_says_when_and_not_when_not(self):
        whys = self.assert_done(self.chipline("timeline", "order", "bytedance")).stdout
        self.assertIn("if the chips go to Malaysia and ByteDance has its seat in China", whys)
        for text in (whys, self.assert_done(
                self.chipline("explain", "order/order.bytedance.nvidia-2023-2024")).stdout):
            # A sentence of the server's that is not understood would stand as it came.
            self.assertNotRegex(text, "unless|do not go|the seat of|has no|is not meant|does not cover|else ")


class NamesOfOneLogTest(CommandCase):
    def test_what_no_alias_names_is_called_as_reports_call_it(self):
        event = claims.capex("x", companies=[pb.Ref(mention="Freedonian Cloud")],
                             region=pb.Ref(mention="Outer Freedonia"))
        event.source.hops[0].publisher.CopyFrom(pb.Ref(mention="Daily Ledger"))
        self.append(event)
        done = self.assert_done(self.chipline("timeline", "capex", "Freedonian Cloud"))
        self.assertIn("Freedonian Cloud", done.stdout)
        self.assertIn("in Outer Freedonia", done.stdout)
        self.assertIn("Daily Ledger (press)", done.stdout)

    def test_a_company_and_a_body_of_one_name_are_told_apart(self):
        company, body = claims.fresh("apex"), claims.fresh("apex-office")
        for entity, kind in ((company, pb.ENTITY_KIND_COMPANY), (body, pb.ENTITY_KIND_BODY)):
            self.append(pb.Event(alias_change=pb.AliasChange(
                change=pb.ALIAS_OPERATION_ADD, entity=entity, kind=kind, alias="Apex")))
        self.append(claims.capex(company, source=claims.source(publisher=body)))
        shown = self.assert_done(self.chipline("timeline", "capex", company)).stdout
        self.assertIn(f"· Apex ({company}) ·", shown)
        self.assertIn(f"Apex ({body}) (press)", shown)

    def test_a_name_is_taken_away_however_it_is_written(self):
        first, second = claims.fresh("zeta"), claims.fresh("zeta-two")
        name = claims.fresh("Zeta Corp")
        self.append(claims.alias(first, name))
        self.append(claims.capex(first))
        self.assertIn(name, self.assert_done(self.chipline("timeline", "capex", first)).stdout)
        self.append(claims.alias(first, name.lower().replace(" ", "  "), pb.ALIAS_OPERATION_REMOVE))
        self.append(claims.alias(second, name.upper()))
        self.assertNotIn(name, self.assert_done(self.chipline("timeline", "capex", first)).stdout)
        self.assertIn(second, self.assert_done(self.chipline("names", name)).stdout)

    def test_among_many_names_an_old_one_is_not_shown(self):
        entity, old = claims.fresh("yotta"), claims.fresh("Old Yotta")
        self.append(claims.alias(entity, old))
        some = [claims.alias(claims.fresh("many"), claims.fresh("Many Inc")) for _ in range(5100)]
        for i in range(0, len(some), 100):
            self.append(*some[i:i + 100])
        self.append(claims.alias(entity, old, pb.ALIAS_OPERATION_REMOVE))
        self.append(claims.alias(entity, "New Yotta"))
        # An outlet without an id, so that all names would be of use.
        event = claims.capex(entity)
        event.source.hops[0].publisher.CopyFrom(pb.Ref(mention="Daily Ledger"))
        self.append(event)
        for command in (("timeline", "capex", entity), ("events", "--company", entity)):
            with self.subTest(command):
                shown = self.assert_done(self.chipline(*command)).stdout
                # Without the changes of aliases themselves.
                shown = "\n".join(line for line in shown.splitlines() if "alias." not in line)
                self.assertIn("New Yotta", shown)
                self.assertNotIn(old, shown)

    def test_a_name_that_comes_while_tail_runs_counts_from_then_on(self):
        entity = claims.fresh("zenith")
        tail = self.follow("tail", "--from-start")
        self.append(claims.capex(entity))
        lines = (line for line in tail.lines() if entity in line)
        self.assertIn(f" {entity}: plan", next(lines))
        self.append(pb.Event(alias_change=pb.AliasChange(
            change=pb.ALIAS_OPERATION_ADD, entity=entity, kind=pb.ENTITY_KIND_COMPANY, alias="Zenith")))
        self.append(claims.capex(entity))
        next(lines)
        self.assertIn(" Zenith: plan", next(lines))


if __name__ == "__main__":
    unittest.main()
