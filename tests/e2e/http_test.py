"""The HTTP listener: every RPC by the Connect protocol, by Python and by curl, and what bounds it."""

import contextlib
import http.client
import json
import pathlib
import shutil
import socket
import subprocess
import time
import unittest

import grpc
from google.protobuf import json_format

import claims
from contract import pb
from http_case import CallFailed, Caller, HttpServer, envelope, raw, read_all
from server_case import ServerCase

LOG = "/chipline.v1.EventLogService/"
SUBSCRIPTIONS = "/chipline.v1.SubscriptionService/"
MAX_BODY = 4 * 1024 * 1024 + 64 * 1024
# services/http/bounds.h.
MAX_CONNECTIONS = 1024
HEAD_SECONDS = 10
READERS = 20
LARGE_APPENDS = 30
PAUSE_SECONDS = 16


class HttpCase(ServerCase):
    @classmethod
    def setUpClass(cls):
        cls.server = HttpServer(*cls.flags)
        cls.addClassCleanup(cls.server.close)
        cls.http = Caller(cls.server.http_port)

    def serves(self):
        super().serves()
        self.assertEqual(self.http.request("GET", "/livez")[0], 200)

    def failed(self, call, code, http_status):
        with self.assertRaises(CallFailed) as raised:
            call()
        failure = raised.exception
        self.assertEqual(failure.refusal.code, code, str(failure))
        self.assertEqual(failure.http_status, http_status, str(failure))
        self.serves()
        return failure.refusal

    def listed(self, name):
        answer = self.client.admin.ListSubscribers(pb.ListSubscribersRequest(page_size=1000))
        return [each for each in answer.subscribers if each.client_name == name]


