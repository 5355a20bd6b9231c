"""Disks of nats-servers that are full: what was acknowledged stays.

When all of them are full, nats-server 2.10.27 mostly loses the stream, and 2.15.1 does not. Nodes go on if it is
there, or halt and say why; then the log goes on in a new stream, as the runbook says. A server of 2.10.27 that has no
room for the streams alone keeps something else than the others from then on, so that is tried with the newest only.
"""

import contextlib
import pathlib
import shutil
import sys
import tempfile
import unittest

import grpc

import claims
import nats_package
import network
from chipline_process import run
from cluster_case import SUITE, ClusterCase, wait_for
from contract import pb
from disk_faults import ServerDisks
from disks import Disk
from nats_cluster import STREAM, STREAMS_ACCOUNT
from refusal import Refusal

# Each may take as long as an append waits for the stream.
APPENDS = 3
GOES_ON = "goes on"
LOST = ("STREAM_MISSING", "STREAM_REWRITTEN")


class DiskCase(ClusterCase):
    suite = SUITE

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="chipline-disks-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        outer = [self.disk(f"disk-{number}") for number in range(3)]
        streams = [self.disk(f"disk-{number}/jetstream/{STREAMS_ACCOUNT}") for number in range(3)]
        self.cluster = self.new_cluster(nodes=0, suite=self.suite, stores=[disk.path for disk in outer])
        for _ in range(3):
            self.cluster.add_node(None, "--commit-timeout", "2s")
        self.nodes = self.cluster.nodes
        self.disks = ServerDisks(self.cluster, outer, streams)
        # Event ids by the position that was acknowledged.
        self.acknowledged = {}

    def disk(self, path):
        made = Disk(self.folder / path)
        self.addCleanup(made.close)
        return made

    def append(self, node):
        """Whether it was acknowledged."""
        # With what comes around it more than a page of a disk.
        event = claims.capex("acme", scope_text="x" * 4000)
        try:
            placed = node.append(event).events[0]
        except grpc.RpcError as error:
            self.assertIn(error.code(), (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED), error)
            return False
        self.assertNotIn(placed.position, self.acknowledged)
        self.acknowledged[placed.position] = event.event_id
        return True

    def append_some(self):
        return [self.append(self.nodes[i % 3]) for i in range(APPENDS)]

    def outcome(self, node):
        """Whether it takes appends, or the reason for which it halted; None if neither is so yet."""
        try:
            self.assertTrue(node.append(claims.capex("acme")))
        except grpc.RpcError as error:
            said = Refusal.of_error(error).message
            return next((reason for reason in LOST if reason in said), None)
        return GOES_ON

    def begin_anew(self):
        """The log of the node that has most of it, in a new stream."""
        heads = [node.head() for node in self.nodes]
        best = self.nodes[heads.index(max(heads))]
        for node in self.nodes:
            node.kill()
        with contextlib.suppress(RuntimeError):
            self.cluster.ask(f"$JS.API.STREAM.DELETE.{STREAM}")
        self.copy(best, [best])
        self.cluster.create_stream(best.data)
        best.start_again()
        # It is a node of the stream once it has taken something from it.
        wait_for(lambda: self.append(best), f"{best.name} takes appends")
        best.stop()
        self.copy(best, [node for node in self.nodes if node is not best], "--join")
        for node in self.nodes:
            node.start_again()

    def copy(self, node, to, *flags):
        backups = tempfile.mkdtemp(dir=self.folder)
        done = run("backup", "--data", node.data, "--to", backups)
        self.assertEqual(done.returncode, 0, done.stderr)
        for other in to:
            shutil.rmtree(other.data)
            restored = run("restore", "--from", backups, "--data", other.data, *flags)
            self.assertEqual(restored.returncode, 0, restored.stderr)

    def outcomes_of_full(self, servers, *disks):
        """What becomes of the nodes when disks of these servers are full for a while: that they go on, or a reason."""
        self.assertTrue(all(self.append_some()))
        self.disks.fill(servers, *disks)
        taken = sum(self.append_some())
        self.disks.wait_until_noticed(servers)
        self.disks.make_room(servers)
        outcomes = [wait_for(lambda asked=node: self.outcome(asked), f"{node.name} goes on or halts")
                    for node in self.nodes]
        print(f"    {', '.join(outcomes)}; {taken} of {APPENDS} were taken while there was no room", flush=True)
        return outcomes

    def assert_nothing_is_lost(self):
        self.assertTrue(all(self.append_some()))
        self.assert_same(self.nodes)
        events = map(pb.RecordedEvent.FromString, self.nodes[0].events(self.nodes[0].head()))
        found = {event.position: event.event.event_id for event in events}
        for position, event_id in self.acknowledged.items():
            self.assertEqual(found.get(position), event_id, f"position {position} was acknowledged")


class FullDisksTest(DiskCase):
    """To be run by hand: with 2.10.27 the stream may also stay without a leader for longer than the test waits."""

    def test_all_disks_are_full(self):
        outcomes = self.outcomes_of_full(range(3), self.disks.outer, self.disks.streams)
        if outcomes != [GOES_ON] * 3:
            self.begin_anew()
        self.assert_nothing_is_lost()


class NewestFullDisksTest(DiskCase):
    suite = nats_package.NEWEST

    def test_all_disks_are_full(self):
        self.assertEqual(self.outcomes_of_full(range(3), self.disks.outer, self.disks.streams), [GOES_ON] * 3)
        self.assert_nothing_is_lost()

    def test_the_streams_of_one_server_have_no_room(self):
        """Of the leader first, which has agreed on a message with the others when it finds that out."""
        leader = wait_for(lambda: self.cluster.leader() is not None and [self.cluster.leader()], "there is a leader")[0]
        for server in (leader, (leader + 1) % 3):
            self.assertEqual(self.outcomes_of_full([server], self.disks.streams), [GOES_ON] * 3)
        self.assert_nothing_is_lost()


if __name__ == "__main__":
    if missing := network.enter():
        print(f"no full disks: {missing}")
        sys.exit(0)
    unittest.main()
