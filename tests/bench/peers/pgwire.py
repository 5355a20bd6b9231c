"""PostgreSQL's protocol, as far as one prepared statement and notifications need it.

https://www.postgresql.org/docs/15/protocol.html
"""

import struct

from peers.load import RECEIVE_BYTES, Connected, Fifo

PROTOCOL = 196608
TEXT, BINARY = 0, 1
READY, ERROR, NOTIFICATION = b"Z", b"E", b"A"


def message(kind, payload):
    return kind + struct.pack(">I", len(payload) + 4) + payload


def messages(text):
    """The (kind, payload) of all whole messages, and the bytes that are left over."""
    found, at = [], 0
    while len(text) - at >= 5:
        size = struct.unpack_from(">I", text, at + 1)[0]
        if len(text) - at < 1 + size:
            break
        found.append((text[at:at + 1], text[at + 5:at + 1 + size]))
        at += 1 + size
    return found, text[at:]


def execution(number, event):
    """Runs the statement that was prepared, with a number and bytes, as a transaction of its own."""
    parameters = b"".join(struct.pack(">I", len(value)) + value for value in (b"%d" % number, event))
    bind = b"\0\0" + struct.pack(">HHHH", 2, TEXT, BINARY, 2) + parameters + struct.pack(">H", 0)
    return message(b"B", bind) + message(b"E", b"\0" + struct.pack(">I", 0)) + message(b"S", b"")


class Connection(Connected):
    """One connection, trusted by the server; with `statement`, `next_request()` gives what send sends."""

    def __init__(self, port, user, statement=None, next_request=None):
        super().__init__(port)
        self._unread = b""
        self._next_request = next_request
        self._fifo = Fifo()
        self.failures = 0
        start = struct.pack(">I", PROTOCOL) + b"user\0%s\0database\0postgres\0\0" % user
        self._ask(struct.pack(">I", len(start) + 4) + start)
        if statement:
            self._ask(message(b"P", b"\0" + statement + b"\0" + struct.pack(">H", 0)) + message(b"S", b""))

    def _ask(self, request):
        self._socket.sendall(request)
        while not any(kind == READY for kind, _ in self._read()):
            pass

    def _read(self):
        chunk = self._socket.recv(RECEIVE_BYTES)
        if not chunk:
            raise ConnectionError("PostgreSQL closed the connection")
        found, self._unread = messages(self._unread + chunk)
        for kind, payload in found:
            if kind == ERROR:
                raise RuntimeError(payload.replace(b"\0", b" ").decode(errors="replace"))
        return found

    def run(self, query):
        self._ask(message(b"Q", query + b"\0"))

    def send(self, tag, count):
        self._fifo.add(tag, count)
        self._socket.sendall(b"".join(self._next_request() for _ in range(count)))

    def receive(self):
        return self._fifo.take(sum(kind == READY for kind, _ in self._read()))

    def notifications(self):
        """The payloads of those that came."""
        # The number of a process, then two strings.
        return [payload[4:].split(b"\0")[1] for kind, payload in self._read() if kind == NOTIFICATION]