class CallsTest(HttpCase):
    def test_an_answer_is_that_of_grpc_in_json_and_in_protobuf(self):
        self.append(claims.usage("acme", event_id="same"))
        request = pb.GetEventRequest(event_id="same")
        expected = self.client.log.GetEvent(request)
        binary = self.http.unary(LOG + "GetEvent", request.SerializeToString(), "proto")
        self.assertEqual(pb.GetEventResponse.FromString(binary), expected)
        text = self.http.unary(LOG + "GetEvent", b'{"eventId": "same"}')
        self.assertEqual(json_format.Parse(text, pb.GetEventResponse()), expected)

    def test_an_event_goes_in_as_json(self):
        event = claims.usage("acme")
        answer = self.http.json(LOG + "AppendEvents", {"events": [json_format.MessageToDict(event)]})
        self.assertEqual(int(answer["headPosition"]) if "headPosition" in answer else self.head(), self.head())
        read = self.client.log.GetEvent(pb.GetEventRequest(event_id=event.event_id))
        self.assertEqual(read.event.event.event_id, event.event_id)

    def test_a_refusal_has_the_code_words_and_details_of_grpc(self):
        requests = (
            ("AppendEvents", pb.AppendEventsRequest(events=[pb.Event(event_id="x" * 65)])),
            ("AppendEvents", pb.AppendEventsRequest()),
            ("GetEvent", pb.GetEventRequest(event_id="never")),
            ("ListEvents", pb.ListEventsRequest(page_token="damaged")),
            ("AppendEvents", pb.AppendEventsRequest(
                events=[claims.usage("acme")],
                preconditions=[pb.Precondition(subject="usage.acme", expected_revision=999)])),
        )
        for method, request in requests:
            expected = self.refusal(lambda m=method, r=request: getattr(self.client.log, m)(r))
            for codec, body in (("proto", request.SerializeToString()),
                                ("json", json_format.MessageToJson(request).encode())):
                with self.subTest(method=method, codec=codec), self.assertRaises(CallFailed) as told:
                    self.http.unary(LOG + method, body, codec)
                self.assertEqual(str(told.exception.refusal), str(expected))

    def test_json_that_does_not_fit_names_the_field(self):
        for body, field in (
                (b'{"events": [{"eventId": "a", "nam": 1}]}', "events[0].nam"), (b'{"nam": 1}', "nam"),
                (b'{"events": [{"capexAnnouncement": {"period": {"edtf": {}}}}]}',
                 "events[0].capex_announcement.period.edtf"),
                (b'{"events": [{"capexAnnouncement": {"scope": "X"}}]}',
                 "events[0].capex_announcement.scope"),
                (b'{"preconditions": [{"expectedRevision": "x"}]}', "preconditions[0].expected_revision"),
                (b'{"positi', "request"), (b"", "request"), (b"\xff{}", "request"),
                (b"[" * 100_000, "request"), (b'{"events":' * 200, "request")):
            refused = self.failed(lambda b=body: self.http.unary(LOG + "AppendEvents", b),
                                  grpc.StatusCode.INVALID_ARGUMENT, 400)
            self.assertEqual(refused.reason, "INVALID_FIELDS")
            self.assertEqual(refused.fields, [field], body[:60])

    def test_json_of_too_many_values_is_refused_before_anything_is_made_of_it(self):
        # Protobuf takes single quotation marks as well, and a double one inside of them begins nothing.
        for first in (b"", b"""{"eventId": '"'},"""):
            body = b'{"events": [' + first + b"{}," * 270_000 + b"{}]}"
            refused = self.failed(lambda b=body: self.http.unary(LOG + "AppendEvents", b),
                                  grpc.StatusCode.INVALID_ARGUMENT, 400)
            self.assertIn("262144 values", refused.message)

    def test_methods_and_paths_that_are_not_there(self):
        self.failed(lambda: self.http.json(LOG + "NoSuchMethod"), grpc.StatusCode.UNIMPLEMENTED, 501)
        self.failed(lambda: self.http.json("/not.a.Service/AtAll"), grpc.StatusCode.UNIMPLEMENTED, 501)
        for path in ("/nothing", LOG + "GetHead/", "/" + LOG + "GetHead", LOG + "Get%48ead", "*"):
            self.assertEqual(self.http.request("POST", path, b"{}")[0], 404, path)
        self.assertEqual(self.http.request("GET", LOG + "GetHead")[0], 405)
        status, head, _ = self.http.request("POST", LOG + "GetHead", b"{}", **{"content-type": "text/plain"})
        self.assertEqual(status, 415)
        self.assertIn("application/json", head["accept-post"])

    def test_a_stream_of_requests_is_not_for_http(self):
        refused = self.failed(lambda: self.http.json(LOG + "PipelineAppend"),
                              grpc.StatusCode.UNIMPLEMENTED, 501)
        self.assertIn("gRPC", refused.message)

    def test_the_kind_of_content_must_be_the_methods(self):
        self.failed(lambda: self.http.json(LOG + "ReadEvents"), grpc.StatusCode.INVALID_ARGUMENT, 400)

        self.failed(lambda: self.http.unary(LOG + "GetHead", envelope(b"{}"), "connect+json"),
                    grpc.StatusCode.INVALID_ARGUMENT, 400)

    def test_a_deadline_ends_a_call(self):
        begun = time.monotonic()
        with self.assertRaises(CallFailed) as told, self.http.stream(
                SUBSCRIPTIONS + "Subscribe", b"{}", **{"connect-timeout-ms": "300"}) as messages:
            for _ in messages:
                self.assertLess(time.monotonic() - begun, 10)
        self.assertEqual(told.exception.refusal.code, grpc.StatusCode.DEADLINE_EXCEEDED)
        for wrong in ("x", "-1", "12345678901", "1.5"):
            refused = self.failed(
                lambda w=wrong: self.http.json(LOG + "GetHead", **{"connect-timeout-ms": w}),
                grpc.StatusCode.INVALID_ARGUMENT, 400)
            self.assertEqual(refused.fields, ["Connect-Timeout-Ms"])

    def test_what_the_protocol_does_not_allow_is_named(self):
        self.failed(lambda: self.http.json(LOG + "GetHead", **{"connect-protocol-version": "2"}),
                    grpc.StatusCode.INVALID_ARGUMENT, 400)
        self.failed(lambda: self.http.json(LOG + "GetHead", **{"content-encoding": "br"}),
                    grpc.StatusCode.UNIMPLEMENTED, 501)
        self.failed(lambda: self.http.json(LOG + "GetHead", **{"x-text": "\xe9"}),
                    grpc.StatusCode.INVALID_ARGUMENT, 400)
        self.failed(lambda: self.http.json(LOG + "GetHead", **{"x-some-bin": "!"}),
                    grpc.StatusCode.INVALID_ARGUMENT, 400)
        # The key by which the server itself tells its services who calls.
        self.http.json(LOG + "GetHead", **{"chipline-bridge": "0" * 32})

    def test_curl(self):
        if shutil.which("curl") is None:
            self.fail("curl is not installed: deploy/test installs it")
        url = f"http://127.0.0.1:{self.server.http_port}"

        def curl(*arguments):
            done = subprocess.run(["curl", "-sS", "-m", "60", *arguments], capture_output=True, check=True)
            return done.stdout
        self.assertEqual(curl(url + "/livez"), b"alive\n")
        head = json.loads(curl("-H", "content-type: application/json", "-d", "{}", url + LOG + "GetHead"))
        self.assertEqual(head["logId"], self.client.log.GetHead(pb.GetHeadRequest()).log_id)
        # Curl asks before it sends so much ("Expect: 100-continue").
        large = json.dumps({"events": [{"eventId": "x" * 1_500_000}]})
        told = json.loads(subprocess.run(
            ["curl", "-sS", "-m", "60", "-H", "content-type: application/json", "-H", "Expect: 100-continue",
             "-d", "@-", url + LOG + "AppendEvents"], input=large.encode(), capture_output=True,
            check=True).stdout)
        self.assertEqual(told["code"], "invalid_argument")

    def test_a_stream_catches_up_and_goes_live_and_ends_with_its_reader(self):
        name = claims.fresh("reader")
        company = claims.fresh("company")
        self.append(claims.usage(company))
        request = {"clientName": name, "filter": {"companies": [company]}}
        with self.http.stream(SUBSCRIPTIONS + "Subscribe", json.dumps(request).encode()) as messages:
            seen = []

            def events(count):
                while len(seen) < count:
                    seen.extend(json.loads(next(messages)).get("batch", {}).get("events", ()))
            events(1)
            self.append(claims.usage(company))
            events(2)
            (listed,) = self.listed(name)
            self.assertRegex(listed.peer, r"ipv4:127\.0\.0\.1:\d+")
        deadline = time.monotonic() + 60
        while self.listed(name):
            self.assertLess(time.monotonic(), deadline, "a reader that left is still listed")

    def test_a_stream_that_is_refused_says_why_at_its_end(self):
        expected = self.refusal(lambda: self.client.log.ReadEvents(pb.ReadEventsRequest(after_position=10**9)))
        for codec, body in (("json", b'{"afterPosition": "1000000000"}'),
                            ("proto", pb.ReadEventsRequest(after_position=10**9).SerializeToString())):
            with self.assertRaises(CallFailed) as told, \
                    self.http.stream(LOG + "ReadEvents", body, codec) as messages:
                list(messages)
            self.assertEqual(str(told.exception.refusal), str(expected))

    def test_a_stream_that_is_no_envelope(self):
        for body in (b"", b"{}", envelope(b"{}")[:-1], envelope(b"{}") + b"x", envelope(b"{}", 4),
                     envelope(b"{}") * 2):
            _, _, answer = self.http.request("POST", LOG + "ReadEvents", body,
                                             **{"content-type": "application/connect+json"})
            self.assertIn(b"invalid_argument", answer, body)
        self.serves()


