"""One machine: this program beside another one of the same log, as it was before a change."""

import itertools
import pathlib
import re

from peers import chipline, load, report
from peers.child import fresh_folder, output_of

GROUP = "before"
OWN, BEFORE = "Chipline", "the program before"
TIMES, INSTRUCTIONS = "before-one", "before-instructions"
# Appends that warm it up, and those whose instructions are counted.
WARM, COUNTED = 200, 1000
PAUSE_SECONDS = 0.5
SUMMARY = re.compile(r"^summary: (\d+)", re.M)


def counted_in(dump):
    """The instructions in a dump of callgrind."""
    found = SUMMARY.search(dump)
    if not found:
        raise RuntimeError("callgrind has written no summary")
    return int(found[1])


class Before:
    """Both programs, each started for every round."""

    def __init__(self, own, before, rounds):
        self._rounds = rounds
        other = chipline.Chipline(before, own.events)
        other.aliases = own.aliases
        self._systems = {OWN: own, BEFORE: other}

    def measure(self, count):
        """`count` rounds of the instructions, which differ little."""
        self._rounds.all(GROUP, [(f"appends, {name}", lambda n=name: self._time(n)) for name in self._systems])
        if count:
            self._rounds.all(GROUP, [(f"instructions, {name}", lambda n=name: self._count(n))
                                     for name in self._systems], count)

    def _time(self, name):
        system = self._systems[name]
        with fresh_folder(self._rounds.options.dir) as folder:
            system.start(folder)
            try:
                connection = system.connect(1)
                try:
                    load.exactly(connection, WARM)
                    found = load.closed_loop([connection], 1, 1, self._rounds.options.arm)
                finally:
                    connection.close()
            finally:
                system.stop()
        self._rounds.add_cost(TIMES, name, found.p50, "µs").update(p50=found.p50, p99=found.p99,
                                                                  failures=found.failures)

    def _count(self, name):
        system = self._systems[name]
        with fresh_folder(self._rounds.options.dir) as folder:
            dumps = folder / "dump"
            system.runner = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={dumps}"]
            system.start(folder)
            numbers = itertools.count(1)

            def dump():
                # Writes what was counted since the last time, and counts from 0 again.
                output_of("callgrind_control", "-d", system.pids()[0])
                return pathlib.Path(f"{dumps}.{next(numbers)}")
            try:
                for appends in (WARM, COUNTED):
                    system.append_exactly(appends)
                    # What it is asked is counted, too.
                    system.wait_until_at(system.head(), chipline.VIEWS, PAUSE_SECONDS)
                    found = dump()
                instructions = counted_in(found.read_text(errors="replace"))
            finally:
                system.runner = []
                system.stop()
        self._rounds.add_cost(INSTRUCTIONS, name, instructions / COUNTED, report.INSTRUCTIONS)
