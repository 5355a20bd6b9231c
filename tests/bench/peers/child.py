"""Programs that the suite starts on free ports over folders of their own, and ends."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

START_SECONDS = 60
STOP_SECONDS = 20
WITH_PARENT = pathlib.Path(__file__).resolve().parents[2] / "with_parent"
SYNCS = "fsync,fdatasync,sync_file_range,msync,syncfs,sync"


def free_port():
    """Free when asked for. Another may take it before the server does; that start then fails."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def fresh_folder(parent):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="chipline-bench-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Child:
    """A server. `output` gets what it says; `cores` are those it may run on, None being all."""

    def __init__(self, command, output, cores=None, **options):
        self._output, self._program = output, command[0]
        # The kernel kills it when this program ends, however that happens.
        before = [WITH_PARENT, str(os.getpid())]
        if cores:
            before += ["taskset", "--cpu-list", ",".join(map(str, cores))]
        with output.open("ab") as said:
            self._process = subprocess.Popen([*before, *map(str, command)], stdout=said, stderr=said,
                                             stdin=subprocess.DEVNULL, **options)

    def said(self):
        return self._output.read_text(errors="replace")[-3000:]

    def wait_until(self, there):
        """Until `there()` is true; OSError means not yet."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError):
                if there():
                    return
            time.sleep(0.02)
        self.stop()
        raise RuntimeError(f"{self._program} did not start; it said:\n{self.said()}")

    def wait_for_port(self, port):
        def connects():
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        self.wait_until(connects)

    def pids(self):
        """Of the program and those that it started."""
        found, unseen = [], [self._process.pid]
        while unseen:
            pid = unseen.pop()
            found.append(pid)
            for children in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
                unseen += [int(child) for child in children.read_text().split()]
        return found

    def stop(self, number=signal.SIGTERM):
        if self._process.poll() is None:
            self._process.send_signal(number)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def count_syncs(pids, action):
    """What `action` made these processes and their later children sync: {call: times}.

    PermissionError where tracing is not allowed.
    """
    with tempfile.NamedTemporaryFile("r") as summary:
        tracer = subprocess.Popen(
            ["strace", "-f", "-c", "-e", f"trace={SYNCS}", "-o", summary.name,
             *(part for pid in pids for part in ("-p", str(pid)))],
            stderr=subprocess.PIPE, text=True)
        # It says of each that it attached, or that it has ended meanwhile.
        for _ in pids:
            line = tracer.stderr.readline()
            if "attached" not in line and "No such process" not in line:
                tracer.kill()
                tracer.wait()
                raise PermissionError(f"strace cannot attach: {line.strip()}")
        try:
            action()
        finally:
            tracer.send_signal(signal.SIGINT)
            tracer.communicate()
        # Columns: share, seconds, each, calls, errors where there are any, name.
        rows = re.findall(r"^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(?:\d+ +)?(\w+)$", summary.read(), re.M)
        return {name: int(calls) for calls, name in rows if name != "total"}


def output_of(*command, **options):
    """What a program says; RuntimeError if it fails. `input` is bytes."""
    done = subprocess.run([str(part) for part in command], capture_output=True, check=False, **options)
    if done.returncode:
        said = done.stderr.decode(errors="replace")[-2000:]
        raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{said}")
    return done.stdout.decode(errors="replace")
