"""etcd over its gRPC API, by connections of our own: Debian does not package etcd's load generator."""

import itertools
import re
import struct
import time

from peers import http2, load, wire
from peers.child import free_port, output_of
from peers.system import ProtocolPeer
from peers.workload import Measurement

PUT, TXN, RANGE = (f"/etcdserverpb.KV/{name}" for name in ("Put", "Txn", "Range"))
WATCH = "/etcdserverpb.Watch/Watch"
PAGE = 1000


def key(number):
    return b"e" + struct.pack(">Q", number)


# KeyValue.key is 1.
WATCHED = re.compile(rb"\x0a\x09e(.{8})", re.S)


class Etcd(ProtocolPeer):
    name = "etcd"
    groups = (*ProtocolPeer.groups, "delivery")
    settings = {"cluster": "one member", "quota-backend-bytes": "8 GiB", "syncs": "as it comes"}
    caveat = ("validates, names and indexes nothing but the key; a key each event stands for a position; a "
              "batch is a Txn of 64 puts; the load comes from Python, with requests made beforehand")

    def __init__(self, events):
        super().__init__(events)
        self._server = self._address = None
        self._numbers = itertools.count()

    def version(self):
        return output_of("etcd", "--version").splitlines()[0]

    def start(self, folder):
        client, peer = free_port(), free_port()
        self._numbers = itertools.count()
        self._server = self.child(
            ["etcd", "--data-dir", folder / "data", "--listen-client-urls", f"http://127.0.0.1:{client}",
             "--advertise-client-urls", f"http://127.0.0.1:{client}",
             "--listen-peer-urls", f"http://127.0.0.1:{peer}",
             "--initial-advertise-peer-urls", f"http://127.0.0.1:{peer}",
             "--initial-cluster", f"default=http://127.0.0.1:{peer}",
             "--quota-backend-bytes", 8 << 30, "--log-level", "error"], folder / "output")
        self._address = ("127.0.0.1", client)
        self._server.wait_for_port(client)
        self._server.wait_until(self._answers)

    def _answers(self):
        try:
            return bool(http2.call(self._address, RANGE, wire.piece(1, b"\0")))
        except RuntimeError:
            return False

    def stop(self):
        self._server.stop()

    def pids(self):
        return self._server.pids()

    def connect(self, batch):
        events = itertools.cycle([wire.piece(2, event) for event in self.events])

        def put():
            return wire.piece(1, key(next(self._numbers))) + next(events)

        def txn():
            # TxnRequest.success is 2, RequestOp.request_put is 2.
            return b"".join(wire.piece(2, wire.piece(2, put())) for _ in range(batch))
        if batch == 1:
            return http2.Connection(self._address, PUT, put)
        return http2.Connection(self._address, TXN, txn)

    def subscribe(self):
        # WatchRequest.create_request is 1; in it key 1 and range_end 2. The first answer says that it watches.
        first = next(self._numbers) + 1
        return http2.Subscriber(self._address, WATCH, wire.piece(1, wire.piece(1, key(0)) + wire.piece(2, b"f")),
                                WATCHED, lambda found: struct.unpack(">Q", found)[0] - first)

    def fill(self, count):
        # Keys below the counter's are those that read_all asks for.
        self._numbers = itertools.count()
        load.fill(self.connect(64), -(-count // 64))

    def read_all(self, count, seconds):
        # RangeRequest: key 1, range_end 2. One request is on its way while another is answered.
        pages = itertools.cycle(
            [wire.piece(1, key(at)) + wire.piece(2, key(min(at + PAGE, count)))
             for at in range(0, count, PAGE)])
        connection = http2.Connection(self._address, RANGE, lambda: next(pages))
        requests, start = 0, time.perf_counter()
        connection.send(0.0, 2)
        while (elapsed := time.perf_counter() - start) < seconds:
            done = len(connection.receive())
            requests += done
            connection.send(0.0, done)
        connection.close()
        if connection.bytes_received < requests * PAGE * len(min(self.events, key=len)) * 0.9:
            raise RuntimeError("etcd sent less than all")
        return Measurement(requests * count / len(range(0, count, PAGE)) / elapsed,
                           failures=connection.failures)
