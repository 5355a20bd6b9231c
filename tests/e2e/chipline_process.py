"""Runs the real `chipline`, whose path is in CHIPLINE_BINARY: as a server, and as a command."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

from contract import Client

BINARY = os.environ.get("CHIPLINE_BINARY", "")
# Patience for a machine that is busy, and for instrumented builds.
START_SECONDS = 60
# What a stop may take at the very most (--drain and 10 s more), and some patience.
STOP_SECONDS = 25
COMMAND_SECONDS = 120


def environment(**variables):
    """That of the test without any CHIPLINE_ of the person who runs it, and without the width of their terminal."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith("CHIPLINE_") and name != "COLUMNS"}
    return {**kept, "LC_ALL": "C.UTF-8", **variables}


def run(*arguments, server=None, text="", seconds=COMMAND_SECONDS, **variables):
    """Runs a subcommand to its end. Its output is text; bytes may go in as well."""
    if server is not None:
        variables["CHIPLINE_SERVER"] = server.address
    data = text if isinstance(text, bytes) else text.encode()
    done = subprocess.run([BINARY, *map(str, arguments)], input=data, capture_output=True,
                          timeout=seconds, env=environment(**variables), check=False)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(),
                                       done.stderr.decode())


class Server:
    """A server on a free port, over a folder of its own, in `parent`, that close() removes."""

    # What the next start runs, which words come before it, on which address it listens, and its variables.
    program = BINARY
    enter = ()
    host = "127.0.0.1"
    variables = {}

    def __init__(self, *flags, parent=None):
        self.flags = flags
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chipline-e2e-", dir=parent))
        self.data = self.folder / "data"
        self.port_file = self.folder / "port"
        self.output = self.folder / "output"
        self.process = None
        self.client = None
        self.address = None
        self.slowest_stop = 0.0
        self.start()

    def start(self, listen=None):
        """Starts it, again if it was stopped or killed, over the same data. The port may be another."""
        listen = listen or f"{self.host}:0"
        self.port_file.unlink(missing_ok=True)
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [*self.enter, self.program, "serve", "--data", self.data, "--listen", listen, "--port-file",
                 self.port_file, *self.flags], stdout=output, stderr=output, env=environment(**self.variables))
        self._wait_for_port()
        self.address = f"{self.host}:{int(self.port_file.read_text())}"
        self.client = Client(self.address)

    def _wait_for_port(self):
        waited = 0.0
        while not self.port_file.exists():
            try:
                self.process.wait(0.02)
            except subprocess.TimeoutExpired:
                waited += 0.02
                if waited < START_SECONDS:
                    continue
                self.process.kill()
                self.process.wait()
            raise AssertionError(f"the server did not start; it said:\n{self.said()}")

    def said(self):
        return self.output.read_text(errors="replace")

    def stop(self):
        """Ends it as a supervisor does; fails unless it ends in time and well."""
        self.client.close()
        if self.process.poll() is not None:
            raise AssertionError(f"the server had ended with {self.process.returncode}; it said:\n"
                                 f"{self.said()}")
        asked = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the server had not ended {STOP_SECONDS} s after SIGTERM; it said:\n"
                                 f"{self.said()}") from None
        self.slowest_stop = max(self.slowest_stop, time.monotonic() - asked)
        if code != 0:
            raise AssertionError(f"the server ended with {code}; it said:\n{self.said()}")

    def restart(self):
        """Stops it and starts it again at the same address, for clients that wait for it there."""
        self.stop()
        self.start(self.address)

    def kill(self):
        """Ends it as a crash does."""
        self.client.close()
        self.process.kill()
        self.process.wait()

    def close(self):
        """Ends it if it still runs, whatever state it is in, and removes its files."""
        if self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder)
