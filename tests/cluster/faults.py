"""A cluster under load while its parts fail at random: every promise holds, for clients of every node.

    faults.py [--kind process|network|clients|disk|clock ...] [--seconds N] [--seed SEED] [--suite trixie]

Without --seconds every fault of the kinds comes once; without --kind all kinds come. Those of the network, of clients
and of disks want namespaces (network.py). Prints the seed, each fault with how long nothing was acknowledged after it,
and what the checker of histories counted; ends with 1 and the violation if a promise was broken.
"""

import argparse
import contextlib
import pathlib
import random
import sys
import tempfile
import time
import unittest

import cluster_case
import network
from clock_faults import DAY, Clock, ClockFaults, times_fault
from cluster_load import ClusterCrowd, Cursors
from contract import pb
from disk_faults import DiskFaults, ServerDisks
from disks import Disk
from nats_cluster import STREAMS_ACCOUNT
from nats_package import FLOOR
from network_faults import NetworkFaults, ReachFaults
from process_faults import ProcessFaults

KINDS = {"process": ProcessFaults, "network": NetworkFaults, "clients": ReachFaults, "disk": DiskFaults,
         "clock": ClockFaults}
WANT_NETWORK = {"network", "clients"}
WANT_NAMESPACES = WANT_NETWORK | {"disk"}
MACHINES = 3
# Acknowledged after each fault, so that it does not come to a cluster that stands still.
FLOOR_APPENDS = 40
COMMIT_SECONDS = 3


