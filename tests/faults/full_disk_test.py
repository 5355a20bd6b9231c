"""A disk that is full: a real one, small, in memory. Needs the right to mount."""

import pathlib
import subprocess
import tempfile
import unittest

from chipline_process import run
from fault_case import FaultCase

MEBIBYTE = 2**20


def small_disk(test, size):
    """A disk of so many bytes, which goes with the test."""
    folder = tempfile.mkdtemp(prefix="chipline-disk-")
    test.addCleanup(pathlib.Path(folder).rmdir)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder],
                             capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        test.skipTest(f"no disk can be mounted: {mounted.stderr.strip()}")
    test.addCleanup(subprocess.run, ["umount", "--lazy", folder], check=True)
    return pathlib.Path(folder)


def fill(disk, left):
    """Leaves so many bytes of a disk; deleting what it returns gives the rest back."""
    filler = disk / "filler"
    with filler.open("wb") as file:
        free = subprocess.run(["df", "--output=avail", "-B1", disk], capture_output=True, text=True,
                              check=True).stdout.split()[-1]
        file.write(bytes(int(free) - left))
    return filler


class FullDiskTest(FaultCase):
    def setUp(self):
        self.disk = small_disk(self, 64 * MEBIBYTE)
        self.backups = small_disk(self, MEBIBYTE)
        # The watermark would end it in time; this is about the disk that fills at once.
        self.flags = ("--min-free-bytes", "0", "--backup-dir", str(self.backups))
        super().setUp()

    def test_a_full_disk_ends_the_server_with_an_error_and_loses_nothing(self):
        crowd = self.crowd(writers=4, subscribers=3)
        crowd.wait_for(30)
        filler = fill(self.disk, 2 * MEBIBYTE)
        code = self.server.process.wait(60)
        self.assertEqual(code, 1, self.server.said())
        self.assertIn("No space left on device", self.server.said())
        filler.unlink()
        self.start_again()
        crowd.wait_for(30)
        crowd.judge(60)
        self.server.stop()

    def test_a_backup_onto_a_full_disk_fails_and_the_server_goes_on(self):
        crowd = self.crowd(writers=2, subscribers=2)
        crowd.wait_for(100)
        filler = fill(self.backups, 8192)
        refused = run("backup", "--to", "nightly", server=self.server)
        self.assertEqual(refused.returncode, 1, refused.stderr)
        self.assertIn("No space left on device", refused.stderr)
        crowd.wait_for(30)
        # Nothing of the backup that failed stands in the way of the next.
        filler.unlink()
        made = run("backup", "--to", "nightly", server=self.server)
        self.assertEqual(made.returncode, 0, made.stderr)
        crowd.judge(100)
        self.server.stop()


if __name__ == "__main__":
    unittest.main()
