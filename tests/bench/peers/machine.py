"""What the measurements ran on, and a control that tells whether it held still."""

import os
import pathlib
import platform
import statistics
import tempfile
import time

# As many syncs as fit, but no more: on a busy machine one may take long. Of one core.
CONTROL_SYNCS = 200
CONTROL_SECONDS = 0.1
CONTROL_BYTES = b"x" * 512
SPIN_SECONDS = 0.03
CONTROL_CORES = 4


def _first(path, start):
    for line in pathlib.Path(path).read_text().splitlines():
        if line.startswith(start):
            return line.split(":", 1)[-1].strip()
    return ""


def file_system(folder):
    """(device, type) of what holds the folder."""
    folder = str(pathlib.Path(folder).resolve())
    best = ("", "", "")
    for line in pathlib.Path("/proc/mounts").read_text().splitlines():
        device, place, kind = line.split()[:3]
        inside = folder == place or folder.startswith(place.rstrip("/") + "/")
        if inside and len(place) >= len(best[1]):
            best = (device, place, kind)
    return best[0], best[2]


def describe(folder):
    device, kind = file_system(folder)
    return {"processor": _first("/proc/cpuinfo", "model name"), "cores": os.cpu_count(),
            "memory": _first("/proc/meminfo", "MemTotal"), "kernel": platform.release(),
            "system": _first("/etc/os-release", "PRETTY_NAME").split("=")[-1].strip('"'),
            "disk": device, "file system": kind,
            "load at the start": " ".join(f"{x:.2f}" for x in os.getloadavg())}


def sync_times(folder, seconds, most=None):
    """How long appends with fdatasync take, one after another, in microseconds."""
    times = []
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        end = time.perf_counter() + seconds
        while len(times) != most and (start := time.perf_counter()) < end:
            os.write(file.fileno(), CONTROL_BYTES)
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - start) * 1e6)
    return times


def _control(folder):
    times = sync_times(folder, CONTROL_SECONDS, CONTROL_SYNCS)
    loops, start = 0, time.perf_counter()
    while time.perf_counter() - start < SPIN_SECONDS:
        loops += 1
    return statistics.median(times), loops / SPIN_SECONDS


def control(folder, cores):
    """The median time of an append and fdatasync, in microseconds, and loops a second, as means over the
    first of the cores: one of them has the disk's interrupts, and a sync is faster there."""
    own = os.sched_getaffinity(0)
    found = []
    try:
        for core in sorted(cores)[:CONTROL_CORES]:
            os.sched_setaffinity(0, {core})
            found.append(_control(folder))
    finally:
        os.sched_setaffinity(0, own)
    return {"fdatasync_us": statistics.fmean(sync for sync, _ in found),
            "spins_per_second": statistics.fmean(spins for _, spins in found)}


def drift(controls):
    """How far apart the controls are: 0.25 where the largest is a quarter more than the smallest."""
    worst = 0.0
    for name in ("fdatasync_us", "spins_per_second"):
        values = [control[name] for control in controls]
        worst = max(worst, max(values) / min(values) - 1)
    return worst
