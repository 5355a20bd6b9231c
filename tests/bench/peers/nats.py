"""NATS JetStream by the text protocol: Debian does not package its load generator.

https://docs.nats.io/reference/reference-protocols/nats-protocol
"""

import itertools
import json
import socket
import time

from peers import fan_out, load
from peers.child import free_port, output_of
from peers.load import RECEIVE_BYTES, Connected, OrderedConnection
from peers.system import ProtocolPeer
from peers.workload import RARE_EVERY, Measurement, rare_count, rare_event

SUBJECT = b"events"
# Where events are read with a filter, the rare ones have one subject and the others 512 in turn.
RARE_SUBJECT = b"events.rare"
INBOX = b"_INBOX.b"
ACKNOWLEDGED = b'"seq":'
REFUSED = b'"error"'
# Messages on their way while a stream is filled.
FILL_WINDOW = 1000
CREATED = b"consumer_create_response"
HELLO = b'CONNECT {"verbose":false,"pedantic":false,"headers":false}\r\n'


class AnswerCounter:
    """Counts acknowledgements in a stream that comes in pieces."""

    def __init__(self):
        self._rest = b""

    def count(self, chunk):
        text = self._rest + chunk
        if REFUSED in text:
            raise RuntimeError(f"nats-server refused: {text[:500]!r}")
        # One byte less than what is counted, so that nothing is counted twice or lost.
        self._rest = text[-len(ACKNOWLEDGED) + 1:]
        return text.count(ACKNOWLEDGED)


class Connection(OrderedConnection):
    """Publishes with an inbox to answer to; the answers of one connection come in order."""

    def __init__(self, port, published, hello=HELLO):
        """`published` are (subject, event), which are sent in turn."""
        super().__init__(port, None)
        # An inbox of its own: the port tells the connections apart.
        inbox = b"%s%d" % (INBOX, self._socket.getsockname()[1])
        self._requests = itertools.cycle(
            [b"PUB %s %s %d\r\n%s\r\n" % (subject, inbox, len(event), event) for subject, event in published])
        self._counter = AnswerCounter()
        self._socket.sendall(hello + b"SUB %s 1\r\nPING\r\n" % inbox)
        while b"PONG" not in self._socket.recv(RECEIVE_BYTES):
            pass

    def receive(self):
        chunk = self._socket.recv(RECEIVE_BYTES)
        if not chunk:
            raise ConnectionError("nats-server closed the connection")
        # A server that is busy asks only after minutes; then it asks between two answers.
        if chunk.startswith(b"PING") or b"\r\nPING\r\n" in chunk:
            self._socket.sendall(b"PONG\r\n")
        return self._fifo.take(self._counter.count(chunk))


def _consumer(inbox, start, subject=None):
    """Subscribes, and makes a push consumer without acknowledgements, which is the fastest."""
    config = {"deliver_policy": start, "ack_policy": "none", "deliver_subject": inbox.decode(),
              "mem_storage": True, "num_replicas": 1}
    if subject:
        config["filter_subject"] = subject.decode()
    body = json.dumps({"stream_name": "EVENTS", "config": config}).encode()
    return (b"SUB %s 1\r\nSUB %s 2\r\nPUB $JS.API.CONSUMER.CREATE.EVENTS %s %d\r\n%s\r\n"
            % (inbox, INBOX, INBOX, len(body), body))


class _Subscriber(Connected):
    """Gets what is published from now on, in order."""

    def __init__(self, port, inbox):
        super().__init__(port)
        self._mark = b"MSG %s 1 " % SUBJECT
        self._rest, self._seen = b"", 0
        self._socket.sendall(HELLO + _consumer(inbox, "new"))
        answer = b""
        while CREATED not in answer:
            answer += self._socket.recv(RECEIVE_BYTES)
            if REFUSED in answer:
                raise RuntimeError(f"nats-server refused a consumer: {answer[:500]!r}")

    def receive(self):
        chunk = self._socket.recv(RECEIVE_BYTES)
        if not chunk:
            raise ConnectionError("nats-server closed the connection")
        text = self._rest + chunk
        first, self._seen = self._seen, self._seen + text.count(self._mark)
        self._rest = text[-len(self._mark) + 1:]
        return range(first, self._seen)


