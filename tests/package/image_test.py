"""The OCI image: made twice with one digest, read by a program that is not ours, run by runc with a root that cannot
be written, stopped, and run again over the same data."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import time
import unittest

from build_test import PACKAGES
from package_case import BINARY, ROOT, TREE, PackageCase, output_of

EVENTS = (ROOT / "deploy" / "demo" / "events.ndjson").read_bytes()
HEAD = len(EVENTS.splitlines())
USER = 65532
PATIENCE = 60


def build(out):
    """(name of the image, digest) of what deploy/image/build makes of the package."""
    deb = max(PACKAGES.glob("chipline_*.deb"), key=lambda path: path.stat().st_mtime)
    said = output_of(ROOT / "deploy" / "image" / "build", "--deb", deb, "--out", out)
    return said.splitlines()[-1].split()


class Container:
    """A bundle of the image, over a folder of data that outlives it."""

    def __init__(self, image, folder):
        self.bundle, self.data = folder / "bundle", folder / "data"
        self.name = f"chipline-test-{os.getpid()}-{folder.name}"
        self.output = folder / "output"
        output_of("umoci", "unpack", "--image", image, self.bundle)
        self.data.mkdir()
        os.chown(self.data, USER, USER)
        self.config = json.loads((self.bundle / "config.json").read_text())
        self.process = None

    def start(self, *arguments):
        config = json.loads(json.dumps(self.config))
        process = config["process"]
        process["terminal"] = False
        process["args"] = [process["args"][0], *(arguments or process["args"][1:])]
        for kind in process["capabilities"]:
            process["capabilities"][kind] = []
        config["root"]["readonly"] = True
        config["mounts"] = [each for each in config["mounts"] if each["type"] != "cgroup"]
        config["mounts"].append({"destination": "/data", "type": "bind", "source": str(self.data),
                                 "options": ["bind", "rw", "nosuid", "nodev"]})
        # Control groups are not to be had everywhere that tests run; and the client is outside.
        linux = config["linux"]
        linux.pop("resources", None)
        linux["namespaces"] = [each for each in linux["namespaces"] if each["type"] not in ("network", "cgroup")]
        (self.bundle / "config.json").write_text(json.dumps(config))
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(["runc", "run", "--bundle", str(self.bundle), self.name],
                                            stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def said(self):
        return self.output.read_text(errors="replace")

    def await_words(self, pattern):
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.said())):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{pattern} was not said, but:\n{self.said()}")
            time.sleep(0.05)
        return found

    def serve(self):
        """Starts a server on a free port; returns its address."""
        self.start("serve", "--listen", "127.0.0.1:0")
        return self.await_words(r"listening on (\S+)").group(1)

    def status(self):
        return json.loads(output_of("runc", "state", self.name))

    def stop(self):
        """SIGTERM, as an engine does; returns the exit code."""
        output_of("runc", "kill", self.name, "TERM")
        return self.process.wait(PATIENCE)

    def close(self):
        if self.process is not None and self.process.poll() is None:
            subprocess.run(["runc", "kill", self.name, "KILL"], check=False, capture_output=True)
            self.process.wait(PATIENCE)


@unittest.skipUnless(os.geteuid() == 0, "only root may unpack and run an image")
@unittest.skipUnless(all(shutil.which(each) for each in ("umoci", "runc", "mmdebstrap")),
                     "umoci, runc or mmdebstrap is not installed; deploy/test installs them")
class ImageTest(PackageCase):
    @classmethod
    def setUpClass(cls):
        cls.out = pathlib.Path(TREE) / "package-test" / "image"
        cls.image, cls.digest = build(cls.out)

    def container(self):
        container = Container(self.image, self.folder())
        self.addCleanup(container.close)
        return container

    def client(self, address, *arguments, **options):
        return output_of(BINARY, *arguments, "--server", address, **options)

    def head(self, address):
        return int(re.search(r"(?m)^\s*head\s+([\d,]+)", self.client(address, "status")).group(1).replace(",", ""))

    def test_the_same_package_gives_the_same_digest(self):
        self.assertEqual(build(self.folder())[1], self.digest)

    def test_what_was_appended_is_there_after_a_stop_and_a_new_start(self):
        container = self.container()
        address = container.serve()
        self.client(address, "import", "-", input=EVENTS)
        self.assertEqual(container.stop(), 0, container.said())
        address = container.serve()
        self.assertEqual(self.head(address), HEAD)
        # Nobody but the user of the image has written, and nowhere but in the volume.
        self.assertEqual({path.stat().st_uid for path in container.data.rglob("*")}, {USER})
        pid = container.status()["pid"]
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        self.assertRegex(status, rf"Uid:\s+{USER}\s+{USER}")
        self.assertRegex(status, r"CapEff:\s+0{16}")
        root_mount = next(line.split() for line in pathlib.Path(f"/proc/{pid}/mountinfo").read_text().splitlines()
                          if line.split()[4] == "/")
        self.assertIn("ro", root_mount[5].split(","))
        self.assertEqual(container.stop(), 0)

    def test_it_lets_nobody_in_unasked_and_names_a_wrong_option(self):
        container = self.container()
        settings = container.data / "chipline.toml"
        from_file = ("--config", "/data/chipline.toml", "serve")
        for words, setting, named in (
                ((), "", "--insecure"),
                (("serve", "--nobody"), "", "--nobody"),
                (("serve", "--insecure", "--drain", "soon"), "", "--drain: soon is no duration"),
                (from_file, "lissten = 1", "lissten is no option (did you mean listen?)"),
                (from_file, "max-streams = 0", "--max-streams: Value 0 not in range")):
            settings.write_text(f"[serve]\n{setting}\n")
            container.start(*words)
            self.assertEqual(container.process.wait(PATIENCE), 2, container.said())
            self.assertIn(named, container.said())

    def test_it_has_one_program_and_a_list_of_all_software(self):
        root = self.container().bundle / "rootfs"
        programs = [path for folder in ("bin", "sbin", "usr/bin", "usr/sbin") for path in (root / folder).glob("*")]
        self.assertEqual(programs, [root / "usr/bin/chipline"])
        listed = json.loads((self.out / "sbom.spdx.json").read_text())
        self.assertEqual(listed, json.loads((root / "usr/share/chipline/sbom.spdx.json").read_text()))
        self.assertEqual((listed["spdxVersion"], listed["dataLicense"]), ("SPDX-2.3", "CC0-1.0"))
        npm = [each for each in listed["packages"] if each["externalRefs"][0]["referenceLocator"].startswith("pkg:npm/")]
        names = {each["name"]: each["versionInfo"] for each in listed["packages"] if each not in npm}
        # What the program holds of npm, if it has the console.
        if "/console/" in (root / "usr/bin/chipline").read_bytes().decode("latin-1"):
            held = {each["name"]: each["licenseDeclared"] for each in npm}
            self.assertEqual((held["preact"], held["d3-scale"]), ("MIT", "ISC"))
            locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
            for each in npm:
                self.assertEqual(each["versionInfo"], locked[f"node_modules/{each['name']}"]["version"])
                self.assertIn({"spdxElementId": "SPDXRef-Package-chipline", "relationshipType": "CONTAINS",
                               "relatedSpdxElement": each["SPDXID"]}, listed["relationships"])
        # What dpkg would say of the root, which scanners read.
        said = output_of("dpkg-query", f"--admindir={root}/var/lib/dpkg", "-W", "-f", "${Package} ${Version}\\n")
        self.assertEqual(names, dict(line.split() for line in said.splitlines()))
        for name in ("chipline", "libc6", "libgrpc++1.51", "librocksdb7.8", "ca-certificates", "tzdata"):
            self.assertIn(name, names)
        for name in names:
            self.assertTrue((root / "usr/share/doc" / name / "copyright").exists() or name.startswith("lib"), name)
        ids = [each["SPDXID"] for each in listed["packages"]]
        self.assertEqual(len(ids), len(set(ids)))
        for each in ids:
            self.assertRegex(each, r"^SPDXRef-[A-Za-z0-9.-]+$")


if __name__ == "__main__":
    unittest.main()
