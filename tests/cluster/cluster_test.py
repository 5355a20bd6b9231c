"""Three nodes over three nats-servers: one log, whichever of them is asked."""

import shutil
import tempfile
import unittest

import grpc

import claims
from chipline_process import Server, run
from cluster_case import Cluster, ClusterCase, refusal_of, wait_for
from contract import pb
from refusal import Refusal


def refused(call):
    """How a call is refused."""
    try:
        answer = call()
    except grpc.RpcError as error:
        return Refusal.of_error(error)
    raise AssertionError(f"was not refused, but answered {answer}")


class Reading:
    """Messages of a stream until one is wanted, at one node after the other."""

    def __init__(self):
        self.events = []
        self.token = ""

    def subscribe(self, node, until, **start):
        """Reads the events up to a position."""
        stream = node.client.subscriptions.Subscribe(pb.SubscribeRequest(max_batch_bytes=4096, **start))
        for message in stream:
            self.events += message.batch.events
            self.token = message.resume_token
            if message.position >= until:
                break
        stream.cancel()


class SharedClusterTest(ClusterCase):
    """One cluster for all."""

    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster()
        cls.addClassCleanup(cls.cluster.close)
        cls.nodes = cls.cluster.nodes

    def test_what_one_node_took_all_have(self):
        company = claims.fresh("company")
        for i, node in enumerate(self.nodes):
            placed = node.append(claims.capex(company, period=str(2020 + i))).events[0].position
            for other in self.nodes:
                self.assertGreaterEqual(other.head(linearizable=True), placed)
                # Whoever was told a position waits for it, wherever it asks.
                entries = other.client.timelines.GetTimeline(pb.GetTimelineRequest(
                    query=pb.TimelineQuery(capex=pb.CapexQuery(company=company)), min_position=placed)).entries
                self.assertEqual(len(entries), i + 1)
        self.assert_same(self.nodes)

    def test_an_event_id_counts_once_at_all_nodes(self):
        event = claims.capex(claims.fresh("company"))
        first = self.nodes[0].append(event).events[0]
        again = self.nodes[1].append(event).events[0]
        self.assertEqual((again.position, again.duplicate), (first.position, True))
        event.capex_announcement.scope_text = "another text"
        self.assertEqual(refused(lambda: self.nodes[2].append(event)).code, grpc.StatusCode.ALREADY_EXISTS)

    def test_a_revision_counts_at_all_nodes(self):
        company = claims.fresh("company")
        expected = pb.Precondition(subject=f"capex.{company}", expected_revision=0)
        revision = self.nodes[0].append(claims.capex(company), preconditions=[expected]).events[0].revision
        late = refused(lambda: self.nodes[1].append(claims.capex(company), preconditions=[expected]))
        self.assertEqual(late.code, grpc.StatusCode.ABORTED)
        expected.expected_revision = revision
        self.nodes[2].append(claims.capex(company), preconditions=[expected])

    def test_a_name_counts_at_all_nodes(self):
        company, name = claims.fresh("company"), claims.fresh("Das Unternehmen")
        self.nodes[0].append(claims.alias(company, name))
        for node in self.nodes[1:]:
            node.head(linearizable=True)
            made = claims.capex("")
            made.capex_announcement.companies[0].CopyFrom(pb.Ref(mention=name.upper()))
            self.assertEqual(node.append(made).events[0].subject, f"capex.{company}")

    def test_a_cursor_is_that_of_all_nodes(self):
        name = claims.fresh("cursor")
        position = self.nodes[0].append(claims.capex("acme")).events[0].position
        self.nodes[0].client.subscriptions.CommitCursor(pb.CommitCursorRequest(name=name, position=position))
        self.nodes[1].head(linearizable=True)
        found = self.nodes[1].client.subscriptions.GetCursor(pb.GetCursorRequest(name=name)).cursor
        self.assertEqual(found.position, position)
        wrong = refused(lambda: self.nodes[2].client.subscriptions.CommitCursor(
            pb.CommitCursorRequest(name=name, position=position, expected_position=position - 1)))
        self.assertEqual(wrong.code, grpc.StatusCode.ABORTED)

    def test_times_of_recording_only_rise(self):
        for i in range(30):
            self.nodes[i % 3].append(claims.capex("acme"), claims.capex("acme"))
        head = self.assert_same(self.nodes)
        events = [pb.RecordedEvent.FromString(event) for event in self.nodes[0].events(head)]
        times = [(event.append_first_position, event.record_time.ToNanoseconds()) for event in events]
        for (before_append, before), (after_append, after) in zip(times, times[1:]):
            if before_append == after_append:
                self.assertEqual(before, after)
            else:
                self.assertLess(before, after)

    def test_a_validated_append_stays_at_its_node(self):
        head = self.nodes[0].head(linearizable=True)
        self.nodes[0].append(claims.capex("acme"), validate_only=True)
        self.assertEqual(self.nodes[1].head(linearizable=True), head)

    def test_the_nodes_say_that_they_agree(self):
        for i in range(12):
            self.nodes[i % 3].append(*[claims.capex(f"c{n % 7}") for n in range(100)])
        self.assert_agreed(self.nodes)
        found = self.nodes[0].cluster()
        self.assertEqual([replica.leader for replica in found.replicas].count(True), 1)
        self.assertEqual((len(found.replicas), found.cluster.sync_verified), (3, True))
        done = run("cluster", "status", server=self.nodes[2])
        self.assertEqual(done.returncode, 0, done.stderr)
        for node in self.nodes:
            self.assertIn(node.name, done.stdout)


