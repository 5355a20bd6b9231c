"""chipline.service is good systemd, as hardened as it should be, and the server speaks to whoever started it."""

import pathlib
import select
import signal
import socket
import subprocess
import time
import unittest

from chipline_process import environment
from package_case import BINARY, ROOT, PackageCase, output_of

UNIT = ROOT / "deploy" / "package" / "debian" / "chipline.service"
PATIENCE = 30


class UnitTest(PackageCase):
    def unit(self, *replacements):
        """The unit with the program where it is built."""
        text = UNIT.read_text(encoding="utf-8")
        for old, new in (("ExecStart=/usr/bin/chipline", f"ExecStart={BINARY}"), *replacements):
            self.assertIn(old, text)
            text = text.replace(old, new)
        path = self.folder() / "chipline.service"
        path.write_text(text, encoding="utf-8")
        return path

    def test_systemd_finds_no_fault(self):
        said = output_of("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", self.unit())
        self.assertNotIn("chipline.service", said)
        # And it would find one.
        said = output_of("systemd-analyze", "verify", "--man=no", "--recursive-errors=no",
                         self.unit(("ProtectClock=yes", "ProtectClok=yes")), code=1)
        self.assertIn("ProtectClok", said)

    def test_exposure_is_at_most_two_of_ten(self):
        output_of("systemd-analyze", "security", "--offline=yes", "--threshold=20", self.unit())
        open_wide = self.unit(("DynamicUser=yes", "User=root"), ("CapabilityBoundingSet=\n", "\n"))
        output_of("systemd-analyze", "security", "--offline=yes", "--threshold=20", open_wide, code=1)


class NotifyTest(PackageCase):
    def setUp(self):
        self.data = self.folder()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.socket.close)
        self.socket.bind(str(self.data / "notify"))

    def start(self, *flags, **variables):
        process = subprocess.Popen(
            [BINARY, "serve", "--data", self.data / "data", "--listen", "127.0.0.1:0", *flags],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env=environment(NOTIFY_SOCKET=str(self.data / "notify"), **variables))
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def told(self, what):
        """Waits for a message with this line; returns it and those before it."""
        messages = []
        deadline = time.monotonic() + PATIENCE
        while not messages or what not in messages[-1].splitlines():
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.socket], [], [], left)[0]:
                raise AssertionError(f"{what} was not told, but {messages}")
            messages.append(self.socket.recv(4096).decode())
        return messages

    def test_a_server_tells_how_it_does(self):
        process = self.start(WATCHDOG_USEC="1000000")
        ready = self.told("READY=1")
        self.assertRegex(ready[-1], r"\nSTATUS=serving on 127\.0\.0\.1:\d+$")
        self.assertFalse([each for each in ready if "WATCHDOG=1" in each], "a sign of life before it is ready")
        for _ in range(3):
            self.told("WATCHDOG=1")
        process.send_signal(signal.SIGTERM)
        # Ten seconds to drain, twice five to close, and some.
        self.assertIn("EXTEND_TIMEOUT_USEC=25000000", self.told("STOPPING=1")[-1])
        self.assertEqual(process.wait(PATIENCE), 0)

    def test_nobody_is_given_signs_of_life_who_does_not_ask(self):
        process = self.start()
        self.told("READY=1")
        process.send_signal(signal.SIGTERM)
        self.assertFalse([each for each in self.told("STOPPING=1") if "WATCHDOG" in each])

    def test_a_start_that_waits_for_others_does_not_ask_for_more_time(self):
        # Nobody answers there. What is at rest for longer than the unit allows has failed.
        process = self.start("--log", "nats://127.0.0.1:1/nobody")
        self.assertEqual(process.wait(PATIENCE), 1)
        self.socket.setblocking(False)
        asked = []
        while select.select([self.socket], [], [], 0)[0]:
            asked.append(self.socket.recv(4096).decode())
        # The program's own start may count as one sign of work.
        self.assertLessEqual(len([each for each in asked if "EXTEND_TIMEOUT_USEC" in each]), 1, asked)
        self.assertFalse([each for each in asked if "READY=1" in each])

    def test_a_socket_that_is_gone_is_told_and_stops_nothing(self):
        (pathlib.Path(self.data) / "notify").unlink()
        process = self.start()
        lines = []
        while not lines or "cannot be told" not in lines[-1]:
            lines.append(process.stderr.readline().decode())
            self.assertTrue(lines[-1], f"it ended: {lines}")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(PATIENCE), 0)


if __name__ == "__main__":
    unittest.main()
