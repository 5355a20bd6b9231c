"""Fan-out by the NATS text protocol: one publisher, many subscribers, in one loop over all sockets."""

import selectors
import socket
import time

from peers.load import PATIENCE_SECONDS, RECEIVE_BYTES
from peers.workload import Measurement

# Published at a time; with two such pieces on their way nobody is ever so late that the server drops it.
PIECE = 512
SUBJECT = b"live"


class _Subscriber:
    def __init__(self, port, hello):
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
        self._socket.sendall(hello + b"SUB %s 1\r\nPING\r\n" % SUBJECT)
        text = b""
        while not text.endswith(b"PONG\r\n"):
            text += self._socket.recv(RECEIVE_BYTES)
        self.bytes = 0

    def fileno(self):
        return self._socket.fileno()

    def close(self):
        self._socket.close()

    def receive(self, buffer):
        count = self._socket.recv_into(buffer)
        if count == 0:
            raise ConnectionError("nats-server dropped a subscriber")
        self.bytes += count


def measure(port, hello, events, count, seconds):
    """Deliveries are counted by their bytes, all of which are known; nothing else comes within an arm."""
    chosen = [events[i % len(events)] for i in range(PIECE)]
    piece = b"".join(b"PUB %s %d\r\n%s\r\n" % (SUBJECT, len(e), e) for e in chosen)
    delivered = sum(len(b"MSG %s 1 %d\r\n%s\r\n" % (SUBJECT, len(e), e)) for e in chosen)
    subscribers = [_Subscriber(port, hello) for _ in range(count)]
    buffer = bytearray(RECEIVE_BYTES)
    sent = 0
    with (socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as publisher,
          selectors.DefaultSelector() as selector):
        publisher.sendall(hello)
        for one in subscribers:
            selector.register(one, selectors.EVENT_READ, one)
        start = time.perf_counter()
        slowest = 0
        while True:
            going_on = time.perf_counter() - start < seconds
            while going_on and slowest + 2 > sent:
                publisher.sendall(piece)
                sent += 1
            if slowest == sent:
                break
            ready = selector.select(PATIENCE_SECONDS)
            if not ready:
                raise TimeoutError("a subscriber got less than all")
            for key, _ in ready:
                key.data.receive(buffer)
            slowest = min(one.bytes for one in subscribers) // delivered
        elapsed = time.perf_counter() - start
    for one in subscribers:
        one.close()
    return Measurement(sent * PIECE * count / elapsed)