class Round:
    """One cluster, its load, the faults, and the verdict. To be closed."""

    def __init__(self, seed, suite, kinds, long=False):
        self.chance, self.long = random.Random(seed), long
        self.network, self.server_disks, self.clocks = None, None, []
        self._kinds = kinds
        self._exit = contextlib.ExitStack()
        try:
            folder = pathlib.Path(self._exit.enter_context(tempfile.TemporaryDirectory(prefix="chipline-faults-")))
            self.cluster = self._make_cluster(folder, suite)
            self.crowd = self._make_crowd(folder / "histories")
        except BaseException:
            self.close()
            raise

    def _make_cluster(self, folder, suite):
        options, machines = {}, [network.LOOPBACK] * MACHINES
        if WANT_NETWORK & set(self._kinds):
            names = [f"{kind}{number}" for kind in "nm" for number in range(1, MACHINES + 1)]
            self.network = self._exit.enter_context(network.Network(names))
            machines = [self.network[name] for name in names[MACHINES:]]
            options["machines"] = [self.network[name] for name in names[:MACHINES]]
        if "disk" in self._kinds:
            outer = [self._disk(folder / f"disk-{number}") for number in range(MACHINES)]
            streams = [self._disk(disk.path / "jetstream" / STREAMS_ACCOUNT) for disk in outer]
            options["stores"] = [disk.path for disk in outer]
        if "clock" in self._kinds:
            self.clocks = [self._exit.enter_context(contextlib.closing(Clock(folder / f"shift-{number}")))
                           for number in range(MACHINES)]
        cluster = self._exit.enter_context(contextlib.closing(
            cluster_case.Cluster(nodes=0, servers=MACHINES, suite=suite, **options)))
        if "disk" in self._kinds:
            self.server_disks = ServerDisks(cluster, outer, streams)
        for number, machine in enumerate(machines):
            cluster.add_node(None, "--commit-timeout", f"{COMMIT_SECONDS}s", machine=machine,
                             variables=self.clocks[number].variables if self.clocks else None)
        return cluster

    def _disk(self, path):
        return self._exit.enter_context(contextlib.closing(Disk(path)))

    def _make_crowd(self, folder):
        folder.mkdir()
        nodes = self.cluster.nodes
        crowd = ClusterCrowd(folder, nodes, self.chance.random(), writers=6, subscribers=6)
        self.cursors = [Cursors(crowd.address_of(i), f"cursor-{i}").start() for i in range(3)]
        return crowd

    def until_acknowledged(self):
        """Seconds until something is acknowledged that was not on its way."""
        began = time.monotonic()
        wanted = self.crowd.acknowledged + len(self.crowd.writers)
        cluster_case.wait_for(lambda: self.crowd.acknowledged > wanted, "appends are acknowledged again")
        return time.monotonic() - began

    def run(self, seconds):
        all_faults = {name: getattr(kind(self), name)
                      for kind in (KINDS[name] for name in self._kinds) for name in kind.names()}
        deadline = time.monotonic() + seconds
        names = []
        self.crowd.wait_for(FLOOR_APPENDS)
        while seconds == 0 or time.monotonic() < deadline:
            names = names or self.chance.sample(sorted(all_faults), len(all_faults))
            name = names.pop()
            began = time.monotonic()
            all_faults[name]()
            took = time.monotonic() - began
            print(f"  {name}: {took:.1f} s, then {self.until_acknowledged():.1f} s until the next acknowledgements",
                  flush=True)
            self.crowd.wait_for(FLOOR_APPENDS)
            if not names and seconds == 0:
                return

    def judge(self):
        """All that must hold at the end; fails with what does not."""
        nodes = self.cluster.nodes
        # Only the program's clock is moved, and the kernel waits by its own: threads that wait for a time of the
        # wall spin meanwhile, and the timelines get no processor.
        for clock in self.clocks:
            clock.move(0)
        for node in nodes:
            cluster_case.wait_for(node.answers, f"{node.name} is over the last fault")
        for cursor in self.cursors:
            cursor.join()
        counts = self.crowd.judge(FLOOR_APPENDS)
        case = cluster_case.ClusterCase()
        head = case.assert_same(nodes)
        if head >= 1000:
            case.assert_agreed(nodes)
        for cursor in self.cursors:
            found = {node.client.subscriptions.GetCursor(pb.GetCursorRequest(name=cursor.name)).cursor.position
                     for node in nodes}
            case.assertEqual(len(found), 1, f"{cursor.name} is at {found}")
            case.assertTrue(cursor.acknowledged <= found.pop() <= cursor.asked, cursor.name)
            cursor.close()
        events = nodes[0].events(head)
        case.assertIsNone(times_fault(events))
        # Times are the stream's, whatever clocks nodes have.
        last = pb.RecordedEvent.FromString(events[-1]).record_time.ToSeconds()
        case.assertLess(abs(last - time.time()), DAY / 2)
        for node in nodes:
            node.stop()
        return f"{counts}; {head} positions, alike on {len(nodes)} nodes"

    def close(self):
        self._exit.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kind", action="append", choices=KINDS, help="which faults come; may be said again [all]")
    parser.add_argument("--seconds", type=float, default=0, help="how long faults come; 0: each once")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--suite", default=FLOOR, help="of Debian, whose nats-server is used [%(default)s]")
    options = parser.parse_args()
    kinds = options.kind or list(KINDS)
    if WANT_NAMESPACES & set(kinds) and (missing := network.enter()):
        kinds = [kind for kind in kinds if kind not in WANT_NAMESPACES]
        print(f"no faults of {' and '.join(sorted(WANT_NAMESPACES))}: {missing}", flush=True)
    if not kinds:
        return 0
    print(f"faults.py --seed {options.seed} --suite {options.suite} --kind {' --kind '.join(kinds)}", flush=True)
    try:
        one = Round(options.seed, options.suite, kinds, options.seconds > 0)
    except unittest.SkipTest as missing:
        print(missing)
        return 0
    try:
        one.run(options.seconds)
        print(one.judge())
    except BaseException:
        # Whoever looks at it wants to know what the parts said.
        for node in one.cluster.nodes:
            print(f"--- {node.name}:\n{node.said()[-3000:]}")
        raise
    finally:
        one.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
