"""What an operator does with the Debian package, from a bare Debian to the purge, with Debian's Prometheus looking on:
apt installs it, the unit runs, a wrong option stops it and fires an alert, a newer version clears it, the package is
removed, installed again and purged. The log stays until then."""

import json
import re
import shutil
import subprocess
import unittest

from booted import bare
from deb_case import CONFIG, DATA, EVENTS, DebCase
from package_case import LONG, ROOT, TREE, output_of


def another_version(deb, folder):
    """The package of the same tree by a later version, as deploy/package/build makes it."""
    version = output_of("dpkg-deb", "-f", deb, "Version").strip() + "+later"
    said = output_of(ROOT / "deploy" / "package" / "build", "--tree", TREE, "--version", version, "--out", folder)
    return said.splitlines()[-1], version


@unittest.skipUnless(LONG, "CHIPLINE_PACKAGE_LONG is not set")
@unittest.skipUnless(shutil.which("prometheus"), "prometheus is not installed; deploy/test installs it")
class LifecycleTest(DebCase):
    @classmethod
    def make_base(cls):
        return bare(cls.deb)

    def first_install(self):
        """By apt, once Debian runs."""

    def test_from_a_bare_debian_to_the_purge(self):
        self.debian.boot()
        self.apt_installs_it_and_it_runs()
        self.debian.run("chipline", "import", "-", input=EVENTS)
        self.log = self.exported()
        self.prometheus_scrapes_it()
        self.a_wrong_option_stops_it_and_the_alert_fires()
        self.a_newer_version_runs_and_the_alert_clears()
        self.the_log_stays_when_the_package_goes()
        self.the_purge_takes_all()

    def exported(self):
        """Every event with its position and time."""
        said = self.debian.run("chipline", "export")
        self.assertEqual(len(said.splitlines()), len(EVENTS.splitlines()))
        return said

    def apt(self, *words):
        return self.debian.run("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y",
                               "--no-install-recommends", *words)

    def apt_installs_it_and_it_runs(self):
        self.assertEqual(self.debian.ask("sh", "-c", "ls /usr/lib/*/librocksdb*").count(".so"), 0, "it is bare")
        self.apt("install", "/chipline.deb")
        # Nobody has started it but its installation.
        self.await_running()
        self.assertEqual(self.debian.run("systemctl", "is-enabled", "chipline").strip(), "enabled")

    def prometheus_scrapes_it(self):
        """With the files that we ship, in seconds in place of minutes."""
        config = self.root / CONFIG
        config.write_text(config.read_text().replace("# http = ", "http = "))
        self.debian.run("systemctl", "restart", "chipline")
        folder = self.folder()
        for name in ("prometheus.yaml", "alerts.yaml"):
            text = (ROOT / "deploy" / "observe" / name).read_text()
            text = re.sub(r"(?m)(_interval|^ +for): \w+$", r"\1: 1s", text)
            (folder / name).write_text(text)
        with (folder / "output").open("wb") as output:
            process = subprocess.Popen(
                self.debian.in_network("prometheus", f"--config.file={folder}/prometheus.yaml",
                                       f"--storage.tsdb.path={folder}/data", "--web.listen-address=127.0.0.1:9090"),
                stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.await_alerts({}, "Prometheus has scraped, and all is well")
        found = json.loads(self.debian.fetch("http://127.0.0.1:9090/api/v1/query?query=chipline_log_head_position"))
        self.assertEqual([float(each["value"][1]) for each in found["data"]["result"]], [len(EVENTS.splitlines())])

    def await_alerts(self, expected, words):
        self.debian.await_that(lambda: self.alerts() == expected, words)

    def alerts(self):
        """{name: state} of the alerts that are not at rest; nothing before a scrape was tried."""
        asked = "http://127.0.0.1:9090/api/v1/"
        scraped = self.debian.fetch(asked + "query?query=chipline_log_head_position%20or%20up%20==%200")
        if not scraped or not json.loads(scraped)["data"]["result"]:
            return None
        found = json.loads(self.debian.fetch(asked + "alerts"))["data"]["alerts"]
        # No backup was ever made, and the unit is started often here: other alerts.
        return {each["labels"]["alertname"]: each["state"] for each in found
                if not each["labels"]["alertname"].startswith(("ChiplineBackup", "ChiplineRestarts"))}

    def a_wrong_option_stops_it_and_the_alert_fires(self):
        config = self.root / CONFIG
        self.settings = config.read_text()
        config.write_text(self.settings + "\nnobody = 1\n")
        self.debian.ask("systemctl", "restart", "chipline")
        self.await_alerts({"ChiplineDown": "firing"}, "the alert fires")
        said = self.debian.ask("systemctl", "status", "--no-pager", "--full", "chipline")
        self.assertIn("chipline.toml: [serve] nobody is no option", said)

    def a_newer_version_runs_and_the_alert_clears(self):
        (self.root / CONFIG).write_text(self.settings)
        made, version = another_version(self.deb, self.folder())
        shutil.copy(made, self.root / "newer.deb")
        self.apt("install", "/newer.deb")
        self.assertEqual(self.debian.run("dpkg-query", "-W", "-f", "${Version}", "chipline"), version)
        self.await_running()
        self.await_alerts({}, "the alert clears")
        # apt asks no question about a file that only the operator has changed, and leaves it.
        self.assertEqual((self.root / CONFIG).read_text(), self.settings)
        self.assertEqual(self.exported(), self.log)

    def the_log_stays_when_the_package_goes(self):
        self.apt("remove", "chipline")
        self.await_alerts({"ChiplineDown": "firing"}, "a server that was removed is missed")
        self.assertTrue((self.root / DATA / "FORMAT").is_file())
        self.apt("install", "/newer.deb")
        self.await_running()
        self.await_alerts({}, "the alert clears again")
        self.assertEqual(self.exported(), self.log)

    def the_purge_takes_all(self):
        self.apt("purge", "chipline")
        for path in (DATA, "var/lib/chipline", "etc/chipline", "usr/bin/chipline",
                     "etc/systemd/system/multi-user.target.wants/chipline.service"):
            self.assertFalse((self.root / path).is_symlink() or (self.root / path).exists(), path)
        self.await_alerts({"ChiplineDown": "firing"}, "nobody serves")


if __name__ == "__main__":
    unittest.main()