class BoundsTest(HttpCase):
    """What comes over the wire otherwise than it should."""

    HOST = b"Host: 127.0.0.1\r\n"

    def test_pages(self):
        for path, body in (("/livez", b"alive\n"), ("/readyz", b"ready\n")):
            self.assertEqual(self.http.request("GET", path)[::2], (200, body))
            self.assertEqual(self.http.request("HEAD", path)[::2], (200, b""))
        status, head, body = self.http.request("GET", "/metrics")
        self.assertEqual((status, head["content-type"]), (200, "text/plain; version=0.0.4; charset=utf-8"))
        self.assertIn(b"\nchipline_log_accepts_appends 1\n", body)
        self.assertEqual(self.http.request("POST", "/livez", b"x")[0], 405)

    def test_what_is_no_http_is_refused_and_the_connection_closed(self):
        for data in (b"\x16\x03\x01\x02\x00\x01\x00\x01", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET\r\n\r\n",
                     b"GET /livez HTTP/9.9\r\n\r\n", b"GET /livez HTTP/1.1\r\n\r\n",
                     b"GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                     b"GET /livez HTTP/1.1\r\n" + self.HOST + b"Content-Length: x\r\n\r\n",
                     b"POST / HTTP/1.1\r\n" + self.HOST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                     b"GET /livez HTTP/1.1\r\n" + self.HOST + b"a b: c\r\n\r\n"):
            answer = raw(self.server.http_port, data + b"\r\n\r\n")
            self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), (data, answer))
        self.serves()

    def test_a_head_that_is_too_large(self):
        for data in (b"GET /livez HTTP/1.1\r\n" + self.HOST + b"x: " + b"y" * 17_000 + b"\r\n\r\n",
                     b"GET /" + b"x" * 1_000_000 + b" HTTP/1.1\r\n\r\n"):
            self.assertTrue(raw(self.server.http_port, data).startswith(b"HTTP/1.1 431 "))
        self.serves()

    def test_a_body_that_is_too_large_is_refused_before_it_is_sent(self):
        head = (f"POST {LOG}AppendEvents HTTP/1.1\r\n").encode() + self.HOST + \
            b"content-type: application/json\r\n"
        answer = raw(self.server.http_port, head + b"Content-Length: 99999999999\r\n\r\n")
        self.assertIn(b"resource_exhausted", answer)
        self.assertIn(b"99999999999", answer)
        # In chunks nobody knows before.
        with socket.create_connection(("127.0.0.1", self.server.http_port), timeout=60) as connection:
            connection.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n")
            with contextlib.suppress(OSError):
                for _ in range(MAX_BODY // 65536 + 2):
                    connection.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")
            self.assertIn(b"resource_exhausted", read_all(connection))
        self.serves()

    def test_half_a_request_is_answered_in_time_and_holds_nothing(self):
        call = f"POST {LOG}GetHead HTTP/1.1\r\nHost: 127.0.0.1\r\ncontent-type: application/json\r\n".encode()
        begun = time.monotonic()
        self.assertTrue(raw(self.server.http_port, b"GET /livez HT").startswith(b"HTTP/1.1 408 "))
        self.assertGreater(time.monotonic() - begun, HEAD_SECONDS - 1)
        with socket.create_connection(("127.0.0.1", self.server.http_port), timeout=60) as connection:
            connection.sendall(call + b"Content-Length: 10\r\n\r\n{")
            self.serves()
            self.assertTrue(read_all(connection).startswith(b"HTTP/1.1 408 "))

    def test_requests_that_come_at_once_are_answered_in_order(self):
        call = (f"POST {LOG}GetHead HTTP/1.1\r\nHost: 127.0.0.1\r\ncontent-type: application/json\r\n"
                "Content-Length: 2\r\n\r\n{}").encode()
        page = b"GET /livez HTTP/1.1\r\n" + self.HOST + b"\r\n"
        last = b"GET /readyz HTTP/1.1\r\n" + self.HOST + b"Connection: close\r\n\r\n"
        answer = raw(self.server.http_port, (call + page) * 500 + last)
        self.assertEqual(answer.count(b"HTTP/1.1 200 OK"), 1001)
        self.assertEqual(answer.count(b"alive\n"), 500)
        self.assertTrue(answer.endswith(b"ready\n"))

    def test_a_body_in_chunks_is_one_body(self):
        answer = raw(self.server.http_port, (
            f"POST {LOG}GetHead HTTP/1.1\r\nHost: 127.0.0.1\r\ncontent-type: application/json\r\n"
            "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n").encode())
        self.assertIn(b"logId", answer)

    def test_idle_connections_keep_nobody_out(self):
        with contextlib.ExitStack() as stack:
            for _ in range(MAX_CONNECTIONS + 100):
                connection = socket.create_connection(("127.0.0.1", self.server.http_port), timeout=60)
                stack.enter_context(contextlib.closing(connection))
            self.serves()

    def test_a_full_set_of_streams_keeps_no_probe_out(self):
        streams = MAX_CONNECTIONS - 64
        refused = 0
        with contextlib.ExitStack() as stack:
            for number in range(streams + 10):
                connection = http.client.HTTPConnection("127.0.0.1", self.server.http_port, timeout=60)
                stack.enter_context(contextlib.closing(connection))
                connection.request("POST", SUBSCRIPTIONS + "Subscribe", envelope(b'{"head": true}'),
                                   {"content-type": "application/connect+json"})
                answer = connection.getresponse()
                self.assertEqual(answer.status, 200)
                if number >= streams:
                    said = answer.read1(2000)
                    refused += b"TOO_MANY_CALLS" in said and b"google.rpc.RetryInfo" in said
            self.assertEqual(refused, 10)
            for path in ("/livez", "/readyz", "/metrics"):
                self.assertEqual(self.http.request("GET", path)[0], 200)
        self.serves()

    def test_a_reader_that_stops_holds_one_message_and_delays_nobody(self):
        company = claims.fresh("company")
        # More than the kernel takes for a reader.
        for _ in range(LARGE_APPENDS):
            self.append(*(claims.capex(company, conditions=["x" * 4000] * 16) for _ in range(15)))
        before = self.memory()
        with contextlib.ExitStack() as stack:
            for _ in range(READERS):
                connection = http.client.HTTPConnection("127.0.0.1", self.server.http_port, timeout=60)
                stack.enter_context(contextlib.closing(connection))
                connection.request("POST", SUBSCRIPTIONS + "Subscribe",
                                   envelope(json.dumps({"clientName": company}).encode()),
                                   {"content-type": "application/connect+json"})
                self.assertEqual(connection.getresponse().status, 200)
            begun = time.monotonic()
            self.assertEqual(self.http.request("GET", "/metrics")[0], 200)
            self.http.json(LOG + "GetHead")
            self.assertLess(time.monotonic() - begun, 10)
            # Once nothing moves any more, what is left waits in the log, and a message each in memory.
            places = None
            # Whoever pauses for some seconds is not cut off.
            while ((now := [each.position for each in self.listed(company)]) != places or
                   time.monotonic() - begun < PAUSE_SECONDS):
                places = now
                time.sleep(2)
            self.assertEqual(len(places), READERS)
            self.assertLess(max(places), self.head())
            self.assertLess(self.memory(), before + READERS * 5)
        self.serves()

    def memory(self):
        """Of the server, in MiB."""
        status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) // 1024