class MovingClusterTest(ClusterCase):
    """Nodes that come and go, each test with a cluster of its own."""

    def setUp(self):
        self.cluster = self.new_cluster()
        self.nodes = self.cluster.nodes

    def fill(self, appends=12):
        """More than 1,000 events, through all nodes."""
        for i in range(appends):
            self.nodes[i % len(self.nodes)].append(*[claims.capex(f"c{n % 7}") for n in range(100)])

    def test_streams_go_on_at_another_node(self):
        self.fill(3)
        reading = Reading()
        reading.subscribe(self.nodes[0], 150, after_position=0)
        wait_for(lambda: self.nodes[0].view_position() >= 300, "the timelines are at 300")
        watch = self.nodes[0].client.timelines.WatchTimelines(pb.WatchTimelinesRequest(
            query=pb.TimelineQuery(capex=pb.CapexQuery(company="c1"))))
        for message in watch:
            token, watched = message.resume_token, message.position
            if message.WhichOneof("step") == "caught_up":
                break
        self.nodes[0].kill()

        placed = self.nodes[1].append(claims.capex("c1", period="1999")).events[0].position
        reading.subscribe(self.nodes[2], placed, resume_token=reading.token)
        self.assertEqual([event.position for event in reading.events], list(range(1, placed + 1)))

        resumed = self.nodes[2].client.timelines.WatchTimelines(pb.WatchTimelinesRequest(
            query=pb.TimelineQuery(capex=pb.CapexQuery(company="c1")), resume_token=token))
        steps = []
        for message in resumed:
            steps.append(message)
            if message.position >= placed and message.WhichOneof("step") == "changes":
                break
        resumed.cancel()
        self.assertTrue(steps[0].started.resumed, steps[0])
        changed = [message for message in steps if message.WhichOneof("step") == "changes"]
        self.assertEqual([message.position for message in changed], [placed])
        self.assertLess(watched, placed)
        self.nodes[0].start_again()
        self.assert_same(self.nodes)

    def test_a_node_without_its_directory_is_built_from_the_stream(self):
        self.fill()
        self.nodes[1].stop()
        shutil.rmtree(self.nodes[1].data)
        self.nodes[0].append(claims.capex("c1"))
        self.nodes[1].start_again()
        self.assert_same(self.nodes)
        self.assert_agreed(self.nodes)

    def test_a_node_says_when_the_stream_is_lost_and_when_it_is_back(self):
        for server in (0, 1):
            self.cluster.nats.kill(server)
        lost = "the stream is lost"
        wait_for(lambda: all(lost in node.said() for node in self.nodes), "all nodes say that it is lost")
        self.assertIn("STREAM_UNREACHABLE", self.nodes[0].said())
        self.cluster.start_servers()
        wait_for(lambda: all("the stream is back" in node.said() for node in self.nodes), "they say it is back")
        self.nodes[0].append(claims.capex("c1"))
        # Once, however often they look.
        self.assertEqual([node.said().count(lost) for node in self.nodes], [1] * 3)

    def trim(self, backups, *flags):
        return run("--json", "--server", self.nodes[0].address, "log", "trim", "--log", self.cluster.url,
                   "--log-creds", self.cluster.nats.credentials["admin"], "--backups", backups, *flags)

    def test_the_stream_is_trimmed_to_what_the_backup_and_every_node_have(self):
        self.fill()
        with tempfile.TemporaryDirectory(prefix="chipline-backups-") as backups:
            def back_up(data):
                done = run("backup", "--data", data, "--to", backups)
                self.assertEqual(done.returncode, 0, done.stderr)
            self.nodes[1].stop()
            back_up(self.nodes[1].data)
            head = self.nodes[0].append(claims.capex("c1")).events[0].position
            self.nodes[1].start_again()
            # Nodes say each second how they do, and what was not heard of is not trimmed.
            wait_for(lambda: all(node.head_position == head and node.lag_messages == 0 and node.kept_sequence > 1
                                 for node in self.nodes[0].cluster().nodes), "all nodes have all")
            before = self.nodes[0].cluster()
            self.assertEqual(before.first_sequence, 1)

            said = self.trim(backups, "--dry-run")
            self.assertEqual(said.returncode, 0, said.stderr)
            self.assertEqual(self.nodes[0].cluster().first_sequence, 1)
            done = self.trim(backups)
            self.assertEqual(done.returncode, 0, done.stderr)
            wait_for(lambda: self.nodes[0].cluster().first_sequence > 1, "the stream is trimmed")
            kept = self.nodes[0].cluster().first_sequence
            self.assertLess(kept, before.last_sequence)

            # All start on what is left, and so does one that begins with the backup.
            for node in self.nodes:
                node.kill()
                node.start_again()

            def restore(data):
                joined = run("restore", "--from", backups, "--data", data, "--join")
                self.assertEqual(joined.returncode, 0, joined.stderr)
            self.cluster.add_node(restore)
            self.nodes[3].append(claims.capex("c2"))
            self.assert_same(self.nodes)

        # A backup of another log says nothing of this stream.
        with tempfile.TemporaryDirectory(prefix="chipline-backups-") as others:
            alone = Server()
            self.addCleanup(alone.close)
            alone.client.log.AppendEvents(pb.AppendEventsRequest(events=[claims.capex("c1")]))
            alone.stop()
            done = run("backup", "--data", alone.data, "--to", others)
            self.assertEqual(done.returncode, 0, done.stderr)
            refused = self.trim(others)
            self.assertEqual((refused.returncode, refusal_of(refused)[1]), (1, "NOT_OF_A_CLUSTER"))

    def test_a_node_begins_with_a_backup(self):
        self.fill()
        with tempfile.TemporaryDirectory(prefix="chipline-backups-") as backups:
            self.nodes[0].stop()
            done = run("backup", "--data", self.nodes[0].data, "--to", backups)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.nodes[1].append(claims.capex("c1"))
            self.nodes[0].start_again()

            def restore(data):
                joined = run("restore", "--from", backups, "--data", data, "--join")
                self.assertEqual(joined.returncode, 0, joined.stderr)
            self.cluster.add_node(restore)
            self.assert_same(self.nodes)
            self.assert_agreed(self.nodes)

            # Plainly restored it goes on alone, at the same positions, as another life of the log.
            alone = Server("--backup-dir", backups)
            self.addCleanup(alone.close)
            alone.stop()
            shutil.rmtree(alone.data)
            plain = run("restore", "--from", backups, "--data", alone.data)
            self.assertEqual(plain.returncode, 0, plain.stderr)
            alone.start()
            head = alone.client.log.GetHead(pb.GetHeadRequest())
            self.assertEqual(head.head_position, 1200)
            self.assertEqual(head.log_id, self.nodes[0].client.log.GetHead(pb.GetHeadRequest()).log_id)
            placed = alone.client.log.AppendEvents(pb.AppendEventsRequest(events=[claims.capex("c1")]))
            self.assertEqual(placed.events[0].position, 1201)
            alone.stop()

    def test_a_node_ends_in_time_whatever_the_servers_do(self):
        """With and without its servers: SIGTERM ends it well (Server.stop says so), and it starts again."""
        self.fill(1)
        self.nodes[0].stop()
        self.cluster.kill_servers()
        self.nodes[1].stop()
        self.cluster.start_servers()
        self.nodes[0].start_again()
        self.nodes[1].start_again()
        self.assert_same(self.nodes)


class MovedLogTest(ClusterCase):
    """A log of one machine that goes on as that of a cluster."""

    def test_positions_stay(self):
        alone = Server()
        self.addCleanup(alone.close)
        for _ in range(3):
            alone.client.log.AppendEvents(pb.AppendEventsRequest(events=[claims.capex("c1") for _ in range(10)]))
        alone.stop()
        cluster = self.new_cluster(nodes=0, data=alone.data)
        for _ in range(3):
            cluster.add_node(lambda data: shutil.copytree(alone.data, data))
        nodes = cluster.nodes
        self.assertEqual(nodes[1].append(claims.capex("c1")).events[0].position, 31)
        self.assertEqual(self.assert_same(nodes), 31)
        for i in range(10):
            nodes[i % 3].append(*[claims.capex("c2") for _ in range(100)])
        self.assert_agreed(nodes)
        # Once it is one of a cluster's, it does not go on alone.
        nodes[0].stop()
        refused_start = run("serve", "--data", nodes[0].data, "--listen", "127.0.0.1:0")
        self.assertEqual(refused_start.returncode, 1)
        self.assertIn("takes its order from a stream", refused_start.stderr)


if __name__ == "__main__":
    unittest.main()
