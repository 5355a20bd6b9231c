"""The pages for newcomers: each command in them is run, and must print what the page shows.

    CHIPLINE_BINARY=build/dev/chipline /usr/bin/python3 -B tests/e2e/documents_test.py --update [PAGE…]

puts what is printed now into the pages, for whoever changes what the command prints. Look at the change."""

import json
import re
import sys
import tempfile
import unittest

import document_page
from chipline_process import run
from contract import ROOT, pb
from server_case import ServerCase

KINDS = {field.json_name for field in pb.Event.DESCRIPTOR.oneofs_by_name["payload"].fields}
PAGES = ("README.md", "deploy/FIRST_EVENTS.md", "deploy/CLIENTS.md")


def play(page):
    """The text of a page, and its steps with what they printed."""
    text = (ROOT / page).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="chipline-page-") as folder:
        return text, document_page.played(text, folder)


class DocumentsTest(unittest.TestCase):
    maxDiff = None

    def test_each_command_prints_what_its_page_shows(self):
        for page in PAGES:
            text, done = play(page)
            self.assertTrue(done, f"{page} has no command")
            for step, printed in done:
                with self.subTest(f"{page}:{step.at}", command=step.command):
                    self.assertEqual(document_page.comparable(step.shown), document_page.comparable(printed))


class FiguresTest(unittest.TestCase):
    def test_each_figure_of_the_readme_is_one_that_was_measured(self):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        section = text.split("## What it costs")[1].split("\n## ")[0]
        measured = (ROOT / "tests/bench/README.md").read_text(encoding="utf-8")
        rows = [[cell.strip() for cell in line.split("|")[2:]] for line in section.splitlines()
                if re.match(r"\| .*\d", line)]
        self.assertGreater(len(rows), 4)
        for rate, *ratios in rows:
            (row,) = [line for line in measured.splitlines() if f"| {rate} " in line and line.count("|") == 8]
            for figure in filter(None, ratios):
                with self.subTest(row=row):
                    self.assertRegex(row, rf"[ *]{re.escape(figure)}[ *]")
        for figure in re.findall(r"[\d.]+ m?s\b", " ".join(section.split())):
            with self.subTest(figure):
                self.assertRegex(measured, rf"(?<![\d.,]){re.escape(figure)}\b")


class KindsTest(ServerCase):
    def test_the_smallest_event_of_each_kind_is_one_that_needs_all_its_parts(self):
        text = (ROOT / "deploy/FIRST_EVENTS.md").read_text(encoding="utf-8")
        block = next(part.command for part in document_page.parts_of(text) if "kinds.ndjson" in part.command)
        events = [json.loads(line) for line in block.splitlines()[1:-1]]
        self.assertEqual({kind for event in events for kind in event if kind != "links"}, KINDS)
        self.assertEqual(self.validated(*events).returncode, 0)
        for event in events:
            (kind,) = KINDS.intersection(event)
            smaller = [{**event, kind: {name: value for name, value in event[kind].items() if name != each}}
                       for each in event[kind]]
            smaller += [{kind: event[kind]}] if "links" in event else []
            for each in smaller:
                with self.subTest(event=each):
                    self.assertEqual(self.validated(each).returncode, 1)

    def validated(self, *events):
        text = "".join(json.dumps(event) + "\n" for event in events)
        return run("append", "--validate-only", server=self.server, text=text)


class DocumentPageTest(unittest.TestCase):
    PAGE = "Words\n```console\n$ cat <<'X' one\na\nX\na\nfirst\n\nlast\n$ false\n```\n```sh one\nfirst\n\nlast\n```\n"

    def test_commands_outputs_and_files_are_found(self):
        *steps, file = document_page.parts_of(self.PAGE)
        self.assertEqual([step.command for step in steps], ["cat <<'X' one\na\nX", "false"])
        self.assertEqual(steps[0].shown, ["a", "first", "", "last"])
        self.assertEqual((file.name, file.text), ("one", "first\n\nlast\n"))

    def test_an_update_changes_only_what_differs(self):
        page = "```console\n$ echo a 2026-01-01 00:00:00Z\na 2025-01-01 00:00:00Z\n$ printf 'b\\nc'\nwrong\n```\nend\n"
        with tempfile.TemporaryDirectory() as folder:
            done = document_page.played(page, folder)
        self.assertEqual(document_page.updated(page, done), page.replace("wrong", "b\nc"))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--update"]:
        for each in sys.argv[2:] or PAGES:
            (ROOT / each).write_text(document_page.updated(*play(each)), encoding="utf-8")
    else:
        unittest.main()
