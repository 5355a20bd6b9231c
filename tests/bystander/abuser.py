"""One process of an abuse, at the lowest priority, so that what it costs itself is not taken for the server's.

A pickled description comes on standard input, then, when it is to begin, a line. At SIGTERM it writes a line
of JSON, how often each thing came about, and ends.
"""

import collections
import itertools
import json
import os
import pickle
import select
import signal
import socket
import sys
import threading
import time

import grpc

from raw_http2 import DATA, END_HEADERS, END_STREAM, HEADERS, PREFACE, SETTINGS, call_headers, frame
from wire import ACK, LOG, WIDE_WINDOWS, append_request, grpc_message, pipeline_request

BATCH = 50


class Abuser:
    def __init__(self, address, key):
        self.address = address
        self.key = key
        self.tally = collections.Counter()

    def did(self, what, count=1):
        self.tally[what] += count

    def run(self, parts):
        for part in parts:
            kind, count = part.pop("kind"), part.pop("count", 1)
            for number in range(count):
                threading.Thread(target=getattr(self, kind), args=(number,), kwargs=part, daemon=True).start()
        signal.sigwait([signal.SIGTERM])
        print(json.dumps(self.tally), flush=True)
        os._exit(0)

    def burn(self, _):
        """The control: no server at all."""
        while True:
            pass

    def _channel(self):
        options = (("grpc.use_local_subchannel_pool", 1), ("grpc.max_receive_message_length", -1))
        return grpc.insecure_channel(self.address, options)

    def calls(self, number, methods, seconds=30):
        """The calls one after the other, in a circle. `methods` has (method, whether it streams, requests)."""
        channel = self._channel()
        # Each thread begins elsewhere.
        circle = [(channel.unary_stream(method) if streams else channel.unary_unary(method), streams, request)
                  for method, streams, requests in methods for request in requests]
        for stub, streams, request in itertools.islice(itertools.cycle(circle), 7 * number, None):
            try:
                answer = stub(request, timeout=seconds)
                for _ in answer if streams else ():
                    self.did("message")
                self.did("OK")
            except grpc.RpcError as error:
                self.did(error.code().name)

    def appends(self, number, events, size=1):
        """Unary appends of `size` events, as fast as they are answered."""
        stub = self._channel().unary_unary(LOG + "AppendEvents")
        turn = itertools.cycle(events)
        for append in itertools.count():
            request = append_request([(f"{self.key}-{number}-{append}-{i}", next(turn)) for i in range(size)])
            try:
                stub(request, timeout=30)
                self.did("OK")
            except grpc.RpcError as error:
                self.did(error.code().name)

    def pipeline(self, number, events, size, window):
        """A PipelineAppend that always has `window` appends under way."""
        room = threading.Semaphore(window)
        turn = itertools.cycle(events)

        def requests():
            for append in itertools.count():
                room.acquire()
                yield pipeline_request(append, append_request(
                    [(f"{self.key}-{number}-{append}-{i}", next(turn)) for i in range(size)]))
        for _ in self._channel().stream_stream(LOG + "PipelineAppend")(requests()):
            room.release()
            self.did("OK")

    def _connect(self):
        host, port = self.address.rsplit(":", 1)
        connection = socket.create_connection((host, int(port)), 10)
        connection.settimeout(5)
        return connection

    def silent(self, _, method, request, streams, trickle=0):
        """Streams that are opened and whose answers are never read, or `trickle` bytes every 50 ms."""
        while True:
            try:
                with self._connect() as connection:
                    connection.sendall(PREFACE + WIDE_WINDOWS + frame(SETTINGS, ACK))
                    for stream in range(1, 2 * streams, 2):
                        connection.sendall(frame(HEADERS, END_HEADERS, stream, call_headers(method))
                                           + frame(DATA, END_STREAM, stream, grpc_message(request)))
                        self.did("stream")
                    while trickle and connection.recv(trickle):
                        time.sleep(0.05)
                    ended = select.poll()
                    ended.register(connection, select.POLLRDHUP)
                    ended.poll()
                    self.did("ended by the server")
            except OSError as error:
                self.did(type(error).__name__)
                time.sleep(0.05)

    def halves(self, _, acknowledges):
        """Requests that begin and never end, on streams without end."""
        headers = call_headers(LOG + "AppendEvents")
        half = b"\0\0\x0f\xff\xff" + b"x" * 1000
        while True:
            try:
                with self._connect() as connection:
                    connection.sendall(PREFACE + frame(SETTINGS) + (frame(SETTINGS, ACK) if acknowledges else b""))
                    for first in itertools.count(1, 2 * BATCH):
                        connection.sendall(b"".join(
                            frame(HEADERS, END_HEADERS, stream, headers) + frame(DATA, 0, stream, half)
                            for stream in range(first, first + 2 * BATCH, 2)))
                        self.did("half request", BATCH)
                        self._drop(connection)
            except OSError as error:
                self.did(type(error).__name__)
                time.sleep(0.05)

    @staticmethod
    def _drop(connection):
        connection.setblocking(False)
        try:
            connection.recv(1 << 20)
        except BlockingIOError:
            pass
        finally:
            connection.settimeout(5)


def main():
    # Before there is any other thread, so that all are as this one.
    os.nice(19)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    description = pickle.load(sys.stdin.buffer)
    print("ready", flush=True)
    sys.stdin.readline()
    Abuser(description["address"], description["key"]).run(description["parts"])


if __name__ == "__main__":
    main()
