"""SIGKILL in the middle of things: what was acknowledged is there, once, and readers go on where they
were."""

import contextlib
import queue
import signal
import subprocess
import threading
import unittest

import grpc

import claims
from chipline_process import BINARY, Server, environment, run
from contract import pb
from server_case import ServerCase


class Writer:
    """Appends one event after another over a pipeline, until the server is gone."""

    def __init__(self, client, prefix, count):
        self.acknowledged = queue.SimpleQueue()
        self._requests = (pb.PipelineAppendRequest(
            request_id=i, append=pb.AppendEventsRequest(
                events=[claims.capex("acme", event_id=f"{prefix}-{i}")])) for i in range(count))
        self._stream = client.log.PipelineAppend(self._requests)
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self):
        try:
            for answer in self._stream:
                self.acknowledged.put((answer.request_id, answer.result.events[0].position))
        except grpc.RpcError:
            pass  # The server was killed, as the test means to.

    def wait_for(self, count):
        return [self.acknowledged.get(timeout=60) for _ in range(count)]

    def join(self):
        """Everything else that was acknowledged before the end."""
        self._thread.join(60)
        rest = []
        while not self.acknowledged.empty():
            rest.append(self.acknowledged.get())
        return rest


class CrashTest(ServerCase):
    def everything(self):
        return [e for part in self.client.log.ReadEvents(pb.ReadEventsRequest()) for e in part.events]

    def test_what_was_acknowledged_is_there_once_after_sigkill(self):
        acknowledged = {}
        for round_number in range(3):
            writer = Writer(self.client, f"round-{round_number}", 50_000)
            answers = writer.wait_for(200)
            self.server.kill()
            answers += writer.join()
            acknowledged.update({f"round-{round_number}-{i}": at for i, at in answers})
            self.server.start()
            events = self.everything()
            self.assertEqual([e.position for e in events], list(range(1, len(events) + 1)))
            where = {e.event.event_id: e.position for e in events}
            self.assertEqual(len(where), len(events))
            self.assertEqual({i: where.get(i) for i in acknowledged}, acknowledged)
            # What was sent and not acknowledged may be there; sent again, it is there once.
            known = claims.capex("acme", event_id=f"round-{round_number}-{len(answers)}")
            self.append(known)
            self.assertTrue(self.append(known).events[0].duplicate)

    def test_a_subscriber_misses_nothing_and_sees_nothing_twice(self):
        seen, token = [], ""
        wanted = pb.Filter(event_types=[pb.EVENT_TYPE_USAGE_REPORT])
        for round_number in range(4):
            for i in range(50):
                self.append(claims.usage("acme", product=f"{round_number}-{i}"), claims.capex("acme"))
            request = pb.SubscribeRequest(filter=wanted, max_batch_bytes=4096)
            if token:
                request.resume_token = token
            # Killed at its first message, in the middle of what is there, or when it has all of it.
            for number, message in enumerate(self.client.subscriptions.Subscribe(request)):
                seen += [e.event.usage_report.product for e in message.batch.events]
                token = message.resume_token
                if number == round_number or message.HasField("caught_up"):
                    break
            self.server.kill()
            self.server.start()
        for message in self.client.subscriptions.Subscribe(
                pb.SubscribeRequest(filter=wanted, resume_token=token)):
            seen += [e.event.usage_report.product for e in message.batch.events]
            if message.HasField("caught_up"):
                break
        self.assertEqual(seen, [f"{r}-{i}" for r in range(4) for i in range(50)])

    def test_timelines_reach_the_log_again_after_sigkill(self):
        company = claims.fresh("company")
        for i in range(20):
            self.append(claims.usage(company, 100 + i, as_of=f"2024-{i % 12 + 1:02}"))
        query = pb.TimelineQuery(usage=pb.UsageQuery(company=company))
        def entries():
            return self.client.timelines.GetTimeline(
                pb.GetTimelineRequest(query=query, min_position=self.head())).entries
        before = entries()
        self.server.kill()
        self.server.start()
        self.assertEqual(entries(), before)


class ImportCrashTest(unittest.TestCase):
    """`import` of one file, killed or with its server killed, and run again: every event once."""

    LINES = 6000

    @classmethod
    def setUpClass(cls):
        cls.lines = [
            f'{{"eventId":"line-{i}","usageReport":{{"company":{{"id":"acme"}},"product":"p{i % 40}",'
            f'"metric":"USAGE_METRIC_TOKENS_PER_DAY","value":{{"unit":"UNIT_TOKEN","value":"{i}",'
            f'"bound":"BOUND_EXACT"}},"asOf":{{"edtf":"2025-05"}}}}}}\n' for i in range(cls.LINES)]

    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)

    def start_import(self, give_up_after):
        """An import that has sent something and waits for more on its standard input."""
        process = subprocess.Popen(
            [BINARY, "import", "-", "--batch-events", "16", "--give-up-after", give_up_after],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=environment(CHIPLINE_SERVER=self.server.address))
        self.addCleanup(process.stdout.close)
        process.stdin.write("".join(self.lines[:self.LINES // 2]))
        process.stdin.flush()
        while self.server.client.log.GetHead(pb.GetHeadRequest()).head_position < 100:
            self.assertIsNone(process.poll())
        return process

    def assert_every_line_is_there_once(self):
        done = run("import", "-", "--json", server=self.server, text="".join(self.lines))
        self.assertEqual(done.returncode, 0, done.stderr)
        exported = run("export", server=self.server)
        self.assertEqual(exported.returncode, 0, exported.stderr)
        ids = [line.split('"eventId":"', 1)[1].split('"', 1)[0]
               for line in exported.stdout.splitlines()]
        self.assertEqual(len(ids), self.LINES)
        self.assertEqual(set(ids), {f"line-{i}" for i in range(self.LINES)})
        self.server.stop()

    def test_an_import_that_was_killed_is_finished_by_the_next(self):
        process = self.start_import("1s")
        process.kill()
        self.assertEqual(process.wait(30), -signal.SIGKILL)
        process.stdin.close()
        self.assert_every_line_is_there_once()

    def test_an_import_whose_server_was_killed_fails_and_is_finished_by_the_next(self):
        process = self.start_import("1s")
        self.server.kill()
        # It may give up before it has read all of this.
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write("".join(self.lines[self.LINES // 2:]))
            process.stdin.flush()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        self.assertEqual(process.wait(60), 1, process.stdout.read())
        self.server.start()
        self.assert_every_line_is_there_once()

    def test_an_import_goes_on_by_itself_when_its_server_is_restarted(self):
        process = self.start_import("60s")
        self.server.restart()
        process.stdin.write("".join(self.lines[self.LINES // 2:]))
        process.stdin.close()
        self.assertEqual(process.wait(60), 0, process.stdout.read())
        self.assert_every_line_is_there_once()


if __name__ == "__main__":
    unittest.main()
