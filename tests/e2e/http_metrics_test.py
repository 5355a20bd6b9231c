"""What the HTTP listener tells of itself in /metrics."""

import contextlib
import gzip
import pathlib
import re
import socket
import time
import unittest

import claims
from contract import pb
from http_case import CallFailed, Caller, HttpServer
from http_secure_case import SecureCase

LOG = "/chipline.v1.EventLogService/"
SUBSCRIPTIONS = "/chipline.v1.SubscriptionService/"
SECONDS = 60
# services/http/bounds.h.
MAX_CONNECTIONS = 1024
STREAMS = 1000
SCRAPES = 100
SCRAPE_MS = 10


def samples(caller):
    """{name with labels: value}, of what begins with chipline_http_."""
    text = caller.request("GET", "/metrics")[2].decode()
    return {name: float(value) for name, value in re.findall(r"^chipline_http_(\S+) (\S+)$", text, re.MULTILINE)}


class HttpMetricsTest(unittest.TestCase):
    def setUp(self):
        self.server = HttpServer()
        self.addCleanup(self.server.close)
        self.http = Caller(self.server.http_port)

    def told(self, name):
        return samples(self.http)[name]

    def wait_for(self, name, value):
        deadline = time.monotonic() + SECONDS
        while (found := self.told(name)) != value:
            self.assertLess(time.monotonic(), deadline, f"{name} is {found} and not {value}")
            time.sleep(0.05)

    def test_calls_are_counted_by_code_and_answers_by_status(self):
        for _ in range(3):
            self.http.json(LOG + "GetHead")
        for path, body in (("GetEvent", b'{"eventId": "never"}'), ("GetHead", b'{"x": 1}'), ("NoSuchMethod", b"{}")):
            with self.assertRaises(CallFailed):
                self.http.unary(LOG + path, body)
        # A stream that fails has the status 200.
        with self.assertRaises(CallFailed), self.http.stream(LOG + "ReadEvents", b'{"afterPosition": "99"}') as read:
            list(read)
        self.assertEqual(self.http.request("GET", LOG + "GetHead")[0], 405)
        self.assertEqual(self.http.request("GET", "/nothing")[0], 404)
        told = samples(self.http)
        calls = {name: value for name, value in told.items() if name.startswith("calls_total") and value}
        self.assertEqual(calls, {'calls_total{code="ok"}': 3, 'calls_total{code="not_found"}': 1,
                                 'calls_total{code="invalid_argument"}': 1, 'calls_total{code="out_of_range"}': 1,
                                 'calls_total{code="unimplemented"}': 1})
        self.assertEqual(told['responses_total{status="2xx"}'], 4)
        self.assertEqual(told['responses_total{status="4xx"}'], 4)
        self.assertEqual(told['responses_total{status="5xx"}'], 1)

    def test_a_stream_whose_reader_leaves_is_a_call_that_was_cancelled(self):
        with self.http.stream(SUBSCRIPTIONS + "Subscribe", b"{}") as messages:
            next(messages)
        self.wait_for('calls_total{code="canceled"}', 1)

    def test_no_name_of_a_client_is_a_label(self):
        for path in ("/evil/path", "/evil.Service/Method"):
            self.http.request("POST", path, b"{}", **{"content-type": "application/json", "user-agent": "evil"})
        self.assertNotIn(b"evil", self.http.request("GET", "/metrics")[2])

    def test_connections_are_counted_while_open_and_once_taken(self):
        before = samples(self.http)
        with contextlib.ExitStack() as stack:
            for _ in range(5):
                connection = socket.create_connection(("127.0.0.1", self.server.http_port), timeout=SECONDS)
                stack.enter_context(contextlib.closing(connection))
            # And the one that asks.
            self.wait_for("connections", 6)
        self.wait_for("connections", 1)
        self.assertGreaterEqual(self.told("connections_taken_total"), before["connections_taken_total"] + 5)

    def test_bytes_are_counted_both_ways(self):
        self.server.client.log.AppendEvents(pb.AppendEventsRequest(
            events=[claims.capex("acme", conditions=["x" * 4000] * 16)]))
        before = samples(self.http)
        answer = self.http.unary(LOG + "ListEvents", b'{"pageSize": 1}' + b" " * 50_000)
        after = samples(self.http)
        for name, least in (("received_bytes_total", 50_000), ("sent_bytes_total", len(answer))):
            self.assertGreater(after[name] - before[name], least)
            self.assertLess(after[name] - before[name], least + 60_000)

    def test_connections_that_make_room_are_counted(self):
        with contextlib.ExitStack() as stack:
            for _ in range(MAX_CONNECTIONS + 10):
                connection = socket.create_connection(("127.0.0.1", self.server.http_port), timeout=SECONDS)
                stack.enter_context(contextlib.closing(connection))
            # The scrape itself takes the place of one more.
            self.assertGreaterEqual(self.told('connections_unserved_total{cause="displaced"}'), 10)
            # That scrape may be closed, or not yet.
            self.assertIn(self.told("connections"), (MAX_CONNECTIONS - 1, MAX_CONNECTIONS))

    def test_a_scrape_with_many_streams_is_fast(self):
        streams = [self.server.client.subscriptions.Subscribe(pb.SubscribeRequest(head=True)) for _ in range(STREAMS)]
        for stream in streams:
            next(stream)
        connection = self.http.connect()
        self.addCleanup(connection.close)

        # The processor's time and not the clock's, since the machine may be busy otherwise.
        before = self.processor_ms()
        for _ in range(SCRAPES):
            # As Prometheus does.
            connection.request("GET", "/metrics", headers={"accept-encoding": "gzip"})
            answer = gzip.decompress(connection.getresponse().read())
            self.assertIn(b'chipline_streams{method="SubscriptionService.Subscribe",state="live"} 1000', answer)
        each = (self.processor_ms() - before) / SCRAPES
        print(f"a scrape with {STREAMS} streams takes {each:.1f} ms of a processor")
        self.assertLess(each, SCRAPE_MS)

    def processor_ms(self):
        """What all threads of the server have used."""
        tasks = pathlib.Path(f"/proc/{self.server.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6


class TlsTest(SecureCase):
    def test_a_handshake_that_fails_is_counted(self):
        self.server = HttpServer(*self.tls, *self.tokens)
        self.addCleanup(self.server.close)
        with socket.create_connection(("127.0.0.1", self.server.http_port), timeout=SECONDS) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            with contextlib.suppress(OSError):
                while connection.recv(1000):
                    pass
        self.assertEqual(samples(self.caller(None))['connections_unserved_total{cause="handshake"}'], 1)


if __name__ == "__main__":
    unittest.main()
