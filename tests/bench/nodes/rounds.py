"""Collects what was measured: a control before and after each arm, in turn forward and backward."""

from peers import machine, report


class Rounds:
    """Records as those of tests/bench/run, which may also have a cost and details."""

    def __init__(self, options, say):
        self.options = options
        self._say = say
        self.records = []
        # What is said besides, in words.
        self.counted = []

    def all(self, group, arms, count=None):
        """Rounds of these arms: (name, function), each of which adds records."""
        count = count or self.options.rounds
        for number in range(count):
            before = self._control()
            for name, arm in arms if number % 2 == 0 else reversed(arms):
                self._say(f"{group}, round {number + 1} of {count}: {name}")
                first = len(self.records)
                arm()
                after = self._control()
                for record in self.records[first:]:
                    record.update(round=number, group=group, controls=[before, after])
                before = after

    def _control(self):
        return machine.control(self.options.dir, self.options.cores)

    def add(self, test, system, measured, details=None):
        """A Measurement. Returns the record."""
        return self._add(test, system, vars(measured), details)

    def add_cost(self, test, system, cost, unit, details=None):
        """Something of which less is better. Returns the record."""
        return self._add(test, system, {"cost": cost, "unit": unit}, details)

    def add_latencies(self, test, system, measured, details=None):
        """The p50 of a Measurement, and its p99 as a test of its own. Returns the record of the p50."""
        record = self.add_cost(test, system, measured.p50, "µs", details)
        record.update(p50=measured.p50, p99=measured.p99, failures=measured.failures)
        self.add_cost(f"{test}-p99", system, measured.p99, "µs")
        return record

    def _add(self, test, system, values, details):
        record = {"test": test, "system": system, "variant": "", **values, "details": details or {}}
        self.records.append(record)
        return record


def missing(records, tests):
    """What is wrong with records in which each of these tests must have a row of figures above 0."""
    made = {row.test: row for row in report.rows(records)}
    faults = []
    for test in tests:
        row = made.get(test)
        if row is None:
            faults.append(f"{test}: there is no row")
        elif min(row.own_median, row.other_median, row.median) <= 0:
            faults.append(f"{test}: {row.own_median} beside {row.other_median}")
        elif row.failures:
            faults.append(f"{test}: {row.failures} requests failed")
    return faults


def load_busy(before, after):
    """The share of a core that this program used between two of os.times()."""
    return (after.user + after.system - before.user - before.system) / (after.elapsed - before.elapsed)
