"""The manifests as kustomize builds them, and what is in them."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import debian_package
import yaml

from package_case import ROOT, TREE, output_of

FOLDER = ROOT / "deploy" / "kubernetes"
# What is applied, one by one.
KUSTOMIZATIONS = ("base", "cluster", "given-nats", "create-log")


def _version(program):
    """Of the kustomize in it; (0,) if it has none."""
    arguments = ["version", "--client"] if program.endswith("kubectl") else ["version"]
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    found = re.search(r"(?:Kustomize Version: )?v?(\d+)\.(\d+)\.\d+\s*$", done.stdout.strip(), re.MULTILINE)
    return tuple(map(int, found.groups())) if found else (0,)


def builder():
    """A command that builds the folder after it: kubectl's, kustomize's own, or Debian 13's, which apt fetches."""
    for program, words in (("kustomize", ["build"]), ("kubectl", ["kustomize"])):
        path = shutil.which(program)
        # Components came with 3.7, and kubectl's first with them is 1.21.
        if path and _version(path) >= (4, 0):
            return [path, *words]
    fetched = pathlib.Path(TREE) / "package-test" / "trixie" / "unpacked" / "usr" / "bin" / "kustomize"
    if not fetched.exists():
        debian_package.fetch("kustomize", "trixie", pathlib.Path(TREE) / "package-test")
    return [str(fetched), "build"]


def built(name):
    """The objects of a kustomization."""
    return [each for each in yaml.safe_load_all(output_of(*builder(), FOLDER / name)) if each]


def with_component(name, component, folder):
    """The objects of a kustomization that a user makes of one of ours and a component; the empty `folder` gets it."""
    here = os.path.relpath(FOLDER, os.path.realpath(folder))
    (folder / "kustomization.yaml").write_text(yaml.safe_dump({
        "resources": [f"{here}/{name}"], "components": [f"{here}/{component}"]}))
    return [each for each in yaml.safe_load_all(output_of(*builder(), folder)) if each]


def secrets():
    """The Secrets that go with them."""
    return [each for each in yaml.safe_load_all(output_of(FOLDER / "secrets")) if each]


def of_kind(objects, kind, name=None):
    found = [each for each in objects if each["kind"] == kind and name in (None, each["metadata"]["name"])]
    return found if name is None else found[0]


def pods(objects):
    """(what makes the pods, their template) of each workload."""
    return [(each, each["spec"]["template"]) for each in objects if each["kind"] in ("StatefulSet", "Job")]


def check_schemas(objects):
    """What Kubernetes' own schemas say against the objects, unknown fields too; empty if nothing."""
    done = subprocess.run(["node", str(ROOT / "tests" / "package" / "check_schemas.js")], input=json.dumps(objects),
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(done.stderr)
    return done.stdout.splitlines()
