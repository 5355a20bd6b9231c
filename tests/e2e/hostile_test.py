"""Connections that abuse HTTP/2, while a well-behaved client goes on and must keep its service."""

import os
import pathlib
import threading
import time
import unittest

import grpc

import claims
from contract import pb
from raw_http2 import (CANCEL, CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, PING, RST_STREAM, SETTINGS,
                       RawConnection, call_headers, frame, literal)
from server_case import ServerCase

# The slowest answer that the well-behaved client may see; generous, for a machine that is busy.
PATIENCE_SECONDS = 10
# By how much more memory than at first the server may have at any time of a test, and once it is over.
PEAK_BYTES = 512 * 1024 * 1024
REST_BYTES = 128 * 1024 * 1024
# Sanitizers keep freed memory for a while, and more of it than that.
JUDGES_MEMORY = not os.environ.get("CHIPLINE_SANITIZE")


def memory_of(pid):
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Bystander:
    """Appends and reads all the time. Its slowest answer is kept, and the most memory that the server had."""

    def __init__(self, server):
        self._client = server.client
        self._pid = server.process.pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.appends = 0
        self.slowest = 0.0
        self.peak = 0
        self.failure = None

    def __enter__(self):
        self._thread.start()
        while self.appends < 5 and self.failure is None:
            time.sleep(0.01)
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def _run(self):
        try:
            while not self._over.is_set():
                start = time.monotonic()
                self._client.log.AppendEvents(pb.AppendEventsRequest(events=[claims.usage("bystander")]),
                                              timeout=PATIENCE_SECONDS)
                self._client.log.GetHead(pb.GetHeadRequest(), timeout=PATIENCE_SECONDS)
                self.slowest = max(self.slowest, time.monotonic() - start)
                self.peak = max(self.peak, memory_of(self._pid))
                self.appends += 1
        except Exception as error:  # pylint: disable=broad-except
            self.failure = error


