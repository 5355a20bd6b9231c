"""A Debian of its own in which the package is installed and run as a unit by a real systemd."""

import os
import re
import shutil
import unittest

from booted import Booted, base
from build_test import PACKAGES
from package_case import ROOT, PackageCase

EVENTS = (ROOT / "deploy" / "demo" / "events.ndjson").read_bytes()
HEAD = len(EVENTS.splitlines())
DATA = "var/lib/private/chipline"
CONFIG = "etc/chipline/chipline.toml"


@unittest.skipUnless(os.geteuid() == 0, "only root may make a Debian and boot it")
@unittest.skipUnless(shutil.which("systemd-nspawn") and shutil.which("mmdebstrap"),
                     "systemd-container or mmdebstrap is not installed; deploy/test installs them")
class DebCase(PackageCase):
    """The package is installed in self.root, which is not booted yet."""

    @classmethod
    def setUpClass(cls):
        cls.deb = max(PACKAGES.glob("chipline_*.deb"), key=lambda path: path.stat().st_mtime)
        cls.base = cls.make_base()

    @classmethod
    def make_base(cls):
        return base(cls.deb)

    def setUp(self):
        self.debian = Booted(self.base)
        self.addCleanup(self.debian.close)
        self.root = self.debian.root
        shutil.copy(self.deb, self.root / "chipline.deb")
        self.first_install()

    def first_install(self):
        self.debian.chroot("dpkg", "-i", "/chipline.deb")

    def running(self):
        return self.debian.unit("ActiveState") == "active"

    def runs_anew(self, before):
        """As another process than `before`. One question: between two the unit may end."""
        state, pid = self.debian.unit("ActiveState", "MainPID")
        return state == "active" and pid not in (before, "0")

    def await_running(self):
        self.debian.await_that(self.running, "the unit runs")

    def head(self):
        said = self.debian.run("chipline", "status")
        return int(re.search(r"(?m)^\s*head\s+([\d,]+)", said).group(1).replace(",", ""))

    def boot_with_events(self):
        self.debian.boot()
        self.await_running()
        self.debian.run("chipline", "import", "-", input=EVENTS)
        self.assertEqual(self.head(), HEAD)

    def install(self, deb):
        shutil.copy(deb, self.root / "newer.deb")
        return self.debian.run("dpkg", "-i", "/newer.deb")
