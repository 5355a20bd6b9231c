"""The server as a process: start, stop, its folder, its options, and what it says of itself."""

import pathlib
import signal
import subprocess
import tempfile
import unittest

import claims
from chipline_process import BINARY, Server, environment, run
from contract import pb
from server_case import ServerCase

LIMITS = {
    "max_event_bytes": 256 * 1024, "max_append_events": 4096, "max_append_bytes": 1_000_000,
    "max_preconditions": 64, "max_filter_values": 64, "max_page_size": 1000,
    "max_request_bytes": 4 * 1024 * 1024, "max_query_bytes": 64 * 1024, "max_request_fields": 64 * 4096,
    "max_scan_rows": 16_384,
}


class ServerTest(ServerCase):
    def test_it_says_what_it_is(self):
        info = self.client.admin.GetServerInfo(pb.GetServerInfoRequest())
        self.assertRegex(info.version, r"^\d+\.\d+\.\d+$")
        self.assertEqual(info.durability, pb.DURABILITY_SYNC)
        self.assertEqual({name: getattr(info.limits, name) for name in LIMITS}, LIMITS)
        for name in ("log_id", "fold_key_version", "format_version", "view_version", "policy_version"):
            self.assertTrue(getattr(info, name), name)
        self.assertTrue(info.HasField("start_time"))

    def test_it_counts(self):
        def stats():
            return self.client.admin.GetStats(pb.GetStatsRequest())
        before = stats()
        event = claims.usage("acme")
        self.append(event, claims.capex("acme"))
        self.append(event := claims.usage("acme"))
        self.append(event)
        self.refusal(lambda: self.append(event, claims.capex("acme")))
        after = stats()
        self.assertEqual(after.head_position, self.head())
        self.assertEqual(after.appended_events - before.appended_events, 3)
        self.assertEqual(after.appends - before.appends, 2)
        self.assertEqual(after.duplicate_events - before.duplicate_events, 1)
        self.assertEqual(after.refused_appends - before.refused_appends, 1)
        self.assertGreater(after.disk_bytes, 0)

    def test_a_second_server_over_the_same_folder_is_refused(self):
        done = run("serve", "--data", self.server.data, "--listen", "127.0.0.1:0")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(str(self.server.data), done.stderr)
        self.serves()

    def test_an_address_that_is_taken_is_refused(self):
        done = run("serve", "--data", self.server.folder / "other", "--listen", self.server.address)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.serves()

    def test_a_stop_leaves_everything_and_takes_the_port_file_away(self):
        log_id = self.client.log.GetHead(pb.GetHeadRequest()).log_id
        event = claims.capex("acme")
        position = self.append(event).events[0].position
        for stop in (signal.SIGTERM, signal.SIGINT):
            self.server.process.send_signal(stop)
            self.assertEqual(self.server.process.wait(10), 0, self.server.said())
            self.assertFalse(self.server.port_file.exists())
            self.server.start()
        head = self.client.log.GetHead(pb.GetHeadRequest())
        self.assertEqual(head.log_id, log_id)
        found = self.client.log.GetEvent(pb.GetEventRequest(event_id=event.event_id))
        self.assertEqual(found.event.position, position)


class OptionsTest(unittest.TestCase):
    def test_an_acknowledgement_before_the_sync_is_said(self):
        server = Server("--no-sync")
        self.addCleanup(server.close)
        info = server.client.admin.GetServerInfo(pb.GetServerInfoRequest())
        self.assertEqual(info.durability, pb.DURABILITY_NO_SYNC)
        self.assertIn("NOT synced", run("status", server=server).stdout)
        server.stop()

    def test_more_streams_than_allowed_are_refused(self):
        server = Server("--max-streams", "2")
        self.addCleanup(server.close)
        subscribe = server.client.subscriptions.Subscribe
        streams = [subscribe(pb.SubscribeRequest()) for _ in range(2)]
        for stream in streams:
            next(stream)
        done = run("tail", "--from-start", "--json", server=server)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("TOO_MANY_STREAMS", done.stderr)
        for stream in streams:
            stream.cancel()
        server.stop()

    def test_paths_may_be_relative(self):
        with tempfile.TemporaryDirectory() as folder:
            process = subprocess.Popen(
                [BINARY, "serve", "--data", "data", "--listen", "127.0.0.1:0", "--port-file", "port"],
                cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                env=environment())
            said = next((line for line in process.stdout if line.startswith("listening on")), "")
            process.terminate()
            rest = process.communicate(timeout=20)[0]
            self.assertEqual(process.returncode, 0, said + rest)
            self.assertTrue(pathlib.Path(folder, "data", "FORMAT").exists())

    def test_a_folder_that_cannot_be_used_is_refused(self):
        for wrong in ("/dev/null/data", "/proc/nobody"):
            with self.subTest(wrong):
                done = run("serve", "--data", wrong, "--listen", "127.0.0.1:0")
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                self.assertNotEqual(done.stderr, "")

    def test_an_address_that_is_none_is_refused(self):
        for wrong in ("nobody", "127.0.0.1:99999", ":::", ""):
            with self.subTest(wrong):
                done = run("serve", "--data", "/dev/null/data", "--listen", wrong)
                self.assertIn(done.returncode, (1, 2), done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
