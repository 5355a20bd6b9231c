"""Every C++ file is as clang-format writes it."""

import pathlib
import shutil
import subprocess
import sys

import tidy

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    program = shutil.which("clang-format")
    if program is None:
        print("clang-format is not installed; deploy/test installs it")
        return 1
    files = [path for path in tidy.files_of(ROOT) if pathlib.PurePath(path).suffix in tidy.CPP]
    result = subprocess.run([program, "--dry-run", "-Werror", *files], cwd=ROOT, check=False)
    if result.returncode:
        print("run clang-format -i on the files named above")
    return result.returncode


if __name__ == "__main__":
    sys.exit(main())
