"""A flipped bit in what one nats-server has of the stream. Nodes never see it, or halt and say why; none takes it."""

import os
import random
import shutil
import unittest

import grpc

import claims
from cluster_case import ClusterCase, wait_for
from contract import pb
from nats_cluster import STREAM, STREAMS_ACCOUNT

ROUNDS = int(os.environ.get("CHIPLINE_FAULT_ROUNDS", "1"))
# What a node may say that meets it, at its start or later.
REASONS = ("STREAM_HOLE", "STREAM_REWRITTEN", "MESSAGE_UNREADABLE", "STREAM_UNREACHABLE", "STREAM_MISSING")


class RotTest(ClusterCase):
    def setUp(self):
        seed = random.SystemRandom().randrange(1 << 32)
        self.chance = random.Random(seed)
        self.cluster = self.new_cluster()
        self.nodes = self.cluster.nodes
        # Event ids by the positions that were acknowledged.
        self.acknowledged = {}
        print(f"seed {seed}", flush=True)

    def append(self, node):
        event = claims.capex("acme", scope_text="x" * self.chance.randrange(3000))
        try:
            placed = node.append(event).events[0].position
        except grpc.RpcError:
            return False
        self.acknowledged[placed] = event.event_id
        return True

    def fill(self):
        for _ in range(40):
            self.assertTrue(self.append(self.chance.choice(self.nodes)))

    def flip(self, index):
        """In a block of the stream that a stopped server has."""
        blocks = sorted((self.cluster.nats.servers[index].store / "jetstream" / STREAMS_ACCOUNT / "streams" / STREAM /
                         "msgs").glob("*.blk"))
        block = self.chance.choice([block for block in blocks if block.stat().st_size])
        octets = bytearray(block.read_bytes())
        at, bit = self.chance.randrange(len(octets)), self.chance.randrange(8)
        octets[at] ^= 1 << bit
        block.write_bytes(octets)
        print(f"    bit {bit} of byte {at} of {len(octets)} in {block.name} of {self.cluster.nats.servers[index].name}",
              flush=True)

    def lead(self, index):
        """Has the server lead the stream, if it comes to that."""
        for _ in range(20):
            leader = wait_for(lambda: [self.cluster.leader()] if self.cluster.leader() is not None else None,
                              "there is a leader")[0]
            if leader == index:
                return True
            try:
                self.cluster.ask(f"$JS.API.STREAM.LEADER.STEPDOWN.{STREAM}")
            except (OSError, RuntimeError):
                continue
        return False

    def rebuild(self, node):
        """From an empty directory, so that it reads all that there is. Answers with "alike", or the reason why not."""
        shutil.rmtree(node.data)
        try:
            node.start_again()
        except AssertionError as refused:
            return self.reason_in(str(refused))
        head = max(self.acknowledged)
        return wait_for(lambda: self.problem_of(node) or (node.view_position() >= head and "alike"),
                        f"{node.name} has all or says why not")

    def reason_in(self, text):
        found = [reason for reason in REASONS if reason in text]
        self.assertTrue(found, text)
        return found[0]

    def problem_of(self, node):
        """The reason that a node halted for; None while it goes on."""
        try:
            node.append(claims.capex("acme"), validate_only=True)
        except grpc.RpcError as error:
            said = str(error.details())
            return next((reason for reason in REASONS if reason in said), None)
        return None

    def repair(self, index):
        """As the runbook says: the server begins anew and takes all from the others, and so do nodes that halted."""
        nats = self.cluster.nats
        nats.kill(index)
        nats.wipe(index)
        nats.start(index)
        wait_for(lambda: not nats.ailments(), lambda: f"all servers have everything: {nats.ailments()}")
        for node in self.nodes:
            if node.process.poll() is not None or self.problem_of(node):
                if node.process.poll() is None:
                    node.kill()
                shutil.rmtree(node.data)
                node.start_again()

    def check(self):
        head = self.assert_same(self.nodes)
        found = {event.position: event.event.event_id
                 for event in map(pb.RecordedEvent.FromString, self.nodes[0].events(head))}
        for position, event_id in self.acknowledged.items():
            self.assertEqual(found.get(position), event_id, f"position {position} was acknowledged")

    def one_round(self, leads):
        nats = self.cluster.nats
        self.fill()
        victim = self.chance.randrange(3)
        if leads:
            self.lead(victim)
        self.nodes[2].stop()
        self.chance.choice((nats.servers[victim].stop, nats.servers[victim].kill))()
        self.flip(victim)
        nats.start(victim)
        wait_for(lambda: self.append(self.nodes[0]), "appends are taken")
        led = self.lead(victim) if leads else False
        outcome = self.rebuild(self.nodes[2])
        print(f"    {nats.servers[victim].name} {'leads' if led else 'follows'}: {outcome}", flush=True)
        for node in self.nodes[:2]:
            self.append(node)
        self.repair(victim)
        self.fill()
        self.check()

    def test_a_follower_has_a_flipped_bit(self):
        for _ in range(ROUNDS):
            self.one_round(False)

    def test_the_leader_has_a_flipped_bit(self):
        for _ in range(ROUNDS):
            self.one_round(True)


if __name__ == "__main__":
    unittest.main()
