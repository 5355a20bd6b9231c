"""The Debian package in a Debian of its own: run as a unit by a real systemd, killed, upgraded, removed and purged,
with the log looked after all the way. lifecycle_test.py has an operator's whole way in one."""

import os
import re
import shutil
import unittest

from deb_case import CONFIG, DATA, HEAD, DebCase
from package_case import LONG, ROOT, output_of


def newer(deb, folder):
    """The same package with a later version."""
    tree = folder / "newer"
    output_of("dpkg-deb", "-R", deb, tree)
    control = tree / "DEBIAN" / "control"
    control.write_text(re.sub(r"(?m)^Version: .*", r"\g<0>+later", control.read_text()))
    made = folder / "newer.deb"
    output_of("dpkg-deb", "--root-owner-group", "-Zgzip", "-b", tree, made)
    return made


class DebTest(DebCase):
    def test_it_runs_hardened_and_outlives_what_happens_to_it(self):
        self.boot_with_events()
        self.is_hardened()
        self.comes_back_after_kill()
        self.watchdog_ends_what_stands_still()
        self.credentials_reach_it()
        self.a_wrong_option_is_named()

    def is_hardened(self):
        kind, notify, pid, watchdog = self.debian.unit("Type", "StatusText", "MainPID", "WatchdogUSec")
        self.assertEqual((kind, notify, watchdog), ("notify", "serving on 127.0.0.1:7417", "1min"))
        status = self.debian.run("cat", f"/proc/{pid}/status")
        for line in (r"NoNewPrivs:\s+1", r"Seccomp:\s+2", r"CapEff:\s+0{16}", r"CapBnd:\s+0{16}"):
            self.assertRegex(status, line)
        user = int(re.search(r"Uid:\s+(\d+)", status).group(1))
        self.assertNotEqual(user, 0)
        self.assertEqual(self.debian.run("stat", "-c", "%a", "/" + DATA).strip(), "700")
        # The filter of system calls lets its threads have the shares of the processors that they ask for.
        threads = self.debian.run("find", f"/proc/{pid}/task", "-mindepth", "2", "-maxdepth", "2", "-name", "stat",
                                  "-exec", "cat", "{}", "+")
        self.assertIn("19", [line.rsplit(")", 1)[1].split()[16] for line in threads.splitlines()])

    def comes_back_after_kill(self):
        before = self.debian.unit("MainPID")
        self.debian.run("systemctl", "kill", "--signal=KILL", "chipline")
        self.debian.await_that(lambda: self.runs_anew(before), "it is started again")
        self.assertEqual(self.head(), HEAD)

    def watchdog_ends_what_stands_still(self):
        drop_in = self.root / "etc/systemd/system/chipline.service.d"
        drop_in.mkdir()
        (drop_in / "watchdog.conf").write_text("[Service]\nWatchdogSec=4\nTimeoutAbortSec=1\n")
        self.debian.run("systemctl", "daemon-reload")
        self.debian.run("systemctl", "restart", "chipline")
        before = self.debian.unit("MainPID")
        self.debian.run("systemctl", "kill", "--signal=STOP", "--kill-whom=main", "chipline")
        self.debian.await_that(lambda: self.runs_anew(before),
                               "the watchdog starts it again")
        self.assertIn("Watchdog timeout", self.debian.journal())
        # One that does not stand still is left alone, well past that time.
        before = self.debian.unit("MainPID")
        self.debian.run("sleep", "6")
        self.assertEqual(self.debian.unit("MainPID"), before)
        self.assertEqual(self.head(), HEAD)

    def credentials_reach_it(self):
        ca = self.folder() / "ca"
        output_of(ROOT / "deploy" / "test-ca", "init", ca)
        output_of(ROOT / "deploy" / "test-ca", "client", ca, "me", "CN:me")
        for name in ("server.pem", "server.key", "ca.pem"):
            shutil.copy(ca / name, self.root / "etc/chipline/credentials" / name)
        folder = "/run/credentials/chipline.service/tls_"
        (self.root / CONFIG).write_text(
            f'[serve]\nlisten = "0.0.0.0:7417"\ntls-cert = "{folder}server.pem"\ntls-key = "{folder}server.key"\n'
            f'tls-client-ca = "{folder}ca.pem"\n')
        self.debian.run("systemctl", "restart", "chipline")
        shutil.copytree(ca, self.root / "ca")
        said = self.debian.run("chipline", "status", "--server", "localhost:7417", "--tls-ca", "/ca/ca.pem",
                               "--tls-cert", "/ca/me.pem", "--tls-key", "/ca/me.key")
        self.assertIn("head", said)

    def a_wrong_option_is_named(self):
        for wrong, named in (("nobody = 1", "chipline.toml: [serve] nobody is no option"),
                             ('drain = "soon"', "--drain: soon is no duration"),
                             ('lissten = 1\ndrain = "soon"', "lissten is no option (did you mean listen?)")):
            (self.root / CONFIG).write_text(f"[serve]\n{wrong}\n")
            self.fails_and_says(named)

    def fails_and_says(self, words):
        """Once, in what an operator looks at first."""
        self.debian.ask("systemctl", "reset-failed", "chipline")
        self.debian.ask("systemctl", "restart", "chipline")
        self.debian.await_that(lambda: self.debian.unit("ActiveState") == "failed", "it is not started again and again")
        self.assertEqual(self.debian.unit("ExecMainStatus"), "2")
        self.assertIn(words, self.debian.ask("systemctl", "status", "--no-pager", "--full", "chipline"))

    def test_upgrade_and_removal_leave_log_and_configuration_and_purge_takes_both(self):
        self.boot_with_events()
        changed = (self.root / CONFIG).read_text() + "\nmax-streams = 77\n"
        (self.root / CONFIG).write_text(changed)
        before = self.debian.unit("MainPID")
        self.install(newer(self.deb, self.folder()))
        self.await_running()
        self.assertNotEqual(self.debian.unit("MainPID"), before, "the new version runs")
        self.assertEqual((self.root / CONFIG).read_text(), changed)
        self.assertEqual(self.head(), HEAD)
        self.debian.run("dpkg", "-r", "chipline")
        self.assertNotEqual(self.debian.ask("systemctl", "is-active", "chipline").strip(), "active")
        self.assertTrue((self.root / DATA / "FORMAT").is_file())
        self.assertEqual((self.root / CONFIG).read_text(), changed)
        self.install(self.deb)
        self.await_running()
        self.assertEqual(self.head(), HEAD)
        self.debian.run("dpkg", "-P", "chipline")
        for path in (DATA, "var/lib/chipline", CONFIG):
            self.assertFalse(os.path.lexists(self.root / path), path)

    @unittest.skipUnless(LONG, "CHIPLINE_PACKAGE_LONG is not set")
    def test_what_a_crash_of_the_machine_leaves_is_whole_after_an_upgrade(self):
        self.boot_with_events()
        self.debian.close_container()
        self.debian.chroot("dpkg", "-i", "/chipline.deb")
        self.debian.boot()
        self.await_running()
        self.assertEqual(self.head(), HEAD)


if __name__ == "__main__":
    unittest.main()
