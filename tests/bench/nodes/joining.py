"""A new node from a backup: chipline restore --join, then what the stream has since."""

import os
import pathlib
import shutil
import time

from nodes.trio import Node
from peers import chipline
from peers.child import fresh_folder, output_of
from peers.workload import JOIN

GROUP = "join"
OWN, LIMIT = "Chipline", "limit: copying the backup's files"
# Events that come after the backup: a tenth of those in it, but no more.
SINCE_PART, MOST_SINCE = 10, 10_000
PIECE_BYTES = 1 << 20
MEBIBYTE = 1 << 20


def tests(sizes):
    return tuple(f"{JOIN}{size}" for size in sizes)


def copy_tree(source, target):
    """Copies all files, each synced. Returns their bytes."""
    total = 0
    for folder, _, names in os.walk(source):
        to = target / pathlib.Path(folder).relative_to(source)
        to.mkdir(parents=True)
        for name in names:
            with (pathlib.Path(folder) / name).open("rb") as read, (to / name).open("wb") as written:
                shutil.copyfileobj(read, written, PIECE_BYTES)
                written.flush()
                os.fsync(written.fileno())
            total += (to / name).stat().st_size
    return total


class Joining:
    """One size: a log of that many events, which becomes a cluster's, is backed up and goes on."""

    def __init__(self, make_trio, own, rounds, size):
        self._make_trio, self._own, self._rounds = make_trio, own, rounds
        self._size = size
        self._test = f"{JOIN}{size}"
        # Timelines are waited for once: they take the longest.
        self._viewed = False

    def measure(self, count):
        with fresh_folder(self._rounds.options.dir) as folder:
            self._fill(folder / "first")
            with self._make_trio(folder) as trio:
                trio.create_stream(folder / "first" / "data")
                node = trio.add_node(folder / "first")
                # So that its log has taken something from the stream.
                node.append_exactly(1)
                node.stop()
                output_of(self._own.binary, "backup", "--data", folder / "first" / "data", "--to", folder / "backup",
                          env=chipline.environment())
                trio.start_node(node, folder / "first")
                node.fill(min(self._size // SINCE_PART, MOST_SINCE))
                trio.rest()
                self._rounds.all(GROUP, [
                    (f"copying a backup of {self._size:,} events", lambda: self._copy(folder)),
                    ("a new node from it", lambda: self._join(trio, node.head(), folder))], count)

    def _fill(self, folder):
        """By one machine, which takes a fraction of the time."""
        folder.mkdir()
        alone = chipline.Chipline(self._own.binary, self._own.events)
        alone.aliases = self._own.aliases
        alone.start(folder)
        try:
            alone.fill(self._size)
        finally:
            alone.stop()

    def _copy(self, folder):
        with fresh_folder(folder) as place:
            start = time.perf_counter()
            total = copy_tree(folder / "backup", place / "copy")
            took = time.perf_counter() - start
        self._rounds.add_cost(self._test, LIMIT, took, "s", {"MiB": total / MEBIBYTE})

    def _join(self, trio, head, folder):
        with fresh_folder(folder) as place:
            new = Node(self._own, 9)
            start = time.perf_counter()
            output_of(self._own.binary, "restore", "--from", folder / "backup", "--data", place / "data", "--join",
                      env=chipline.environment())
            restored = time.perf_counter()
            try:
                trio.start_node(new, place)
                opened = time.perf_counter()
                new.wait_until_at(head, chipline.HEAD)
                there = time.perf_counter()
                details = {"restore --join, s": restored - start, "start, s": opened - restored,
                           "events from the stream, s": there - opened}
                if not self._viewed:
                    new.wait_until_at(head, chipline.VIEWS)
                    details["then until its timelines are complete, s"] = time.perf_counter() - there
                    self._viewed = True
            finally:
                new.stop()
        self._rounds.add_cost(self._test, OWN, there - start, "s", details)
