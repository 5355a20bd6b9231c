"""A Debian with systemd, booted in a container of its own without network, and commands in it."""

import contextlib
import hashlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

from package_case import TREE, output_of

PATIENCE = 60
# Where systemd has its control groups, by whether the kernel has one hierarchy or many.
UNIFIED = pathlib.Path("/sys/fs/cgroup/cgroup.controllers").exists()
GROUPS = [pathlib.Path("/sys/fs/cgroup")] if UNIFIED else [pathlib.Path("/sys/fs/cgroup", each)
                                                           for each in ("systemd", "unified")]
# Of no use to a test, and much of what is to be unpacked.
WITHOUT = ["usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info"]


def needs_of(deb):
    """The names of the packages that it depends on."""
    depends = output_of("dpkg-deb", "-f", deb, "Depends")
    return sorted(re.sub(r"\s*\(.*?\)", "", each).split("|")[0].strip() for each in depends.split(","))


def base(deb):
    """A tar of a small Debian in which the package can be installed by dpkg."""
    return _tar("debian", needs_of(deb))


def bare(deb):
    """A tar of a Debian that has nothing of what the package needs. apt installs it there without a network: it has
    its lists, and the packages lie where it puts what it has fetched."""
    fetch = 'APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get -q -y --no-install-recommends --download-only install '
    return _tar("bare", [], "--skip=cleanup/apt/lists,cleanup/apt/cache",
                f"--customize-hook={fetch}{' '.join(needs_of(deb))}")


def _tar(name, packages, *arguments):
    """Made once for the same arguments, with systemd."""
    words = [f"--include={','.join([*packages, 'systemd', 'dbus'])}", *arguments]
    folder = pathlib.Path(TREE) / "package-test"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{hashlib.sha256(' '.join(words).encode()).hexdigest()[:16]}.tar"
    if not path.exists():
        half = path.with_suffix(".half.tar")
        output_of("mmdebstrap", "--quiet", "--variant=minbase", *words,
                  *[f"--dpkgopt=path-exclude=/{each}/*" for each in WITHOUT], "bookworm", half)
        half.rename(path)
    return path


class Booted:
    """Unpacks the tar, boots it with boot(), and removes it with close()."""

    def __init__(self, tar):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chipline-booted-"))
        self.root = self.folder / "root"
        self.root.mkdir()
        output_of("tar", "-C", self.root, "-xf", tar)
        (self.root / "etc/hosts").write_text("127.0.0.1 localhost\n")
        self._process, self._leader = None, None
        self._groups = [place / self.folder.name for place in GROUPS if (place / "cgroup.procs").exists()]

    def chroot(self, *command, **options):
        """Runs a command in the root before it is booted."""
        return output_of("chroot", self.root, *command, **options)

    def boot(self):
        with (self.folder / "console").open("wb") as console:
            # Registered with no machined.
            self._process = subprocess.Popen(
                ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--private-network", "--console=pipe",
                 "--link-journal=no", "--directory", self.root, "--boot",
                 *([] if UNIFIED else ["systemd.unified_cgroup_hierarchy=0"])],
                stdin=subprocess.DEVNULL, stdout=console, stderr=console, preexec_fn=self._enter_group)
        self.await_that(self._find_leader, "systemd runs in the container")
        self.await_that(lambda: self.ask("systemctl", "is-system-running").strip() in ("running", "degraded"),
                        "the container has booted")

    def _enter_group(self):
        """A control group of its own, since systemd ends what it does not know in its group."""
        for group in self._groups:
            group.mkdir(exist_ok=True)
            (group / "cgroup.procs").write_text(str(os.getpid()))

    def _find_leader(self):
        """The first process of the container is a child of nspawn."""
        if self._process.poll() is not None:
            raise AssertionError(f"the container ended; it said:\n{(self.folder / 'console').read_text()[-3000:]}")
        children = pathlib.Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        for child in children:
            if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                self._leader = int(child)
        return self._leader is not None

    def inside(self, *command):
        return ["nsenter", "--target", str(self._leader), "--mount", "--uts", "--ipc", "--net", "--pid", "--root",
                "--", "env", "-i", "--chdir=/", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8",
                *map(str, command)]

    def run(self, *command, code=0, **options):
        """What it prints; fails unless it ends with `code`."""
        return output_of(*self.inside(*command), code=code, **options)

    def ask(self, *command):
        """What it prints, however it ends."""
        done = subprocess.run(self.inside(*command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return done.stdout.decode(errors="replace")

    def in_network(self, *command):
        """A program of this machine, with its files, in the network of the container."""
        return ["nsenter", "--target", str(self._leader), "--net", "--", *map(str, command)]

    def fetch(self, address):
        """What is at an http:// address in the container; empty while nobody answers there."""
        program = "import sys, urllib.request as u; sys.stdout.write(u.urlopen(sys.argv[1], timeout=5).read().decode())"
        done = subprocess.run(self.in_network("/usr/bin/python3", "-c", program, address), capture_output=True,
                              check=False)
        return done.stdout.decode() if done.returncode == 0 else ""

    def unit(self, *names):
        """Properties of chipline.service, as text."""
        said = self.run("systemctl", "show", "chipline", *[f"--property={name}" for name in names])
        values = dict(line.split("=", 1) for line in said.splitlines())
        return values[names[0]] if len(names) == 1 else [values[name] for name in names]

    def journal(self):
        return self.ask("journalctl", "--no-pager", "--unit", "chipline")

    def await_that(self, holds, words):
        deadline = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > deadline:
                raise AssertionError(f"it did not come to pass that {words}; the journal:\n"
                                     f"{self.journal()[-3000:] if self._leader else ''}")
            time.sleep(0.1)

    def close_container(self):
        """As a power cut."""
        if self._leader is not None:
            os.kill(self._leader, signal.SIGKILL)
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process, self._leader = None, None

    def close(self):
        self.close_container()
        deadline = time.monotonic() + PATIENCE
        # What was killed may take a moment to be gone.
        while any(group.exists() for group in self._groups) and time.monotonic() < deadline:
            for group in self._groups:
                for inner in sorted(group.glob("**/"), reverse=True):
                    with contextlib.suppress(OSError):
                        inner.rmdir()
            time.sleep(0.05)
        shutil.rmtree(self.folder, ignore_errors=True)