class HostileTest(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with Bystander(cls.server):
            cls.memory_at_first = memory_of(cls.server.process.pid)

    def setUp(self):
        self.lets_in()

    def lets_in(self):
        """Waits until new connections are taken, which they are not for a few seconds after abuse."""
        # Otherwise it would share the connection that the other client has.
        alone = (("grpc.use_local_subchannel_pool", 1),)
        with grpc.insecure_channel(self.server.address, alone) as newcomer:
            grpc.channel_ready_future(newcomer).result(60)

    def memory(self):
        return memory_of(self.server.process.pid)

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.server.process.pid}/fd"))

    def comes_down(self, measure, most):
        """The measure is or becomes no more than that, once what the abuse left behind is cleared away."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while measure() > most and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertLessEqual(measure(), most)

    def withstands(self, abuse):
        """Runs the abuse beside a bystander; then the server must become as it was."""
        descriptors = self.descriptors()
        with Bystander(self.server) as bystander:
            before = bystander.appends
            abuse()
            deadline = time.monotonic() + PATIENCE_SECONDS
            while bystander.appends < before + 20 and time.monotonic() < deadline and not bystander.failure:
                time.sleep(0.01)
            self.comes_down(self.descriptors, descriptors + 4)
            if JUDGES_MEMORY:
                self.comes_down(self.memory, self.memory_at_first + REST_BYTES)
        self.assertIsNone(bystander.failure)
        self.assertGreaterEqual(bystander.appends, before + 20)
        self.assertLess(bystander.slowest, PATIENCE_SECONDS)
        self.serves()
        if JUDGES_MEMORY:
            self.assertLess(bystander.peak - self.memory_at_first, PEAK_BYTES)

    def test_rapid_resets(self):
        """CVE-2023-44487: calls begun and cancelled at once, as fast as the socket takes them."""
        def abuse():
            with RawConnection(self.server.address) as connection:
                headers = call_headers()
                for first in range(1, 40_000, 200):
                    parts = [part for stream in range(first, first + 200, 2) for part in (
                        frame(HEADERS, END_HEADERS, stream, headers),
                        frame(RST_STREAM, 0, stream, CANCEL.to_bytes(4, "big")))]
                    if not connection.send(*parts):
                        break
                    connection.drain()
        self.withstands(abuse)

    def test_streams_reset_on_a_subscription(self):
        def abuse():
            with RawConnection(self.server.address) as connection:
                headers = call_headers("/chipline.v1.SubscriptionService/Subscribe")
                for stream in range(1, 4000, 2):
                    if not connection.send(frame(HEADERS, END_HEADERS, stream, headers),
                                           frame(DATA, END_STREAM, stream, b"\0\0\0\0\0"),
                                           frame(RST_STREAM, 0, stream, CANCEL.to_bytes(4, "big"))):
                        break
                    connection.drain()
        self.withstands(abuse)

    def test_a_flood_of_pings_and_settings(self):
        def abuse():
            for kind, payload in ((PING, b"12345678"), (SETTINGS, b"")):
                with RawConnection(self.server.address) as connection:
                    # Never reads, so the answers pile up on the server's side.
                    for _ in range(300):
                        if not connection.send(frame(kind, 0, 0, payload) * 200):
                            break
        self.withstands(abuse)

    def test_headers_without_end(self):
        """CONTINUATION frames for ever, and a request whose metadata is far beyond the limit."""
        def abuse():
            with RawConnection(self.server.address) as connection:
                connection.send(frame(HEADERS, 0, 1, call_headers()))
                more = literal(b"x-filler", b"y" * 120) * 100
                for _ in range(400):
                    if not connection.send(frame(CONTINUATION, 0, 1, more)):
                        break
            with RawConnection(self.server.address) as connection:
                connection.send(frame(HEADERS, 0, 1, call_headers()), frame(CONTINUATION, END_HEADERS, 1, more))
                connection.send(frame(DATA, END_STREAM, 1, b"\0\0\0\0\0"))
                connection.drain()
        self.withstands(abuse)

    def test_compressed_headers_that_grow(self):
        """One large header put into HPACK's table, then named by its one-byte index over and over."""
        def abuse():
            with RawConnection(self.server.address) as connection:
                name, value = b"x-large", b"z" * 120
                entry = b"\x40" + bytes([len(name)]) + name + bytes([len(value)]) + value
                connection.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, call_headers(more=entry)))
                bomb = call_headers(more=b"\xbe" * 12_000)
                for stream in range(3, 400, 2):
                    if not connection.send(frame(HEADERS, END_HEADERS | END_STREAM, stream, bomb)):
                        break
                    connection.drain()
        self.withstands(abuse)

    def test_connections_that_say_nothing(self):
        def abuse():
            silent = [RawConnection(self.server.address, preface=False) for _ in range(300)]
            try:
                # A preface letter by letter on some, garbage on others, nothing on the rest.
                for connection in silent[:50]:
                    connection.send(b"PRI * HTTP")
                for connection in silent[50:100]:
                    connection.send(b"\x16\x03\x01 GET / HTTP/1.1\r\n\r\n" + os.urandom(64))
                self.serves()
            finally:
                for connection in silent:
                    connection.__exit__()
        self.withstands(abuse)

    def test_a_message_that_never_ends(self):
        """4 GiB announced and a trickle sent, on many streams."""
        def abuse():
            with RawConnection(self.server.address) as connection:
                for stream in range(1, 400, 2):
                    connection.send(frame(HEADERS, END_HEADERS, stream,
                                          call_headers("/chipline.v1.EventLogService/AppendEvents")),
                                    frame(DATA, 0, stream, b"\0\xff\xff\xff\xff" + b"x" * 100))
                connection.drain()
        self.withstands(abuse)

    def test_requests_that_do_not_end_from_a_client_that_acknowledges_nothing(self):
        """gRPC keeps a client to its calls at a time only once it has acknowledged the SETTINGS."""
        headers = call_headers("/chipline.v1.EventLogService/AppendEvents")
        half = b"\0\0\x0f\xff\xff" + b"x" * 1000

        def abuse():
            # Each call takes 12 KiB, so all of them would take 1.2 GB.
            with RawConnection(self.server.address) as connection:
                for first in range(1, 200_000, 100):
                    if not connection.send(*(part for stream in range(first, first + 100, 2) for part in (
                            frame(HEADERS, END_HEADERS, stream, headers), frame(DATA, 0, stream, half)))):
                        break
                    connection.drain()
        # An honest client may have many streams at a time: their requests came whole.
        streams = [self.client.subscriptions.Subscribe(pb.SubscribeRequest(), timeout=300) for _ in range(1000)]
        for stream in streams:
            next(stream)
        self.withstands(abuse)
        self.assertTrue(all(stream.is_active() for stream in streams))
        for stream in streams:
            stream.cancel()
        self.assertIn("a connection was ended", self.server.said())
        self.assertIn("more calls at a time than it was told", self.server.said())
        self.assertNotIn("descriptors", self.server.said())
        self.lets_in()

    def test_frames_that_are_not_allowed(self):
        def abuse():
            for wrong in (frame(DATA, END_STREAM, 0, b"x"), frame(HEADERS, END_HEADERS, 2, call_headers()),
                          frame(HEADERS, END_HEADERS, 1, b"\xff" * 100), frame(PING, 0, 0, b"short"),
                          frame(SETTINGS, 0, 0, b"odd"), b"\xff\xff\xff\x00\x00\x00\x00\x00\x01",
                          frame(CONTINUATION, END_HEADERS, 1, b"")):
                with RawConnection(self.server.address) as connection:
                    connection.send(wrong, frame(PING, 0, 0, b"12345678"))
                    connection.drain()
        self.withstands(abuse)


if __name__ == "__main__":
    unittest.main()
