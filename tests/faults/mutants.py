"""Writes a source file with one thing switched off, to prove that the suite notices.

    mutants.py NAME SOURCE RESULT

Fails if the line to be changed is not in SOURCE exactly once, so that a mutant never silently becomes
the product.
"""

import pathlib
import sys

# Name: what stands in the source, what stands there in the mutant; and more such pairs.
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
    # Of a cluster. The node's clock says when something was recorded.
    "own_clock": (
        "std::max(FromTimestamp(command.sequence_time()), last_time_ + absl::Nanoseconds(1));",
        "std::max(absl::Now(), last_time_ + absl::Nanoseconds(1));"),
    # What cannot be read is refused.
    "read_error_refuses": (
        "if (!shared) return Refused(outcome.status());", "return Refused(outcome.status());"),
    # What a message changed that accepted nothing is forgotten.
    "refused_rows_lost": (
        "if (status.ok() && decided.write.lazy()) Defer(decided.write);",
        "if (decided.write.lazy()) decided.write.state.clear();"),
    # Copies of a command are applied again.
    "copies_applied": (
        "for (uint64_t i = last + 1 - first; i <", "for (uint64_t i = 0 * last; i <"),
    # A command is applied though one before it is missing.
    "number_gap_ignored": (
        "const uint64_t last = found->second.last_number();",
        "found->second.set_last_number(std::max(found->second.last_number(), proposals.first_number() - 1));\n"
        "  const uint64_t last = found->second.last_number();"),
    # A feed goes on behind what it had, and never looks whether that is still there.
    "feed_without_overlap": (
        "overlaps_ = overlap_due_ = !last_hash_.empty() && info.first_sequence < from;",
        "overlaps_ = overlap_due_ = false;"),
    # A feed goes on behind what is missing.
    "feed_gap_ignored": (
        "if (origin->stream_sequence > expected_ || overlap_due_)",
        "expected_ = origin->stream_sequence;\n  if (overlap_due_)"),
    # A node that starts goes on behind what it has, and never looks whether the stream has that still.
    "resume_without_overlap": (
        "RETURN_IF_ERROR(CheckOverlap(info, applied));", "",
        "std::max<uint64_t>(1, applied.sequence())", "applied.sequence() + 1"),
}


def main():
    name, source, result = sys.argv[1:]
    change = MUTANTS[name]
    text = pathlib.Path(source).read_text(encoding="utf-8")
    for before, after in zip(change[::2], change[1::2]):
        if text.count(before) != 1:
            sys.exit(f"{source} has {before!r} {text.count(before)} times; mend mutant {name}")
        text = text.replace(before, after)
    pathlib.Path(result).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(result).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
