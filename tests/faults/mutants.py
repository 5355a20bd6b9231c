"""Writes a source file with one thing switched off, to prove that the suite notices.

    mutants.py NAME SOURCE RESULT

Fails if the line to be changed is not in SOURCE exactly once, so that a mutant never silently becomes
the product.
"""

import pathlib
import sys

# Name: what stands in the source, what stands there in the mutant.
MUTANTS = {
    # Acknowledges what no disk has.
    "no_sync": ("options.sync = sync;", "options.sync = false;"),
    # Knows no event id.
    "no_idempotency": (
        "ASSIGN_OR_RETURN(const auto found, parts_.index.Find(event.event_id()));",
        "const std::optional<Position> found;"),
    # Every expected revision is right.
    "no_revision_check": (
        "if (head.revision == precondition.expected_revision()) continue;", "continue;"),
    # Every block is taken for whole.
    "no_checksum": ("if (LoadLittleEndian(stored.data() + 1) != Checksum(first, body)) {", "if (false) {"),
    # Every currency is one.
    "no_validator": ("if (IsCurrency(currency)) return;", "if (&IsCurrency != nullptr) return;"),
    # Readers see what is not written yet.
    "publish_before_write": (
        "status = parts_.events.Write(decided.write, sync_);",
        "parts_.tail.Publish(decided.write.blocks, decided.time);\n"
        "    status = parts_.events.Write(decided.write, sync_);"),
    # The clock is believed.
    "time_goes_back": (
        "std::max(FromTimestamp(command.sequence_time()), last_time_ + absl::Nanoseconds(1));",
        "FromTimestamp(command.sequence_time());"),
    # Each event of an append is told to be its first.
    "no_append_start": (
        "RecordHeader header{position, named.subject, revision->second, time, first, size, {}};",
        "RecordHeader header{position, named.subject, revision->second, time, position, size, {}};"),
    # A filter leaves out what it should not.
    "skips_matches": (
        "if (!filter.Matches(record.header)) continue;",
        "if (!filter.Matches(record.header) || position % 16 == 0) continue;"),
}


def main():
    name, source, result = sys.argv[1:]
    before, after = MUTANTS[name]
    text = pathlib.Path(source).read_text(encoding="utf-8")
    if text.count(before) != 1:
        sys.exit(f"{source} has {before!r} {text.count(before)} times; mend mutant {name}")
    pathlib.Path(result).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(result).write_text(text.replace(before, after), encoding="utf-8")


if __name__ == "__main__":
    main()
