"""Turns an unpacked Debian into the contents of the image, and lists what is in it. Run by deploy/image/build.

    contents.py ROOT DEBS
"""

import datetime
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile

# Who the server is in the container: nobody that Debian has.
USER = 65532
# Of no use to a server, or of the machine that built the image. Licences stay: usr/share/doc/*/copyright.
DROPPED = (
    "boot", "home", "media", "mnt", "opt", "srv", "var/cache", "var/lib/apt", "var/lib/dpkg/*-old", "var/log",
    "etc/apt", "etc/ca-certificates*", "etc/chipline", "etc/cron*", "etc/debconf.conf", "etc/default", "etc/dpkg",
    "etc/fstab",
    "etc/hostname", "etc/init.d", "etc/logrotate.d", "etc/resolv.conf", "etc/ssl/misc", "lib/systemd", "usr/include",
    "usr/lib/*/gconv", "usr/lib/*/perl*", "usr/lib/ssl/misc", "usr/lib/systemd", "usr/share/bash-completion",
    "usr/share/debconf", "usr/share/doc-base", "usr/share/fish", "usr/share/gcc",
    "usr/share/gdb", "usr/share/info", "usr/share/lintian", "usr/share/locale", "usr/share/man", "usr/share/perl*",
    "usr/share/pixmaps", "usr/share/zsh")


def fields_of(deb):
    """What the package says of itself, as it stands in dpkg's status, and its fields by name."""
    text = subprocess.run(["dpkg-deb", "-f", deb], capture_output=True, text=True, check=True).stdout
    fields = dict(line.split(": ", 1) for line in text.splitlines() if not line.startswith(" ") and ": " in line)
    return text, fields


def is_in(deb, root):
    """Whether anything of the package but its documents is left in the image."""
    files = subprocess.run(["dpkg-deb", "--fsys-tarfile", deb], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(files)) as tar:
        return any(not entry.isdir() and not entry.name.startswith("./usr/share/doc/")
                   and os.path.lexists(root / entry.name) for entry in tar)


def of_console(root):
    """What of npm is in the web console that the program holds: name, version and license of each."""
    listed = root / "usr/share/chipline/console-packages.json"
    return json.loads(listed.read_text(encoding="utf-8")) if listed.exists() else []


def spdx(packages, npm, version, when):
    """A list of software by SPDX 2.3. Licences of Debian's packages are in their own copyright files."""
    def entry(fields):
        name, package_version, architecture = (fields[key] for key in ("Package", "Version", "Architecture"))
        ours = name == "chipline"
        locator = f"pkg:{'generic' if ours else 'deb/debian'}/{name}@{package_version}?arch={architecture}"
        return {
            "SPDXID": f"SPDXRef-Package-{name}".replace("+", "-plus-"), "name": name, "versionInfo": package_version,
            "supplier": "Organization: Chipline" if ours else "Organization: Debian",
            "downloadLocation": "NOASSERTION", "filesAnalyzed": False, "copyrightText": "NOASSERTION",
            "licenseConcluded": "NOASSERTION", "licenseDeclared": "Apache-2.0" if ours else "NOASSERTION",
            "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                              "referenceLocator": locator.replace("+", "%2B")}],
        }

    def npm_entry(package):
        name, package_version, licence = (package[key] for key in ("name", "version", "license"))
        return {
            "SPDXID": f"SPDXRef-Npm-{name}".replace("@", "").replace("/", "-"), "name": name,
            "versionInfo": package_version, "supplier": "NOASSERTION",
            "downloadLocation": f"https://registry.npmjs.org/{name}/-/{name.split('/')[-1]}-{package_version}.tgz",
            "filesAnalyzed": False, "copyrightText": "NOASSERTION", "licenseConcluded": "NOASSERTION",
            "licenseDeclared": licence,
            "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                              "referenceLocator": f"pkg:npm/{name.replace('@', '%40')}@{package_version}"}],
        }
    entries = [entry(fields) for fields in packages]
    held = [npm_entry(package) for package in npm]
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"chipline-{version}",
        "documentNamespace": f"urn:chipline:image:{version}:{when:%Y%m%dT%H%M%SZ}",
        "creationInfo": {"created": f"{when:%Y-%m-%dT%H:%M:%SZ}", "creators": ["Tool: chipline-deploy-image-build"]},
        "packages": entries + held,
        "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
                           "relatedSpdxElement": each["SPDXID"]} for each in entries] +
                         [{"spdxElementId": "SPDXRef-Package-chipline", "relationshipType": "CONTAINS",
                           "relatedSpdxElement": each["SPDXID"]} for each in held],
    }


def write_users(root):
    (root / "etc/passwd").write_text(f"root:x:0:0::/:/nonexistent\nchipline:x:{USER}:{USER}::/data:/nonexistent\n")
    (root / "etc/group").write_text(f"root:x:0:\nchipline:x:{USER}:\n")
    # No service of the network is looked up by names that are not hosts.
    (root / "etc/nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files dns\n")


def write_authorities(root):
    """What update-ca-certificates makes: one file of all authorities that Debian trusts."""
    files = sorted((root / "usr/share/ca-certificates/mozilla").glob("*.crt"))
    target = root / "etc/ssl/certs/ca-certificates.crt"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("".join(path.read_text(encoding="utf-8") for path in files), encoding="utf-8")


def drop(root):
    for path in [path for name in DROPPED for path in root.glob(name)]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    for path in (root / "usr/share/doc").rglob("*"):
        if path.is_file() and path.name != "copyright" or path.is_symlink():
            path.unlink()
    # No shell, no program but ours: what is not there cannot be misused.
    for folder in ("bin", "sbin", "usr/bin", "usr/sbin"):
        for path in (root / folder).glob("*"):
            if path != root / "usr/bin/chipline":
                path.unlink()


def main(root, debs):
    root, debs = pathlib.Path(root), sorted(pathlib.Path(debs).glob("*.deb"))
    subprocess.run(["dpkg-deb", "-x", debs[0].parent / "chipline.deb", root], check=True)
    write_authorities(root)
    drop(root)
    described = sorted((fields_of(deb) for deb in debs if is_in(deb, root)), key=lambda each: each[1]["Package"])
    status = [text.rstrip("\n").replace("\n", "\nStatus: install ok unpacked\n", 1) for text, _ in described]
    (root / "var/lib/dpkg/status").write_text("\n\n".join(status) + "\n", encoding="utf-8")
    write_users(root)
    for folder, mode in (("data", 0o700), ("tmp", 0o1777), ("proc", 0o555), ("sys", 0o555), ("dev", 0o755)):
        (root / folder).mkdir(exist_ok=True)
        (root / folder).chmod(mode)
    os.chown(root / "data", USER, USER)
    when = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    version = next(fields["Version"] for _, fields in described if fields["Package"] == "chipline")
    listed = json.dumps(spdx([fields for _, fields in described], of_console(root), version, when), indent=1) + "\n"
    (root / "usr/share/chipline/sbom.spdx.json").write_text(listed, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
