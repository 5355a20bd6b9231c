"""What a real server tells is what rules and dashboard ask for, in a form that Prometheus takes."""

import pathlib
import subprocess
import tempfile
import unittest

import grpc

import artifacts
import claims
from contract import pb
from scrape_case import AlertCase, ScrapedServer, families_of

# What a server that is alone, without a certificate and without a fault has nothing to answer: it has no cluster, no
# refusals, no errors.
UNANSWERED = ("chipline_append_refused_total", "chipline_backup_", "chipline_cluster_", "chipline_cursor_",
              "chipline_node_", "chipline_stream_", "chipline_tls_", " == 0", " == 1", " > 0")


class ScrapeTest(AlertCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.start_server()
        cls.addClassCleanup(cls.server.close)
        cls.server.client.log.AppendEvents(pb.AppendEventsRequest(events=[claims.capex("acme")]))
        cls.stream = cls.server.client.subscriptions.Subscribe(pb.SubscribeRequest())
        next(cls.stream)

    @classmethod
    def tearDownClass(cls):
        cls.stream.cancel()

    def test_promtool_finds_nothing_wrong_with_the_metrics(self):
        done = subprocess.run(["promtool", "check", "metrics"], input=self.server.metrics(), capture_output=True,
                              text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_the_families_are_those_that_the_list_has(self):
        self.assertEqual(families_of(self.server.metrics()), artifacts.families_told("always"))

    def test_a_server_with_backups_and_a_certificate_tells_of_them(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            subprocess.run([artifacts.TEST_CA, "init", folder], check=True)
            server = ScrapedServer("--backup-dir", folder, "--tls-cert", folder / "server.pem",
                                   "--tls-key", folder / "server.key")
            self.addCleanup(server.close)
            server.ca = folder / "ca.pem"
            self.assertEqual(families_of(server.metrics()), artifacts.families_told("always", "backups", "tls"))

    def test_each_query_that_has_an_answer_gets_one(self):
        # Some rates need two scrapes.
        commits = "rate(chipline_commit_write_seconds_count[1m])"
        self.wait_for_answer(commits)
        with self.assertRaises(grpc.RpcError):
            self.server.client.log.GetEvent(pb.GetEventRequest())
        self.wait_for_answer('rate(grpc_server_call_duration_seconds_count{grpc_status="INVALID_ARGUMENT"}[1m])')
        for panel, query in artifacts.panel_queries():
            with self.subTest(panel):
                answers = self.prometheus.query(query)
                if not any(part in query for part in UNANSWERED):
                    self.assertTrue(answers, query)

    def test_no_alert_fires_for_a_server_that_does_well(self):
        self.assert_quiet(self.server.instance)


if __name__ == "__main__":
    unittest.main()
