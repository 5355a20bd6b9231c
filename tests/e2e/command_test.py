"""The `chipline` command as people and scripts use it: output, exit codes, help."""

import json
import re
import subprocess
import signal
import unittest
import xml.etree.ElementTree

import claims
from chipline_process import BINARY, Server, environment, run
from contract import ROOT, pb
from google.protobuf import json_format
from server_case import ServerCase

DEMO = ROOT / "deploy" / "demo" / "events.ndjson"
DONE, FAILED, MISUSED = 0, 1, 2
# One subcommand of each, with arguments that make sense.
CLIENT_COMMANDS = {
    "append": ["append"], "import": ["import", "-"], "export": ["export"],
    "tail": ["tail", "--from-start"], "events": ["events"],
    "timeline": ["timeline", "capex", "acme"], "watch": ["watch", "capex", "acme"],
    "explain": ["explain", "capex/acme/total/2026/capex/forward"], "names": ["names"],
    "status": ["status"],
}


def line_of(event):
    return json_format.MessageToJson(event, indent=None) + "\n"


def parse(done, kind):
    """Every line of the output as a message of that kind."""
    return [json_format.Parse(line, kind()) for line in done.stdout.splitlines()]


class Follower:
    """A subcommand that goes on until it is told to stop."""

    def __init__(self, server, *arguments, **variables):
        self.process = subprocess.Popen(
            [BINARY, *arguments, "--server", server.address], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=environment(**variables))

    def lines(self):
        return iter(self.process.stdout.readline, "")

    def interrupt(self):
        """As Ctrl-C does; answers the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()


class CommandCase(ServerCase):
    def chipline(self, *arguments, **others):
        return run(*arguments, server=self.server, **others)

    def assert_done(self, done, code=DONE):
        self.assertEqual(done.returncode, code, f"{done.args}\n{done.stdout}\n{done.stderr}")
        return done

    def follow(self, *arguments, **variables):
        follower = Follower(self.server, *arguments, **variables)
        self.addCleanup(follower.close)
        return follower


class DemoCase(CommandCase):
    """Against a log with the demo's events."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        done = run("import", DEMO, server=cls.server)
        assert done.returncode == DONE, done.stderr
        cls.count = len(DEMO.read_text(encoding="utf-8").splitlines())


