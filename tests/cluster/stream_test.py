"""What is done to the stream behind the nodes' backs: each halts, says why, and serves nothing new."""

import shutil
import unittest

import grpc

import claims
from chipline_process import run
from cluster_case import ClusterCase, refusal_of, wait_for
from contract import health, pb
from nats_cluster import STREAM
from refusal import Refusal

# An append that waits for the stream in vain is answered after so long.
COMMIT_SECONDS = 2


class StreamCase(ClusterCase):
    def setUp(self):
        self.cluster = self.new_cluster(nodes=0, **getattr(self, "settings", {}))
        for _ in range(3):
            self.cluster.add_node(None, "--commit-timeout", f"{COMMIT_SECONDS}s")
        self.nodes = self.cluster.nodes

    def fill(self, appends=10):
        for i in range(appends):
            self.nodes[i % 3].append(claims.capex("acme"))
        return max(node.head(linearizable=True) for node in self.nodes)

    def copy_of_stream(self):
        """Takes what the servers have on disk, with all of them down; they run afterwards."""
        self.cluster.kill_servers()
        kept = self.cluster.nats.folder / "kept"
        for server in self.cluster.nats.servers:
            shutil.copytree(server.store, kept / server.name)
        self.cluster.start_servers()
        return kept

    def put_back(self, kept):
        self.cluster.kill_servers()
        for server in self.cluster.nats.servers:
            shutil.rmtree(server.store)
            shutil.copytree(kept / server.name, server.store)
        self.cluster.start_servers()

    def append_fails(self, node):
        """How an append is refused; waits until one is."""
        def refused():
            try:
                node.append(claims.capex("acme"))
            except grpc.RpcError as error:
                return Refusal.of_error(error)
            return None
        return wait_for(refused, f"{node.name} refuses an append")

    def assert_halted(self, node, head, *reasons):
        """It takes nothing more, says why (one of the reasons), is NOT_SERVING, and still answers what it has."""
        seen = []

        def halted():
            seen.append(self.append_fails(node))
            self.assertEqual(seen[-1].code, grpc.StatusCode.UNAVAILABLE, str(seen[-1]))
            return any(reason in seen[-1].message for reason in reasons)
        wait_for(halted, lambda: f"{node.name} says {reasons}, but {seen[-1]}")
        wait_for(lambda: not self.serving(node), f"{node.name} is not serving")
        self.assertEqual(node.head(), head)
        self.assertEqual(len(node.events(head)), head)
        wait_for(lambda: any(self.says(node, reason) for reason in reasons),
                 f"cluster status says {reasons} of {node.name}")

    def says(self, node, reason):
        """Whether it says that this is its problem."""
        return any(one.self and reason in one.problem for one in node.cluster().nodes)

    def assert_start_refused(self, node, reason):
        done = run("--json", "serve", "--data", node.data, "--listen", "127.0.0.1:0", *node.flags)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(refusal_of(done)[1], reason, done.stderr)


