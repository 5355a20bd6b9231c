"""What the tests of packages share."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("CHIPLINE_BINARY", "")
# The build tree that packages are made from.
TREE = os.environ.get("CHIPLINE_TREE", "")
# Whether what takes long is tested as well.
LONG = bool(os.environ.get("CHIPLINE_PACKAGE_LONG"))


def output_of(*command, code=0, **options):
    """What a program prints to both of its outputs; fails unless it ends with `code`."""
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False, **options)
    text = done.stdout.decode(errors="replace")
    if done.returncode != code:
        words = " ".join(map(str, command))
        raise AssertionError(f"{words}\nended with {done.returncode}, not {code}:\n{text[-8000:]}")
    return text


class PackageCase(unittest.TestCase):
    def folder(self):
        """A folder that goes with the test."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="chipline-package-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        return folder
