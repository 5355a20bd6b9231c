"""The command on a terminal of 80 columns, and names that are mistyped."""

import json
import re
import unicodedata
import unittest

import claims
from chipline_process import run
from command_test import DEMO, DONE, FAILED, MISUSED, CommandCase, DemoCase
from contract import pb

COLUMNS = 80
TABLES = [("events", "--limit", 1000), ("names",), ("append", DEMO), ("new",),
          ("timeline", "capex", "bytedance"), ("timeline", "usage", "bytedance"), ("timeline", "supply", "h20"),
          ("timeline", "order", "bytedance"), ("timeline", "rule", "h20", "--destination", "cn"),
          ("timeline", "rule", "--jurisdiction", "us"), ("timeline", "company", "nvidia")]


def width(text):
    """The columns that it takes on a terminal."""
    return sum(0 if unicodedata.category(c) in ("Mn", "Me", "Cf") else
               2 if unicodedata.east_asian_width(c) in "FW" else 1 for c in text)


class NarrowTablesTest(DemoCase):
    def test_every_table_fits_and_no_word_is_broken(self):
        for table in TABLES:
            with self.subTest(table):
                wide = self.assert_done(self.chipline(*table)).stdout
                narrow = self.assert_done(self.chipline(*table, COLUMNS=str(COLUMNS))).stdout
                self.assertGreater(max(map(width, wide.splitlines())), 40)
                words = set(wide.split())
                labels = {word.lower() for word in words if word.isupper()}
                for line in narrow.splitlines():
                    # A word that no line holds stands alone.
                    if len(line.split()) > 1:
                        self.assertLessEqual(width(line), COLUMNS, line)
                    for word in line.split():
                        self.assertTrue(word in words or word.rstrip(":") in labels, f"{word!r} in {line!r}")

    def test_nothing_is_left_out_of_a_narrow_table(self):
        for table in TABLES:
            with self.subTest(table):
                wide = self.assert_done(self.chipline(*table)).stdout
                narrow = self.assert_done(self.chipline(*table, COLUMNS=str(COLUMNS))).stdout
                headings = {word for word in wide.split() if word.isupper()}
                self.assertLessEqual(set(wide.split()) - headings, set(narrow.split()))

    def test_an_event_takes_a_few_lines_and_one_where_it_fits(self):
        narrow = self.assert_done(self.chipline("events", "--limit", 1000, COLUMNS="80")).stdout
        lines = narrow.splitlines()[1:]
        starts = [i for i, line in enumerate(lines) if re.match(r" *\d+  \d{4}-", line)]
        self.assertEqual(len(starts), self.count)
        longest = max(b - a for a, b in zip(starts, starts[1:] + [len(lines)]))
        self.assertLessEqual(longest, 7)
        self.assertLess(len(lines), 4 * self.count)
        wide = self.assert_done(self.chipline("events", "--limit", 1000, COLUMNS="400")).stdout
        self.assertEqual(len(wide.splitlines()), 1 + self.count)

    def test_a_pipe_is_as_wide_as_the_text(self):
        piped = self.assert_done(self.chipline("events", "--limit", 1000)).stdout
        self.assertEqual(len(piped.splitlines()), 1 + self.count)


    def test_events_as_they_come_are_broken_between_words(self):
        follower = self.follow("tail", "--from-start", "--company", "bytedance")
        wide = [line.split() for line, _ in zip(follower.lines(), range(10))]
        self.assertEqual(follower.interrupt(), DONE)
        narrow = self.follow("tail", "--from-start", "--company", "bytedance", COLUMNS="80")
        words = []
        for line in narrow.lines():
            self.assertLessEqual(width(line.rstrip("\n")), COLUMNS)
            words += line.split()
            if len(words) >= len(sum(wide, [])):
                break
        self.assertEqual(words, sum(wide, []))
        self.assertEqual(narrow.interrupt(), DONE)


