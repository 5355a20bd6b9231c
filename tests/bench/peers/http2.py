"""Enough of HTTP/2 to call gRPC methods fast from Python: grpcio spends more on a call than the servers do.

RFC 9113 and the gRPC over HTTP/2 specification. Headers go out without compression and answers' headers
are not read: an error shows as an answer without a message, which is how gRPC servers send one.
"""

import socket
import struct

from peers.load import PATIENCE_SECONDS, RECEIVE_BYTES

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
END_STREAM, ACK, END_HEADERS = 1, 1, 4
INITIAL_WINDOW_SETTING = 4
LARGEST_WINDOW = 2**31 - 1
DEFAULT_WINDOW = 65535
LARGEST_FRAME = 16384
# What a subscriber looks for is shorter.
LONGEST_MARK = 64


def frame(kind, flags, stream, payload):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def _header(name, value):
    """A literal that is neither indexed nor compressed."""
    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value


def grpc_message(message):
    return struct.pack(">BI", 0, len(message)) + message


class Connection:
    """One connection that calls one method; `next_request()` gives the bytes of a request."""

    def __init__(self, address, method, next_request, keep=False):
        host, port = address
        self._socket = socket.create_connection(address, PATIENCE_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # \x83 and \x86 are POST and http in HPACK's static table.
        self._headers = (b"\x83\x86" + _header(b":path", method.encode())
                         + _header(b":authority", f"{host}:{port}".encode())
                         + _header(b"content-type", b"application/grpc") + _header(b"te", b"trailers"))
        self._next_request = next_request
        self._stream = 1
        self._tags = {}
        self._with_data = set()
        self._unread = b""
        # What the server lets us send, and what waits for it.
        self._window = DEFAULT_WINDOW
        self._blocked = []
        self._since_update = 0
        # Bytes of messages received, and the messages themselves if they are wanted.
        self.bytes_received = 0
        self.kept = [] if keep else None
        self.failures = 0
        settings = struct.pack(">HI", INITIAL_WINDOW_SETTING, LARGEST_WINDOW)
        self._socket.sendall(PREFACE + frame(SETTINGS, 0, 0, settings)
                             + self._more_window(LARGEST_WINDOW - DEFAULT_WINDOW))

    def fileno(self):
        return self._socket.fileno()

    def close(self):
        self._socket.close()

    @staticmethod
    def _more_window(size):
        return frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", size))

    def send(self, tag, count):
        out = []
        for _ in range(count):
            message = grpc_message(self._next_request())
            if self._blocked or len(message) > self._window:
                self._blocked.append((tag, message))
            else:
                out.append(self._request(tag, message))
        if out:
            self._socket.sendall(b"".join(out))

    def _request(self, tag, message):
        stream, self._stream = self._stream, self._stream + 2
        self._window -= len(message)
        self._tags[stream] = tag
        parts = [frame(HEADERS, END_HEADERS, stream, self._headers)]
        for at in range(0, len(message), LARGEST_FRAME):
            last = at + LARGEST_FRAME >= len(message)
            parts.append(frame(DATA, END_STREAM if last else 0, stream, message[at:at + LARGEST_FRAME]))
        return b"".join(parts)

    def receive(self):
        """Blocks until something comes; the caller selects first."""
        chunk = self._socket.recv(RECEIVE_BYTES)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        text = self._unread + chunk if self._unread else chunk
        at, done, answer = 0, [], []
        while len(text) - at >= 9:
            size = text[at] << 16 | text[at + 1] << 8 | text[at + 2]
            if len(text) - at < 9 + size:
                break
            kind, flags, stream = struct.unpack_from(">BBI", text, at + 3)
            self._take(kind, flags, stream, text[at + 9:at + 9 + size], done, answer)
            at += 9 + size
        self._unread = text[at:]
        while self._blocked and len(self._blocked[0][1]) <= self._window:
            answer.append(self._request(*self._blocked.pop(0)))
        if self._since_update > LARGEST_WINDOW // 2:
            answer.append(self._more_window(self._since_update))
            self._since_update = 0
        if answer:
            self._socket.sendall(b"".join(answer))
        return done

    def _take(self, kind, flags, stream, payload, done, answer):
        if kind == DATA:
            self._with_data.add(stream)
            self.bytes_received += len(payload)
            self._since_update += len(payload)
            if self.kept is not None:
                self.kept.append(payload)
        elif kind == SETTINGS and not flags & ACK:
            answer.append(frame(SETTINGS, ACK, 0, b""))
        elif kind == PING and not flags & ACK:
            answer.append(frame(PING, ACK, 0, payload))
        elif kind == WINDOW_UPDATE and stream == 0:
            self._window += struct.unpack(">I", payload)[0]
        elif kind == GOAWAY:
            raise ConnectionError(f"the server gave up: {payload[8:].decode(errors='replace')}")
        if kind == RST_STREAM or (kind in (DATA, HEADERS) and flags & END_STREAM):
            if stream in self._tags:
                done.append((self._tags.pop(stream), 1))
                if stream not in self._with_data:
                    self.failures += 1
                self._with_data.discard(stream)


class Subscriber:
    """One call whose answer is a stream without end; every event in it holds what `pattern` finds, of which
    `number_of` makes the event's number. Made once the first message has come."""

    def __init__(self, address, method, request, pattern, number_of):
        self._connection = Connection(address, method, lambda: request, keep=True)
        self._pattern, self._number_of = pattern, number_of
        self._rest = b""
        self._connection.send(0.0, 1)
        while not self._connection.kept:
            self._read()
        self._connection.kept.clear()

    def fileno(self):
        return self._connection.fileno()

    def close(self):
        self._connection.close()

    def _read(self):
        if self._connection.receive():
            raise RuntimeError("a subscription ended")

    def receive(self):
        self._read()
        text = self._rest + b"".join(self._connection.kept)
        self._connection.kept.clear()
        found, end = [], 0
        for match in self._pattern.finditer(text):
            found.append(self._number_of(match[1]))
            end = match.end()
        # Also a part of what is looked for is kept.
        self._rest = text[max(end, len(text) - LONGEST_MARK):]
        return found


def call(address, method, request):
    """One call to its end; returns the messages of the answer."""
    connection = Connection(address, method, lambda: request, keep=True)
    try:
        connection.send(0.0, 1)
        while not connection.receive():
            pass
        if connection.failures:
            raise RuntimeError(f"{method} failed")
        text, messages, at = b"".join(connection.kept), [], 0
        while at < len(text):
            size = struct.unpack_from(">I", text, at + 1)[0]
            messages.append(text[at + 5:at + 5 + size])
            at += 5 + size
        return messages
    finally:
        connection.close()
