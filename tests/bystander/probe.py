"""The bystander: one well-behaved client, in a process of its own at normal priority.

It speaks HTTP/2 by hand over one connection that it keeps, one call at a time, so that its own work is
small and the same for each call. Lines of standard input are seconds to measure for; it answers each with
a line of JSON: the milliseconds of every call by kind. It ends with its standard input.
"""

import itertools
import json
import pickle
import socket
import struct
import sys
import time

from raw_http2 import (DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PING, PREFACE, RST_STREAM, SETTINGS,
                       call_headers, frame)
from wire import ACK, LOG, TIMELINES, WIDE_WINDOWS, append_request, grpc_message

PATIENCE_SECONDS = 30
PAUSE_SECONDS = 0.002


class Connection:
    def __init__(self, address, source):
        host, port = address.rsplit(":", 1)
        self._socket = socket.create_connection((host, int(port)), PATIENCE_SECONDS, (source, 0))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(PREFACE + WIDE_WINDOWS)
        self._unread = b""
        self._streams = itertools.count(1, 2)

    def call(self, method, request):
        """The seconds until the answer is whole. Fails if that is an error."""
        stream = next(self._streams)
        message = frame(HEADERS, END_HEADERS, stream, call_headers(method)) + frame(
            DATA, END_STREAM, stream, grpc_message(request))
        start = time.perf_counter()
        self._socket.sendall(message)
        answered = False
        while True:
            kind, flags, of, payload = self._frame()
            if kind == SETTINGS and not flags & ACK:
                self._socket.sendall(frame(SETTINGS, ACK))
            elif kind == PING and not flags & ACK:
                self._socket.sendall(frame(PING, ACK, 0, payload))
            elif kind == GOAWAY:
                raise ConnectionError(f"the server gave up: {payload[8:]!r}")
            elif of != stream:
                continue
            elif kind == DATA and payload:
                answered = True
            elif kind == RST_STREAM or flags & END_STREAM:
                # An error has trailers and no message.
                if not answered:
                    raise ConnectionError(f"{method} was refused: {payload!r}")
                return time.perf_counter() - start

    def _frame(self):
        header = self._read(9)
        kind, flags, stream = struct.unpack_from(">BBI", header, 3)
        return kind, flags, stream & 0x7fffffff, self._read(int.from_bytes(header[:3], "big"))

    def _read(self, size):
        while len(self._unread) < size:
            chunk = self._socket.recv(1 << 16)
            if not chunk:
                raise ConnectionError("the server closed the connection")
            self._unread += chunk
        taken, self._unread = self._unread[:size], self._unread[size:]
        return taken


def measure(connection, questions, event, numbers, seconds):
    found = {"get": [], "timeline": [], "append": []}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        get, timeline = next(questions)
        append = append_request([(f"bystander-{next(numbers)}", event)])
        for kind, method, request in (("get", LOG + "GetEvent", get), ("timeline", TIMELINES + "GetTimeline", timeline),
                                      ("append", LOG + "AppendEvents", append)):
            found[kind].append(1000 * connection.call(method, request))
            time.sleep(PAUSE_SECONDS)
    return found


def main():
    setup = pickle.load(sys.stdin.buffer)
    connection = Connection(setup["address"], setup["source"])
    questions = itertools.cycle(zip(setup["gets"], setup["timelines"]))
    numbers = itertools.count(setup["first"])
    for line in sys.stdin:
        print(json.dumps(measure(connection, questions, setup["event"], numbers, float(line))), flush=True)


if __name__ == "__main__":
    main()
