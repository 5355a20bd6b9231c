"""Chipline itself: `server_bench` for the rows, its own server where the suite talks to it."""

import itertools
import json
import os
import pathlib
import re
import time

from peers import http2, load, wire
from peers.child import Child, output_of
from peers.system import ProtocolPeer
from peers.workload import RARE_COMPANY, RARE_EVERY, Measurement, rare_count, rare_event

SERVICE = "/chipline.v1.EventLogService/"
SUBSCRIBE = "/chipline.v1.SubscriptionService/Subscribe"
GET_TIMELINE = "/chipline.v1.TimelineService/GetTimeline"
STATS = "/chipline.v1.AdminService/GetStats"
# Fields of GetStatsResponse: where the log ends, and up to where the timelines reach.
HEAD, VIEWS = 1, 3
# What `server_bench --echo-server` sends back as it came.
ECHO = "/chipline.bench.Limits/Unary"
BENCH_ID = re.compile(rb"(bench-[0-9a-f]+-)[0-9a-f]{16}")
BENCH_NUMBER = re.compile(rb"bench-[0-9a-f]+-([0-9a-f]{16})")
PROBE = re.compile(rb"Bench Probe [0-9a-f]+")
# ReadEventsRequest.filter is 2, Filter.subject_patterns is 2; a name without an alias stands for itself.
RARE = wire.piece(2, wire.piece(2, b"capex.benchcompany" + RARE_COMPANY))
# Timelines of 10,000,000 events take minutes.
MOST_SECONDS = 3600
# Events of one append where a log is filled.
FILL_BATCH = 50


def server_bench(binary):
    """The load generator of the same build."""
    program = pathlib.Path(binary).resolve().parent / "bench/server_bench"
    if not program.exists():
        raise FileNotFoundError(f"{program} is not there; the build of {binary} makes it with its tests")
    return program


