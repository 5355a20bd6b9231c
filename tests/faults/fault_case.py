"""What the cases of faults have in common: a seed that is printed, a server, a folder for histories."""

import os
import pathlib
import random
import tempfile
import unittest

from chipline_process import Server
from clients import Crowd


def rounds(usual):
    """`usual`, or that many times CHIPLINE_FAULT_ROUNDS."""
    return usual * max(1, int(os.environ.get("CHIPLINE_FAULT_ROUNDS", "1")))


class FaultCase(unittest.TestCase):
    """A server of its own for each test."""

    flags = ()
    # Where the server's files are; None: where temporary files are.
    disk = None

    def setUp(self):
        seed = int(os.environ.get("CHIPLINE_SEED") or random.SystemRandom().randrange(1 << 32))
        print(f"{self.id()}: CHIPLINE_SEED={seed}", flush=True)
        self.random = random.Random(seed)
        folder = tempfile.TemporaryDirectory(prefix="chipline-histories-")
        self.addCleanup(folder.cleanup)
        self.histories = pathlib.Path(folder.name)
        self.server = Server(*self.flags, parent=self.disk)
        self.addCleanup(self.server.close)

    def crowd(self, address=None, **options):
        return Crowd(self.histories, address or self.server.address, self.random.random(), **options)

    def start_again(self):
        """Starts the server where it was, for clients that wait for it there."""
        self.server.start(self.server.address)
