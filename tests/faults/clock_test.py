"""The server's wall clock jumps a day on and two back while clients go on."""

import datetime
import mmap
import os
import pathlib
import struct
import tempfile
import time
import unittest

from contract import pb
from fault_case import FaultCase

DAY = 24 * 60 * 60
SHIFT = os.environ["CLOCK_SHIFT_LIBRARY"]


def utc_now():
    return datetime.datetime.now(datetime.timezone.utc).timestamp()


class ClockTest(FaultCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="chipline-clock-")
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name) / "shift"
        path.write_bytes(bytes(8))
        with path.open("r+b") as file:
            self.shift = mmap.mmap(file.fileno(), 8)
        self.addCleanup(self.shift.close)
        # For the server; this process's own clock stays.
        for name, value in (("LD_PRELOAD", SHIFT), ("CLOCK_SHIFT_FILE", str(path))):
            os.environ[name] = value
            self.addCleanup(os.environ.pop, name)
        super().setUp()

    def move_clock(self, seconds):
        self.shift[:] = struct.pack("=q", seconds)

    def last_recorded(self):
        return self.server.client.log.GetHead(pb.GetHeadRequest()).record_time.ToSeconds()

    def test_a_clock_that_jumps_moves_record_times_on_and_never_back(self):
        crowd = self.crowd(writers=4, subscribers=4)
        watch = self.server.client.subscriptions.Subscribe(
            pb.SubscribeRequest(head=True, filter=pb.Filter(subject_patterns=["no.such"]),
                                heartbeat_interval={"seconds": 1}))
        crowd.wait_for(30)
        self.assertAlmostEqual(self.last_recorded(), utc_now(), delta=30)

        # The server looks at the machine's clock every 2 s and counts in between.
        self.move_clock(DAY)
        deadline = time.monotonic() + 20
        while self.last_recorded() < utc_now() + DAY - 30 and time.monotonic() < deadline:
            crowd.wait_for(30)
        ahead = self.last_recorded()
        self.assertAlmostEqual(ahead, utc_now() + DAY, delta=30)

        # Two days back, so that it is a day behind: time stands until it has caught up.
        self.move_clock(-DAY)
        crowd.wait_for(30)
        self.assertGreaterEqual(self.last_recorded(), ahead)
        self.assertLess(self.last_recorded(), ahead + 30)

        # What is measured and not dated goes on: heartbeats come, also now.
        beats = 0
        while beats < 2:
            beats += next(watch).HasField("heartbeat")
        watch.cancel()

        # A start finds the last record time in the log, not in its memory.
        self.server.stop()
        self.start_again()
        crowd.wait_for(30)
        self.assertGreaterEqual(self.last_recorded(), ahead)

        self.move_clock(0)
        crowd.wait_for(30)
        crowd.judge(150)
        self.server.stop()


if __name__ == "__main__":
    unittest.main()
