"""Redis Streams, by redis-benchmark; by RESP where that cannot do it."""

import csv
import io
import itertools
import socket
import time

from peers import load
from peers.child import free_port, output_of
from peers.load import PATIENCE_SECONDS, RECEIVE_BYTES, Connected, OrderedConnection
from peers.system import ProtocolPeer
from peers.workload import Measurement

PAGE = 1000


def command(*parts):
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts)


class _Connection(OrderedConnection):
    def receive(self):
        # Every answer is an id, "$15\r\n1700000000000-0\r\n", or an error, "-ERR ...".
        text = self._socket.recv(RECEIVE_BYTES)
        if b"-ERR" in text:
            raise RuntimeError(text.decode(errors="replace"))
        return self._fifo.take(text.count(b"$"))


def _value(text, at):
    """A RESP value, and where it ends; IndexError where it is not all there."""
    end = text.find(b"\r\n", at)
    if end < 0:
        raise IndexError
    kind, head, at = text[at:at + 1], text[at + 1:end], end + 2
    if kind == b"*":
        parts = []
        for _ in range(max(0, int(head))):
            part, at = _value(text, at)
            parts.append(part)
        return parts, at
    if kind == b"$":
        end = at + int(head)
        if len(text) < end + 2:
            raise IndexError
        return text[at:end], end + 2
    if kind == b"-":
        raise RuntimeError(head.decode(errors="replace"))
    return head, at


class _Reader(Connected):
    """Waits for what comes next, gets it, and waits again."""

    def __init__(self, port):
        super().__init__(port)
        self._unread = b""
        self._seen = 0
        # What was there before is gone, so that the beginning is where the next one comes.
        self._socket.sendall(command(b"DEL", b"events"))
        self._socket.recv(RECEIVE_BYTES)
        self._wait_after(b"0-0")

    def _wait_after(self, last):
        self._socket.sendall(command(b"XREAD", b"BLOCK", b"0", b"STREAMS", b"events", last))

    def receive(self):
        chunk = self._socket.recv(RECEIVE_BYTES)
        if not chunk:
            raise ConnectionError("Redis closed the connection")
        self._unread += chunk
        try:
            answer, end = _value(self._unread, 0)
        except IndexError:
            return ()
        self._unread = self._unread[end:]
        # One stream, its name and its entries; of each the id comes first.
        entries = answer[0][1]
        self._wait_after(entries[-1][0])
        first, self._seen = self._seen, self._seen + len(entries)
        return range(first, self._seen)


class Redis(ProtocolPeer):
    name = "Redis Streams"
    groups = (*ProtocolPeer.groups, "delivery")
    settings = {"appendonly": "yes", "appendfsync": "always", "save": '""',
                "auto-aof-rewrite-percentage": "0"}
    caveat = ("validates, names and indexes nothing, and knows no duplicate; everything is in memory; a batch "
              "is a pipeline and not atomic; redis-benchmark sends the same event again and again")

    def __init__(self, events):
        super().__init__(events)
        self._server = self._port = None
        # Appends a second of each load, learned on the way: redis-benchmark takes a number, not a time.
        self._rates = {}

    def version(self):
        return output_of("redis-server", "--version").strip()

    def start(self, folder):
        self._port = free_port()
        flags = [part for name, value in self.settings.items()
                 for part in (f"--{name}", value.strip('"'))]
        self._server = self.child(["redis-server", "--port", self._port, "--bind", "127.0.0.1", "--dir", folder,
                                   *flags], folder / "output")
        self._server.wait_for_port(self._port)

    def stop(self):
        self._server.stop()

    def pids(self):
        return self._server.pids()

    def _benchmark(self, clients, pipeline, requests):
        # -x: the last argument comes from standard input, so that any byte may be in it.
        out = output_of("redis-benchmark", "-p", self._port, "-c", clients, "-P", pipeline, "-n", requests,
                        "--csv", "-x", "XADD", "events", "*", "e", input=self.events[0])
        row = next(csv.DictReader(io.StringIO(out)))
        return Measurement(float(row["rps"]), float(row["p50_latency_ms"]) * 1000,
                           float(row["p99_latency_ms"]) * 1000)

    def _loaded(self, clients, pipeline, seconds):
        key = (clients, pipeline)
        if key not in self._rates:
            self._rates[key] = self._benchmark(clients, pipeline, clients * pipeline * 20 + 200)\
                .events_per_second
        result = self._benchmark(clients, pipeline, max(clients * pipeline,
                                                        int(self._rates[key] * seconds)))
        self._rates[key] = result.events_per_second
        return result

    def append(self, workload, seconds):
        if workload.batch > 1:
            return {"": self._loaded(workload.requests_in_flight, workload.batch, seconds)}
        if workload.connections == 1:
            return {"": self._loaded(workload.window, 1, seconds)}
        return {"256 clients": self._loaded(workload.requests_in_flight, 1, seconds),
                "4 clients, pipelining": self._loaded(workload.connections, workload.window, seconds)}

    def connect(self, batch):
        requests = itertools.cycle([command(b"XADD", b"events", b"*", b"e", e) for e in self.events])
        return _Connection(self._port, requests)

    def subscribe(self):
        return _Reader(self._port)

    def fill(self, count):
        events = itertools.cycle(self.events)
        requests = (command(b"XADD", b"all", b"0-%d" % (i + 1), b"e", next(events)) for i in range(count))
        load.fill(_Connection(self._port, requests), count, PAGE)

    def read_all(self, count, seconds):
        # The ids are known, so that a page can be asked for before the one before it has come.
        pages = [command(b"XRANGE", b"all", b"0-%d" % (at + 1), b"0-%d" % (at + PAGE))
                 for at in range(0, count, PAGE)]
        total, start = 0, time.perf_counter()
        with socket.create_connection(("127.0.0.1", self._port), PATIENCE_SECONDS) as connection:
            while (elapsed := time.perf_counter() - start) < seconds:
                connection.sendall(b"".join(pages))
                seen, rest = 0, b""
                while seen < count:
                    text = rest + connection.recv(RECEIVE_BYTES)
                    seen += text.count(b"$1\r\ne\r\n")
                    rest = text[-7:]
                total += seen
        return Measurement(total / elapsed)
