"""What every system is asked to do, and what one measurement of it found."""

import dataclasses
import re
import statistics


@dataclasses.dataclass(frozen=True)
class Workload:
    """Appends in a closed loop: an answer lets the next request go."""

    key: str
    title: str
    # The row of `server_bench` that does the same.
    bench_test: str
    connections: int
    # Requests without an answer, on each connection.
    window: int
    # Events of one request, which is atomic where the system has such a thing.
    batch: int

    @property
    def requests_in_flight(self):
        return self.connections * self.window


UNARY = (
    Workload("one", "one event at a time", "append-unary, 1 in flight", 1, 1, 1),
    Workload("unary-64", "64 single events in flight", "append-unary, 64 in flight", 1, 64, 1),
)
PIPELINED = (
    Workload("pipelined-1", "256 single events in flight", "append-pipelined, 1 a message", 4, 64, 1),
    Workload("pipelined-64", "32 batches of 64 events in flight", "append-pipelined, 64 a message",
             4, 8, 64),
)
SUBSCRIBERS = (1, 10, 100, 1000)
FAN_OUT_TITLES = {f"fan-out-{n}": f"live fan-out to {n}: deliveries a second" for n in SUBSCRIBERS}
CATCH_UP = "catch-up"
CATCH_UP_TITLE = "read everything from the start, warm"
FILTERED = "filtered"
FILTERED_TITLE = "a filter that keeps 1 in 1,000: events passed a second"
# One event in so many is the rare one, from the first on.
RARE_EVERY = 1000
DELIVERY = "delivery"
TIMELINE = "timeline"
TIMELINE_TITLE = "a timeline of 20 claims, one question at a time: answers a second"
# Claims of the entry that `server_bench` asks for; rows beside it.
TIMELINE_CLAIMS = 20
# tests/bench/cluster.
CLUSTER_TITLES = {
    "cluster-one": "one event at a time through a node of three: p50",
    "cluster-one-p99": "one event at a time through a node of three: p99",
    "cluster-64": "64 single events in flight through a node of three",
    "cluster-kill-first": "kill -9 of the stream's leader: until the first acknowledgement",
    "cluster-kill-every": "kill -9 of the stream's leader: until every client has one",
    "cluster-read": "reading everything from three nodes: CPU of the nodes for a million events",
    "cluster-subscribe": "subscribers at three nodes: CPU of these for a million deliveries",
    "before-one": "one machine, one event at a time: p50",
    "before-instructions": "one machine, one event at a time: instructions an append",
}
# And the number of events.
JOIN = "cluster-join-"
# What stands in the names of `server_bench`, and a company that none of its events is about.
COMPANY = re.compile(rb"(Bench Company )\d{8}")
RARE_COMPANY = b"99999999"


@dataclasses.dataclass
class Measurement:
    """Of one arm. Latencies are of one request, in microseconds; None where the tool gives none."""

    events_per_second: float
    p50: float | None = None
    p99: float | None = None
    failures: int = 0
    # Of an open loop: how late the generator itself sent, as the 99th percentile.
    lag_p99: float | None = None


def rare_event(events):
    """The first capex among them, about a company of its own: an order would name a supplier, too."""
    capex = next(event for event in events if len(COMPANY.findall(event)) == 1)
    return COMPANY.sub(rb"\g<1>" + RARE_COMPANY, capex)


def rare_count(count):
    """How many of so many events are rare."""
    return -(-count // RARE_EVERY)


def percentile(values, fraction):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(fraction * len(ordered)))]


def spread(values):
    """Median, low and high quartile."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return middle, low, high