class BrowserTest(HttpCase):
    flags = ("--http-cors", "https://console.example.org")

    def test_pages_of_one_origin_may_call_and_of_others_not(self):
        allowed = {"origin": "https://console.example.org"}
        status, head, _ = self.http.request("OPTIONS", LOG + "GetHead", **allowed)
        self.assertEqual(status, 204)
        self.assertEqual(head["access-control-allow-origin"], "https://console.example.org")
        self.assertIn("Content-Type", head["access-control-allow-headers"])
        status, head, _ = self.http.request("POST", LOG + "GetHead", b"{}",
                                            **{"content-type": "application/json", **allowed})
        self.assertEqual((status, head["access-control-allow-origin"]), (200, "https://console.example.org"))
        for method in ("OPTIONS", "POST"):
            status, head, _ = self.http.request(method, LOG + "GetHead", b"{}", origin="https://evil.example",
                                                **{"content-type": "application/json"})
            self.assertEqual(status, 403)
            self.assertNotIn("access-control-allow-origin", head)

    def test_a_name_that_was_made_to_point_here_is_not_answered(self):
        self.assertEqual(self.http.request("GET", "/livez", host="evil.example")[0], 403)
        for host in ("localhost", "localhost:7418", "[::1]:7418", "127.0.0.1"):
            self.assertEqual(self.http.request("GET", "/livez", host=host)[0], 200, host)


class StopTest(unittest.TestCase):
    def test_streams_end_with_where_to_go_on_and_answers_come(self):
        server = HttpServer()
        self.addCleanup(server.close)
        server.client.log.AppendEvents(pb.AppendEventsRequest(events=[claims.usage("acme")]))
        caller = Caller(server.http_port)
        with caller.stream(SUBSCRIPTIONS + "Subscribe", b"{}") as messages:
            while "caughtUp" not in json.loads(next(messages)):
                pass
            idle = socket.create_connection(("127.0.0.1", server.http_port), timeout=60)
            self.addCleanup(idle.close)
            server.stop()
            with self.assertRaises(CallFailed) as told:
                list(messages)
        self.assertEqual(told.exception.refusal.code, grpc.StatusCode.UNAVAILABLE)
        self.assertEqual(told.exception.refusal.reason, "DRAINING")
        self.assertIsNotNone(told.exception.refusal.retry)
        self.assertEqual(read_all(idle), b"")
        self.assertLess(server.slowest_stop, 5)


if __name__ == "__main__":
    unittest.main()
