"""Disks of a test that can be full: a tmpfs each. Inside of namespaces of its own only (network.enter)."""

import os
import subprocess

ROOM = 1 << 30


def _mount(*words):
    return subprocess.run(["mount", *map(str, words)], capture_output=True, text=True, check=False)


class Disk:
    """Mounted at `path`, which it makes. To be closed."""

    def __init__(self, path):
        self.path = path
        path.mkdir(parents=True)
        done = _mount("-t", "tmpfs", "-o", f"size={ROOM}", "chipline-test", path)
        if done.returncode:
            raise RuntimeError(f"no tmpfs at {path}: {done.stderr.strip()}")

    def fill(self):
        """From now on there is room for nothing more."""
        for _ in range(1000):
            state = os.statvfs(self.path)
            used = (state.f_blocks - state.f_bfree) * state.f_frsize
            # Fails if something was written meanwhile. 0 would be no limit.
            if _mount("-o", f"remount,size={max(used, state.f_frsize)}", self.path).returncode == 0:
                return
        raise RuntimeError(f"{self.path} does not stand still")

    def make_room(self):
        done = _mount("-o", f"remount,size={ROOM}", self.path)
        if done.returncode:
            raise RuntimeError(f"{self.path}: {done.stderr.strip()}")

    def close(self):
        subprocess.run(["umount", "--lazy", self.path], capture_output=True, check=False)
