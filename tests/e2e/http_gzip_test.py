"""Gzip over HTTP: requests and answers, of calls, of streams and of /metrics, and what bounds them."""

import gzip
import json
import pathlib
import re
import shutil
import struct
import subprocess
import time
import unittest

import grpc

import claims
from contract import pb
from http_case import CallFailed, Caller, HttpServer, envelope

LOG = "/chipline.v1.EventLogService/"
GZIP = {"content-encoding": "gzip"}
COMPRESSED, END_OF_STREAM = 1, 2
# services/http/bounds.h.
MAX_MESSAGE = 4 * 1024 * 1024 + 64 * 1024
MIB = 1024 * 1024


class GzipTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = HttpServer()
        cls.addClassCleanup(cls.server.close)
        cls.http = Caller(cls.server.http_port)
        for _ in range(10):
            cls.server.client.log.AppendEvents(pb.AppendEventsRequest(
                events=[claims.capex("acme", conditions=["x" * 4000] * 8)]))

    def failed(self, call, code, words):
        with self.assertRaises(CallFailed) as told:
            call()
        self.assertEqual(told.exception.refusal.code, code)
        self.assertIn(words, told.exception.refusal.message)
        self.assertEqual(self.http.request("GET", "/livez")[0], 200)

    def messages(self, body, **fields):
        """(flags, message) of the answer to a request of ReadEvents, and its head."""
        _, head, answer = self.http.request("POST", LOG + "ReadEvents", body,
                                            **{"content-type": "application/connect+json", **fields})
        found = []
        while answer:
            flags, size = struct.unpack(">BI", answer[:5])
            found.append((flags, answer[5:5 + size]))
            answer = answer[5 + size:]
        return head, found

    def peak(self):
        """The most memory that the server had, in MiB."""
        status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) // 1024

    def test_a_request_may_come_compressed(self):
        for event in (claims.usage("acme"), claims.capex("acme", conditions=["y" * 4000] * 16)):
            request = pb.AppendEventsRequest(events=[event])
            self.http.unary(LOG + "AppendEvents", gzip.compress(request.SerializeToString()), "proto", **GZIP)
            self.assertEqual(self.server.client.log.GetEvent(
                pb.GetEventRequest(event_id=event.event_id)).event.event.event_id, event.event_id)
        self.assertIn("logId", json.loads(self.http.unary(LOG + "GetHead", gzip.compress(b"{}"), **GZIP)))
        # Nothing is nothing, in any encoding.
        self.http.unary(LOG + "GetHead", b"", "proto", **GZIP)

    def test_what_is_no_gzip_is_refused(self):
        whole = gzip.compress(b"{}")
        for body in (b"{}", whole[:-1], whole[:12], whole + b"x", whole * 2, b"\x1f\x8b", whole[:-5] + b"xxxxx"):
            self.failed(lambda b=body: self.http.unary(LOG + "GetHead", b, **GZIP),
                        grpc.StatusCode.INVALID_ARGUMENT, "not one whole member")
        for wrong in ("br", "deflate", "gzip, gzip", "GZIP2"):
            self.failed(lambda w=wrong: self.http.json(LOG + "GetHead", **{"content-encoding": w}),
                        grpc.StatusCode.UNIMPLEMENTED, "gzip and identity")

    def test_a_bomb_is_refused_and_not_inflated(self):
        bomb = gzip.compress(bytes(256 * MIB), 1)
        self.assertLess(len(bomb), 2 * MIB)
        before = self.peak()
        for codec in ("proto", "json"):
            begun = time.monotonic()
            self.failed(lambda c=codec: self.http.unary(LOG + "AppendEvents", bomb, c, **GZIP),
                        grpc.StatusCode.RESOURCE_EXHAUSTED, str(MAX_MESSAGE))
            self.assertLess(time.monotonic() - begun, 30)
        _, (last,) = self.messages(envelope(bomb, COMPRESSED), **{"connect-content-encoding": "gzip"})
        self.assertIn(b"resource_exhausted", last[1])
        self.assertLess(self.peak(), before + 64)

    def test_the_bound_is_that_of_what_is_not_compressed(self):
        def append(size):
            body = b"{" + b" " * (size - 2) + b"}"
            with self.assertRaises(CallFailed) as told:
                self.http.unary(LOG + "AppendEvents", gzip.compress(body), **GZIP)
            return told.exception.refusal.code
        self.assertEqual(append(MAX_MESSAGE), grpc.StatusCode.INVALID_ARGUMENT)
        self.assertEqual(append(MAX_MESSAGE + 1), grpc.StatusCode.RESOURCE_EXHAUSTED)

    def test_refusals_are_those_of_the_same_request_uncompressed(self):
        body = json.dumps({"events": [{"eventId": "x" * 65, "nam": 1}]}).encode()
        told = []
        for sent, fields in ((body, {}), (gzip.compress(body), GZIP)):
            with self.assertRaises(CallFailed) as raised:
                self.http.unary(LOG + "AppendEvents", sent, **fields)
            told.append(str(raised.exception.refusal))
        self.assertEqual(*told)

    def test_a_large_answer_goes_compressed_to_whoever_takes_that(self):
        for codec, request in (("json", b'{"pageSize": 5}'),
                               ("proto", pb.ListEventsRequest(page_size=5).SerializeToString())):
            plain = self.http.unary(LOG + "ListEvents", request, codec)
            for accepted, compressed in (("gzip", True), ("gzip, deflate, br", True), ("br;q=1.0, GZIP;q=0.5", True),
                                         ("gzip;q=0", False), ("br", False), ("", False)):
                with self.subTest(codec=codec, accepted=accepted):
                    status, head, answer = self.http.request(
                        "POST", LOG + "ListEvents", request,
                        **{"content-type": f"application/{codec}", "accept-encoding": accepted})
                    self.assertEqual((status, head["vary"]), (200, "Accept-Encoding"))
                    self.assertEqual(head.get("content-encoding"), "gzip" if compressed else None)
                    self.assertEqual(gzip.decompress(answer) if compressed else answer, plain)
                    self.assertEqual(len(answer) < len(plain) // 2, compressed)

    def test_a_small_answer_and_a_refusal_go_as_they_are(self):
        for path, body in (("GetHead", b"{}"), ("GetEvent", b'{"eventId": "never"}')):
            _, head, answer = self.http.request("POST", LOG + path, body,
                                                **{"content-type": "application/json", "accept-encoding": "gzip"})
            self.assertNotIn("content-encoding", head)
            json.loads(answer)

    def test_messages_of_a_stream_go_compressed_each(self):
        _, plain = self.messages(envelope(b"{}"))
        head, packed = self.messages(envelope(b"{}"), **{"connect-accept-encoding": "br, gzip"})
        self.assertEqual(head["connect-content-encoding"], "gzip")
        self.assertNotIn("content-encoding", head)
        self.assertEqual(packed[-1][0], END_OF_STREAM)
        self.assertTrue(any(flags == COMPRESSED for flags, _ in packed))
        self.assertEqual([gzip.decompress(text) if flags == COMPRESSED else text for flags, text in packed],
                         [text for _, text in plain])
        # What HTTP itself accepts says nothing of messages.
        head, packed = self.messages(envelope(b"{}"), **{"accept-encoding": "gzip"})
        self.assertNotIn("connect-content-encoding", head)
        self.assertFalse(any(flags == COMPRESSED for flags, _ in packed))

    def test_the_message_of_a_streams_request_may_come_compressed(self):
        _, plain = self.messages(envelope(b'{"afterPosition": "8"}'))
        for body in (envelope(gzip.compress(b'{"afterPosition": "8"}'), COMPRESSED),
                     envelope(b'{"afterPosition": "8"}')):
            _, found = self.messages(body, **{"connect-content-encoding": "gzip"})
            self.assertEqual(found, plain)

    def test_a_stream_that_is_compressed_wrongly_is_refused(self):
        packed = envelope(gzip.compress(b"{}"), COMPRESSED)
        for body, fields, code in ((packed, {}, b"invalid_argument"),
                                   (envelope(b"{}", COMPRESSED), {"connect-content-encoding": "gzip"},
                                    b"invalid_argument"),
                                   (packed, {"connect-content-encoding": "br"}, b"unimplemented"),
                                   (gzip.compress(envelope(b"{}")), GZIP, b"unimplemented")):
            _, ((flags, end),) = self.messages(body, **fields)
            self.assertEqual(flags, END_OF_STREAM)
            self.assertIn(code, end)

    def test_curl(self):
        if shutil.which("curl") is None:
            self.fail("curl is not installed: deploy/test installs it")
        url = f"http://127.0.0.1:{self.server.http_port}"

        def curl(*arguments):
            return subprocess.run(["curl", "-sS", "-m", "60", "--compressed", "-w", "%{size_download}", *arguments],
                                  capture_output=True, check=True).stdout
        text, _, size = curl(url + "/metrics").rpartition(b"\n")
        self.assertIn(b"chipline_build_info", text)
        self.assertLess(int(size), len(text) // 2)
        text, _, size = curl("-H", "content-type: application/json", "-d", '{"pageSize": 5}',
                             url + LOG + "ListEvents").rpartition(b"}")
        self.assertEqual(len(json.loads(text + b"}")["events"]), 5)
        self.assertLess(int(size), len(text) // 2)


if __name__ == "__main__":
    unittest.main()
