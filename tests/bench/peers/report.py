"""From the records of a run to rows of ratios, and these as Markdown."""

import dataclasses

from peers import machine, workload

LARGEST_DRIFT = 0.25
# A generator that sent later than this share of the latency it found has measured itself.
LARGEST_LAG = 0.1
# With fewer sound rounds than this, the void ones are kept and the table says so.
FEWEST_SOUND = 3
# Below that a run is a look.
FEWEST_ROUNDS = 9
TITLES = {load.key: load.title for load in workload.UNARY + workload.PIPELINED}
TITLES.update(workload.FAN_OUT_TITLES)
TITLES[workload.CATCH_UP] = workload.CATCH_UP_TITLE
TITLES[workload.FILTERED] = workload.FILTERED_TITLE
TITLES[workload.TIMELINE] = workload.TIMELINE_TITLE
TITLES.update(workload.CLUSTER_TITLES)
# The unit of what does not depend on what else the machine does.
INSTRUCTIONS = "instructions"
# Nothing is stored in these, so that nothing has to be synced.
READS = (workload.CATCH_UP, workload.FILTERED, workload.TIMELINE)
OWN = "Chipline"
LIMIT = "limit: "

# What Chipline means to reach: (test, beside): the least ratio.
TARGETS = {
    ("one", "limit: echo, then fdatasync"): 1 / 1.2,
    ("one", "NATS JetStream"): 1.0,
    ("unary-64", "limit: gRPC unary echo"): 0.6,
    ("unary-64", "NATS JetStream"): 8.0,
    ("unary-64", "PostgreSQL"): 1.8,
    ("unary-64", "etcd"): 6.0,
    ("pipelined-1", "limit: gRPC stream echo"): 0.8,
    ("pipelined-1", "Redis Streams (256 clients)"): 1.4,
    ("pipelined-64", "limit: append 1 MiB and fdatasync"): 0.25,
    ("pipelined-64", "Redis Streams"): 1.0,
    ("pipelined-64", "PostgreSQL"): 3.0,
    ("pipelined-64", "NATS JetStream"): 3.0,
    ("filtered", "NATS JetStream"): 2.0,
    ("timeline", "limit: gRPC unary echo of the answer"): 0.7,
    ("timeline", "PostgreSQL"): 1.5,
    ("cluster-one", "limit: synced publish"): 1 / 1.3,
    ("cluster-64", "limit: synced publish"): 0.8,
    ("cluster-kill-first", "limit: bare publishers"): 1 / 1.2,
    ("cluster-kill-every", "limit: bare publishers"): 1 / 1.2,
    # Three nodes give 2.5 times what one gives.
    ("cluster-read", "Chipline, one node"): 2.5 / 3,
    ("cluster-subscribe", "Chipline, one node"): 2.5 / 3,
    ("before-one", "the program before"): 1 / 1.02,
    ("before-instructions", "the program before"): 1 / 1.02,
}
# Beside every peer.
READING_TARGET = 2.0
LATENCY_TARGET = 1.0
# A delivery may take three times as long as its limit.
DELIVERY_LIMIT_TARGET = 1 / 3
# Of the lower of the limits of reading.
READING_LIMIT_TARGET = 0.7
# Beside NATS core, which stores nothing.
FAN_OUT_TARGET = 1.3
FAN_OUT_LIMIT = "limit: gRPC raw streams"
FAN_OUT_LIMIT_TARGET = 0.7


@dataclasses.dataclass
class Row:
    """Chipline beside one other, in one test. Above 1 Chipline is better, also for latencies and costs."""

    test: str
    other: str
    system: str
    own_median: float
    other_median: float
    ratios: list
    median: float
    low: float
    high: float
    # Rounds in which the machine did not hold still, and whether they are left out of the median.
    void: int
    left_out: bool
    failures: int
    # In microseconds, where the generator gives them.
    own_p50: float | None
    own_p99: float | None
    p50: float | None
    p99: float | None
    # Of a cost, of which less is better: "µs", "s" or what is counted. None: a rate or a latency.
    unit: str | None

    @property
    def is_limit(self):
        return self.other.startswith(LIMIT)


def title(test):
    if test.startswith("latency-"):
        return f"p99 latency at {test.removeprefix('latency-')} single events a second, open loop"
    if test.startswith("delivery-"):
        return f"p99 from append to delivery at {test.removeprefix('delivery-')} single events a second, open loop"
    if test.startswith(workload.JOIN):
        return f"a new node from a backup of {int(test.removeprefix(workload.JOIN)):,} events"
    return TITLES[test]


def _is_latency(test):
    return test.startswith(("latency-", "delivery-"))


def _value(record):
    if record.get("unit"):
        return record["cost"]
    return record["p99"] if _is_latency(record["test"]) else record["events_per_second"]


