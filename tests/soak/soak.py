"""A mixed load with a random fault every few seconds, for as long as wanted.

    soak.py --minutes 60

Writers, subscribers (some of them slow), watchers of timelines and subscribers that never read; kill -9,
SIGTERM, SIGSTOP, cut connections. Ends well if every promise held (tests/checker), no stretch between
two faults went without load, and memory, descriptors and threads stayed flat. Needs CHIPLINE_BINARY and
CHIPLINE_CHECKER.
"""

import argparse
import os
import pathlib
import random
import signal
import statistics
import sys
import tempfile
import time

import grpc

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "e2e"), str(HERE.parent / "faults")]

from chipline_process import Server  # noqa: E402
from clients import Crowd, Stubs, Worker  # noqa: E402
from contract import pb  # noqa: E402
from proxy import Proxy  # noqa: E402

WRITERS = 6
SUBSCRIBERS = 8
SLOW = 2
NEVER_READING = 5
# So much is held against the promises in one go, at the most.
EVENTS = 200_000
EVENTS_AN_APPEND = 3.5
# Acknowledged appends that a stretch between two faults must have, or it proves nothing.
FLOOR = 10

# What one server of default caches may need, however long it runs.
MAX_RESIDENT = 768 * 2**20
MAX_DESCRIPTORS = 600
MAX_THREADS = 120


class Watcher(Worker):
    """Watches a timeline; its position never goes back, whatever happens to the server."""

    def __init__(self, address, name, company):
        super().__init__(name)
        self._stubs = Stubs(address)
        self._request = pb.WatchTimelinesRequest(
            query=pb.TimelineQuery(capex=pb.CapexQuery(company=company)),
            heartbeat_interval={"seconds": 1})
        self.messages = 0
        self._call = None

    def run(self):
        while not self.stopping.is_set():
            self._call = self._stubs.timelines.WatchTimelines(self._request)
            position = 0
            try:
                for message in self._call:
                    self.messages += 1
                    if message.position < position:
                        raise AssertionError(f"{self.name}: {message.position} after {position}")
                    position = message.position
                    if self.stopping.is_set():
                        break
            except grpc.RpcError as error:
                if error.code() not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED):
                    raise
                self.stopping.wait(0.1)
            finally:
                self._call.cancel()
        self._stubs.close()

    def join(self):
        # A watch that has nothing to tell is not waited for.
        self.stopping.set()
        self._call.cancel()
        super().join()


class NeverReading:
    """Subscribers that open and take nothing."""

    def __init__(self, address):
        self._stubs = Stubs(address)
        self._calls = [self._stubs.subscriptions.Subscribe(pb.SubscribeRequest())
                       for _ in range(NEVER_READING)]

    def close(self):
        for call in self._calls:
            call.cancel()
        self._stubs.close()


class Soak:
    def __init__(self, server, folder, seed, minutes):
        self.server = server
        self.random = random.Random(seed)
        self.proxy = Proxy(server.address)
        pause = max(0.01, minutes * 60 * WRITERS * EVENTS_AN_APPEND / EVENTS)
        self.crowd = Crowd(folder, self.proxy.address, self.random.random(), WRITERS, SUBSCRIBERS,
                           pause, SLOW)
        self.watchers = [Watcher(self.proxy.address, f"watcher-{i}", f"c{i}").start() for i in range(2)]
        self.never = NeverReading(server.address)
        self.samples = []
        self.faults = {}

    def kill(self):
        self.server.kill()
        self.server.start(self.server.address)

    def restart(self):
        self.server.restart()

    def sleep(self):
        os.kill(self.server.process.pid, signal.SIGSTOP)
        time.sleep(self.random.uniform(0.5, 3))
        os.kill(self.server.process.pid, signal.SIGCONT)

    def cut(self):
        self.proxy.cut()

    def leave(self):
        """Those that never read go, and others come."""
        self.never.close()
        self.never = NeverReading(self.server.address)

    def hurt(self):
        fault = self.random.choice((self.kill, self.restart, self.sleep, self.cut, self.leave))
        self.faults[fault.__name__] = self.faults.get(fault.__name__, 0) + 1
        fault()

    def measure(self):
        process = pathlib.Path(f"/proc/{self.server.process.pid}")
        status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
        sample = {"resident": int(status["VmRSS"].split()[0]) * 1024,
                  "threads": int(status["Threads"]),
                  "descriptors": len(list((process / "fd").iterdir()))}
        self.samples.append(sample)
        for what, limit in (("resident", MAX_RESIDENT), ("threads", MAX_THREADS),
                            ("descriptors", MAX_DESCRIPTORS)):
            if sample[what] > limit:
                raise AssertionError(f"{what}: {sample[what]}, more than {limit}")

    def assert_flat(self):
        """The second half is as the first, but for caches that fill."""
        half = len(self.samples) // 2
        if half < 5:
            return
        for what, slack in (("resident", 160 * 2**20), ("threads", 8), ("descriptors", 40)):
            first, second = (statistics.median(sample[what] for sample in part)
                             for part in (self.samples[:half], self.samples[half:]))
            if second > first * 1.25 + slack:
                raise AssertionError(f"{what} grew from {first} to {second}")

    def run(self, minutes, every):
        end = time.monotonic() + minutes * 60
        while time.monotonic() < end:
            self.crowd.wait_for(FLOOR)
            time.sleep(max(0.0, min(every * self.random.uniform(0.7, 1.3), end - time.monotonic())))
            self.measure()
            self.hurt()
        self.crowd.wait_for(FLOOR)
        self.never.close()
        for watcher in self.watchers:
            watcher.join()
        verdict = self.crowd.judge(FLOOR * len(self.samples))
        self.proxy.close()
        self.assert_flat()
        self.server.stop()
        most = {what: max(sample[what] for sample in self.samples) for what in self.samples[0]}
        print(f"{verdict}; faults {self.faults}; at most {most}; "
              f"{sum(watcher.messages for watcher in self.watchers)} timeline messages; the slowest "
              f"stop took {self.server.slowest_stop:.1f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=0.5, help="how long; default 0.5")
    parser.add_argument("--every", type=float, default=10, help="seconds between faults; default 10")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("CHIPLINE_SEED", "0")) or
                        random.SystemRandom().randrange(1 << 32))
    arguments = parser.parse_args()
    print(f"CHIPLINE_SEED={arguments.seed}", flush=True)
    server = Server()
    try:
        with tempfile.TemporaryDirectory(prefix="chipline-soak-") as folder:
            soak = Soak(server, pathlib.Path(folder), arguments.seed, arguments.minutes)
            soak.run(arguments.minutes, arguments.every)
    finally:
        server.close()


if __name__ == "__main__":
    main()
