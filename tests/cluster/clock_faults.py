"""Faults of clocks: each node's wall clock can be moved. A nats-server's cannot: it is one static program that asks the
kernel itself, so that nothing can be preloaded, and namespaces move no clock of the wall."""

import mmap
import os
import struct

from contract import pb
from process_faults import Faults

DAY = 24 * 60 * 60
SHIFT = os.environ.get("CLOCK_SHIFT_LIBRARY", "")


class Clock:
    """The wall clock of one node. To be closed."""

    def __init__(self, path):
        path.write_bytes(bytes(8))
        with path.open("r+b") as file:
            self._shift = mmap.mmap(file.fileno(), 8)
        self.variables = {"LD_PRELOAD": SHIFT, "CLOCK_SHIFT_FILE": str(path)}

    def move(self, seconds):
        """To so many seconds from the true time."""
        self._shift[:] = struct.pack("=q", seconds)

    def close(self):
        self._shift.close()


class ClockFaults(Faults):
    def part_the_clocks_by_days(self):
        """One node is a day ahead, one a day behind, and one right, in any order; it stays so."""
        self._move(self._chance.sample((DAY, -DAY, 0), 3))

    def start_a_node_in_the_past(self):
        """With a clock that is behind what it has in its log."""
        self._move((DAY, DAY, DAY))
        self._scene.crowd.wait_for(10)
        node = self._chance.choice(self._cluster.nodes)
        node.kill()
        self._move((-DAY, -DAY, -DAY))
        self._start([node])

    def _move(self, shifts):
        for clock, shift in zip(self._scene.clocks, shifts):
            clock.move(shift)


def times_fault(events):
    """What is wrong with the record times of these events, in the order of the log; None if nothing is."""
    before = None
    for event in map(pb.RecordedEvent.FromString, events):
        now = (event.append_first_position, event.record_time.ToNanoseconds())
        if before is not None and before[0] != now[0] and now[1] <= before[1]:
            return f"position {event.position} was recorded at {now[1]}, which is not after {before[1]}"
        before = now
    return None
