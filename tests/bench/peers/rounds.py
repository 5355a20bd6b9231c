"""The run: every system in turn, in rounds, forward and backward."""

import traceback

from peers import chipline, machine, workload
from peers.child import count_syncs, fresh_folder

# Appends of which the syncs are counted.
COUNTED = 100
GROUPS = ("unary", "pipelined", "catch-up", "filtered", "fan-out", "latency", "delivery", "timeline")
BENCH_TESTS = {"unary": "append-unary", "pipelined": "append-pipelined", "catch-up": "catch-up",
               "fan-out": "fan-out"}
WORKLOADS = {"unary": workload.UNARY, "pipelined": workload.PIPELINED}
LATENCY = "latency"
# Of the groups filtered, delivery and timeline an arm takes this share of the others'.
SHORT = 1 / 3
# A timeline is asked for among so many times fewer events than are read.
FEWER_FOR_TIMELINES = 10
# What a system that fails raises, in any of the ways to talk to it.
FAULTS = (OSError, RuntimeError, ValueError, LookupError)


class Run:
    """Collects records: one measurement each, as a dictionary that goes into the JSON as it is."""

    def __init__(self, own, peers, options, say):
        self._own = own
        self._echo = chipline.Echo(own.binary, own.events)
        self._peers = peers
        for system in (own, self._echo, *peers):
            system.server_cores = options.server_cores
        self._options = options
        self._say = say
        self.records = []
        self.durability = {}
        # What went wrong, for the report: a peer that fails leaves a gap and a line.
        self.faults = []

    def check_durability(self):
        """Counts what each system syncs for appends that wait for one another. PermissionError where
        tracing is not allowed."""
        for system in (self._own, *self._peers):
            if "unary" not in system.groups:
                continue
            self._say(f"counting syncs of {system.name}")
            with self._started(system) as folder:
                if folder is None:
                    continue
                syncs = count_syncs(system.pids(), lambda s=system: s.append_exactly(COUNTED))
                durable = sum(syncs.values()) >= COUNTED
                self.durability[system.name] = {"appends": COUNTED, "syncs": syncs, "durable": durable}
                if system.meant_durable and not durable:
                    self.faults.append(f"{system.name} is set up to sync and did not: {syncs}")

    def all_rounds(self):
        for number in range(self._options.rounds):
            for group in self._options.groups:
                systems = [self._own, *(peer for peer in self._peers if group in peer.groups)]
                # Forward, then backward, so that what drifts steadily touches all alike.
                for system in systems if number % 2 == 0 else reversed(systems):
                    self._say(f"round {number + 1} of {self._options.rounds}, {group}: {system.name}")
                    self._slot(number, group, system)

    def _slot(self, number, group, system):
        """One system, one group of tests, a control before and after."""
        first = len(self.records)
        before = machine.control(self._options.dir, self._options.cores)
        if system is self._own and group in BENCH_TESTS:
            self._bench(group)
        else:
            with self._started(system) as folder:
                if folder is not None:
                    self._measure(group, system, folder)
            if system is self._own and group == workload.DELIVERY:
                self._measure_delivery_limit()
        controls = [before, machine.control(self._options.dir, self._options.cores)]
        for record in self.records[first:]:
            record.update(round=number, group=group, controls=controls)

    def _measure(self, group, system, folder):
        seconds = self._options.arm
        if group == "catch-up":
            system.fill(self._options.events)
            # The first read warms the caches.
            system.read_all(self._options.events, 0.01)
            self._add(workload.CATCH_UP, system.name, "",
                      system.read_all(self._options.events, seconds))
        elif group == "fan-out":
            for subscribers in workload.SUBSCRIBERS:
                self._add(f"fan-out-{subscribers}", system.name, "", system.fan_out(subscribers, seconds))
        elif group == "latency":
            for rate in self._options.rates:
                self._add(f"{LATENCY}-{rate}", system.name, "", system.open_loop(rate, seconds))
        elif group == workload.FILTERED:
            system.fill_filtered(self._options.events)
            # The first read warms the caches.
            system.read_filtered(self._options.events, 0.01)
            self._add(group, system.name, "", system.read_filtered(self._options.events, seconds * SHORT))
        elif group == workload.DELIVERY:
            for rate in self._options.rates:
                self._add(f"{group}-{rate}", system.name, "", system.delivery(rate, seconds * SHORT))
        elif group == workload.TIMELINE:
            self._measure_timeline(system, folder)
        else:
            for load in WORKLOADS[group]:
                for variant, result in system.append(load, seconds).items():
                    self._add(load.key, system.name, variant, result)

    def _measure_delivery_limit(self):
        """A round trip, and then a sync: the sum of their 99th percentiles."""
        seconds = self._options.arm * SHORT
        with self._started(self._echo) as folder:
            if folder is None:
                return
            sync = workload.percentile(machine.sync_times(folder, seconds * SHORT), 0.99)
            for rate in self._options.rates:
                trip = self._echo.open_loop(rate, seconds * SHORT)
                self._add(f"{workload.DELIVERY}-{rate}", "limit: echo p99 + fdatasync p99", "",
                          workload.Measurement(rate, None, trip.p99 + sync, trip.failures, trip.lag_p99))

    def _measure_timeline(self, system, folder):
        seconds = self._options.arm * SHORT
        count = self._options.events // FEWER_FOR_TIMELINES
        if system is not self._own:
            self._add(workload.TIMELINE, system.name, "",
                      system.timeline(count, self._own.timeline_bytes, seconds))
            return
        system.fill(count)
        row, = system.bench("get-timeline", seconds, folder, running=True)
        self._add_bench(workload.TIMELINE, [row])

    def _bench(self, group):
        """Chipline and its limits, by its own load generator."""
        tests = {load.bench_test: load.key for load in WORKLOADS.get(group, ())}
        with fresh_folder(self._options.dir) as folder:
            try:
                rows = self._own.bench(BENCH_TESTS[group], self._options.arm, folder)
            except RuntimeError as failure:
                self.faults.append(f"server_bench, {group}: {failure}")
                return
        for name in dict.fromkeys(row["test"] for row in rows):
            self._add_bench(tests.get(name) or name.replace("fan-out to ", "fan-out-"),
                            [row for row in rows if row["test"] == name])

    def _add_bench(self, test, rows):
        """Chipline in one test of `server_bench`, and each limit beside it."""
        self._add(test, self._own.name, "", chipline.of_bench(rows[0]))
        for row in rows:
            self._add(test, f"limit: {row['limit']}", "", workload.Measurement(row["limitEventsPerSecond"]))

    def _add(self, test, system, variant, result):
        self.records.append({"test": test, "system": system, "variant": variant, **vars(result)})

    def _started(self, system):
        return _Started(system, self._options.dir, self.faults)


class _Started:
    """A system that runs over a fresh folder; None in its place if it does not start. A fault inside is
    written down and the run goes on with the next."""

    def __init__(self, system, parent, faults):
        self._system = system
        self._folder = fresh_folder(parent)
        self._faults = faults

    def __enter__(self):
        folder = self._folder.__enter__()
        try:
            self._system.start(folder)
            return folder
        except (OSError, RuntimeError) as failure:
            self._faults.append(f"{self._system.name} did not start: {failure}")
            self._end()
            return None

    def _end(self):
        # Where the program itself could not be run there is nothing to stop.
        try:
            self._system.stop()
        except AttributeError:
            pass

    def __exit__(self, kind, failure, trace):
        self._end()
        self._folder.__exit__(None, None, None)
        if kind is None or issubclass(kind, PermissionError) or not issubclass(kind, FAULTS):
            return False
        where = traceback.extract_tb(trace)[-1]
        self._faults.append(f"{self._system.name}: {failure!r} at {where.name}")
        return True