class UnknownNamesTest(DemoCase):
    def assert_unknown(self, *command, words, **others):
        done = self.assert_done(self.chipline(*command, **others), FAILED)
        self.assertEqual(done.stdout, "")
        self.assertIn(words, done.stderr)
        done = self.assert_done(self.chipline(*command, "--json", **others), FAILED)
        self.assertEqual(done.stdout, "")
        status = json.loads(done.stderr)
        self.assertEqual(status["code"], 5)
        self.assertIn(words, status["message"])

    def test_a_slip_is_told_with_the_nearest_name(self):
        nearest = {
            ("timeline", "capex", "bytedanc"): 'no company "bytedanc" in this log; did you mean bytedance?',
            ("timeline", "company", "Bytedanec"): "did you mean bytedance?",
            ("timeline", "usage", "بايت دانص"): "did you mean bytedance (بايت دانس)?",
            ("timeline", "rule", "h20", "--destination", "chn"): 'no place "chn" in this log; did you mean cn?',
            ("timeline", "rule", "h21", "--destination", "cn"): 'no chip "h21" in this log; did you mean h20?',
            ("timeline", "rule", "h20", "--jurisdiction", "uss"): "did you mean us?",
            ("timeline", "rule", "h20", "--buyer", "tencnt"): "did you mean tencent?",
            ("timeline", "supply", "h2000"): "did you mean h200?",
            ("timeline", "order", "bytedanc"): "did you mean bytedance?",
            ("timeline", "order", "--order", "order.bytedance.nvidia-2023-202"):
                "did you mean order.bytedance.nvidia-2023-2024?",
            ("timeline", "supply", "nvidia"): 'no chip "nvidia" in this log; nvidia is a company',
            ("events", "--company", "bytedanc"): "did you mean bytedance?",
            ("events", "--chip", "H20O"): "did you mean h20?",
            ("export", "--jurisdiction", "chn"): "did you mean cn?",
            ("names", "tencet"): "did you mean tencent?",
            ("names", "qwertyuiop"): 'no alias "qwertyuiop" in this log; `chipline names` shows',
        }
        for command, words in nearest.items():
            with self.subTest(command):
                self.assert_unknown(*command, words=words)

    def test_the_name_of_an_entry_is_told_with_the_nearest_one(self):
        nearest = {
            "capex/bytedanc/ai-chips/2026/capex/forward": "did you mean capex/bytedance/ai-chips/2026/capex/forward?",
            "capx/bytedance/ai-chips/2026/capex/forward": "did you mean capex/bytedance/ai-chips/2026/capex/forward?",
            "supply/h2000": "there is no entry supply/h2000; did you mean supply/h200?",
            "supply/something-else": "`chipline timeline` shows the name of each entry",
            "nonsense": "there are capex/, rule/, order/, supply/, usage/, price/",
        }
        for entry, words in nearest.items():
            with self.subTest(entry):
                self.assertIn(words, self.assert_done(self.chipline("explain", entry), FAILED).stderr)
                status = json.loads(self.assert_done(self.chipline("explain", entry, "--json"), FAILED).stderr)
                self.assertIn(f"there is no entry {entry}; ", status["message"])
                self.assertTrue(status["details"])

    def test_of_an_entry_that_is_there_the_server_says_what_is_wrong(self):
        for flags, words in ((("--policy-version", "99"), "policy"), (("--known-position", "1"), "NOT_FOUND")):
            with self.subTest(flags):
                said = self.assert_done(self.chipline("explain", "supply/h200", *flags), FAILED).stderr
                self.assertNotIn("did you mean", said)
                self.assertIn(words, said)

    def test_a_name_that_only_events_write_is_known_and_so_is_one_of_which_nothing_follows(self):
        event = claims.capex("nameless-cloud")
        self.append(event)
        done = self.assert_done(self.chipline("timeline", "capex", "nameless-cloud"))
        self.assertIn("nameless-cloud", done.stdout)
        self.assert_unknown("timeline", "capex", "nameles-cloud", words="did you mean nameless-cloud?")
        self.append(claims.alias("quiet-works", "Quiet Works of Nowhere"))
        done = self.assert_done(self.chipline("timeline", "capex", "quiet-works"))
        self.assertIn("Nothing is known", done.stdout)
        self.assert_done(self.chipline("timeline", "capex", "quiet works of nowhere"))

    def test_names_are_found_by_any_of_them(self):
        by_id = self.assert_done(self.chipline("names", "goldman-sachs")).stdout
        self.assertIn("Goldman Sachs", by_id)
        self.assertEqual(self.assert_done(self.chipline("names", "goldman sachs")).stdout, by_id)
        by_name = self.assert_done(self.chipline("events", "--company", "goldmansachs", "--json")).stdout
        self.assertEqual(by_name, self.assert_done(
            self.chipline("events", "--company", "goldman-sachs", "--json")).stdout)
        self.assertTrue(by_name)

    def test_whoever_waits_for_a_name_is_told_that_it_is_not_there_yet(self):
        for command in (("watch", "capex", "bytedanc"), ("tail", "--company", "bytedanc")):
            with self.subTest(command):
                follower = self.follow(*command)
                self.assertIn("no company \"bytedanc\" in this log; did you mean bytedance? Waiting",
                              follower.process.stderr.readline())
                self.assertEqual(follower.interrupt(), DONE)


