"""Fetches a package of another Debian suite, without a change to the system, for one static program in it.

apt fetches it, from the mirror that this machine uses, with package lists of our own.
"""

import pathlib
import shutil
import subprocess

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def output_of(*command, **options):
    """What a program says; RuntimeError if it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, **options)
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def _mirror():
    lines = output_of("apt-get", "indextargets", "--format", "$(SITE) $(RELEASE) $(COMPONENT)",
                      "Created-By: Packages").splitlines()
    sites = [line.split()[0] for line in lines
             if line.endswith(" main") and "-security" not in line and "-updates" not in line
             and line.split()[0].rstrip("/").endswith("/debian")]
    if not sites:
        raise RuntimeError("apt knows no Debian mirror here")
    return sites[0]


def fetch(package, suite, cache):
    """Fetches the package into CACHE/SUITE and unpacks it there; returns the folder. RuntimeError if it cannot be had."""
    folder = pathlib.Path(cache).resolve() / suite
    (folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (folder / "archives" / "partial").mkdir(parents=True, exist_ok=True)
    sources = folder / "suite.sources"
    sources.write_text(f"Types: deb\nURIs: {_mirror()}\nSuites: {suite}\nComponents: main\nSigned-By: {KEYRING}\n")
    options = ["-q", "-o", f"Dir::Etc::sourcelist={sources}", "-o", "Dir::Etc::sourceparts=/dev/null",
               "-o", f"Dir::State::lists={folder / 'lists'}", "-o", f"Dir::Cache={folder}",
               "-o", "APT::Sandbox::User=root"]
    output_of("apt-get", *options, "update")
    output_of("apt-get", *options, "download", package, cwd=folder)
    archive = max(folder.glob(f"{package}_*.deb"), key=lambda path: path.stat().st_mtime)
    output_of("dpkg-deb", "-x", archive, folder / "unpacked")
    shutil.rmtree(folder / "lists")
    return folder / "unpacked"