def _late(record):
    lag, p99 = record.get("lag_p99"), record.get("p99")
    return lag is not None and p99 is not None and lag > LARGEST_LAG * p99


def _is_void(own, other):
    if own.get("unit") == INSTRUCTIONS:
        return False
    controls = own["controls"] + other["controls"]
    return machine.drift(controls) > LARGEST_DRIFT or _late(own) or _late(other)


def _median(records, name):
    values = [record[name] for record in records if record.get(name) is not None]
    return workload.spread(values)[0] if values else None


def _row(test, other, pairs):
    """`pairs` are (own, other) records of one round each."""
    unit = pairs[0][0].get("unit") if pairs else None
    less_is_better = unit is not None or _is_latency(test)
    ratios = [(_value(b) / _value(a) if less_is_better else _value(a) / _value(b), _is_void(a, b))
              for a, b in pairs if _value(a) and _value(b)]
    if not ratios:
        return None
    sound = [ratio for ratio, void in ratios if not void]
    left_out = len(sound) >= FEWEST_SOUND and len(sound) < len(ratios)
    median, low, high = workload.spread(sound if left_out else [ratio for ratio, _ in ratios])
    own, others = [a for a, _ in pairs], [b for _, b in pairs]
    return Row(test, other, others[0]["system"], workload.spread([_value(a) for a in own])[0],
               workload.spread([_value(b) for b in others])[0], ratios, median, low, high,
               len(ratios) - len(sound), left_out,
               sum(r.get("failures") or 0 for r in own + others),
               _median(own, "p50"), _median(own, "p99"), _median(others, "p50"), _median(others, "p99"),
               unit)


def rows(records):
    own, others = {}, {}
    for record in records:
        if record["system"] == OWN:
            own[record["test"], record["round"]] = record
        else:
            name = record["system"] + (f" ({record['variant']})" if record["variant"] else "")
            others.setdefault((record["test"], name), []).append(record)
    # Limits first, then peers, in the order in which they were measured.
    order = list(dict.fromkeys(record["test"] for record in records))
    made = [_row(test, name, [(own[test, r["round"]], r) for r in found if (test, r["round"]) in own])
            for (test, name), found in others.items()]
    return sorted((row for row in made if row), key=lambda r: (order.index(r.test), not r.is_limit))


def count(value):
    for limit, unit in ((1e6, "M"), (1e3, "k")):
        if value >= limit:
            return f"{value / limit:.3g}{unit}"
    return f"{value:.0f}"


def micros(value):
    if value >= 1e6:
        return f"{value / 1e6:.3g} s"
    return f"{value:.0f} µs" if value < 1000 else f"{value / 1000:.3g} ms"


def figure(row, value):
    if row.unit == "µs":
        return micros(value)
    if row.unit:
        return f"{count(value) if value >= 1000 else format(value, '.3g')} {row.unit}"
    return micros(value) if _is_latency(row.test) else count(value) + "/s"


def rounds_words(row):
    words = str(len(row.ratios))
    if row.void:
        words += f" ({row.void} void, {'left out' if row.left_out else 'kept'})"
    if row.failures:
        words += f", {row.failures} FAILED"
    return words


def durable_words(row, durability):
    if row.is_limit or row.test in READS or row.test in workload.CLUSTER_TITLES:
        return ""
    if row.test in workload.FAN_OUT_TITLES:
        return "stores nothing"
    found = durability.get(row.system)
    if found is None:
        return "not counted"
    per_append = sum(found["syncs"].values()) / found["appends"]
    return f"{per_append:.2g}" + ("" if found["durable"] else ", NOT DURABLE")


def target(row, lowest_limit):
    """The least ratio that is meant, or None. `lowest_limit`: of the limits of this test, the row with the
    smallest figure, beside which no reader can be faster."""
    if row.test == workload.CATCH_UP:
        if row.is_limit:
            return READING_LIMIT_TARGET if row is lowest_limit else None
        return READING_TARGET
    if _is_latency(row.test):
        return DELIVERY_LIMIT_TARGET if row.is_limit else LATENCY_TARGET
    if row.test in workload.FAN_OUT_TITLES:
        if row.is_limit:
            return FAN_OUT_LIMIT_TARGET if row.other == FAN_OUT_LIMIT else None
        return FAN_OUT_TARGET
    return TARGETS.get((row.test, row.other))


def target_words(row, lowest_limit, durability):
    least = target(row, lowest_limit)
    # Nothing is meant beside what is not durable, except for reading.
    if least is None or (row.test not in READS
                         and not durability.get(row.system, {"durable": True})["durable"]):
        return ""
    return f"{least:.2g} " + ("met" if row.median >= least else "missed")