class NarrowErrorsTest(CommandCase):
    def test_they_are_broken_between_words_and_each_field_begins_a_line(self):
        commands = [("append",), ("timeline", "capex", "x" * 30), ("new", "nonsense"), ("events", "--type", "nonsense"),
                    ("explain", "nonsense"), ("--server", "127.0.0.1:1", "names")]
        for command in commands:
            with self.subTest(command):
                wrong = json.dumps({"capexAnnouncement": {"companies": [{"mention": "A"}]}})
                wide = self.chipline(*command, text=wrong)
                narrow = self.chipline(*command, text=wrong, COLUMNS=str(COLUMNS))
                self.assertEqual(narrow.returncode, wide.returncode)
                self.assertEqual(narrow.stderr.split(), wide.stderr.split())
                for line in narrow.stderr.splitlines():
                    self.assertTrue(width(line) <= COLUMNS or len(line.split()) == 1, line)
                fields = re.findall(r"(?m)^  events\[0\]\.\S+: ", narrow.stderr)
                self.assertEqual(len(fields), 3 if command == ("append",) else 0)


class NewCommandTest(CommandCase):
    def test_an_example_of_every_kind_is_one_that_append_takes(self):
        listed = self.assert_done(self.chipline("new")).stdout
        fields = pb.Event.DESCRIPTOR.oneofs_by_name["payload"].fields
        self.assertGreater(len(fields), 6)
        for field in fields:
            kind = field.name.replace("_", "-")
            with self.subTest(kind):
                self.assertRegex(listed, rf"(?m)^{kind}  +\w")
                example = self.assert_done(self.chipline("new", kind))
                self.assertEqual(example.stdout.count("\n"), 1)
                self.assertEqual(json.loads(example.stdout)["eventId"], f"example-{kind}")
                self.assertIn(field.json_name, json.loads(example.stdout))
                for line in example.stderr.splitlines():
                    self.assertTrue(width(line) <= 80 or '"' in line, line)
                done = self.assert_done(self.chipline("append", "--validate-only", text=example.stdout))
                self.assertIn("nothing was stored", done.stdout)
                self.assertEqual(self.assert_done(self.chipline("new", kind, "--json")).stderr, "")
        self.assertEqual(self.head(), 0)
        together = self.assert_done(self.chipline("new", "--json")).stdout
        self.assertEqual(together.count("\n"), len(fields))
        self.assert_done(self.chipline("append", text=together))

    def test_another_kind_is_misuse(self):
        done = self.assert_done(self.chipline("new", "chip-oder"), MISUSED)
        self.assertIn("did you mean chip-order?", done.stderr)
        self.assertIn("there are capex-announcement, ", self.chipline("new", "nonsense").stderr)


class HelpOfSubcommandsTest(unittest.TestCase):
    def test_it_fits_has_all_options_and_no_boilerplate(self):
        described = json.loads(run("describe").stdout)

        def look(command, path, outer):
            text = run(*path, "--help").stdout
            names = outer + [option["names"][-1] for option in command.get("options", ())
                             if option["names"] and option["names"][-1] != "--help"]
            for name in names:
                self.assertRegex(text, rf"(?m)^ +(-\w,)?{name}\b", (path, name))
            if path:
                self.assertNotIn("Exit codes", text, path)
                self.assertNotIn("Protobuf JSON", text, path)
                self.assertNotIn("Env:", text, path)
            for line in text.splitlines():
                self.assertLessEqual(len(line), COLUMNS, path)
            for inner in command.get("subcommands", ()):
                look(inner, (*path, inner["name"]), names if path else [])

        look(described, (), [])

    def test_arguments_that_are_not_expected_stand_in_their_order(self):
        done = run("events", "first", "second", "third")
        self.assertEqual(done.returncode, MISUSED)
        self.assertIn("not expected: first second third", done.stderr)
        self.assertIn("did you mean --limit?", run("events", "--limt", "3").stderr)


if __name__ == "__main__":
    unittest.main()
