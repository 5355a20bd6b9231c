"""Chipline itself: `chipline bench` for the rows, its own server where the suite talks to it."""

import itertools
import json
import os
import re

from peers import http2, wire
from peers.child import Child, output_of
from peers.system import ProtocolPeer
from peers.workload import Measurement

SERVICE = "/chipline.v1.EventLogService/"
BENCH_ID = re.compile(rb"(bench-[0-9a-f]+-)[0-9a-f]{16}")


def _environment():
    return {name: value for name, value in os.environ.items() if not name.startswith("CHIPLINE_")}


class Chipline(ProtocolPeer):
    name = "Chipline"
    settings = {"serve": "as it comes: fdatasync before every acknowledgement"}
    caveat = ("parses, validates, names and indexes every event, and keeps every event id unique for ever; "
              "its views are brought up to date meanwhile")

    def __init__(self, binary, events=()):
        super().__init__(events)
        self.binary = binary
        self.aliases = []
        self._server = self._address = None
        self._numbers = itertools.count(1 << 60)

    def version(self):
        return output_of(self.binary, "--version").strip()

    def start(self, folder):
        port_file = folder / "port"
        self._server = Child([self.binary, "serve", "--data", folder / "data", "--listen", "127.0.0.1:0",
                              "--port-file", port_file], folder / "output", env=_environment())
        self._server.wait_until(port_file.exists)
        self._address = ("127.0.0.1", int(port_file.read_text()))
        if self.aliases:
            self._call("AppendEvents", b"".join(wire.piece(1, event) for event in self.aliases))

    def stop(self):
        self._server.stop()

    def pids(self):
        return self._server.pids()

    def _call(self, method, request):
        return http2.call(self._address, SERVICE + method, request)

    def learn_events(self, folder):
        """Takes events, and the aliases that they need, from a short run of its load generator."""
        self.start(folder)
        try:
            output_of(self.binary, "bench", "--running", "--server", "{}:{}".format(*self._address),
                      "--quick", "--only", "append-unary", "--dir", folder, env=_environment())
            found = [value for message in self._call("ReadEvents", b"")
                     for field, value in wire.fields(message) if field == 1]
        finally:
            self.stop()
        events = [event for recorded in found for field, event in wire.fields(recorded) if field == 8]
        self.aliases = [event for event in events if not BENCH_ID.search(event)]
        self.events = [event for event in events if BENCH_ID.search(event)][:512]

    def connect(self, batch):
        events = itertools.cycle(self.events)

        def request():
            return b"".join(
                wire.piece(1, BENCH_ID.sub(rb"\g<1>%016x" % next(self._numbers), next(events), 1))
                for _ in range(batch))
        return http2.Connection(self._address, SERVICE + "AppendEvents", request)

    def bench(self, only, seconds, folder):
        """Runs `chipline bench` for one round: the rows of its report."""
        lines = output_of(self.binary, "bench", "--json", "--rounds", "1", "--arm", f"{seconds}s",
                          "--only", only, "--dir", folder, env=_environment())
        return [json.loads(line) for line in lines.splitlines()]

    def fill(self, count):
        raise NotImplementedError("`chipline bench` fills the log that it reads")

    def read_all(self, count, seconds):
        raise NotImplementedError("`chipline bench` reads")


def of_bench(row):
    # It says 0 where a latency means nothing.
    return Measurement(row["eventsPerSecond"], row.get("p50Micros") or None, row.get("p99Micros") or None,
                       int(row.get("failures", 0)))
