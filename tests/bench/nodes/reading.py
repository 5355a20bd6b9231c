"""What reads and subscriptions cost the nodes, from one node and from three.

On one machine nodes share the cores, so that rates say nothing of three machines. What grows with the nodes is the CPU
there is, so if an event read costs the same from three nodes as from one, three machines serve three times as many.
"""

import math
import select
import time

from nodes.trio import cpu_seconds
from peers import chipline, http2, load, wire

GROUP = "read"
TESTS = ("cluster-read", "cluster-subscribe")
OWN, ONE = "Chipline", "Chipline, one node"
# Readers, together; and subscribers at each node that serves.
READERS, SUBSCRIBERS = 3, 16
# Events a second for subscribers: as many in both arms, since a timeline costs less if it gets many at once.
RATE = 1000
PAUSE_SECONDS = 0.002
UNIT = "CPU s"
# By how much the bytes of two reads may differ, which are cut into messages as it comes.
SAME_BYTES = 0.01


class Reading:
    """Of a cluster that runs, and whose log has nothing but its names."""

    def __init__(self, trio, rounds):
        self._trio, self._rounds = trio, rounds
        trio.nodes[0].fill(rounds.options.events)
        self._head = trio.rest()
        # Of a whole read. The first ones warm the caches.
        self._bytes = [self._read_once(node) for node in trio.nodes][0]

    def measure(self):
        first, second, third = self._trio.nodes
        self._rounds.all(GROUP, [("from one node", lambda: self._read(ONE, [second] * READERS)),
                                 ("from three nodes", lambda: self._read(OWN, [first, second, third]))])
        self._rounds.all(GROUP, [("subscribers at one node", lambda: self._subscribe(ONE, [first])),
                                 ("subscribers at three", lambda: self._subscribe(OWN, [first, second, third]))])

    def _connect(self, node):
        return http2.Connection(node.address, f"{chipline.SERVICE}ReadEvents", lambda: b"")

    def _read_once(self, node):
        connection = self._connect(node)
        try:
            connection.send(0.0, 1)
            while not connection.receive():
                pass
            return connection.bytes_received
        finally:
            connection.close()

    def _read(self, system, nodes):
        """Each reader reads everything, again and again."""
        pids = [pid for node in set(nodes) for pid in node.pids()]
        readers = [self._connect(node) for node in nodes]
        reads, cpu, start = 0, cpu_seconds(pids), time.perf_counter()
        try:
            for reader in readers:
                reader.send(0.0, 1)
            open_reads = len(readers)
            while open_reads:
                for reader in load.ready(readers):
                    if not reader.receive():
                        continue
                    reads, open_reads = reads + 1, open_reads - 1
                    if time.perf_counter() - start < self._rounds.options.arm:
                        reader.send(0.0, 1)
                        open_reads += 1
            elapsed, spent = time.perf_counter() - start, cpu_seconds(pids) - cpu
            received = sum(reader.bytes_received for reader in readers)
        finally:
            for reader in readers:
                reader.close()
        if abs(received / reads / self._bytes - 1) > SAME_BYTES:
            raise RuntimeError(f"{reads} reads brought {received} bytes, and one alone brings {self._bytes}")
        self._add("cluster-read", system, reads * self._head, elapsed, spent)

    def _add(self, test, system, events, elapsed, spent):
        self._rounds.add_cost(test, system, spent / events * 1e6, UNIT,
                              {"events/s": events / elapsed, "events/s of a core": events / spent})

    def _subscribe(self, system, nodes):
        """Events are appended at the first node, and each subscriber gets all."""
        sender = self._trio.nodes[0]
        pids = [pid for node in nodes for pid in node.pids()]
        # SubscribeRequest.head is 3.
        subscribers = [http2.Subscriber(node.address, chipline.SUBSCRIBE, wire.number(3, 1), chipline.BENCH_NUMBER, bytes)
                       for node in nodes for _ in range(SUBSCRIBERS)]
        connection = sender.connect(1)
        cpu, start = cpu_seconds(pids), time.perf_counter()
        seen = {one: set() for one in subscribers}
        total, sent, answered = math.ceil(self._rounds.options.arm * RATE), 0, 0
        try:
            while answered < total or min(map(len, seen.values())) < total:
                elapsed = time.perf_counter() - start
                if elapsed > self._rounds.options.arm + load.PATIENCE_SECONDS:
                    raise TimeoutError(f"of {total} events {answered} were answered and "
                                       f"{min(map(len, seen.values()))} delivered to all")
                due = min(total, int(elapsed * RATE) + 1)
                connection.send(0.0, due - sent)
                sent = due
                for one in select.select([connection, *subscribers], [], [], PAUSE_SECONDS)[0]:
                    if one is connection:
                        answered += len(one.receive())
                    else:
                        seen[one].update(one.receive())
            elapsed = time.perf_counter() - start
            if connection.failures:
                raise RuntimeError(f"{connection.failures} appends failed")
        finally:
            for one in (connection, *subscribers):
                one.close()
        # Nodes also bring their timelines up to date, which is a part of what an event costs them.
        self._trio.rest()
        self._add("cluster-subscribe", system, total * len(subscribers), elapsed, cpu_seconds(pids) - cpu)
