"""Ten thousand subscriptions that wait: what each costs the server, and that one append reaches all of them."""

import os
import pathlib
import select
import socket
import struct
import time
import unittest

import claims
from chipline_process import Server
from contract import pb
from raw_http2 import DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PING, PREFACE, SETTINGS, WINDOW_UPDATE, call_headers, frame

STREAMS = int(os.environ.get("CHIPLINE_STREAMS", "10000"))
CONNECTIONS = 10
PATIENCE_SECONDS = 120
# What a stream may cost: the state of gRPC's call, of HTTP/2, and ours.
STREAM_BYTES = 64 * 1024
ACK = 1
INITIAL_WINDOW = 4
WIDE = 2**31 - 1


class Streams:
    """One connection with many Subscribe calls from the head; counts the messages of each."""

    def __init__(self, address, count):
        host, port = address.rsplit(":", 1)
        self._socket = socket.create_connection((host, int(port)), 10)
        request = pb.SubscribeRequest(head=True)
        request.heartbeat_interval.seconds = 3600
        message = request.SerializeToString()
        body = struct.pack(">BI", 0, len(message)) + message
        headers = call_headers("/chipline.v1.SubscriptionService/Subscribe")
        out = [PREFACE, frame(SETTINGS, 0, 0, struct.pack(">HI", INITIAL_WINDOW, WIDE)),
               frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", WIDE - 65535))]
        for stream in range(1, 2 * count, 2):
            out += [frame(HEADERS, END_HEADERS, stream, headers), frame(DATA, END_STREAM, stream, body)]
        self.messages = dict.fromkeys(range(1, 2 * count, 2), 0)
        self.ended = 0
        self._unread = b""
        self._socket.sendall(b"".join(out))

    def fileno(self):
        return self._socket.fileno()

    def close(self):
        self._socket.close()

    def receive(self):
        chunk = self._socket.recv(1 << 20)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        text, at = self._unread + chunk, 0
        while len(text) - at >= 9:
            size = int.from_bytes(text[at:at + 3], "big")
            if len(text) - at < 9 + size:
                break
            kind, flags, stream = struct.unpack_from(">BBI", text, at + 3)
            payload = text[at + 9:at + 9 + size]
            at += 9 + size
            if kind == DATA and size > 0:
                # Small messages: each comes in a frame of its own, which begins with it.
                self.messages[stream] += 1
            elif kind == HEADERS and flags & END_STREAM:
                self.ended += 1
            elif kind == GOAWAY:
                raise ConnectionError(f"the server gave up: {payload[8:]!r}")
            elif kind == SETTINGS and not flags & ACK:
                self._socket.sendall(frame(SETTINGS, ACK))
            elif kind == PING and not flags & ACK:
                self._socket.sendall(frame(PING, ACK, 0, payload))
        self._unread = text[at:]

    def least(self):
        return min(self.messages.values())


def await_messages(connections, count):
    """Until every stream has had so many messages; the seconds that took."""
    start = time.monotonic()
    waiting = [connection for connection in connections if connection.least() < count]
    while waiting:
        left = start + PATIENCE_SECONDS - time.monotonic()
        ready = select.select(waiting, [], [], max(left, 0))[0]
        if not ready:
            raise AssertionError(f"after {PATIENCE_SECONDS} s a stream has had "
                                 f"{min(each.least() for each in waiting)} messages, not {count}")
        for connection in ready:
            connection.receive()
        waiting = [connection for connection in waiting if connection.least() < count]
    return time.monotonic() - start


class ManyStreamsTest(unittest.TestCase):
    def test_idle_subscriptions_are_cheap_and_all_are_told(self):
        server = Server()
        self.addCleanup(server.close)
        before = self.memory(server)
        connections = [Streams(server.address, STREAMS // CONNECTIONS) for _ in range(CONNECTIONS)]
        # Started and caught up.
        began = await_messages(connections, 2)
        each = (self.memory(server) - before) / STREAMS
        stats = server.client.admin.GetStats(pb.GetStatsRequest())
        self.assertEqual(stats.streams, STREAMS)
        start = time.monotonic()
        server.client.log.AppendEvents(pb.AppendEventsRequest(events=[claims.usage("everybody")]))
        appended = time.monotonic() - start
        told = await_messages(connections, 3)
        print(f"{STREAMS} subscriptions in {began:.1f} s, {each / 1024:.1f} KiB each; an append took "
              f"{appended * 1000:.0f} ms and reached all in {told:.2f} s")
        self.assertEqual(sum(connection.ended for connection in connections), 0)
        self.assertLessEqual(each, STREAM_BYTES)
        for connection in connections:
            connection.close()
        server.stop()

    @staticmethod
    def memory(server):
        statm = pathlib.Path(f"/proc/{server.process.pid}/statm").read_text()
        return int(statm.split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    unittest.main()
