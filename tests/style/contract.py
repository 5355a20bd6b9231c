"""The contract keeps the rules of buf.yaml, and so do the private packages, which buf.yaml leaves out."""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUF = ROOT / "node_modules" / ".bin" / "buf"


def main():
    if not BUF.exists():
        print("buf is not installed: run npm install, or deploy/test, which does")
        return 1
    everything = json.dumps({
        "version": "v2",
        "modules": [{"path": "proto", "excludes": ["proto/published"]}, {"path": "proto/published"}],
        "lint": {"use": ["STANDARD", "COMMENTS"], "ignore": ["proto/published"]},
    })
    return max(subprocess.run([BUF, "lint", *more], cwd=ROOT, check=False).returncode
               for more in ((), ("--config", everything)))


if __name__ == "__main__":
    sys.exit(main())
