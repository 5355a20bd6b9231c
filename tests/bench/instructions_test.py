"""Instructions an event, counted by callgrind: they do not depend on what else the machine does, so a path
that costs more than it did fails here, where times would not tell.

    instructions_test.py PROGRAM EVENTS.ndjson BUILD_TYPE [--update]

The counts are of Debian 12's gcc and libraries; --update writes those of this machine into instructions.json.
A path may cost TOLERANCE more than there; one that costs less is told, so that the table is kept up.
"""

import json
import pathlib
import re
import subprocess
import sys

TABLE = pathlib.Path(__file__).with_name("instructions.json")
TOLERANCE = 0.05
# Enough that what a first round does once counts for little in the difference.
FEW, MANY = 1, 3


def count(program, events, path, rounds):
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, events, path,
                           str(rounds)], capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        sys.exit(f"{path}: callgrind ended with {done.returncode}:\n{done.stderr}")
    return int(found[1]), int(done.stdout)


def per_event(program, events, path):
    few, size = count(program, events, path, FEW)
    many, _ = count(program, events, path, MANY)
    return round((many - few) / (MANY - FEW) / size)


def main(program, events, build_type, *rest):
    table = json.loads(TABLE.read_text())
    known = table.setdefault(build_type, {})
    if not known and not rest:
        print(f"instructions.json has no counts for {build_type}; nothing is compared")
    worse = []
    for path in ("ndjson", "seal", "read", "fold"):
        now = per_event(program, events, path)
        before = known.get(path, now)
        print(f"{path:8} {now:9,} instructions an event, {now / before:5.2f} of the table's")
        if now > before * (1 + TOLERANCE):
            worse.append(path)
        elif now < before * (1 - TOLERANCE):
            print(f"{path} costs less than the table says: run with --update")
        known[path] = now
    if rest == ("--update",):
        TABLE.write_text(json.dumps(table, indent=2, sort_keys=True) + "\n")
    elif worse:
        sys.exit(f"cost more than they did: {', '.join(worse)}. Find out why, or run with --update and say why.")


main(*sys.argv[1:])
