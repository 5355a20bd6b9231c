"""PostgreSQL by pgbench, prepared; reading by COPY."""

import itertools
import os
import pathlib
import pwd
import re
import shutil
import signal
import time

from peers import load, pgwire
from peers.child import free_port, output_of
from peers.system import Peer
from peers.workload import TIMELINE_CLAIMS, Measurement, percentile

PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")
# It refuses to run as root.
USER = "postgres"
TABLE = ("CREATE TABLE events (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
         "event_id bigint NOT NULL UNIQUE, event bytea NOT NULL)")
# A backend has one statement at a time; with more of them it gets slower.
MOST_CLIENTS = 64
# Of an open loop: one runs its statements one after another, each with a sync.
OPEN_LOOP_CLIENTS = 4
# An insert that tells who listens, with the event in the notification: at most 8,000 bytes, as text.
TELL = (b"WITH added AS (INSERT INTO events (event_id, event) VALUES ($1::bigint, $2::bytea) "
        b"RETURNING event_id, event) "
        b"SELECT pg_notify('live', event_id || ' ' || encode(event, 'base64')) FROM added")
CLAIMS = ("CREATE TABLE claims (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
          "company text NOT NULL, event text NOT NULL)")
# Each client numbers its own events.
NUMBER = r"\set n :n + 1" + "\n"
IDS_A_CLIENT = 10**12


def _escaped(event):
    """As bytea's escape format, in which most of an event stands as it is."""
    return "".join(chr(b) if 32 <= b < 127 and b not in (39, 92) else f"\\{b:03o}" for b in event)


def _script(batch):
    rows = ", ".join(f"(:client_id::bigint * {IDS_A_CLIENT} + :n::bigint * {batch} + {i}, :event)"
                     for i in range(batch))
    return f"{NUMBER}INSERT INTO events (event_id, event) VALUES {rows};\n"


class _Listener:
    """Hears of events by their ids; `first` is the id of number 0."""

    def __init__(self, port, first):
        self._connection = pgwire.Connection(port, b"bench")
        self._connection.run(b"LISTEN live")
        self._first = first
        self.fileno, self.close = self._connection.fileno, self._connection.close

    def receive(self):
        return [int(payload.split(b" ", 1)[0]) - self._first for payload in self._connection.notifications()]


