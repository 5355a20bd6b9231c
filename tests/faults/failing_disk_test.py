"""Calls on the disk that fail under the real program: the server and each tool.

An error of the disk is never taken for something that is not there, no advice is given that loses
anything, and nothing aborts. Also: a directory that is taken away, few descriptors, signals, and what
dozens of starts leave behind."""

import errno
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

from chipline_process import BINARY, environment, run
from contract import pb
from fault_case import FaultCase, rounds

LIBRARY = os.environ["FAILING_DISK_LIBRARY"]
# What must never be said while nothing is known to be lost.
LOSSES = ("EVENTS_MISSING", "restore", "missing", "The log will end", "DATA_LOSS")


def claim(number):
    return json.dumps({
        "eventId": f"e{number}",
        "usageReport": {"company": {"mention": "Acme"}, "metric": "USAGE_METRIC_TOKENS_PER_DAY",
                        "value": {"unit": "UNIT_TOKEN", "value": str(number + 1),
                                  "bound": "BOUND_EXACT"},
                        "asOf": {"edtf": f"2025-01-{number % 28 + 1:02}"}}})


class FailingDiskTest(FaultCase):
    STARTS = 30

    def setUp(self):
        super().setUp()
        self.control = self.server.folder / "control"
        self.control.write_text("")
        for number in range(self.STARTS):
            done = run("import", "-", server=self.server, text=claim(number))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.server.kill()
            self.server.start()
        self.server.stop()

    def failing(self):
        return {"LD_PRELOAD": LIBRARY, "FAILING_DISK_FILE": str(self.control)}

    def claims_told(self):
        done = run("explain", "usage/acme/tokens-per-day", "--json", server=self.server)
        if done.returncode != 0:
            return done.stderr
        return len(json.loads(done.stdout).get("claims", []))

    def start(self, **variables):
        """Starts the server; its exit code and what it said if it ended instead."""
        said = len(self.server.said())
        os.environ.update(variables)
        # The helper hands on what is not CHIPLINE_.
        try:
            self.server.start()
        except AssertionError:
            return self.server.process.returncode, self.server.said()[said:]
        finally:
            for name in variables:
                del os.environ[name]
        return None, ""

    def test_a_table_that_cannot_be_opened_is_an_error_and_no_absence(self):
        for store in ("views", "log", "index"):
            tables = sorted((self.server.data / store).glob("*.sst"))
            for table in self.random.sample(tables, min(len(tables), rounds(4))):
                for skip, count in ((0, 1), (0, 0)):
                    self.control.write_text(f"open {store}/{table.name} {errno.EIO} {skip} {count}")
                    code, said = self.start(**self.failing())
                    if code is not None:
                        self.assertEqual(code, 1, said)
                        self.assertIn("STORAGE_FAILED", said)
                        for loss in LOSSES:
                            self.assertNotIn(loss, said)
                    else:
                        deadline = time.monotonic() + 20
                        told = self.claims_told()
                        while told != self.STARTS and time.monotonic() < deadline:
                            # Never fewer claims: all of them or an error.
                            self.assertIsInstance(told, str, told)
                            self.assertIn('"code":14', told)
                            if count == 0:
                                break
                            told = self.claims_told()
                        self.server.stop()
                    self.control.write_text("")
                    self.assertEqual(self.start(), (None, ""))
                    self.assertEqual(self.claims_told(), self.STARTS)
                    self.server.stop()

    def test_tools_tell_what_cannot_be_read_from_what_is_not_there(self):
        data, backups = self.server.data, self.server.folder / "backups"
        made = run("backup", "--data", data, "--to", backups)
        self.assertEqual(made.returncode, 0, made.stderr)
        before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
        tools = {
            "verify": ("verify", "--data", data),
            "repair": ("repair", "--data", data, "--accept-loss-after", "1"),
            "inspect": ("inspect", "--data", data),
            "backup": ("backup", "--data", data, "--to", backups),
            "restore": ("restore", "--from", backups, "--data", self.server.folder / "restored"),
        }
        errors = (errno.EIO, errno.EMFILE)
        for tool, command in tools.items():
            part = "/backups/log" if tool == "restore" else "/data/log/"
            for operation in ("open", "read"):
                for error in errors if operation == "open" else errors[:1]:
                    skip = self.random.randrange(6)
                    for count in (1, 0):
                        self.control.write_text(f"{operation} {part} {error} {skip} {count}")
                        shutil.rmtree(self.server.folder / "restored", ignore_errors=True)
                        done = run(*command, **self.failing())
                        what = f"{tool}: {self.control.read_text()}: {done.stdout}{done.stderr}"
                        self.assertIn(done.returncode, (0, 1, 3), what)
                        if tool == "repair" and done.returncode == 0:
                            self.fail(f"a repair of a log that is whole: {what}")
                        if tool == "verify":
                            self.assertNotEqual(done.returncode, 3, what)
                            self.assertNotIn("missing", done.stdout, what)
                        self.assertNotIn("The log will end", done.stdout, what)
        self.control.write_text("")
        for path, content in before.items():
            if "/log/" in str(path) or path.name in ("FORMAT", "HIGHWATER"):
                if path.exists() and "LOG" not in path.name and path.suffix == ".sst":
                    self.assertEqual(path.read_bytes(), content, path)
        done = run("verify", "--data", data)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.start(), (None, ""))
        self.assertEqual(self.claims_told(), self.STARTS)
        self.server.stop()

    def test_tools_that_cannot_write_harm_nothing_and_work_the_next_time(self):
        data, folder = self.server.data, self.server.folder
        # A log that needs a repair: the mark is gone.
        broken = folder / "broken"
        shutil.copytree(data, broken)
        (broken / "HIGHWATER").unlink()
        tools = {
            "backups": ("backup", "--data", data, "--to", folder / "backups"),
            "restored": ("restore", "--from", folder / "whole", "--data", folder / "restored"),
            "broken": ("repair", "--data", broken, "--accept-loss-after", str(self.STARTS), "--yes"),
        }
        self.assertEqual(run("backup", "--data", data, "--to", folder / "whole").returncode, 0)
        for part, command in tools.items():
            for operation, error in (("write", errno.ENOSPC), ("write", errno.EIO),
                                     ("sync", errno.EIO), ("open", errno.EMFILE)):
                for count in (1, 0):
                    skip = self.random.randrange(8)
                    self.control.write_text(f"{operation} /{part}/ {error} {skip} {count}")
                    what = self.control.read_text()
                    if part == "restored":
                        shutil.rmtree(folder / part, ignore_errors=True)
                    done = run(*command, **self.failing())
                    self.assertIn(done.returncode, (0, 1), f"{what}: {done.stdout}{done.stderr}")
                    self.control.write_text("")
                    if part == "restored" and done.returncode != 0:
                        # As it says: what was cut off is deleted.
                        shutil.rmtree(folder / part, ignore_errors=True)
                    if part == "broken" and done.returncode == 0:
                        continue
                    again = run(*command)
                    if part == "restored" and done.returncode == 0:
                        self.assertIn("DIRECTORY_NOT_EMPTY", again.stderr)
                    elif part == "broken":
                        self.assertTrue(again.returncode == 0 or "NOTHING_TO_REPAIR" in again.stderr,
                                        f"{what}: {again.stderr}")
                    else:
                        self.assertEqual(again.returncode, 0, f"{what}: {again.stderr}")
        for directory in (data, folder / "restored", broken):
            done = run("verify", "--data", directory)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            inspected = json.loads(run("inspect", "--data", directory, "--json").stdout)
            self.assertEqual(inspected["headPosition"], str(self.STARTS))

    def test_files_and_descriptors_stay_bounded(self):
        for store, most in (("log", 30), ("index", 30), ("views", 90)):
            self.assertLess(len(list((self.server.data / store).iterdir())), most, store)

    def test_with_too_few_descriptors_it_says_so_and_ends(self):
        for limit in (64, 128, 255):
            done = subprocess.run(
                ["prlimit", f"--nofile={limit}", BINARY, "serve", "--data", self.server.data,
                 "--listen", "127.0.0.1:0"],
                capture_output=True, timeout=60, env=environment(), check=False, text=True)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("too many open files", done.stderr)
            for loss in LOSSES:
                self.assertNotIn(loss, done.stderr)