def environment():
    """This program's, without any CHIPLINE_ of the person who runs it."""
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
        # Of the answer to the question that `server_bench` asks for a timeline.
        self.timeline_bytes = 0
        # What runs the program: nothing, or another program and its flags.
        self.runner = []
        self._server = self._address = None
        self._numbers = itertools.count(1 << 60)

    def version(self):
        return output_of(self.binary, "--version").strip()

    @property
    def address(self):
        return self._address

    def start(self, folder, *flags):
        port_file = folder / "port"
        port_file.unlink(missing_ok=True)
        self._server = self.child([*self.runner, self.binary, "serve", "--data", folder / "data", "--listen",
                                   "127.0.0.1:0", "--port-file", port_file, *flags], folder / "output",
                                  env=environment())
        self._server.wait_until(port_file.exists)
        self._address = ("127.0.0.1", int(port_file.read_text()))
        if self.aliases:
            self.append_names(self.aliases)

    def stop(self):
        self._server.stop()

    def pids(self):
        return self._server.pids()

    def _call(self, method, request):
        return http2.call(self._address, SERVICE + method, request)

    def append_names(self, aliases):
        self._call("AppendEvents", b"".join(wire.piece(1, event) for event in aliases))

    def stats(self):
        """{field number: value} of GetStats."""
        answer, = http2.call(self._address, STATS, b"")
        return dict(wire.fields(answer))

    def head(self):
        return self.stats().get(HEAD, 0)

    def wait_until_at(self, position, field, pause=0.01):
        """Until its log (HEAD) or its timelines (VIEWS) reach the position; asks once in so many seconds."""
        deadline = time.monotonic() + MOST_SECONDS
        while self.stats().get(field, 0) < position:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.name} is not at {position} after {MOST_SECONDS} s")
            time.sleep(pause)

    def learn_events(self, folder):
        """Takes events, the aliases that they need, and the size of a timeline, from a short run of its load
        generator."""
        self.start(folder)
        try:
            for test in ("append-unary", "get-timeline"):
                output_of(server_bench(self.binary), *self._running(), "--quick", "--only", test, "--dir", folder,
                          env=environment())
            found = [value for message in self._call("ReadEvents", b"")
                     for field, value in wire.fields(message) if field == 1]
            company = next(match[0] for match in map(PROBE.search, found) if match)
            question = wire.piece(1, wire.piece(1, wire.piece(1, company)))
            answer, = http2.call(self._address, GET_TIMELINE, question)
            self.timeline_bytes = len(answer)
        finally:
            self.stop()
        events = [event for recorded in found for field, event in wire.fields(recorded) if field == 8]
        self.aliases = list(itertools.takewhile(lambda event: not BENCH_ID.search(event), events))
        self.events = [event for event in events if BENCH_ID.search(event)][:512]

    def connect(self, batch):
        return self._connect(self.events, batch)

    def _connect(self, events, batch):
        events = itertools.cycle(events)

        def request():
            return b"".join(
                wire.piece(1, BENCH_ID.sub(rb"\g<1>%016x" % next(self._numbers), next(events), 1))
                for _ in range(batch))
        return http2.Connection(self._address, SERVICE + "AppendEvents", request)

    def subscribe(self):
        # SubscribeRequest.head is 3.
        first = next(self._numbers) + 1
        return http2.Subscriber(self._address, SUBSCRIBE, wire.number(3, 1), BENCH_NUMBER,
                                lambda found: int(found, 16) - first)

    def _running(self):
        return "--running", "--server", "{}:{}".format(*self._address)

    def bench(self, only, seconds, folder, running=False):
        """Runs `server_bench` for one round: the rows of its report. `running`: beside the server that was
        started."""
        flags = (*(("--pin",) if self.server_cores else ()), *(self._running() if running else ()))
        lines = output_of(server_bench(self.binary), "--json", "--rounds", "1", "--arm", f"{seconds}s",
                          "--only", only, "--dir", folder, *flags, env=environment())
        return [json.loads(line) for line in lines.splitlines()]

    def fill(self, count):
        load.fill(self.connect(FILL_BATCH), -(-count // FILL_BATCH))

    def fill_filtered(self, count):
        rare = rare_event(self.events)
        events = [self.events[i % len(self.events)] if i else rare for i in range(RARE_EVERY)]
        load.fill(self._connect(events, FILL_BATCH), -(-count // FILL_BATCH))

    def read_filtered(self, count, seconds):
        number, start = 0, time.perf_counter()
        while (elapsed := time.perf_counter() - start) < seconds:
            number += 1
            found = len(BENCH_ID.findall(b"".join(self._call("ReadEvents", RARE))))
            if found != rare_count(count):
                raise RuntimeError(f"Chipline sent {found} events, not {rare_count(count)}")
        return Measurement(number * count / elapsed)

    def read_all(self, count, seconds):
        raise NotImplementedError("`server_bench` reads")


class Echo:
    """gRPC with nothing behind it, for the limit of a latency."""

    name = "gRPC echo"
    server_cores = None

    def __init__(self, binary, events):
        self._binary = binary
        self._events = events
        self._server = self._address = None

    def start(self, folder):
        port_file = folder / "port"
        self._server = Child([server_bench(self._binary), "--echo-server", port_file], folder / "output",
                             self.server_cores, env=environment())
        self._server.wait_until(port_file.exists)
        self._address = ("127.0.0.1", int(port_file.read_text()))

    def stop(self):
        self._server.stop()

    def connect(self):
        events = itertools.cycle([wire.piece(1, event) for event in self._events])
        return http2.Connection(self._address, ECHO, lambda: next(events))

    def open_loop(self, rate, seconds):
        connection = self.connect()
        try:
            return load.open_loop([connection], rate, seconds)
        finally:
            connection.close()


def of_bench(row):
    # It says 0 where a latency means nothing.
    return Measurement(row["eventsPerSecond"], row.get("p50Micros") or None, row.get("p99Micros") or None,
                       int(row.get("failures", 0)))
