"""Drives connections that speak a peer's protocol, where the peer brings no load generator.

A connection has `fileno()`, `send(tag, count)`, which sends that many requests, and `receive()`, which
reads what is there and returns [(tag, count)] of the requests that were answered, and `failures`. All
requests are made beforehand, so that a request costs Python little beside what it costs the server.
"""

import collections
import contextlib
import ctypes
import itertools
import select
import selectors
import socket
import time

from peers.workload import Measurement, percentile

# How long the last answers may take after an arm.
PATIENCE_SECONDS = 20
RECEIVE_BYTES = 1 << 20
# prctl's PR_SET_TIMERSLACK, in nanoseconds; 0 is what it was at the start of the program.
SET_TIMER_SLACK = 29


class Fifo:
    """Matches answers that come in the order of the requests with the tags of these."""

    def __init__(self):
        self._waiting = collections.deque()

    def add(self, tag, count):
        self._waiting.append([tag, count])

    def take(self, count):
        taken = []
        while count > 0:
            first = self._waiting[0]
            part = min(count, first[1])
            taken.append((first[0], part))
            first[1] -= part
            count -= part
            if first[1] == 0:
                self._waiting.popleft()
        return taken


class Connected:
    """A socket of this machine that a selector can wait for."""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def fileno(self):
        return self._socket.fileno()

    def close(self):
        self._socket.close()


class OrderedConnection(Connected):
    """A connection on which answers come in the order of the requests. Whoever derives from it reads them."""

    def __init__(self, port, requests):
        """`requests` are bytes, which are sent in turn."""
        super().__init__(port)
        self._requests = requests
        self._fifo = Fifo()
        self.failures = 0

    def send(self, tag, count):
        self._fifo.add(tag, count)
        self._socket.sendall(b"".join(itertools.islice(self._requests, count)))


class _Counts:
    def __init__(self):
        self.answered = 0
        self.latencies = []

    def add(self, answers, now):
        total = 0
        for tag, count in answers:
            self.latencies.append((now - tag) * 1e6)
            total += count
        self.answered += total
        return total


def _selector(connections):
    selector = selectors.DefaultSelector()
    for connection in connections:
        selector.register(connection, selectors.EVENT_READ, connection)
    return selector


def _ready(selector, timeout):
    ready = selector.select(timeout)
    if not ready:
        raise TimeoutError(f"no answer within {timeout} s")
    return [key.data for key, _ in ready]


def ready(sockets):
    """Those that something came to; waits for it."""
    found = select.select(sockets, [], [], PATIENCE_SECONDS)[0]
    if not found:
        raise TimeoutError(f"nothing came within {PATIENCE_SECONDS} s")
    return found


def closed_loop(connections, window, batch, seconds):
    """Keeps `window` requests of `batch` events unanswered on each connection."""
    counts = _Counts()
    with _selector(connections) as selector:
        start = time.perf_counter()
        for connection in connections:
            connection.send(start, window)
        open_requests = window * len(connections)
        while open_requests:
            for connection in _ready(selector, PATIENCE_SECONDS):
                answers = connection.receive()
                now = time.perf_counter()
                done = counts.add(answers, now)
                open_requests -= done
                if done and now - start < seconds:
                    connection.send(now, done)
                    open_requests += done
    # To the last answer: a server may answer a whole window at once.
    return Measurement(counts.answered * batch / (now - start), percentile(counts.latencies, 0.5),
                       percentile(counts.latencies, 0.99), sum(c.failures for c in connections))


def fill(connection, requests, window=16):
    """That many requests as fast as they are answered, `window` at a time."""
    for at in range(0, requests, window):
        left = min(window, requests - at)
        connection.send(0.0, left)
        while left:
            left -= sum(n for _, n in connection.receive())
    connection.close()
    if connection.failures:
        raise RuntimeError(f"{connection.failures} of {requests} requests failed")


def exactly(connection, requests):
    """That many, one after another."""
    for _ in range(requests):
        connection.send(0.0, 1)
        while not connection.receive():
            pass
    if connection.failures:
        raise RuntimeError(f"{connection.failures} of {requests} requests failed")


@contextlib.contextmanager
def exact_timers():
    """Wakes this program when it asked for it, not up to 50 us later as Linux does to join wake-ups."""
    libc = ctypes.CDLL(None)
    libc.prctl(SET_TIMER_SLACK, 1)
    try:
        yield
    finally:
        libc.prctl(SET_TIMER_SLACK, 0)


@exact_timers()
def open_loop(connections, rate, seconds, subscriber=None):
    """Sends `rate` single requests a second, over the connections in turn, whatever the answers do. Counts from
    when each was due: to its answer or, where there is a subscriber, until that has the event. A subscriber has
    `fileno()` and `receive()`, which gives the numbers of the events that came, 0 being the first sent."""
    counts, lags, arrived = _Counts(), [], {}
    sockets = list(connections) if subscriber is None else [*connections, subscriber]
    total, sent = int(rate * seconds), 0
    start = time.perf_counter()
    while counts.answered < total or (subscriber is not None and len(arrived) < total):
        now = time.perf_counter()
        while sent < total and start + sent / rate <= now:
            due = start + sent / rate
            lags.append((now - due) * 1e6)
            connections[sent % len(connections)].send(due, 1)
            sent += 1
        wait = start + sent / rate - time.perf_counter() if sent < total else PATIENCE_SECONDS
        # select and not epoll, which rounds up to a millisecond.
        ready = select.select(sockets, [], [], max(0.0, wait))[0]
        if not ready and sent == total:
            raise TimeoutError("the last requests of an open loop were not answered or not delivered")
        for one in ready:
            if one is not subscriber:
                counts.add(one.receive(), time.perf_counter())
                continue
            numbers, now = one.receive(), time.perf_counter()
            arrived.update((number, (now - start - number / rate) * 1e6) for number in numbers)
    if arrived and (min(arrived), max(arrived)) != (0, total - 1):
        raise RuntimeError("a subscriber got events that were not sent to it")
    latencies = counts.latencies if subscriber is None else arrived.values()
    return Measurement(total / seconds, percentile(latencies, 0.5), percentile(latencies, 0.99),
                       sum(one.failures for one in connections), percentile(lags, 0.99))
