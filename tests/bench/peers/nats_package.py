"""Finds a nats-server that can sync before it acknowledges: 2.10 or later, which Debian 12 does not have.

Debian 13's package is one static program that runs on Debian 12 as well. It is fetched by apt, from the
mirror that this machine uses, with package lists of our own; nothing of the system is changed.
"""

import pathlib
import re
import shutil
import subprocess

from peers.child import output_of

WANTED = (2, 10)
SUITE = "trixie"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def version_of(binary):
    """(2, 10), or nothing if it does not run."""
    try:
        found = re.search(r"v?(\d+)\.(\d+)", output_of(binary, "--version"))
    except (OSError, RuntimeError):
        return None
    return found and (int(found[1]), int(found[2]))


def _mirror():
    lines = output_of("apt-get", "indextargets", "--format", "$(SITE) $(RELEASE) $(COMPONENT)",
                      "Created-By: Packages").splitlines()
    sites = [line.split()[0] for line in lines
             if line.endswith(" main") and "-security" not in line and "-updates" not in line
             and line.split()[0].rstrip("/").endswith("/debian")]
    if not sites:
        raise RuntimeError("apt knows no Debian mirror here")
    return sites[0]


def fetch(cache):
    """Fetches and unpacks it into `cache`; returns the program."""
    (cache / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (cache / "archives" / "partial").mkdir(parents=True, exist_ok=True)
    sources = cache / "trixie.sources"
    sources.write_text(f"Types: deb\nURIs: {_mirror()}\nSuites: {SUITE}\nComponents: main\n"
                       f"Signed-By: {KEYRING}\n")
    options = ["-q", "-o", f"Dir::Etc::sourcelist={sources}", "-o", "Dir::Etc::sourceparts=/dev/null",
               "-o", f"Dir::State::lists={cache / 'lists'}", "-o", f"Dir::Cache={cache}",
               "-o", "APT::Sandbox::User=root"]
    output_of("apt-get", *options, "update")
    output_of("apt-get", *options, "download", "nats-server", cwd=cache)
    package = max(cache.glob("nats-server_*.deb"), key=lambda path: path.stat().st_mtime)
    output_of("dpkg-deb", "-x", package, cache / "unpacked")
    shutil.rmtree(cache / "lists")
    return cache / "unpacked" / "usr" / "sbin" / "nats-server"


def find(cache):
    """The program: that of PATH if it is new enough, else the fetched one; else what there is, or None."""
    installed = shutil.which("nats-server", path="/usr/sbin:/usr/bin:/usr/local/bin")
    fetched = pathlib.Path(cache) / "unpacked" / "usr" / "sbin" / "nats-server"
    for binary in (installed, fetched):
        if binary and (version_of(binary) or (0,)) >= WANTED:
            return binary
    try:
        return fetch(pathlib.Path(cache))
    except (OSError, RuntimeError, ValueError, subprocess.SubprocessError) as failure:
        print(f"nats-server of Debian 13 cannot be had: {failure}")
        return installed
