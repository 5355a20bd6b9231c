"""One client's behaviour does not reach another: a bystander's calls stay fast while others abuse the server.

How it is measured

- The bystander (probe.py) is a process of its own at normal priority. It makes one call at a time over one
  connection, in turn GetEvent, GetTimeline of some 65 claims and AppendEvents of one event.
- The abusers (abuser.py) are processes at nice 19: on a machine of few processors their own work would else
  take from the bystander what is not the server's doing. They come from another address, since the server
  gives turns to callers by address; with CHIPLINE_BYSTANDER_HOST=127.0.0.1 they all share one.
- Just before each abuse the bystander is measured alone. A multiple is of its p99 then, and that counts as
  5 ms at least, so that noise in a quiet millisecond decides nothing. A round whose quiet p99 is over 50 ms is
  void and begins again; the test fails if none counts.
- The control is as many busy loops at nice 19 that leave the server alone: what the machine's scheduler does.

What must hold

- In a long run (CHIPLINE_BYSTANDER_SECONDS of 5 or more): no p99 is over 5 times the quiet one, in the
  median of the rounds.
- In the short run of every day a p99 stands on a hundred calls, so the slowest one or two decide it, and
  the build may be unoptimised: only a p99 over 20 times the quiet one and over 250 ms fails (15 s for half
  requests, of which abuses.py says why), and only if it does so three times out of three.
- Always: no call of the bystander fails, the abuse takes place as described, and the server's memory stays
  within the bound of deploy/RUNBOOK.md.

    CHIPLINE_BYSTANDER_SECONDS=10 CHIPLINE_BYSTANDER_ROUNDS=3 CHIPLINE_BYSTANDER_TABLE=table.md ctest -L bystander

CHIPLINE_BYSTANDER_ONLY is a regular expression on the abuses' names, CHIPLINE_BYSTANDER_BOUND another bound
(with 0.01 every row fails), CHIPLINE_BYSTANDER_EVENTS the size of the log.
"""

import json
import os
import pathlib
import pickle
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "e2e")]

import scene  # noqa: E402
from abuses import CONTROL, all_abuses  # noqa: E402
from chipline_process import Server  # noqa: E402
from contract import pb  # noqa: E402

SECONDS = float(os.environ.get("CHIPLINE_BYSTANDER_SECONDS", "1.2"))
ROUNDS = int(os.environ.get("CHIPLINE_BYSTANDER_ROUNDS", "1"))
TABLE = os.environ.get("CHIPLINE_BYSTANDER_TABLE")
ONLY = os.environ.get("CHIPLINE_BYSTANDER_ONLY", "")
# Any address of loopback is this machine's.
HOST = os.environ.get("CHIPLINE_BYSTANDER_HOST", "127.0.0.2")
LONG = SECONDS >= 5
BOUND = float(os.environ.get("CHIPLINE_BYSTANDER_BOUND", "5" if LONG else "20"))
# What Abuse.passes_ms says holds in the short run alone.
PASSES = not LONG and "CHIPLINE_BYSTANDER_BOUND" not in os.environ
FLOOR_MS = 5
VOID_MS = 50
ATTEMPTS = 40
TRIES = 3 if PASSES else 1
# The safe limit for a unit or container that the runbook names.
MOST_BYTES = 2 * 2**30
KINDS = ("get", "timeline", "append")


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Process:
    """One of ours, that takes a pickle at first and speaks in lines."""

    def __init__(self, name, setup):
        path = os.pathsep.join([str(HERE.parent / "e2e"), str(HERE)])
        self._process = subprocess.Popen([sys.executable, "-B", HERE / f"{name}.py"], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path})
        self._process.stdin.write(pickle.dumps(setup))
        self._process.stdin.flush()

    def say(self, line):
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def line(self):
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(f"{self._process.args[-1].name} ended with {self._process.wait()}; see above")
        return line.decode().strip()

    def terminate(self):
        self._process.send_signal(signal.SIGTERM)

    def close(self):
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()


class Row:
    """All that was measured of one abuse."""

    def __init__(self, abuse):
        self.name = abuse.name
        self.quiet = []
        self.abused = []
        self.peaks = []
        self.did = {}

    def p99(self, kind):
        return statistics.median(percentile(each[kind], 0.99) for each in self.abused)

    def multiple(self, kind):
        return statistics.median(percentile(abused[kind], 0.99) / max(percentile(quiet[kind], 0.99), FLOOR_MS)
                                 for quiet, abused in zip(self.quiet, self.abused))

    def slowest(self):
        return max(max(each[kind]) for each in self.abused for kind in KINDS)

    def markdown(self):
        def of(rounds, kind):
            return " / ".join(f"{statistics.median(percentile(each[kind], share) for each in rounds):.1f}"
                              for share in (0.5, 0.99))
        cells = [self.name, *(f"{of(self.quiet, kind)} | {of(self.abused, kind)}" for kind in KINDS),
                 " / ".join(f"{self.multiple(kind):.1f}" for kind in KINDS),
                 f"{self.slowest():.0f}", f"{max(self.peaks) / 2**20:.0f} MiB",
                 ", ".join(f"{count:,} {what}" for what, count in sorted(self.did.items()))]
        return "| " + " | ".join(cells) + " |"


