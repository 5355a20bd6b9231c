"""Appends through a node of three beside a synced publish of messages of the same bytes, and their syncs."""

import os

from nats_cluster import STREAM
from nodes.rounds import load_busy
from nodes.trio import cpu_seconds
from peers import chipline, load
from peers.child import count_syncs, fresh_folder

GROUP = "append"
TESTS = ("cluster-one", "cluster-one-p99", "cluster-64")
OWN, LIMIT, ECHO = "Chipline", "limit: synced publish", "limit: gRPC echo, the same load"
WINDOW = 64


class Appends:
    """Of a cluster that runs, and is at rest."""

    def __init__(self, trio, own, rounds):
        self._trio, self._rounds = trio, rounds
        self._node = trio.nodes[0]
        self._own = own
        self._count = rounds.options.counted
        trio.create_plain()
        # Messages of appends that waited for one another, which the publisher sends in turn.
        self._node.append_exactly(self._count)
        self._messages = trio.messages(self._count)

    def count_syncs(self):
        """Adds to what was counted; what is not durable is a fault. PermissionError where tracing is not allowed."""
        faults = []
        publisher = self._trio.publisher(self._messages, self._node)
        try:
            for what, action in (("appends through a node", lambda: self._node.append_exactly(self._count)),
                                 ("synced publishes", lambda: load.exactly(publisher, self._count))):
                found = {server.name: sum(count_syncs([server.pid], action).values())
                         for server in self._trio.nats.servers}
                words = ", ".join(f"{name} {syncs}" for name, syncs in found.items())
                self._rounds.counted.append(f"{self._count} {what}, one at a time, syncs by nats-server: {words}")
                # A quorum must have each.
                if sorted(found.values())[-2] < self._count:
                    faults.append(f"NOT DURABLE: {self._count} {what}: {words}")
        finally:
            publisher.close()
        nodes = count_syncs(self._trio.node_pids(), lambda: self._node.append_exactly(self._count))
        self._rounds.counted.append(f"{self._count} appends through a node, one at a time, syncs by the three nodes "
                                    f"together: {sum(nodes.values())}")
        return faults

    def measure(self):
        echo = chipline.Echo(self._own.binary, self._own.events)
        with fresh_folder(self._rounds.options.dir) as folder:
            echo.start(folder)
            try:
                self._rounds.all(GROUP, [
                    ("appends, one at a time", lambda: self._appends(1)),
                    ("publishes, one at a time", lambda: self._publishes(1)),
                    (f"publishes, {WINDOW} in flight", lambda: self._publishes(WINDOW)),
                    (f"appends, {WINDOW} in flight", lambda: self._appends(WINDOW)),
                    (f"echo, {WINDOW} in flight", lambda: self._run(echo.connect(), ECHO, WINDOW))])
            finally:
                echo.stop()

    def _appends(self, window):
        before = self._trio.info(STREAM)["state"]["messages"]
        head = self._node.head()
        record = self._run(self._node.connect(1), OWN, window)
        messages = self._trio.info(STREAM)["state"]["messages"] - before
        record["details"]["events a message"] = (self._node.head() - head) / messages
        self._trio.rest()

    def _publishes(self, window):
        self._run(self._trio.publisher(self._messages, self._node), LIMIT, window)

    def _run(self, connection, system, window):
        servers, nodes = self._trio.server_pids(), self._trio.node_pids()
        try:
            cpu = cpu_seconds(servers), cpu_seconds(nodes)
            start = os.times()
            found = load.closed_loop([connection], window, 1, self._rounds.options.arm)
            end = os.times()
            spent = cpu_seconds(servers) - cpu[0], cpu_seconds(nodes) - cpu[1]
        finally:
            connection.close()
        count = found.events_per_second * (end.elapsed - start.elapsed)
        details = {"share of a core that the load took": load_busy(start, end)}
        if system != ECHO:
            details.update({"CPU of the nats-servers, µs an event": spent[0] * 1e6 / count,
                            "CPU of the nodes, µs an event": spent[1] * 1e6 / count})
        if window == 1:
            return self._rounds.add_latencies("cluster-one", system, found, details)
        return self._rounds.add("cluster-64", system, found, details)