class Postgresql(Peer):
    name = "PostgreSQL"
    groups = (*Peer.groups, "delivery", "timeline")
    settings = {"fsync": "on", "synchronous_commit": "on", "wal_sync_method": "fdatasync",
                "shared_buffers": "1GB", "max_wal_size": "16GB", "max_connections": "100",
                "autovacuum": "off", "client": "pgbench --protocol=prepared, TCP"}
    caveat = ("validates and names nothing; two unique indexes, the position and the event id, the latter a "
              "bigint where Chipline has text; positions may have gaps and become visible out of order, which "
              "no subscriber could follow without a lock; pgbench sends the same event again and again. Delivery "
              "is by NOTIFY with the event in it, over four connections; a timeline is rows that are read and not "
              "folded")

    def __init__(self, events):
        super().__init__(events)
        self._server = self._port = self._folder = None
        self._first = 0

    def version(self):
        return output_of(PROGRAMS / "postgres", "--version").strip()

    def _as_user(self):
        if os.geteuid():
            return {}
        entry = pwd.getpwnam(USER)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def start(self, folder):
        self._folder = folder
        self._port = free_port()
        self._first = 0
        who = self._as_user()
        if who:
            folder.chmod(0o755)
            (folder / "server").mkdir()
            shutil.chown(folder / "server", USER)
        home = folder / "server"
        home.mkdir(exist_ok=True)
        output_of(PROGRAMS / "initdb", "-D", home / "data", "-U", "bench", "-A", "trust", "-N", "-E", "UTF8",
                  "--locale=C", cwd=home, **who)
        flags = [f"--{name}={value}" for name, value in self.settings.items() if name != "client"]
        self._server = self.child([PROGRAMS / "postgres", "-D", home / "data", "-p", self._port, "-k", home,
                                   "-h", "127.0.0.1", *flags], folder / "output", cwd=home, **who)
        self._server.wait_until(self._answers)
        self._psql("-c", TABLE)

    def _answers(self):
        try:
            self._psql("-c", "SELECT 1")
            return True
        except RuntimeError:
            return False

    def _psql(self, *arguments):
        return output_of(PROGRAMS / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1",
                         "-p", self._port, "-U", "bench", "-At", *arguments, "postgres",
                         cwd=self._folder)

    def stop(self):
        # The fast shutdown: SIGTERM would wait for clients.
        self._server.stop(signal.SIGINT)

    def pids(self):
        return self._server.pids()

    def _pgbench(self, clients, script, *flags):
        """Its output, and the latencies of the transactions in microseconds."""
        logs = self._folder / "transactions"
        for old in self._folder.glob("transactions*"):
            old.unlink()
        said = output_of(PROGRAMS / "pgbench", "-n", "-M", "prepared", "-h", "127.0.0.1", "-p", self._port,
                         "-U", "bench", "-c", clients, "-j", 1, "-f", script, "-l", f"--log-prefix={logs}",
                         *flags, "postgres", cwd=self._folder)
        latencies = [float(line.split()[2]) for log in self._folder.glob("transactions*")
                     for line in log.read_text().splitlines()]
        return said, latencies

    def _append(self, clients, batch, *until):
        script = self._folder / "append.sql"
        script.write_text(_script(batch))
        # Ids go on where the last run cannot have come to.
        self._first += 10**9
        return self._measured(clients, script, batch, "-D", f"n={self._first}",
                              "-D", f"event={_escaped(self.events[0])}", *until)

    def _measured(self, clients, script, batch, *flags):
        said, latencies = self._pgbench(clients, script, *flags)
        rate = re.search(r"^tps = ([\d.]+)", said, re.M)
        if not rate:
            raise RuntimeError(f"pgbench got nothing done:\n{said}")
        failed = re.search(r"number of failed transactions: (\d+)", said)
        return Measurement(float(rate[1]) * batch, percentile(latencies, 0.5), percentile(latencies, 0.99),
                           int(failed[1]) if failed else 0)

    def append(self, workload, seconds):
        clients = min(workload.requests_in_flight, MOST_CLIENTS)
        variant = "" if clients == workload.requests_in_flight else f"{clients} clients"
        # It takes whole seconds.
        return {variant: self._append(clients, workload.batch, "-T", max(1, round(seconds)))}

    def append_exactly(self, count):
        self._append(1, 1, "-t", count)

    def open_loop(self, rate, seconds):
        # Its latencies under --rate are from when a transaction was due. What it calls lag is also the
        # wait for a free client, which is the server's doing, so that it is not taken for the generator's.
        return self._append(OPEN_LOOP_CLIENTS, 1, "-T", max(1, round(seconds)), "--rate", rate)

    def delivery(self, rate, seconds):
        self._first += 10**9
        listener = _Listener(self._port, self._first)
        numbers, events = itertools.count(self._first), itertools.cycle(self.events)
        connections = [pgwire.Connection(self._port, b"bench", TELL,
                                         lambda: pgwire.execution(next(numbers), next(events)))
                       for _ in range(OPEN_LOOP_CLIENTS)]
        try:
            return load.open_loop(connections, rate, seconds, listener)
        finally:
            for one in (*connections, listener):
                one.close()

    def timeline(self, count, answer_bytes, seconds):
        # As they come in: the rows of a company lie apart. Plain letters, so that an answer is as long as the row.
        companies = count // TIMELINE_CLAIMS
        table = self._folder / "claims.sql"
        with table.open("w") as out:
            out.write(f"{CLAIMS};\nCOPY claims (company, event) FROM STDIN;\n")
            for i in range(count):
                out.write(f"Bench Company {i % companies:08}\t{'x' * (answer_bytes // TIMELINE_CLAIMS)}\n")
            out.write("\\.\nCREATE INDEX ON claims (company);\nVACUUM ANALYZE claims;\n")
        self._psql("-f", table)
        query = "SELECT event FROM claims WHERE company = "
        plan = self._psql("-c", f"EXPLAIN {query} 'Bench Company 00000000'")
        if "claims_company_idx" not in plan:
            raise RuntimeError(f"PostgreSQL does not use the index:\n{plan}")
        script = self._folder / "timeline.sql"
        script.write_text(f"{query}:company;\n")
        return self._measured(1, script, 1, "-D", "company=Bench Company 00000000", "-T", max(1, round(seconds)))

    def fill(self, count):
        table = self._folder / "fill.sql"
        with table.open("w") as out:
            out.write("COPY events (event_id, event) FROM STDIN;\n")
            rows = [_escaped(event).replace("\\", "\\\\") for event in self.events]
            for i in range(count):
                out.write(f"{i}\t{rows[i % len(rows)]}\n")
            out.write("\\.\nVACUUM ANALYZE events;\n")
        self._psql("-f", table)

    def read_all(self, count, seconds):
        query = "COPY (SELECT event FROM events ORDER BY position) TO STDOUT (FORMAT binary)"
        total, start = 0, time.perf_counter()
        while (elapsed := time.perf_counter() - start) < seconds:
            self._psql("-o", "/dev/null", "-c", query)
            total += count
        return Measurement(total / elapsed)
