"""Each alert fires by its own fault, at a real server, and not before."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import grpc

import artifacts
import claims
from chipline_process import run
from contract import pb
from prometheus_process import wait_for
from scrape_case import AlertCase
from server_faults import FailingDiskServer, connections, free_bytes, limit_descriptors, rot, slow_syncs

TEBIBYTE = 2**40


def append(server, *events):
    return server.client.log.AppendEvents(pb.AppendEventsRequest(events=events))


def refused(server, *events, **others):
    try:
        server.client.log.AppendEvents(pb.AppendEventsRequest(events=events, **others))
    except grpc.RpcError:
        return
    raise AssertionError("was not refused")


class FaultsTest(AlertCase):
    """One server for each fault, named by the test."""

    places = 21
    secure = "secure"

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="chipline-observe-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.ca = cls.folder / "ca.pem"
        subprocess.run([artifacts.TEST_CA, "init", cls.folder], check=True, env={**os.environ, "DAYS": "5"})
        super().setUpClass()
        # The timelines of this one take a while to be far behind.
        cls.blind = cls.start_server(kind=FailingDiskServer, failing="open /views/")
        cls.addClassCleanup(cls.blind.close)
        append(cls.blind, claims.capex("acme"))
        # Without a fault.
        cls.sound = cls.start_server()
        cls.addClassCleanup(cls.sound.close)

    def setUp(self):
        self.addCleanup(self.assert_quiet, self.sound.instance)

    def server(self, *flags, **others):
        """A server that ends with the test."""
        self.running = self.start_server(*flags, **others)
        self.addCleanup(self.running.close)
        return self.running

    def fires(self, alert):
        self.assert_fires(alert, self.running.instance)

    def clears(self, alert):
        self.assert_clears(alert, self.running.instance)

    def quiet(self, *alerts):
        self.assert_quiet(self.running.instance, *alerts)

    def told_by(self, metric):
        return self.told(self.running.instance, metric)

    def test_a_server_that_ends(self):
        server = self.server()
        self.quiet("ChiplineDown")
        server.stop()
        self.fires("ChiplineDown")

    def test_no_server_is_scraped(self):
        absent = artifacts.alerts()["ChiplineNotScraped"]["expr"]
        self.assertEqual(self.prometheus.query(absent), [])
        self.assertEqual(self.prometheus.query(absent, at=self.began - 600), [({"job": "chipline"}, 1)])

    def test_a_server_that_is_started_again_and_again(self):
        server = self.server()
        for _ in range(3):
            self.quiet("ChiplineRestarts")
            starts = f'changes(process_start_time_seconds{{instance="{server.instance}"}}[1h])'
            before = self.prometheus.query(starts)[0][1]
            server.kill()
            server.start()
            wait_for(lambda past=before: self.prometheus.query(starts)[0][1] > past, "the start is seen")
        self.fires("ChiplineRestarts")

    def test_a_disk_that_does_not_answer(self):
        server = self.server()
        append(server, claims.capex("acme"))
        self.quiet("ChiplineCommitStandsStill", "ChiplineCommitsSlow")
        with slow_syncs(server.process.pid, 7):
            answer = server.client.log.AppendEvents.future(pb.AppendEventsRequest(events=[claims.capex("acme")]))
            self.fires("ChiplineCommitStandsStill")
            answer.result()
            self.clears("ChiplineCommitStandsStill")
        self.fires("ChiplineCommitsSlow")
        self.assertGreaterEqual(self.told_by("chipline_commit_sync_seconds_sum"), 7)
        self.assertLess(self.told_by("chipline_commit_write_seconds_sum"), 7)

    def test_a_disk_that_is_nearly_full(self):
        free = free_bytes(tempfile.gettempdir())
        self.skip_if_over(free)
        self.server("--min-free-bytes", str(int(free * 0.6)))
        self.fires("ChiplineDiskNearlyFull")
        self.quiet("ChiplineDiskFull")

    def test_a_disk_that_is_full(self):
        free = free_bytes(tempfile.gettempdir())
        self.skip_if_over(free)
        server = self.server("--min-free-bytes", str(min(2 * free, TEBIBYTE)))
        self.fires("ChiplineDiskFull")
        self.fires("ChiplineDiskNearlyFull")
        self.quiet("ChiplineAppendsRefused")
        refused(server, claims.capex("acme"))
        self.fires("ChiplineAppendsRefused")

    def skip_if_over(self, free):
        if free >= TEBIBYTE:
            self.skipTest("the disk has more room than --min-free-bytes can ask for")

    def test_refusals_that_the_sender_must_mend(self):
        server = self.server()
        event = claims.capex("acme")
        append(server, event)
        refused(server, pb.Event())
        refused(server, claims.capex("acme"), preconditions=[
            pb.Precondition(subject="capex.acme", expected_revision=9)])
        event.capex_announcement.scope_text = "another"
        refused(server, event)
        counted = "chipline_append_refused_total"
        wait_for(lambda: self.told_by(counted) == 3, lambda: f"3 refusals: {server.metrics()}")
        self.quiet("ChiplineAppendsRefused", "ChiplineInternalErrors")

    def test_a_log_that_is_damaged(self):
        server = self.server()
        for _ in range(20):
            append(server, *[claims.capex("acme") for _ in range(20)])
        self.quiet("ChiplineDamaged", "ChiplineInternalErrors")
        # Events come from their log into a table when a server starts.
        for _ in range(2):
            server.stop()
            server.start()
        server.kill()
        rot(server.data / "log")
        server.start()
        with self.assertRaises(grpc.RpcError) as damage:
            list(server.client.log.ReadEvents(pb.ReadEventsRequest()))
        self.assertEqual(damage.exception.code(), grpc.StatusCode.DATA_LOSS)
        self.fires("ChiplineDamaged")
        self.fires("ChiplineInternalErrors")

    def test_an_index_that_cannot_be_opened(self):
        server = self.server(kind=FailingDiskServer, failing="open /index/,MANIFEST")
        self.fires("ChiplineIndexRebuilding")
        self.fires("ChiplineDiskErrors")
        self.quiet("ChiplineTimelinesNotReady")
        server.fail("")
        self.clears("ChiplineIndexRebuilding")

    def test_streams_up_to_the_limit(self):
        server = self.server("--max-streams", "5")
        streams = []
        for count in range(1, 6):
            streams.append(server.client.subscriptions.Subscribe(pb.SubscribeRequest()))
            next(streams[-1])
            wait_for(lambda want=count: self.told_by("chipline_streams") == want, "the streams are seen")
            if count <= 4:
                self.quiet("ChiplineStreamsNearLimit")
        self.fires("ChiplineStreamsNearLimit")

    def test_clients_that_do_not_read(self):
        server = self.server()
        for _ in range(3):
            append(server, *[claims.capex("acme", scope_text="x" * 3900) for _ in range(200)])
        self.quiet("ChiplineSlowReaders")
        streams = [server.client.subscriptions.Subscribe(pb.SubscribeRequest()) for _ in range(400)]
        self.fires("ChiplineSlowReaders")
        for stream in streams:
            stream.cancel()
        self.clears("ChiplineSlowReaders")

    def test_a_consumer_that_stopped(self):
        server = self.server()
        append(server, claims.capex("acme"))
        server.client.subscriptions.CommitCursor(pb.CommitCursorRequest(name="mirror", position=1))
        for _ in range(10):
            append(server, *[claims.capex("acme") for _ in range(1000)])
        wait_for(lambda: self.told_by("chipline_cursor_lag_events") == 10_000, "the lag is seen")
        self.quiet("ChiplineCursorBehind")
        append(server, claims.capex("acme"))
        self.fires("ChiplineCursorBehind")

    def test_a_certificate_that_expires_soon(self):
        self.server("--tls-cert", self.folder / "server.pem", "--tls-key", self.folder / "server.key",
                    instance=self.secure)
        self.fires("ChiplineCertificateExpires")

    def test_backups_that_are_not_made(self):
        backups = self.folder / "backups"
        backups.mkdir()
        server = self.server("--backup-dir", backups)
        self.fires("ChiplineBackupMissing")
        self.quiet("ChiplineBackupOld")
        made = run("backup", server=server)
        self.assertEqual(made.returncode, 0, made.stderr)
        manifest = max((backups / "manifests").iterdir())
        content = json.loads(manifest.read_text())
        content["createTime"] = "2020-01-01T00:00:00Z"
        manifest.write_text(json.dumps(content))
        # The folder is looked at once a minute, and when a server starts.
        server.restart()
        self.fires("ChiplineBackupOld")
        self.quiet("ChiplineBackupMissing")

    def test_a_folder_for_backups_that_does_not_answer(self):
        stalled = self.folder / "stalled"
        stalled.mkdir()
        # Whoever opens it waits for a writer, as for a disk over a network that is gone.
        os.mkfifo(stalled / "BACKUPS")
        self.server("--backup-dir", stalled)
        self.fires("ChiplineBackupsNotSeen")
        self.quiet("ChiplineBackupOld", "ChiplineBackupMissing")

    def test_connections_that_take_all_descriptors(self):
        server = self.server()
        self.quiet("ChiplineDescriptorsNearLimit")
        limit_descriptors(server.process.pid, 1024)
        with connections(server.address, 560):
            self.fires("ChiplineDescriptorsNearLimit")
        self.clears("ChiplineDescriptorsNearLimit")

    def test_timelines_that_cannot_be_opened(self):
        self.running = self.blind
        self.fires("ChiplineTimelinesNotReady")
        self.fires("ChiplineTimelinesBehind")
        self.quiet("ChiplineIndexRebuilding")
        self.blind.fail("")
        self.clears("ChiplineTimelinesNotReady")
        self.clears("ChiplineTimelinesBehind")


if __name__ == "__main__":
    unittest.main()
