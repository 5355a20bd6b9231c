"""A node that must not start says why, ends with 1, and leaves its directory as it was."""

import concurrent.futures
import pathlib
import shutil
import tempfile
import unittest

import claims
import nats_package
from chipline_process import Server, run
from cluster_case import ClusterCase, refusal_of
from contract import pb
from nats_cluster import STREAM

UNAVAILABLE, UNAUTHENTICATED, NOT_FOUND, PRECONDITION = 14, 16, 5, 9


def create(cluster, replicas, *flags):
    """log create as the administrator."""
    return run("--json", "log", "create", "--log", cluster.url, "--log-creds", cluster.nats.credentials["admin"],
               "--replicas", replicas, *flags)


class RefusedTest(ClusterCase):
    """One nats-server is enough to be refused by."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="chipline-refused-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.data = self.folder / "data"

    def cluster(self, **options):
        return self.new_cluster(nodes=0, servers=1, **options)

    def assert_refused(self, flags, code, reason, *words):
        """serve ends with 1 and this refusal, and writes nothing."""
        form = self.data / "FORMAT"
        before = form.read_bytes() if self.data.exists() else None
        done = run("--json", "serve", "--data", self.data, "--listen", "127.0.0.1:0", *flags)
        self.assertEqual(done.returncode, 1, done.stderr)
        found = refusal_of(done)
        self.assertEqual(found[:2], (code, reason), found)
        for word in words:
            self.assertIn(word, found[2])
        if before is None:
            self.assertFalse(self.data.exists())
        else:
            # Opening a log to look at it changes RocksDB's own files, but not which log it is.
            self.assertEqual(form.read_bytes(), before)

    def alone(self, count):
        """The directory of a server without a stream, with so many events."""
        server = Server()
        self.addCleanup(server.close)
        server.client.log.AppendEvents(pb.AppendEventsRequest(events=[claims.capex("acme") for _ in range(count)]))
        server.stop()
        shutil.copytree(server.data, self.data)

    def test_no_server(self):
        cluster = self.cluster()
        cluster.kill_servers()
        self.assert_refused(cluster.flags(), UNAVAILABLE, "STREAM_UNREACHABLE", "127.0.0.1")

    def test_wrong_credentials(self):
        cluster = self.cluster()
        wrong = self.folder / "wrong.credentials"
        wrong.write_text("user: node\npassword: wrong\n")
        flags = [wrong if flag == cluster.nats.credentials["node"] else flag for flag in cluster.flags()]
        self.assert_refused(flags, UNAUTHENTICATED, "STREAM_DENIED", "127.0.0.1")

    def test_no_stream(self):
        self.assert_refused(self.cluster(stream=False).flags(), NOT_FOUND, "STREAM_MISSING", "chipline log create")

    def test_a_stream_that_could_lose_something(self):
        cluster = self.cluster()
        config = cluster.ask(f"$JS.API.STREAM.INFO.{STREAM}")["config"]
        cluster.ask(f"$JS.API.STREAM.UPDATE.{STREAM}", {**config, "max_age": 3600 * 10**9})
        self.assert_refused(cluster.flags(), PRECONDITION, "STREAM_UNFIT", "max_age", "1h")

    def test_fewer_copies_than_asked_for(self):
        flags = [3 if flag == 1 else flag for flag in self.cluster().flags()]
        self.assert_refused(flags, PRECONDITION, "STREAM_UNFIT", "num_replicas is 1", "3 or more")

    def test_a_stream_of_no_log(self):
        cluster = self.cluster(stream=False)
        self.alone(1)
        # One that another program made.
        cluster.create_stream()
        config = cluster.ask(f"$JS.API.STREAM.INFO.{STREAM}")["config"]
        cluster.ask(f"$JS.API.STREAM.DELETE.{STREAM}")
        config["metadata"] = {}
        cluster.ask(f"$JS.API.STREAM.CREATE.{STREAM}", config)
        self.assert_refused(cluster.flags(), PRECONDITION, "STREAM_WITHOUT_LOG", "chipline log create")

    def test_the_stream_of_another_log(self):
        cluster = self.cluster()
        node = cluster.add_node()
        node.append(claims.capex("acme"))
        node.stop()
        shutil.copytree(node.data, self.data)
        cluster.ask(f"$JS.API.STREAM.DELETE.{STREAM}")
        cluster.create_stream()
        self.assert_refused(cluster.flags(), PRECONDITION, "OTHER_LOG")

    def test_a_directory_that_is_not_of_this_stream(self):
        cluster = self.cluster()
        self.alone(3)
        self.assert_refused(cluster.flags(), PRECONDITION, "OTHER_LOG")

    def test_an_old_copy_of_the_directory_that_the_stream_was_made_from(self):
        self.alone(3)
        moved = self.folder / "moved"
        shutil.copytree(self.data, moved)
        cluster = self.cluster(data=moved)
        # Its epoch is the one before.
        self.assert_refused(cluster.flags(), PRECONDITION, "OTHER_LOG")

    def test_a_node_without_its_stream(self):
        cluster = self.cluster()
        node = cluster.add_node()
        node.append(claims.capex("acme"))
        node.stop()
        shutil.copytree(node.data, self.data)
        self.assert_refused([], PRECONDITION, "OF_A_CLUSTER", "--log")

    def test_an_old_nats_server(self):
        if nats_package.find(nats_package.TOO_OLD) is None:
            self.skipTest("the old nats-server is not there: deploy/test fetches it")
        cluster = self.cluster(suite=nats_package.TOO_OLD, stream=False, sync_interval="")
        self.assert_refused(cluster.flags(), PRECONDITION, "SERVER_UNFIT", "2.9", "2.10.27")
        self.assert_create_refused(cluster, "SERVER_UNFIT")

    def test_a_message_limit_that_is_too_small(self):
        self.assert_refused(self.cluster(stream=False, max_payload="1MB").flags(), PRECONDITION, "SERVER_UNFIT", "max_payload")

    def test_a_server_that_does_not_sync(self):
        cluster = self.cluster(sync_interval="2m")
        self.assert_refused([*cluster.flags(), "--require-synced"], PRECONDITION, "SERVER_UNFIT", "sync_interval")

    def test_a_stream_that_is_there_already(self):
        self.assert_create_refused(self.cluster(), "STREAM_EXISTS")

    def test_more_copies_than_one_server_can_have(self):
        cluster = self.cluster(stream=False)
        done = create(cluster, 3)
        self.assertEqual(done.returncode, 1, done.stderr)
        code, reason, said = refusal_of(done)
        self.assertEqual((code, reason), (PRECONDITION, "STREAM_NOT_PLACED"))
        self.assertIn("--replicas 1", said)

    def assert_create_refused(self, cluster, reason):
        """log create of a directory's log ends with 1 and this reason, before it raises the epoch."""
        self.alone(1)
        before = (self.data / "FORMAT").read_bytes()
        done = create(cluster, 1, "--data", self.data)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(refusal_of(done)[1], reason)
        self.assertEqual((self.data / "FORMAT").read_bytes(), before)


class PlacesTest(ClusterCase):
    def test_log_create_waits_for_a_server_that_the_others_have_not_met(self):
        cluster = self.new_cluster(nodes=0, stream=False)
        # As at a first start: nobody remembers that there are three.
        for index in range(3):
            cluster.nats.kill(index)
            cluster.nats.wipe(index)
        for index in (0, 1):
            cluster.nats.start(index)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            asked = pool.submit(create, cluster, 3)
            with self.assertRaises(concurrent.futures.TimeoutError, msg="it waits"):
                asked.result(5)
            cluster.nats.start(2)
            done = asked.result()
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
