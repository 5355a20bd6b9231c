"""A cluster under load while its parts are killed and paused at random: every promise holds, for clients of every node.

    faults.py [--seconds N] [--seed SEED] [--suite trixie]

Without --seconds every fault comes once. Prints the seed, each fault with how long nothing was acknowledged after it,
and what the checker of histories counted; ends with 1 and the violation if a promise was broken.
"""

import argparse
import pathlib
import random
import sys
import tempfile
import time
import unittest

import grpc

import cluster_case
from clients import Crowd, Stubs, Worker
from contract import pb
from nats_package import FLOOR

# Acknowledged after each fault, so that it does not come to a cluster that stands still.
FLOOR_APPENDS = 40
COMMIT_SECONDS = 3


class Cursors(Worker):
    """Moves a named cursor forward, through all nodes, and remembers what was acknowledged."""

    def __init__(self, address, name):
        super().__init__(name)
        self._stubs = Stubs(address)
        self.acknowledged = 0
        self.asked = 0

    def run(self):
        while not self.stopping.wait(0.1):
            try:
                head = self._stubs.log.GetHead(pb.GetHeadRequest(), timeout=5).head_position
                self.asked = max(self.asked, head)
                done = self._stubs.subscriptions.CommitCursor(
                    pb.CommitCursorRequest(name=self.name, position=self.asked), timeout=5)
                self.acknowledged = done.cursor.position
            except grpc.RpcError:
                continue

    def close(self):
        self._stubs.close()


class ClusterCrowd(Crowd):
    """Each worker begins at another node, and goes on at the next one when its node is gone."""

    def __init__(self, folder, nodes, seed, **options):
        self._addresses = [node.address for node in nodes]
        super().__init__(folder, self.address_of(0), seed, **options)

    def address_of(self, index):
        shift = index % len(self._addresses)
        return "ipv4:" + ",".join(self._addresses[shift:] + self._addresses[:shift])


class Faults:
    """What can happen. Each comes while the load runs, and is over when it returns."""

    def __init__(self, cluster, chance):
        self._cluster, self._chance = cluster, chance

    @classmethod
    def names(cls):
        return sorted(name for name in vars(cls) if not name.startswith("_") and name != "names")

    def kill_a_node(self):
        node = self._chance.choice(self._cluster.nodes)
        node.kill()
        self._start([node])

    def kill_two_nodes(self):
        nodes = self._chance.sample(self._cluster.nodes, 2)
        for node in nodes:
            node.kill()
        self._start(nodes)

    def kill_the_leader(self):
        leader = cluster_case.wait_for(lambda: self._leader() is not None and [self._leader()], "there is a leader")[0]
        self._cluster.nats.kill(leader)
        self._time(f"without {self._cluster.nats.servers[leader].name}")
        self._cluster.nats.start(leader)

    def kill_a_follower(self):
        leader = self._leader()
        follower = self._chance.choice([i for i in range(self._cluster.replicas) if i != leader])
        self._cluster.nats.kill(follower)
        self._time(f"without {self._cluster.nats.servers[follower].name}")
        self._cluster.nats.start(follower)

    def kill_all_servers(self):
        self._cluster.kill_servers()
        self._cluster.start_servers()

    def kill_everything(self):
        for node in self._cluster.nodes:
            node.kill()
        self._cluster.kill_servers()
        self._cluster.start_servers()
        self._start(self._cluster.nodes)

    def pause_a_node(self):
        node = self._chance.choice(self._cluster.nodes)
        node.pause()
        time.sleep(1 + 4 * self._chance.random())
        node.resume()

    def pause_the_leader(self):
        self._pause([self._leader() or 0])

    def pause_all_servers(self):
        self._pause(range(self._cluster.replicas))

    def _pause(self, servers):
        for index in servers:
            self._cluster.nats.pause(index)
        time.sleep(1 + 6 * self._chance.random())
        for index in servers:
            self._cluster.nats.resume(index)

    def _leader(self):
        return self._cluster.leader()

    def _time(self, what):
        print(f"    {what}: acknowledged again after {self._cluster.until_acknowledged():.1f} s", flush=True)

    def _start(self, nodes):
        """As a supervisor does: again until it stays."""
        for node in nodes:
            def started(one=node):
                try:
                    one.start_again()
                except AssertionError:
                    return False
                return True
            cluster_case.wait_for(started, f"{node.name} starts")


class Round:
    """One cluster, its load, the faults, and the verdict."""

    def __init__(self, seed, suite):
        self.chance = random.Random(seed)
        self.cluster = cluster_case.Cluster(nodes=0, suite=suite)
        for _ in range(3):
            self.cluster.add_node(None, "--commit-timeout", f"{COMMIT_SECONDS}s")
        self.cluster.until_acknowledged = self.until_acknowledged
        self._folder = tempfile.TemporaryDirectory(prefix="chipline-histories-")
        nodes = self.cluster.nodes
        self.crowd = ClusterCrowd(pathlib.Path(self._folder.name), nodes, self.chance.random(), writers=6, subscribers=6)
        self.cursors = [Cursors(self.crowd.address_of(i), f"cursor-{i}").start() for i in range(3)]

    def until_acknowledged(self):
        """Seconds until something is acknowledged that was not on its way."""
        began = time.monotonic()
        wanted = self.crowd.acknowledged + len(self.crowd.writers)
        cluster_case.wait_for(lambda: self.crowd.acknowledged > wanted, "appends are acknowledged again")
        return time.monotonic() - began

    def run(self, seconds):
        faults = Faults(self.cluster, self.chance)
        deadline = time.monotonic() + seconds
        names = []
        while seconds == 0 or time.monotonic() < deadline:
            names = names or self.chance.sample(Faults.names(), len(Faults.names()))
            name = names.pop()
            began = time.monotonic()
            getattr(faults, name)()
            took = time.monotonic() - began
            print(f"  {name}: {took:.1f} s, then {self.until_acknowledged():.1f} s until the next acknowledgements", flush=True)
            self.crowd.wait_for(FLOOR_APPENDS)
            if not names and seconds == 0:
                return

    def judge(self):
        """All that must hold at the end; fails with what does not."""
        nodes = self.cluster.nodes
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
        for node in nodes:
            node.stop()
        return f"{counts}; {head} positions, alike on {len(nodes)} nodes"

    def close(self):
        self.cluster.close()
        self._folder.cleanup()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=0, help="how long faults come; 0: each once")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--suite", default=FLOOR, help="of Debian, whose nats-server is used [%(default)s]")
    options = parser.parse_args()
    print(f"faults.py --seed {options.seed} --suite {options.suite}", flush=True)
    try:
        one = Round(options.seed, options.suite)
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