COLUMNS = ("Set beside", "Chipline", "the other", "ratio", "quartiles", "target", "rounds", "p50, both", "p99, both",
           "syncs/append")


def _both(own, other):
    return " / ".join(micros(value) for value in (own, other) if value is not None)


def cells(row, lowest_limit, durability):
    return (row.other, figure(row, row.own_median), figure(row, row.other_median), f"{row.median:.2f}",
            f"{row.low:.2f} to {row.high:.2f}", target_words(row, lowest_limit, durability), rounds_words(row),
            _both(row.own_p50, row.p50), _both(row.own_p99, row.p99),
            durable_words(row, durability))


def control_words(records):
    """What the controls said, since a busy machine shows there first."""
    times = [control["fdatasync_us"] for record in records for control in record["controls"]]
    if not times:
        return "none"
    median, low, high = workload.spread(times)
    return f"append and fdatasync took {micros(median)}, quartiles {micros(low)} to {micros(high)}"


def facts(result):
    """(name, value) of the machine, the options and the controls."""
    yield from result["machine"].items()
    yield from result["options"].items()
    yield "controls", control_words(result["records"])


def body(rows, durability):
    """The cells of the rows of one test."""
    lowest = min((row for row in rows if row.is_limit), key=lambda row: row.other_median, default=None)
    return [cells(row, lowest, durability) for row in rows]


def _table(header, lines_of_cells):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return lines + ["| " + " | ".join(line) + " |" for line in lines_of_cells]


def details(records, test):
    """What else was found of each system in a test, in words: medians."""
    found = {}
    for record in records:
        for name, value in (record.get("details") or {}).items() if record["test"] == test else ():
            found.setdefault(record["system"], {}).setdefault(name, []).append(value)
    return [f"{system}: " + "; ".join(f"{name} {workload.spread(values)[0]:.3g}" for name, values in named.items())
            for system, named in found.items()]


TITLE = "Chipline beside its limits and its peers"
READING = (
    "A ratio is Chipline's figure over the other's in the same round, or the other's latency or cost over "
    "Chipline's: above 1, Chipline is better. The median over the rounds is given with its quartiles. "
    "Absolute figures say what this machine did just then.",
    "A round of a pair is void if the controls around the two (append and fdatasync; a loop) lie "
    f"more than {LARGEST_DRIFT:.0%} apart, or if the generator was later than {LARGEST_LAG:.0%} of the p99 "
    f"that it found. Void rounds are left out where at least {FEWEST_SOUND} sound ones remain.",
    "A target is the ratio that Chipline means to reach beside that limit or durable peer. Syncs/append: counted "
    "by strace in each server while single events waited for one another; below 1 it is not durable. Of two "
    "latencies, Chipline's comes first.",
    "Limits do less than any log: they parse, validate, name and index nothing.",
)


def summary(made, result):
    words = [cell.split()[1] for test in dict.fromkeys(row.test for row in made)
             for cell in (line[COLUMNS.index("target")]
                          for line in body([row for row in made if row.test == test], result["durability"]))
             if cell]
    text = f"{words.count('met')} of {len(words)} targets are met."
    void, pairs = sum(row.void for row in made), sum(len(row.ratios) for row in made)
    if void:
        text += f" In {void} of {pairs} pairs the machine did not hold still."
    if result["options"]["rounds"] < FEWEST_ROUNDS:
        text += " A look, not a result: too few rounds."
    return text


def asides(result):
    """(name, texts) of what is said besides."""
    return (("Counted", result.get("counted", ())), ("Left out", result["left_out"]), ("Faults", result["faults"]))


def markdown(result):
    made, durability = rows(result["records"]), result["durability"]
    lines = [f"# {result.get('title', TITLE)}", "", summary(made, result), ""]
    for text in READING:
        lines += [text, ""]
    for test in dict.fromkeys(row.test for row in made):
        lines += [f"## {title(test)[0].upper()}{title(test)[1:]}", ""]
        lines += _table(COLUMNS, body([row for row in made if row.test == test], durability)) + [""]
        if found := details(result["records"], test):
            lines += [*(f"- {text}" for text in found), ""]
    lines += ["## What is not compared", ""]
    lines += [f"- **{name}**: {about['caveat']}." for name, about in result["systems"].items()]
    lines += ["", "## Machine, versions, settings", ""]
    lines += [f"- {name}: {value}" for name, value in facts(result)]
    lines += [f"- {name}: {about['version']}; " + ", ".join(f"{k} {v}" for k, v in about["settings"].items())
              for name, about in result["systems"].items()]
    for name, texts in asides(result):
        if texts:
            lines += ["", f"## {name}", "", *(f"- {text}" for text in texts)]
    return "\n".join(lines) + "\n"
