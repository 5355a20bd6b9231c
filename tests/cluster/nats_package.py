"""Finds nats-servers for the tests and the benchmark, of versions that Debian 12 does not have.

    python3 tests/cluster/nats_package.py [CACHE]     fetches all of them; deploy/test does so

Each is one static program of another Debian suite that runs on Debian 12 as well. apt fetches it, from the
mirror that this machine uses, with package lists of our own; nothing of the system is changed. Whoever has a
file of that name in CACHE/SUITE/unpacked/usr/sbin needs no mirror.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys

import debian_package
from debian_package import output_of

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = ROOT / "build" / "nats-server"
PROGRAM = pathlib.Path("usr", "sbin", "nats-server")

# The oldest that may be used, the newest there is, and one that must be refused.
FLOOR, NEWEST, TOO_OLD = "trixie", "sid", "bookworm"
# The first that can sync before it acknowledges.
WANTED = (2, 10)


def version_of(binary):
    """(2, 10, 27), or nothing if it does not run."""
    try:
        found = re.search(r"v?(\d+)\.(\d+)\.(\d+)", output_of(binary, "--version"))
    except (OSError, RuntimeError):
        return None
    return found and tuple(int(part) for part in found.groups())


def _unpacked(suite, cache):
    return pathlib.Path(cache) / suite / "unpacked" / PROGRAM


def fetch(suite, cache=CACHE):
    """Fetches the package of `suite` and unpacks it; returns the program. RuntimeError if it cannot be had."""
    return debian_package.fetch("nats-server", suite, cache) / PROGRAM


def find(suite, cache=CACHE):
    """The program of `suite` as far as it is on this machine; None if it is not. Asks nobody."""
    fetched = _unpacked(suite, cache)
    if version_of(fetched):
        return fetched
    installed = shutil.which("nats-server", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if suite == FLOOR and installed and (version_of(installed) or (0,)) >= WANTED:
        return installed
    return None


def obtain(suite, cache=CACHE):
    """The program of `suite`, fetched if it is not there; None, and a line that says why, if it cannot be had."""
    try:
        return find(suite, cache) or fetch(suite, cache)
    except (OSError, RuntimeError, ValueError, subprocess.SubprocessError) as failure:
        print(f"nats-server of Debian's {suite} cannot be had: {failure}")
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cache", nargs="?", default=CACHE, type=pathlib.Path)
    cache = parser.parse_args().cache
    for suite in (FLOOR, NEWEST, TOO_OLD):
        program = obtain(suite, cache)
        if program:
            print(f"{suite}: {'.'.join(map(str, version_of(program)))} {program}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