class LockedStoreTest(FaultCase):
    def start(self):
        """Starts the server with the library, which does nothing while the control file is empty."""
        variables = {"LD_PRELOAD": LIBRARY, "FAILING_DISK_FILE": str(self.control)}
        os.environ.update(variables)
        try:
            self.server.start()
        finally:
            for name in variables:
                del os.environ[name]

    def await_stats(self, holds):
        """What the server counts, once this holds of it."""
        deadline = time.monotonic() + 30
        while not holds(stats := self.server.client.admin.GetStats(pb.GetStatsRequest())):
            self.assertLess(time.monotonic(), deadline, f"{stats}; it said: {self.server.said()}")
            time.sleep(0.05)
        return stats

    def test_a_store_that_cannot_be_locked_counts_as_an_error_and_not_as_made_anew(self):
        self.control = self.server.folder / "control"
        self.assertEqual(run("append", "-", server=self.server, text=claim(1)).returncode, 0)
        self.server.stop()
        for store, rebuilds in (("index", "index_rebuilds"), ("views", "view_rebuilds")):
            with self.subTest(store=store):
                self.control.write_text(f"open {store}/LOCK {errno.EIO} 0 0")
                self.start()
                try:
                    # Each try is one error; from the third on the store would be made anew, each time again.
                    stats = self.await_stats(lambda told: told.disk_errors >= 6)
                    self.assertEqual(getattr(stats, rebuilds), 0)
                    self.control.write_text("")
                    stats = self.await_stats(lambda told, name=rebuilds: getattr(told, name) > 0)
                    self.assertEqual(getattr(stats, rebuilds), 1)
                    self.await_stats(lambda told: told.view_position == 1)
                finally:
                    self.server.stop()


