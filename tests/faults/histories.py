"""What clients saw, written down for the checker, and the checker's verdict.

The format is tests/checker/history.proto, one Entry a line.
"""

import hashlib
import json
import os
import pathlib
import subprocess

import grpc

CHECKER = os.environ.get("CHIPLINE_CHECKER", "")

# A call that ends so may have done its work.
UNKNOWN = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED,
           grpc.StatusCode.UNKNOWN, grpc.StatusCode.INTERNAL, grpc.StatusCode.DATA_LOSS}


def seen(event):
    """A RecordedEvent as readers note it."""
    return {"position": event.position, "subject": event.subject, "revision": event.revision,
            "record_time": event.record_time.ToNanoseconds(),
            "append_first_position": event.append_first_position, "append_size": event.append_size,
            "event_id": event.event.event_id,
            "content": event.event.capex_announcement.scope_text,
            "digest": hashlib.blake2b(event.SerializeToString(deterministic=True),
                                      digest_size=8).hexdigest()}


class Recorder:
    """The history of one client, in a file of its own. For one thread."""

    def __init__(self, folder, name):
        self.name = name
        self._file = (pathlib.Path(folder) / f"{name}.ndjson").open("a", encoding="utf-8")
        self._number = 0
        self.acknowledged = 0

    def _add(self, kind, **fields):
        self._file.write(json.dumps({kind: fields}) + "\n")

    def attempt(self, request, invalid=False):
        """Notes an append before it is sent; answers its number."""
        self._number += 1
        self._add("attempt", number=self._number, invalid=invalid,
                  events=[{"event_id": e.event_id, "content": e.capex_announcement.scope_text}
                          for e in request.events],
                  preconditions=[{"subject": p.subject, "revision": p.expected_revision}
                                 for p in request.preconditions])
        self._file.flush()
        return self._number

    def acknowledge(self, number, response):
        self.acknowledged += 1
        self._add("answer", number=number, outcome="OUTCOME_ACKNOWLEDGED",
                  events=[{"position": e.position, "subject": e.subject, "revision": e.revision,
                           "duplicate": e.duplicate} for e in response.events])

    def fail(self, number, code):
        """Notes how it failed; answers whether the outcome is not known."""
        unknown = code in UNKNOWN
        self._add("answer", number=number, code=code.name,
                  outcome="OUTCOME_UNKNOWN" if unknown else "OUTCOME_REFUSED")
        return unknown

    def opening(self, stream, after, pattern):
        self._add("opening", stream=stream, after_position=after, subject_pattern=pattern)

    def delivery(self, stream, message):
        self._add("delivery", stream=stream, events=[seen(e) for e in message.batch.events],
                  position=message.position, head_position=message.head_position,
                  caught_up=message.HasField("caught_up"))

    def closing(self, stream):
        self._add("closing", stream=stream)

    def listing(self, name, events):
        self._add("listing", name=name, events=[seen(e) for e in events])

    def close(self):
        self._file.close()


def check(folder, floor):
    """Holds all histories of a folder against the promises; fails with what is violated."""
    files = sorted(str(path) for path in pathlib.Path(folder).glob("*.ndjson"))
    done = subprocess.run([CHECKER, "--floor", str(floor), *files], capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)
    return done.stdout.splitlines()[0]
