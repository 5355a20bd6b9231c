"""How long nothing is acknowledged after kill -9 of the stream's leader, at the nodes and to bare publishers."""

import re
import select
import socket
import time

from nodes.trio import COMMANDS, HELLO, wait_for
from peers import load

GROUP = "kill"
TESTS = ("cluster-kill-first", "cluster-kill-every")
OWN, LIMIT = "Chipline", "limit: bare publishers"
# Between an acknowledgement and the next request, so that the load leaves the machine alone.
PACE_SECONDS = 0.02
# What a bare publisher waits for an answer before it publishes again.
AGAIN_SECONDS = 0.1
# Acknowledgements before the kill, and for how long they must come again until it is over.
BEFORE, CALM_SECONDS = 20, 1.5
MOST_SECONDS = 90
# Of an acknowledgement: which stream, and at which sequence.
ACKNOWLEDGED = re.compile(rb'"seq":\s*\d+')


class Client:
    """Appends one event after the other at one node. `acknowledged` are times."""

    def __init__(self, node):
        self._node = node
        self._connection = node.connect(1)
        self.failures = 0
        self._next = 0.0
        self._waiting = False
        self.acknowledged = []
        self.fileno = self._connection.fileno

    def close(self):
        self._connection.close()

    def step(self, now):
        if not self._waiting and now >= self._next:
            self._connection.send(now, 1)
            self._waiting = True

    def receive(self):
        if not self._connection.receive():
            return
        now = time.monotonic()
        # An error is no acknowledgement, and what it was about is asked for by the next request.
        if self._connection.failures == self.failures:
            self.acknowledged.append(now)
        self.failures = self._connection.failures
        self._waiting, self._next = False, now + PACE_SECONDS


class Publisher:
    """Publishes one message again and again to one server, or to the next one when that is gone."""

    def __init__(self, ports, first, subject, message):
        self._ports, self._at = ports, first
        self._inbox = b"_INBOX.bare.%d" % ports[first]
        self._request = b"PUB %s %s %d\r\n%s\r\n" % (subject.encode(), self._inbox, len(message), message)
        self._socket = None
        self._text = b""
        self._next = 0.0
        self.acknowledged = []
        self._connect()

    def fileno(self):
        return self._socket.fileno()

    def close(self):
        self._socket.close()

    def _connect(self):
        for _ in self._ports:
            try:
                self._socket = socket.create_connection(("127.0.0.1", self._ports[self._at]), load.PATIENCE_SECONDS)
                self._socket.sendall(HELLO + b"SUB %s 1\r\n" % self._inbox)
                self._text = b""
                return
            except OSError:
                self._at = (self._at + 1) % len(self._ports)
        raise ConnectionError("no nats-server takes a connection")

    def step(self, now):
        if now >= self._next:
            self._next = now + AGAIN_SECONDS
            try:
                self._socket.sendall(self._request)
            except OSError:
                self._connect()

    def receive(self):
        try:
            chunk = self._socket.recv(load.RECEIVE_BYTES)
        except OSError:
            chunk = b""
        if not chunk:
            self._socket.close()
            self._connect()
            self._next = 0.0
            return
        lines = (self._text + chunk).split(b"\r\n")
        self._text = lines.pop()
        if b"PING" in lines:
            self._socket.sendall(b"PONG\r\n")
        # Whatever else a server says, an error among it, leaves it to the next attempt.
        if any(ACKNOWLEDGED.search(line) for line in lines):
            now = time.monotonic()
            self.acknowledged.append(now)
            self._next = now + PACE_SECONDS


def longest_gap(times, since):
    """The longest time between two acknowledgements of which the later came after `since`."""
    pairs = [(a, b) for a, b in zip(times, times[1:]) if b > since]
    return max((b - a for a, b in pairs), default=float("inf"))


def gaps(clients, since):
    """(until the first of them has an acknowledgement again, until each has), in seconds."""
    merged = sorted(time for one in clients for time in one.acknowledged)
    return longest_gap(merged, since), max(longest_gap(one.acknowledged, since) for one in clients)


def run(clients, until):
    """Lets them go on until `until(now)` holds."""
    start = now = time.monotonic()
    while not until(now):
        if now - start > MOST_SECONDS:
            raise TimeoutError(f"after {MOST_SECONDS} s not all are acknowledged again")
        for one in clients:
            one.step(now)
        # Closely enough to keep the pace.
        for one in select.select(clients, [], [], PACE_SECONDS / 4)[0]:
            one.receive()
        now = time.monotonic()


class Failover:
    """Of a cluster that runs."""

    def __init__(self, trio, rounds):
        self._trio, self._rounds = trio, rounds
        trio.nodes[0].append_exactly(1)
        # It was taken, and every node passes over a copy.
        self._message, = trio.messages(1)

    def measure(self):
        self._rounds.all(GROUP, [("kill -9 of the leader", self._kill)])

    def _kill(self):
        trio = self._trio
        leader = trio.wait_for_leader()
        ports = [server.port for server in trio.nats.servers]
        own = [Client(node) for node in trio.nodes]
        bare = [Publisher(ports, i, COMMANDS, self._message) for i in range(len(ports))]
        clients = own + bare
        try:
            run(clients, lambda now: min(len(one.acknowledged) for one in clients) >= BEFORE)
            killed = time.monotonic()
            trio.nats.kill(leader)

            def calm(now):
                # Everybody has been acknowledged since, and nobody waits for long any more.
                return all(one.acknowledged[-1] > killed and now - one.acknowledged[-1] < CALM_SECONDS / 3
                           and now - self._resumed(one, killed) > CALM_SECONDS for one in clients)
            run(clients, calm)
        finally:
            for one in clients:
                one.close()
        failures = sum(one.failures for one in own)
        for system, those in ((OWN, own), (LIMIT, bare)):
            for test, gap in zip(TESTS, gaps(those, killed)):
                self._rounds.add_cost(test, system, gap, "s")
        self._rounds.records[-4]["details"]["appends that were answered with an error"] = failures
        trio.nats.start(leader)
        wait_for(trio.all_current, "the server that was killed has all again")
        trio.rest()

    @staticmethod
    def _resumed(client, killed):
        """When its longest gap since the kill ended."""
        times = client.acknowledged
        return max(((b - a, b) for a, b in zip(times, times[1:]) if b > killed), default=(0, float("inf")))[1]
