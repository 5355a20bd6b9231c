"""`buf curl`, which knows of the server nothing but its address and learns the rest by reflection."""

import json
import subprocess
import tempfile
import threading
import unittest

from contract import ROOT, SERVICES
from server_case import ServerCase

BUF = ROOT / "node_modules" / ".bin" / "buf"
FLAGS = ("--protocol", "grpc", "--http2-prior-knowledge")
SECONDS = 60

EVENT = {
    "eventId": "by-curl",
    "usageReport": {
        "company": {"id": "acme"}, "metric": "USAGE_METRIC_TOKENS_PER_DAY",
        "value": {"unit": "UNIT_TOKEN", "value": "5", "bound": "BOUND_EXACT"},
        "asOf": {"edtf": "2025-05"},
    },
}
QUERY = {"usage": {"company": "acme"}}


class BufCurlTest(ServerCase):
    @classmethod
    def setUpClass(cls):
        if not BUF.exists():
            raise AssertionError("buf is not installed: run npm install, or deploy/test, which does")
        backups = tempfile.TemporaryDirectory(prefix="chipline-backups-")
        cls.addClassCleanup(backups.cleanup)
        cls.flags = ("--backup-dir", backups.name)
        super().setUpClass()
        cls.curl("EventLogService/AppendEvents", {"events": [EVENT]})

    @classmethod
    def command(cls, method, request, *more):
        return [BUF, "curl", *FLAGS, *more, "-d", json.dumps(request),
                f"http://{cls.server.address}/chipline.v1.{method}"]

    @classmethod
    def curl(cls, method, request, *more):
        """Calls a method; answers the messages of its answer."""
        done = subprocess.run(cls.command(method, request, *more), capture_output=True, text=True,
                              timeout=SECONDS, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{method}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        return cls.messages(done.stdout)

    @staticmethod
    def messages(text):
        """The JSON values that stand one behind the other in a text."""
        found, decoder, at = [], json.JSONDecoder(), 0
        while text[at:].strip():
            at += len(text[at:]) - len(text[at:].lstrip())
            value, at = decoder.raw_decode(text, at)
            found.append(value)
        return found

    def follow(self, method, request, step):
        """Calls a method that goes on for ever; ends it once its output holds that step."""
        process = subprocess.Popen(self.command(method, request), stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True)
        patience = threading.Timer(SECONDS, process.kill)
        patience.start()
        text = ""
        for line in process.stdout:
            text += line
            if f'"{step}"' in line:
                break
        patience.cancel()
        process.kill()
        process.wait()
        process.stdout.close()
        self.assertIn(f'"{step}"', text)

    def test_it_lists_every_method_of_the_contract(self):
        done = subprocess.run([BUF, "curl", *FLAGS, "--list-methods", f"http://{self.server.address}"],
                              capture_output=True, text=True, timeout=SECONDS, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        listed = set(done.stdout.split())
        expected = {f"{name}/{method.name}" for name, service in SERVICES.items()
                    for method in service.methods}
        self.assertLessEqual(expected, listed)

    def test_defaults_can_be_shown(self):
        (head,) = self.curl("EventLogService/GetHead", {}, "--emit-defaults")
        self.assertEqual(set(head), {"headPosition", "recordTime", "logId", "epoch"})
        self.assertEqual(head["headPosition"], "1")

    def test_every_method_answers(self):
        append = {"events": [EVENT]}
        calls = {
            "EventLogService/AppendEvents": append,
            "EventLogService/PipelineAppend": {"requestId": "1", "append": append},
            "EventLogService/GetEvent": {"eventId": "by-curl"},
            "EventLogService/ListEvents": {"filter": {"companies": ["acme"]}},
            "EventLogService/ReadEvents": {},
            "EventLogService/ListSubjects": {},
            "EventLogService/GetHead": {},
            "SubscriptionService/CommitCursor": {"name": "by-curl", "position": "1"},
            "SubscriptionService/GetCursor": {"name": "by-curl"},
            "SubscriptionService/ListCursors": {},
            "TimelineService/GetTimeline": {"query": QUERY, "minPosition": "1"},
            "TimelineService/ListTimelines": {},
            "TimelineService/ExplainEntry": {"entryId": "usage/acme/tokens-per-day"},
            "AdminService/GetServerInfo": {},
            "AdminService/GetStats": {},
            "AdminService/ListSubscribers": {},
            "AdminService/GetCluster": {},
            "AdminService/VerifyLog": {},
            "AdminService/BackUpLog": {},
        }
        streams = {
            "SubscriptionService/Subscribe": {},
            "TimelineService/WatchTimelines": {"query": QUERY},
        }
        # What only a node of a cluster does.
        refused = {"AdminService/SetRulesVersion": {"rulesVersion": 1}}
        self.assertEqual({f"chipline.v1.{m}" for m in {**calls, **streams, **refused}},
                         {f"{name}/{method.name}" for name, service in SERVICES.items()
                          for method in service.methods})
        for method, request in calls.items():
            with self.subTest(method):
                self.assertTrue(self.curl(method, request))
        for method, request in streams.items():
            with self.subTest(method):
                self.follow(method, request, "caughtUp")
        for method, request in refused.items():
            with self.subTest(method):
                done = subprocess.run(self.command(method, request), capture_output=True, text=True,
                                      timeout=SECONDS, check=False)
                self.assertIn("the server is alone", done.stderr)

    def test_an_event_reads_as_it_was_written(self):
        (answer,) = self.curl("EventLogService/GetEvent", {"position": "1"})
        event = answer["event"]["event"]
        self.assertEqual(event["usageReport"]["asOf"].pop("earliest"), "2025-05-01")
        self.assertEqual(event["usageReport"]["asOf"].pop("latest"), "2025-05-31")
        self.assertEqual(event, EVENT)

    def test_a_refusal_is_read_with_its_details(self):
        done = subprocess.run(
            self.command("EventLogService/AppendEvents", {"events": [{"eventId": "nothing"}]}),
            capture_output=True, text=True, timeout=SECONDS, check=False)
        # buf leaves the code of gRPC, shifted by three bits.
        self.assertEqual(done.returncode, 3 << 3, done.stderr)
        error = json.loads(done.stderr)
        self.assertEqual(error["code"], "invalid_argument")
        kinds = {detail["type"]: detail for detail in error["details"]}
        self.assertIn("google.rpc.ErrorInfo", kinds)
        self.assertIn("google.rpc.BadRequest", kinds)


if __name__ == "__main__":
    unittest.main()
