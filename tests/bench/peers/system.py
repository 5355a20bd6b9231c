"""What every peer offers to the suite."""

import abc

from peers import load
from peers.child import Child


class Peer(abc.ABC):
    """One system, over a fresh folder each time it is started. Not running until `start`."""

    name = ""
    # What a reader must know before comparing: what it does not do, and what is in its favour.
    caveat = ""
    # Settings that matter to durability or speed.
    settings = {}
    # The groups of tests in which it takes part.
    groups = ("unary", "pipelined", "catch-up", "latency")
    # Whether it promises that what is acknowledged has been synced; the suite counts.
    meant_durable = True

    # The cores that its server may run on; None: all.
    server_cores = None

    def __init__(self, events):
        # Bytes of Chipline events, in a fixed order.
        self.events = events

    def child(self, command, output, **options):
        """Its server."""
        return Child(command, output, self.server_cores, **options)

    @abc.abstractmethod
    def version(self):
        """What the program says of itself; OSError or RuntimeError if it is not there."""

    @abc.abstractmethod
    def start(self, folder):
        pass

    @abc.abstractmethod
    def stop(self):
        pass

    @abc.abstractmethod
    def pids(self):
        """Of the running server, to count syncs."""

    @abc.abstractmethod
    def append(self, workload, seconds):
        """{variant: Measurement}; the variant is empty but where there is more than one way."""

    @abc.abstractmethod
    def append_exactly(self, count):
        """One event at a time, each waiting for the answer to the one before."""

    @abc.abstractmethod
    def open_loop(self, rate, seconds):
        """Single events at a fixed rate: a Measurement."""

    @abc.abstractmethod
    def fill(self, count):
        """Stores that many events, for read_all."""

    @abc.abstractmethod
    def read_all(self, count, seconds):
        """Reads all `count` from the first on, again and again: a Measurement."""

    def fan_out(self, subscribers, seconds):
        """Every subscriber gets every event, until the slowest has the last: a Measurement of deliveries."""
        raise NotImplementedError

    def fill_filtered(self, count):
        """Stores that many events, of which number 0, 1000 and so on are the rare one."""
        raise NotImplementedError

    def read_filtered(self, count, seconds):
        """Reads the rare ones of all `count` from the first on, again and again: a Measurement of all that were
        passed."""
        raise NotImplementedError

    def delivery(self, rate, seconds):
        """As open_loop, from when each was due until a subscriber has it: a Measurement."""
        raise NotImplementedError

    def timeline(self, count, answer_bytes, seconds):
        """Stores `count` rows, TIMELINE_CLAIMS a company, and asks for those of one company again and again, which
        are that many bytes together: a Measurement."""
        raise NotImplementedError


class ProtocolPeer(Peer):
    """A peer that the suite talks to itself, over connections as load.py describes."""

    @abc.abstractmethod
    def connect(self, batch):
        """A connection whose requests hold that many events."""

    def _connections(self, count, batch):
        return [self.connect(batch) for _ in range(count)]

    def append(self, workload, seconds):
        connections = self._connections(workload.connections, workload.batch)
        try:
            return {"": load.closed_loop(connections, workload.window, workload.batch, seconds)}
        finally:
            for connection in connections:
                connection.close()

    def append_exactly(self, count):
        connection = self.connect(1)
        try:
            load.exactly(connection, count)
        finally:
            connection.close()

    def open_loop(self, rate, seconds):
        connection = self.connect(1)
        try:
            return load.open_loop([connection], rate, seconds)
        finally:
            connection.close()

    def subscribe(self):
        """A subscriber, as load.open_loop describes, of what the next connection will send."""
        raise NotImplementedError

    def delivery(self, rate, seconds):
        subscriber = self.subscribe()
        connection = self.connect(1)
        try:
            return load.open_loop([connection], rate, seconds, subscriber)
        finally:
            connection.close()
            subscriber.close()