class Nats(ProtocolPeer):
    name = "NATS JetStream"
    groups = (*ProtocolPeer.groups, "filtered", "delivery")
    sync_interval = "always"
    settings = {"sync_interval": "always", "storage": "file", "num_replicas": 1}
    caveat = ("validates, names and indexes nothing but the subject; no message ids are sent, so that it looks "
              "for no duplicate; it has no batch: the 64 are published together and acknowledged one by one; "
              "the load comes from Python, with messages made beforehand")

    def __init__(self, events, binary):
        super().__init__(events)
        self.binary = binary
        self._server = self._port = self._folder = None
        self._subscribers = 0

    def version(self):
        return output_of(self.binary, "--version").strip()

    def start(self, folder):
        self._folder = folder
        self._start(self.sync_interval)

    def _start(self, sync_interval):
        folder = self._folder
        self._port = free_port()
        sync = f"sync_interval: {sync_interval}\n" if sync_interval else ""
        (folder / "nats.conf").write_text(
            f'listen: "127.0.0.1:{self._port}"\n'
            f'jetstream {{\nstore_dir: "{folder / "data"}"\nmax_file_store: 64GB\n{sync}}}\n')
        self._server = self.child([self.binary, "-c", folder / "nats.conf"], folder / "output")
        self._server.wait_for_port(self._port)
        self._request("$JS.API.STREAM.CREATE.EVENTS", {
            "name": "EVENTS", "subjects": [SUBJECT.decode(), SUBJECT.decode() + ".*"], "storage": "file",
            "num_replicas": 1, "retention": "limits", "max_msgs": -1, "max_bytes": -1})

    def stop(self):
        self._server.stop()

    def pids(self):
        return self._server.pids()

    def _request(self, subject, content):
        body = json.dumps(content).encode()
        with socket.create_connection(("127.0.0.1", self._port), load.PATIENCE_SECONDS) as connection:
            connection.sendall(HELLO + b"SUB %s 1\r\nPUB %s %s %d\r\n%s\r\n" % (
                INBOX, subject.encode(), INBOX, len(body), body))
            text = b""
            while b"MSG " not in text or not text.rstrip().endswith(b"}"):
                text += connection.recv(RECEIVE_BYTES)
        if REFUSED in text:
            raise RuntimeError(f"nats-server refused {subject}: {text.decode(errors='replace')}")

    def connect(self, batch):
        return Connection(self._port, [(SUBJECT, event) for event in self.events])

    def append(self, workload, seconds):
        # Without batches, the same number of events is on its way.
        connections = self._connections(workload.connections, 1)
        try:
            return {"": load.closed_loop(connections, workload.window * workload.batch, 1, seconds)}
        finally:
            for connection in connections:
                connection.close()

    def fill(self, count):
        # Without syncs, or it takes minutes; reading is the same.
        if self.sync_interval:
            self._server.stop()
            self._start(None)
        load.fill(self.connect(1), count, FILL_WINDOW)

    def fill_filtered(self, count):
        self._server.stop()
        self._start(None)
        rare = rare_event(self.events)
        published = [(RARE_SUBJECT, rare) if i == 0 else
                     (b"%s.%d" % (SUBJECT, i % len(self.events)), self.events[i % len(self.events)])
                     for i in range(RARE_EVERY)]
        load.fill(Connection(self._port, published), count, FILL_WINDOW)

    def read_filtered(self, count, seconds):
        number, start = 0, time.perf_counter()
        while (elapsed := time.perf_counter() - start) < seconds:
            number += 1
            self._read_once(b"rare%d" % number, rare_count(count), RARE_SUBJECT)
        return Measurement(number * count / elapsed)

    def subscribe(self):
        self._subscribers += 1
        return _Subscriber(self._port, b"live%d" % self._subscribers)

    def read_all(self, count, seconds):
        total, number, start = 0, 0, time.perf_counter()
        while (elapsed := time.perf_counter() - start) < seconds:
            number += 1
            total += self._read_once(b"all%d" % number, count)
        return Measurement(total / elapsed)

    def _read_once(self, inbox, count, subject=None):
        with socket.create_connection(("127.0.0.1", self._port), load.PATIENCE_SECONDS) as connection:
            connection.sendall(HELLO + _consumer(inbox, "all", subject))
            # Of a delivery: MSG, the subject it was published to, and the number of our subscription.
            mark = b"MSG %s 1 " % (subject or SUBJECT)
            seen, rest = 0, b""
            while seen < count:
                chunk = connection.recv(RECEIVE_BYTES)
                if not chunk:
                    raise ConnectionError("nats-server closed the connection")
                text = rest + chunk
                seen += text.count(mark)
                rest = text[-len(mark) + 1:]
            return seen


class NatsDefault(Nats):
    """As it comes: acknowledges first and syncs every two minutes."""

    name = "NATS JetStream, default"
    # None: the line is left out of its configuration.
    sync_interval = None
    settings = {"sync_interval": "2m, as it comes", "storage": "file", "num_replicas": 1}
    meant_durable = False
    # Reading syncs nothing, so that one of the two is enough.
    groups = ("unary", "pipelined", "latency")
    caveat = "NOT DURABLE: acknowledges first and syncs every two minutes; " + Nats.caveat


class NatsCore(Nats):
    """Without JetStream: hands on what it gets and stores nothing."""

    name = "NATS core"
    groups = ("fan-out",)
    meant_durable = False
    settings = {"jetstream": "not used"}
    caveat = ("NOT DURABLE, stores nothing: who was not there has lost the event; Chipline's events are synced before "
              "a subscriber gets them. Publisher and subscribers are one Python process that counts bytes")

    def fan_out(self, subscribers, seconds):
        return fan_out.measure(self._port, HELLO, self.events, subscribers, seconds)
