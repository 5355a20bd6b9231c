"""The public contract keeps the rules of buf.yaml."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUF = ROOT / "node_modules" / ".bin" / "buf"


def main():
    if not BUF.exists():
        print("buf is not installed: run npm install, or deploy/test, which does")
        return 1
    return subprocess.run([BUF, "lint"], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