class TakenAwayTest(FaultCase):
    def append(self, number):
        return run("append", "-", server=self.server, text=claim(number), seconds=30,
                   CHIPLINE_TIMEOUT="5s")

    def test_a_directory_that_is_taken_away_ends_the_server_at_once(self):
        self.assertEqual(self.append(1).returncode, 0)
        aside = self.server.folder / "aside"
        for take in (lambda: self.server.data.rename(aside), lambda: shutil.rmtree(self.server.data)):
            take()
            began = time.monotonic()
            self.assertEqual(self.server.process.wait(20), 1, self.server.said())
            self.assertIn("is not there any more", self.server.said())
            self.assertIn("not serving", self.server.said())
            # Its drain is of what is under way, and there is nothing.
            self.assertLess(time.monotonic() - began, 5)
            # Nobody begins with an empty log unasked.
            again = run("serve", "--data", self.server.data, "--listen", "127.0.0.1:0")
            self.assertEqual(again.returncode, 1, again.stderr)
            self.assertIn("LOG_GONE", again.stderr)
            if aside.exists():
                shutil.rmtree(self.server.data)
                aside.rename(self.server.data)
                self.server.start()
                exported = run("export", server=self.server)
                self.assertEqual(len(exported.stdout.splitlines()), 1, exported.stderr)

    def test_signals(self):
        for name in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGHUP):
            self.server.process.send_signal(name)
        deadline = time.monotonic() + 20
        while "signal=HUP" not in self.server.said():
            self.assertLess(time.monotonic(), deadline, self.server.said())
        self.assertEqual(self.append(1).returncode, 0)
        self.server.stop()
        # As soon as it says anything, a signal ends it.
        process = subprocess.Popen(
            [BINARY, "serve", "--data", self.server.data, "--listen", "127.0.0.1:0"],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment(), text=True)
        self.assertIn("starting", process.stderr.readline())
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(10), 0, process.stderr.read())
        process.stderr.close()


if __name__ == "__main__":
    unittest.main()