class PausedTest(StreamCase):
    """A node stands still while the stream is trimmed. Its server goes on sending, up to what one request of its feed
    asks for (16 MiB): that waits in buffers, and is not lost by the trim."""

    def setUp(self):
        super().setUp()
        before = set(self.feeds())
        self.node = self.nodes[2]
        self.node.restart()
        self.feed = (set(self.feeds()) - before).pop()
        self.fill()
        self.node.pause()

    def feeds(self):
        """How far each feed was sent the stream, and how much is left, by the part of its consumers' names that stays.
        Of consumers that a feed made one after the other the last one counts."""
        found = {}
        for consumer in self.cluster.ask(f"$JS.API.CONSUMER.LIST.{STREAM}")["consumers"]:
            feed, number = consumer["name"].rsplit("-", 1)
            state = (int(number), consumer["delivered"]["stream_seq"], consumer["num_pending"])
            found[feed] = max(found.get(feed, state), state)
        return {feed: state[1:] for feed, state in found.items()}

    def test_what_was_sent_before_the_trim_is_taken_or_the_node_halts(self):
        """It halts if it takes the silence for that of a lost consumer before it reads what came."""
        for _ in range(3):
            self.nodes[0].append(claims.capex("acme"))
        last = self.cluster.ask(f"$JS.API.STREAM.INFO.{STREAM}")["state"]["last_seq"]
        wait_for(lambda: self.feeds()[self.feed] == (last, 0), "the paused node was sent everything")
        self.cluster.ask(f"$JS.API.STREAM.PURGE.{STREAM}")
        self.nodes[1].append(claims.capex("acme"))
        head = self.nodes[0].head(linearizable=True)
        self.node.resume()
        wait_for(lambda: self.node.head() == head or self.says(self.node, "NEWER_BACKUP_NEEDED"), "it goes on or halts")
        if self.node.head() == head:
            self.assert_same(self.nodes)
        else:
            kept = self.node.head()
            self.assertEqual(self.node.events(kept), self.nodes[0].events(kept))
            self.assert_same(self.nodes[:2])

    def test_what_was_not_sent_before_the_trim_is_a_gap_that_is_not_passed(self):
        for _ in range(24):
            self.nodes[0].append(*[claims.capex("acme", scope_text="x" * 4000) for _ in range(230)])
        sent, left = self.feeds()[self.feed]
        self.assertGreater(left, 0, f"all up to message {sent} was sent")
        self.cluster.ask(f"$JS.API.STREAM.PURGE.{STREAM}")
        self.nodes[1].append(claims.capex("acme"))
        self.node.resume()
        wait_for(lambda: self.says(self.node, "NEWER_BACKUP_NEEDED"), "it halts")
        kept = self.node.head()
        self.assertEqual(self.node.events(kept), self.nodes[0].events(kept))
        self.node.stop()
        self.assert_start_refused(self.node, "NEWER_BACKUP_NEEDED")
        self.assert_same(self.nodes[:2])