HEADER = """| abuse | GetEvent quiet | abused | GetTimeline quiet | abused | append quiet | abused | multiples of p99 | slowest | peak memory | what the abusers saw |
|---|---|---|---|---|---|---|---|---|---|---|"""


class BystanderTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="chipline-bystander-")
        cls.addClassCleanup(folder.cleanup)
        cls.server = Server("--backup-dir", folder.name)
        cls.addClassCleanup(cls.server.close)
        scene.fill(cls.server)
        head = cls.server.client.log.GetHead(pb.GetHeadRequest()).head_position
        numbers = range(0, 10_000, 7)
        cls.probe = Process("probe", {
            "address": cls.server.address, "source": HOST, "event": scene.small(0), "first": 1,
            "gets": [pb.GetEventRequest(position=1 + number * 997 % head).SerializeToString() for number in numbers],
            "timelines": [pb.GetTimelineRequest(query=pb.TimelineQuery(usage=pb.UsageQuery(
                company=scene.company(number)))).SerializeToString() for number in numbers]})
        cls.addClassCleanup(cls.probe.close)
        cls.measure(1)
        cls.at_rest = cls.memory("VmRSS")
        cls.abuses = [each for each in all_abuses(cls.server.client, head) if re.search(ONLY, each.name)]
        cls.rows = []

    @classmethod
    def tearDownClass(cls):
        text = "\n".join([HEADER, *(row.markdown() for row in cls.rows),
                          f"\nThe server at rest: {cls.at_rest / 2**20:.0f} MiB."])
        if TABLE == "-":
            print(text, flush=True)
        elif TABLE:
            pathlib.Path(TABLE).write_text(text + "\n")
        cls.server.stop()

    @classmethod
    def measure(cls, seconds):
        cls.probe.say(str(seconds))
        return json.loads(cls.probe.line())

    @classmethod
    def memory(cls, field):
        status = pathlib.Path(f"/proc/{cls.server.process.pid}/status").read_text()
        return 1024 * int(re.search(rf"^{field}:\s+(\d+) kB$", status, re.MULTILINE).group(1))

    def quiet(self):
        """The bystander alone; what the abuse before has left is over by then, or it is measured again."""
        for _ in range(ATTEMPTS):
            found = self.measure(SECONDS / 2)
            if max(percentile(found[kind], 0.99) for kind in KINDS) <= VOID_MS:
                return found
        return self.fail(f"{ATTEMPTS} times the quiet p99 was over {VOID_MS} ms: this machine is too busy")

    def round(self, abuse, row):
        row.quiet.append(self.quiet())
        # The peak is counted anew from here.
        pathlib.Path(f"/proc/{self.server.process.pid}/clear_refs").write_text("5")
        abusers = [Process("abuser", {"address": self.server.address, "parts": abuse.parts,
                                      "key": f"{time.monotonic_ns()}-{number}"})
                   for number in range(abuse.processes)]
        try:
            for abuser in abusers:
                self.assertEqual(abuser.line(), "ready")
            # The burst with which an abuse begins is part of it.
            self.probe.say(str(SECONDS))
            for abuser in abusers:
                abuser.say("go")
            row.abused.append(json.loads(self.probe.line()))
            for abuser in abusers:
                abuser.terminate()
            for abuser in abusers:
                for what, count in json.loads(abuser.line()).items():
                    row.did[what] = row.did.get(what, 0) + count
        finally:
            for abuser in abusers:
                abuser.close()
        row.peaks.append(self.memory("VmHWM"))

    def measured(self, abuse):
        """As often as it must be for what is out of bounds to be more than a moment of the machine's."""
        for _ in range(TRIES):
            row = Row(abuse)
            for _ in range(ROUNDS):
                self.round(abuse, row)
            if not self.reached(abuse, row):
                break
        self.rows.append(row)
        return row

    @staticmethod
    def reached(abuse, row):
        """The kinds of call that the abuse reaches."""
        return [kind for kind in KINDS
                if row.multiple(kind) > BOUND and (not PASSES or row.p99(kind) > abuse.passes_ms)]

    def test_no_abuse_reaches_the_bystander(self):
        self.measured(CONTROL)
        for abuse in self.abuses:
            with self.subTest(abuse.name):
                row = self.measured(abuse)
                self.assertGreater(row.did.get(abuse.happens, 0), 0, row.did)
                self.assertEqual(self.reached(abuse, row), [], f"over {BOUND} times\n{HEADER}\n{row.markdown()}")
                self.assertLess(max(row.peaks), MOST_BYTES)
                self.assertIsNone(self.server.process.poll(), self.server.said())


if __name__ == "__main__":
    unittest.main()