class AppendCommandTest(CommandCase):
    def test_events_are_appended_all_or_none(self):
        events = [claims.capex("acme"), claims.usage("acme")]
        text = "".join(line_of(e) for e in events)
        (answer,) = parse(self.assert_done(self.chipline("append", "--json", text=text)),
                          pb.AppendEventsResponse)
        self.assertEqual([e.event_id for e in answer.events], [e.event_id for e in events])
        again = self.assert_done(self.chipline("append", text=text))
        self.assertIn("was there already", again.stdout)

        head = self.head()
        wrong = line_of(claims.capex("acme")) + line_of(pb.Event(event_id="no-payload"))
        done = self.assert_done(self.chipline("append", text=wrong), FAILED)
        self.assertIn("events[1].payload", done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(self.head(), head)

    def test_an_error_is_a_status_as_json_on_standard_error(self):
        done = self.assert_done(
            self.chipline("append", "--json", text=line_of(pb.Event(event_id="x"))), FAILED)
        self.assertEqual(done.stdout, "")
        status = json.loads(done.stderr)
        self.assertEqual(status["code"], 3)
        kinds = {detail["@type"].rsplit(".", 1)[-1]: detail for detail in status["details"]}
        self.assertEqual(kinds["ErrorInfo"]["reason"], "INVALID_FIELDS")
        self.assertEqual(kinds["BadRequest"]["fieldViolations"][0]["field"], "events[0].payload")

    def test_a_precondition_that_fails_is_exit_1_and_one_that_is_none_exit_2(self):
        text = line_of(claims.capex("acme"))
        done = self.assert_done(self.chipline("append", "--expect", "capex.acme=77", text=text), FAILED)
        self.assertIn("77", done.stderr)
        self.assert_done(self.chipline("append", "--expect", "capex.acme", text=text), MISUSED)

    def test_validate_only_stores_nothing(self):
        head = self.head()
        done = self.assert_done(
            self.chipline("append", "--validate-only", text=line_of(claims.capex("acme"))))
        self.assertIn("nothing was stored", done.stdout)
        self.assertEqual(self.head(), head)

    def test_json_that_is_not_utf8_or_no_json_or_of_another_shape_is_refused_by_line(self):
        good = line_of(claims.capex("acme", scope_text="SCOPE")).encode()
        head = self.head()
        wrong = {
            "not utf-8": good.replace(b"SCOPE", b"\xff\xfe\xc0\x80"),
            "cut": good[:40],
            "unknown field": b'{"eventId":"x","nobody":1}',
            "unknown enum": good.replace(b"CAPEX_SCOPE_TOTAL", b"CAPEX_SCOPE_NOBODY"),
            "a list": b"[]",
            "a number too large": b'{"chipSupply":{"quantity":{"value":"99999999999999999999"}}}',
        }
        for name, line in wrong.items():
            with self.subTest(name):
                text = line_of(claims.usage("acme")).encode() + line.rstrip(b"\n") + b"\n"
                done = self.assert_done(self.chipline("append", text=text), FAILED)
                self.assertIn("line 2", done.stderr)
                done = self.assert_done(self.chipline("import", "-", "--json", text=text), FAILED)
                summary = json.loads(done.stdout)
                self.assertEqual((summary["appended"], summary["refusedLines"]), (1, [2]))
                self.assertEqual(self.head(), head + 1)
                head = self.head()
        self.serves()


class ImportCase(CommandCase):
    def summary(self, *arguments, server=None, **others):
        done = run("import", *arguments, "--json", server=server or self.server, **others)
        return done.returncode, json.loads(done.stdout)


class ImportTwiceTest(ImportCase):
    def test_the_demo_imported_twice_is_there_once(self):
        count = len(DEMO.read_text(encoding="utf-8").splitlines())
        self.assertEqual(self.summary(DEMO), (DONE, {
            "appended": count, "duplicates": 0, "refused": 0, "refusedLines": []}))
        self.assertEqual(self.summary(DEMO), (DONE, {
            "appended": 0, "duplicates": count, "refused": 0, "refusedLines": []}))
        self.assertEqual(self.head(), count)


class ImportExportTest(ImportCase):
    def test_what_one_log_exports_another_imports_the_same(self):
        self.summary(DEMO)
        exported = self.assert_done(self.chipline("export"))
        events = parse(exported, pb.RecordedEvent)
        self.assertEqual([e.position for e in events], list(range(1, self.head() + 1)))

        other = Server()
        self.addCleanup(other.close)
        code, summary = self.summary("-", server=other, text=exported.stdout)
        self.assertEqual((code, summary["appended"]), (DONE, len(events)))
        copied = parse(self.assert_done(run("export", server=other)), pb.RecordedEvent)
        self.assertEqual([(e.position, e.subject, e.revision, list(e.entities), e.event) for e in copied],
                         [(e.position, e.subject, e.revision, list(e.entities), e.event) for e in events])
        other.stop()

    def test_an_import_takes_the_good_lines_and_names_the_others(self):
        lines = [line_of(claims.capex("import")) for _ in range(300)]
        lines[10] = "{not json\n"
        lines[77] = line_of(claims.capex("import", scope=55))
        lines[200] = line_of(claims.capex("import", 1, event_id="import-reused"))
        lines[201] = line_of(claims.capex("import", 2, event_id="import-reused"))
        code, summary = self.summary("-", text="".join(lines))
        self.assertEqual((code, summary), (FAILED, {
            "appended": 297, "duplicates": 0, "refused": 3, "refusedLines": [11, 78, 202]}))
        words = self.assert_done(self.chipline("import", "-", text="".join(lines)), FAILED)
        self.assertIn("Refused lines: 11, 78, 202", words.stdout)

    def test_a_file_that_there_is_not_is_exit_1_and_an_empty_one_is_done(self):
        self.assert_done(self.chipline("import", self.server.folder / "nobody"), FAILED)
        self.assertEqual(self.summary("-", text="")[0], DONE)

    def test_an_export_goes_on_after_a_position_and_keeps_to_a_filter(self):
        self.summary(DEMO)
        done = self.assert_done(self.chipline("export", "--after", 100, "--type", "usage-report"))
        events = parse(done, pb.RecordedEvent)
        self.assertTrue(events)
        for event in events:
            self.assertGreater(event.position, 100)
            self.assertTrue(event.event.HasField("usage_report"))


class ReadCommandsTest(DemoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The timelines follow the log; from here on they have all of it.
        done = run("timeline", "supply", "h200", "--min-position", cls.count, server=cls.server)
        assert done.returncode == DONE, done.stderr

    def test_events_are_a_table_or_json_lines(self):
        table = self.assert_done(self.chipline("events", "--limit", 5, "--backward")).stdout
        self.assertIn("POSITION", table.splitlines()[0])
        self.assertEqual(len(table.splitlines()), 6)
        events = parse(self.assert_done(self.chipline("events", "--json", "--limit", 100_000)),
                       pb.RecordedEvent)
        self.assertEqual([e.position for e in events][:self.count], list(range(1, self.count + 1)))

    def test_a_filter_takes_names_and_says_which_it_does_not_know(self):
        by_id = self.assert_done(self.chipline("events", "--json", "--company", "nvidia")).stdout
        self.assertTrue(by_id)
        for name in ("Nvidia", "NVIDIA", "إنفيديا"):
            done = self.assert_done(self.chipline("events", "--json", "--company", name))
            self.assertEqual(done.stdout, by_id)
        done = self.assert_done(self.chipline("events", "--company", "Nobody"), FAILED)
        self.assertIn("chipline names", done.stderr)

    def test_every_timeline_is_words_or_json(self):
        queries = [("capex", "bytedance"), ("rule", "--chip", "h200", "--destination", "cn"),
                   ("rule", "--jurisdiction", "us"), ("order", "--chip", "h200"),
                   ("order", "--buyer", "bytedance"), ("supply", "h200"), ("usage", "bytedance"),
                   ("company", "بايت دانس")]
        for query in queries:
            with self.subTest(query):
                ask = ("timeline", "--min-position", self.count, *query)
                words = self.assert_done(self.chipline(*ask)).stdout
                self.assertGreater(len(words.splitlines()), 1)
                self.assertNotIn("\x1b", words)
                answers = parse(self.assert_done(self.chipline("--json", *ask)), pb.GetTimelineResponse)
                self.assertTrue(answers[0].entries)
        nothing = self.assert_done(self.chipline("timeline", "usage", "tsmc")).stdout
        self.assertIn("Nothing is known", nothing)

    def test_the_answer_people_read_holds_the_figures(self):
        words = self.assert_done(
            self.chipline("timeline", "--min-position", self.count, "capex", "bytedance")).stdout
        self.assertRegex(words, r"100(\.0)? ?bn|100,000,000,000")
        self.assertIn("conflict", words.lower())

    def test_an_entry_is_explained(self):
        entry = "capex/bytedance/ai-chips/2026/capex/forward"
        words = self.assert_done(self.chipline("explain", entry)).stdout
        self.assertIn("002-01", words)
        (answer,) = parse(self.assert_done(self.chipline("explain", "--json", entry)),
                          pb.ExplainEntryResponse)
        self.assertEqual(answer.entry.entry_id, entry)
        self.assert_done(self.chipline("explain", "capex/nobody"), FAILED)

    def test_an_explanation_tells_each_value_and_claim_once_in_narrow_lines(self):
        listed = parse(self.assert_done(self.chipline("--json", "timeline", "company", "bytedance")),
                       pb.GetTimelineResponse)
        for entry in [entry.entry_id for page in listed for entry in page.entries]:
            with self.subTest(entry):
                words = self.assert_done(self.chipline("explain", entry)).stdout
                (answer,) = parse(self.assert_done(self.chipline("explain", "--json", entry)),
                                  pb.ExplainEntryResponse)
                for claim in answer.claims:
                    headings = re.findall(rf"^{re.escape(claim.event.event.event_id)}  ", words,
                                          re.MULTILINE)
                    self.assertEqual(len(headings), 1, claim.event.event.event_id)
                for value in answer.values:
                    for aside in value.set_aside:
                        self.assertIn(aside.event_id, words)
                # Names that cannot be broken may be wider.
                wide = [line for line in words.splitlines()[2:] if len(line) > 100]
                self.assertEqual(wide, [])

    def test_an_explanation_says_what_was_set_aside_and_what_would_change_it(self):
        words = self.assert_done(
            self.chipline("explain", "capex/bytedance/ai-chips/2026/capex/forward")).stdout
        for said in ("The figure   100bn CNY", "[later_publication]", "000-05 (about 85bn CNY)",
                     "If 002-01 ended it would be about 85bn CNY, by 000-05."):
            self.assertIn(said, words)

    def test_a_count_in_words_is_shown(self):
        words = self.assert_done(
            self.chipline("timeline", "--min-position", self.count, "order", "bytedance")).stdout
        self.assertIn("“hundreds of thousands” chips", words)

    def test_a_version_that_the_server_does_not_have_is_refused(self):
        (info, _, _) = self.assert_done(self.chipline("status", "--json")).stdout.splitlines()
        info = json_format.Parse(info, pb.GetServerInfoResponse())
        for flag, version in (("--view-version", info.view_version),
                              ("--policy-version", info.policy_version)):
            with self.subTest(flag):
                asked = self.chipline("timeline", flag, version, "usage", "bytedance")
                self.assert_done(asked)
                refused = self.chipline("timeline", flag, version + 1, "usage", "bytedance")
                self.assertIn(flag[2:].replace("-", "_"), self.assert_done(refused, FAILED).stderr)

    def test_names_lists_the_aliases(self):
        words = self.assert_done(self.chipline("names", "bytedance")).stdout
        self.assertIn("بايت دانس", words)
        changes = parse(self.assert_done(self.chipline("names", "--json")), pb.AliasChange)
        self.assertGreaterEqual(len(changes), 67)

    def test_status_is_three_answers(self):
        words = self.assert_done(self.chipline("status")).stdout
        self.assertIn("synced to disk", words)
        info, stats, subscribers = self.assert_done(
            self.chipline("status", "--json")).stdout.splitlines()
        self.assertEqual(json_format.Parse(info, pb.GetServerInfoResponse()).durability,
                         pb.DURABILITY_SYNC)
        self.assertGreaterEqual(json_format.Parse(stats, pb.GetStatsResponse()).head_position,
                                self.count)
        json_format.Parse(subscribers, pb.ListSubscribersResponse())

    def test_tail_prints_what_is_there_and_what_comes_and_ends_well(self):
        tail = self.follow("tail", "--from-start", "--json")
        lines = tail.lines()
        positions = [json_format.Parse(next(lines), pb.RecordedEvent()).position
                     for _ in range(self.head())]
        self.assertEqual(positions, list(range(1, len(positions) + 1)))
        event = claims.usage(claims.fresh("tailed"))
        self.append(event)
        live = json_format.Parse(next(lines), pb.RecordedEvent())
        self.assertEqual(live.event.event_id, event.event_id)
        self.assertEqual(tail.interrupt(), DONE)

    def test_tail_goes_on_by_itself_when_its_server_is_restarted(self):
        company = claims.fresh("tailed")
        tail = self.follow("tail", "--from-start", "--json", "--company", company)
        lines = tail.lines()
        for number in range(3):
            event = claims.usage(company, product=f"product-{number}")
            self.append(event)
            self.assertEqual(json_format.Parse(next(lines), pb.RecordedEvent()).event.event_id,
                             event.event_id)
            self.server.restart()
        self.assertEqual(tail.interrupt(), DONE)

    def test_watch_prints_a_snapshot_and_changes_and_ends_well(self):
        company = claims.fresh("watched")
        watch = self.follow("watch", "usage", company, "--json")
        lines = watch.lines()
        def next_step(step):
            for line in lines:
                message = json_format.Parse(line, pb.WatchTimelinesResponse())
                if message.WhichOneof("step") == step:
                    return message
            self.fail(f"the watch ended without {step}")
        next_step("caught_up")
        self.append(claims.usage(company, 5))
        (change,) = next_step("changes").changes.changes
        self.assertEqual(change.after.usage.readings[0].selected.quantity.value, 5)
        self.assertEqual(watch.interrupt(), DONE)


class PictureTest(DemoCase):
    """`timeline --svg`: one XML document that says what the timeline does, the same every time."""

    QUERIES = [("capex", "bytedance"), ("rule", "--chip", "h200", "--destination", "cn"),
               ("order", "--chip", "h200"), ("supply", "h200"), ("usage", "bytedance"),
               ("company", "بايت دانس")]

    def draw(self, *query, file="-"):
        done = self.assert_done(
            self.chipline("timeline", "--min-position", self.count, *query, "--svg", file))
        return done.stdout

    def test_every_timeline_is_drawn_as_xml_with_a_title(self):
        for query in self.QUERIES:
            for language in ((), ("--language", "ar")):
                with self.subTest(query, language=language):
                    svg = self.draw(*query, *language)
                    self.assertEqual(svg, self.draw(*query, *language))
                    root = xml.etree.ElementTree.fromstring(svg)
                    self.assertEqual(root.tag, "{http://www.w3.org/2000/svg}svg")
                    self.assertTrue(root.find("{http://www.w3.org/2000/svg}title").text)
        self.assertIn("Nothing is known", self.draw("capex", "tsmc"))

    def test_names_are_those_of_the_log_in_the_language_asked_for(self):
        self.assertIn("Spending of ByteDance", self.draw("capex", "bytedance"))
        self.assertIn("بايت دانس", self.draw("capex", "bytedance", "--language", "ar"))

    def test_the_picture_in_the_readme_is_what_the_program_draws(self):
        file = self.server.folder / "order.svg"
        self.assertEqual(self.draw("order", "--order", "order.bytedance.h200-trial",
                                   "--today", "2026-11-30", file=file), "")
        self.assertEqual(file.read_text(encoding="utf-8"),
                         (DEMO.parent / "h200-order.svg").read_text(encoding="utf-8"),
                         "deploy/demo/README.md says how to draw it anew")

    def test_a_picture_marks_the_day_that_it_is_told(self):
        before = self.draw("order", "--chip", "h200", "--today", "2024-12-15")
        self.assertIn("today, 15 Dec 2024", before)
        self.assertIn("BLOCKED on 15 Dec 2024", before)
        after = self.draw("order", "--chip", "h200", "--today", "2026-11-30")
        self.assertIn("WAITING on 30 Nov 2026", after)

    def test_a_file_that_cannot_be_written_is_exit_1_and_named(self):
        nowhere = self.server.folder / "no" / "where.svg"
        done = self.assert_done(
            self.chipline("timeline", "capex", "bytedance", "--svg", nowhere), FAILED)
        self.assertIn(str(nowhere), done.stderr)
        self.assertIn("No such file", done.stderr)
        self.assert_done(self.chipline("timeline", "capex", "x", "--svg", "-", "--json"), MISUSED)


class HelpTest(unittest.TestCase):
    def help(self, *command):
        done = run(*command, "--help")
        self.assertEqual(done.returncode, DONE, (command, done.stderr))
        self.assertEqual(done.stderr, "")
        return done.stdout

    def subcommands(self, text):
        listed = re.split(r"^Subcommands:\n", text, flags=re.MULTILINE)
        return re.findall(r"^  ([a-z][a-z-]*)", listed[1], re.MULTILINE) if len(listed) > 1 else []

    def test_every_subcommand_has_help_that_names_a_default_for_every_option(self):
        root = self.help()
        commands = self.subcommands(root)
        self.assertLessEqual({"serve", *CLIENT_COMMANDS}, set(commands))
        paths = [()]
        while paths:
            path = paths.pop()
            text = self.help(*path)
            paths += [(*path, name) for name in self.subcommands(text)]
            options = re.split(r"\n  (?=-)", text)[1:]
            for option in options:
                option = option.split("\n\n")[0]
                if re.match(r"(-\w,)?--(help|version)", option) or "REQUIRED" in option:
                    continue
                with self.subTest(path, option=option.split()[0]):
                    self.assertRegex(option, r"=\S|\[(none|off)\]")

    def test_help_in_words_is_the_same(self):
        self.assertEqual(run("help", "import").stdout, self.help("import"))
        self.assertEqual(run("help").stdout, self.help())
        self.assertEqual(run("help", "timeline", "rule").stdout, self.help("timeline", "rule"))

    def test_the_version_is_the_server_s(self):
        done = run("--version")
        self.assertEqual(done.returncode, DONE)
        self.assertRegex(done.stdout, r"\d+\.\d+\.\d+")


class ExitCodeTest(unittest.TestCase):
    def code(self, *arguments, **others):
        done = run(*arguments, **others)
        return done.returncode

    def test_a_command_line_that_makes_no_sense_is_exit_2(self):
        for wrong in ([], ["nobody"], ["events", "--nobody"], ["events", "--limit", "0"],
                      ["events", "--limit", "many"], ["events", "--type", "nobody"],
                      ["events", "--since", "yesterday"], ["timeline"], ["timeline", "capex"],
                      ["timeline", "rule"], ["explain"], ["serve"], ["import"],
                      ["status", "--timeout", "-1s"], ["status", "--color", "pink"],
                      ["tail", "--after", "1", "--from-start"], ["status", "extra"]):
            with self.subTest(wrong):
                done = run(*wrong)
                self.assertEqual(done.returncode, MISUSED, done.stderr)
                self.assertNotEqual(done.stderr, "")

    def test_an_environment_that_makes_no_sense_is_exit_2(self):
        self.assertEqual(self.code("status", CHIPLINE_TIMEOUT="soon"), MISUSED)
        self.assertEqual(self.code("status", CHIPLINE_CONFIG="/nobody/nowhere.toml"), MISUSED)

    def test_a_server_that_there_is_not_is_exit_1(self):
        # A port that was free a moment ago: that of a server that has stopped.
        server = Server()
        server.stop()
        server.close()
        for name, command in CLIENT_COMMANDS.items():
            with self.subTest(name):
                more = ["--give-up-after", "1s"] if name == "import" else []
                text = line_of(claims.capex("acme")) if name in ("append", "import") else ""
                done = run(*command, *more, "--timeout", "2s", server=server, text=text)
                self.assertEqual(done.returncode, FAILED, done.stderr)
                self.assertNotEqual(done.stderr, "")


if __name__ == "__main__":
    unittest.main()