class StreamTest(StreamCase):
    def test_a_trimmed_stream_is_followed_by_those_who_need_nothing_of_it(self):
        self.fill()
        self.nodes[2].kill()
        self.nodes[0].append(claims.capex("acme"))
        head = self.nodes[1].head(linearizable=True)
        self.cluster.ask(f"$JS.API.STREAM.PURGE.{STREAM}")
        placed = self.nodes[0].append(claims.capex("acme")).events[0].position
        self.assertEqual((placed, self.nodes[1].head(linearizable=True)), (head + 1, head + 1))
        self.assert_start_refused(self.nodes[2], "NEWER_BACKUP_NEEDED")

    def serving(self, node):
        status = node.client.health.Check(health.HealthCheckRequest()).status
        return status == health.HealthCheckResponse.SERVING

    def test_a_stream_that_was_deleted(self):
        head = self.fill()
        self.cluster.ask(f"$JS.API.STREAM.DELETE.{STREAM}")
        for node in self.nodes:
            self.assert_halted(node, head, "STREAM_MISSING")
        self.nodes[0].stop()
        self.assert_start_refused(self.nodes[0], "STREAM_MISSING")

    def test_a_stream_that_was_made_anew(self):
        head = self.fill()
        self.cluster.ask(f"$JS.API.STREAM.DELETE.{STREAM}")
        self.cluster.create_stream()
        for node in self.nodes:
            # Some look while there is none.
            self.assert_halted(node, head, "STREAM_REWRITTEN", "STREAM_MISSING")
        self.nodes[0].stop()
        self.assert_start_refused(self.nodes[0], "OTHER_LOG")

    def test_a_stream_that_was_put_back(self):
        self.fill()
        kept = self.copy_of_stream()
        head = self.fill()
        self.nodes[2].stop()
        self.put_back(kept)
        self.assert_start_refused(self.nodes[2], "STREAM_REWRITTEN")
        # What the others propose makes the stream longer again, with other messages in the old places.
        for node in self.nodes[:2]:
            self.assert_halted(node, head, "STREAM_REWRITTEN")

    def make_hole(self):
        """A message that comes by a subject of its own and is purged by it."""
        config = self.cluster.ask(f"$JS.API.STREAM.INFO.{STREAM}")["config"]
        subjects = config["subjects"]
        self.cluster.ask(f"$JS.API.STREAM.UPDATE.{STREAM}", {**config, "subjects": [*subjects, f"{STREAM}.extra"]})
        missing = self.cluster.ask(f"{STREAM}.extra", {})["seq"]
        self.cluster.ask(f"$JS.API.STREAM.PURGE.{STREAM}", {"filter": f"{STREAM}.extra"})
        self.cluster.ask(f"$JS.API.STREAM.UPDATE.{STREAM}", {**config, "subjects": subjects})
        return missing

    def test_nodes_wait_at_a_hole_and_say_for_what(self):
        head = self.fill()
        for node in self.nodes:
            node.stop()
        missing = self.make_hole()
        for node in self.nodes:
            node.start_again()
        for node in self.nodes:
            def waits(asked=node):
                return all(f"STREAM_HOLE: the stream does not have message {missing}," in one.problem
                           and "heard the other nodes" in one.problem for one in asked.cluster().nodes)
            wait_for(waits, lambda asked=node: f"all nodes wait at {missing}: {asked.cluster()}")
            self.assertEqual(self.append_fails(node).code, grpc.StatusCode.UNAVAILABLE)
            self.assertTrue(self.serving(node))
            self.assertEqual(len(node.events(head)), head)
            self.assertEqual(node.head(), head)

    def test_no_append_waits_longer_than_it_was_told_to(self):
        self.fill()
        self.cluster.kill_servers()
        for node in self.nodes:
            refused = self.append_fails(node)
            self.assertEqual((refused.code, refused.reason), (grpc.StatusCode.UNAVAILABLE, "OUTCOME_UNKNOWN"))
            self.assertIsNotNone(refused.retry)
            with self.assertRaises(grpc.RpcError) as late:
                node.client.log.AppendEvents(pb.AppendEventsRequest(events=[claims.capex("acme")]),
                                             timeout=2 * COMMIT_SECONDS)
            self.assertEqual(late.exception.code(), grpc.StatusCode.UNAVAILABLE)
        self.cluster.start_servers()
        wait_for(lambda: self.takes_appends(self.nodes[0]), "it takes appends again")
        self.assert_same(self.nodes)

    def takes_appends(self, node):
        try:
            return node.append(claims.capex("acme"))
        except grpc.RpcError:
            return None


class FullStreamTest(StreamCase):
    settings = {"account_max_file": "6MB"}

    def test_what_a_full_stream_refused_is_never_accepted(self):
        refused, accepted = [], 0
        while not refused and accepted < 1000:
            for node in self.nodes:
                event = claims.capex("acme", scope_text="x" * 4000)
                try:
                    node.append(event, *[claims.capex("acme", scope_text="x" * 4000) for _ in range(9)])
                    accepted += 10
                except grpc.RpcError as error:
                    self.assertEqual(Refusal.of_error(error).reason, "STREAM_FULL", str(error))
                    self.assertEqual(error.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
                    refused.append((node, event))
        self.assertTrue(refused)
        # Reads go on, and so do the nodes once there is room.
        self.assertEqual(self.nodes[0].head(), accepted)
        self.cluster.ask(f"$JS.API.STREAM.PURGE.{STREAM}")
        for _, event in refused:
            missing = pb.GetEventRequest(event_id=event.event_id)
            for node in self.nodes:
                wait_for(lambda asked=node: self.fits_again(asked), f"{node.name} takes appends again")
                with self.assertRaises(grpc.RpcError) as absent:
                    node.client.log.GetEvent(missing)
                self.assertEqual(absent.exception.code(), grpc.StatusCode.NOT_FOUND)
        for node, event in refused:
            self.assertFalse(node.append(event).events[0].duplicate)
        self.assert_same(self.nodes)

    def fits_again(self, node):
        try:
            return node.append(claims.capex("acme"))
        except grpc.RpcError:
            return None


if __name__ == "__main__":
    unittest.main()
