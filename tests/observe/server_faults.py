"""Faults of a server, its disk and its clients, made from outside."""

import contextlib
import os
import pathlib
import resource
import socket
import subprocess
import unittest

from scrape_case import ScrapedServer

# Makes calls on files fail: tests/faults/failing_disk.cc.
FAILING_DISK = os.environ.get("FAILING_DISK_LIBRARY", "")
EIO = 5


class FailingDiskServer(ScrapedServer):
    """A server on whose disk calls fail while `failing` names some: OPERATION PART, as failing_disk.cc has it."""

    def __init__(self, *flags, failing="", **others):
        self._failing = failing
        super().__init__(*flags, **others)

    def start(self, *arguments):
        self.control = self.folder / "control"
        self.fail(self._failing)
        variables = {"LD_PRELOAD": FAILING_DISK, "FAILING_DISK_FILE": str(self.control)}
        os.environ.update(variables)
        try:
            super().start(*arguments)
        finally:
            for name in variables:
                del os.environ[name]

    def fail(self, operation):
        """From now on; nothing if it is empty."""
        self.control.write_text(f"{operation} {EIO} 0 0" if operation else "")


@contextlib.contextmanager
def slow_syncs(pid, seconds):
    """Each sync of the program takes so much longer."""
    micros = int(seconds * 1_000_000)
    calls = "fdatasync,fsync"
    tracer = subprocess.Popen(["strace", "-f", "-p", str(pid), "-e", f"trace={calls}", "-e", "signal=none",
                               "-e", f"inject={calls}:delay_enter={micros}", "-o", os.devnull],
                              stderr=subprocess.PIPE, text=True)
    try:
        told = tracer.stderr.readline()
        if "not permitted" in told:
            raise unittest.SkipTest(f"strace may not trace: {told}")
        if "attached" not in told:
            raise AssertionError(f"strace said: {told}")
        yield
    finally:
        tracer.terminate()
        tracer.wait()
        tracer.stderr.close()


@contextlib.contextmanager
def connections(address, count):
    """So many connections, over which nothing is said."""
    host, port = address.rsplit(":", 1)
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(socket.create_connection((host, int(port)), timeout=10))
        yield


def limit_descriptors(pid, count):
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (count, count))


def rot(folder):
    """Changes bytes in the middle of the largest table."""
    table = max(pathlib.Path(folder).glob("*.sst"), key=lambda path: path.stat().st_size)
    data = bytearray(table.read_bytes())
    for place in range(len(data) // 4, len(data) // 2, 64):
        data[place] ^= 1
    table.write_bytes(data)


def free_bytes(folder):
    """What a server takes for free: root may also use what is reserved for it."""
    disk = os.statvfs(folder)
    return disk.f_frsize * (disk.f_bavail if os.geteuid() else disk.f_bfree)
