"""What an operator does with a data directory: verify, back up, restore, repair, inspect."""

import json
import pathlib
import shutil
import tempfile
import threading
import time
import unittest

import grpc
from google.protobuf import json_format

import claims
from chipline_process import Server, run
from contract import pb
from refusal import Refusal
from server_case import ServerCase

DONE, FAILED, MISUSED, FINDINGS = 0, 1, 2, 3
PATIENCE_SECONDS = 30


def listing(folder):
    """Every file with its content and time."""
    return {str(file): (file.read_bytes(), file.stat().st_mtime_ns)
            for file in sorted(folder.rglob("*")) if file.is_file()}


class Load:
    """Appends one event after another until it is stopped."""

    def __init__(self, server):
        self.server = server
        self.acknowledged = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        while not self._stop.is_set():
            events = [claims.usage(claims.fresh("company"), 10), claims.capex("acme")]
            answer = self.server.client.log.AppendEvents(pb.AppendEventsRequest(events=events))
            for appended, event in zip(answer.events, events):
                self.acknowledged[appended.position] = event.event_id

    def wait_for(self, count):
        while len(self.acknowledged) < count:
            assert self._thread.is_alive()

    def stop(self):
        self._stop.set()
        self._thread.join(60)


class ToolsCase(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chipline-tools-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.backups = self.folder / "backups"
        self.backups.mkdir()
        self.server = Server("--backup-dir", self.backups)
        self.addCleanup(self.server.close)

    def chipline(self, *arguments, code=DONE, server=None):
        done = run(*arguments, server=server)
        self.assertEqual(done.returncode, code, f"{arguments}: {done.stdout}{done.stderr}")
        return done

    def append(self, *events):
        self.server.client.log.AppendEvents(pb.AppendEventsRequest(events=events))

    def fill(self, count=60):
        self.append(*(claims.usage(f"company-{i % 7}", 100 + i, as_of=f"2024-{i % 12 + 1:02}")
                      for i in range(count)))

    def serve_restored(self, data):
        """The server over another directory from here on."""
        self.server.data = data
        self.server.start()


class BackupTest(ToolsCase):
    def test_a_backup_under_load_is_restored_verified_and_served(self):
        load = Load(self.server)
        self.addCleanup(load.stop)
        load.wait_for(100)
        before = max(load.acknowledged)
        first = json_format.Parse(self.chipline("backup", "--to", "nightly", "--json",
                                                server=self.server).stdout, pb.Backup())
        self.assertGreaterEqual(first.head_position, before)
        self.assertEqual(first.folder, str(self.backups / "nightly"))
        load.wait_for(200)
        second = json_format.Parse(self.chipline("backup", "--to", "nightly", "--json",
                                                 server=self.server).stdout, pb.Backup())
        self.assertEqual(second.backup_id, 2)
        self.assertLess(second.new_bytes, second.bytes)
        self.chipline("verify", server=self.server)
        load.stop()
        token = next(iter(self.server.client.subscriptions.Subscribe(
            pb.SubscribeRequest()))).resume_token
        self.server.stop()

        data = self.folder / "restored"
        self.chipline("restore", "--from", self.backups / "nightly", "--data", data)
        self.assertIn("Everything is as it must be.", self.chipline("verify", "--data", data).stdout)
        self.serve_restored(data)
        head = self.server.client.log.GetHead(pb.GetHeadRequest())
        self.assertEqual(head.head_position, second.head_position)
        self.assertEqual(head.log_id, second.log_id)
        self.assertGreater(head.epoch, second.epoch)
        there = {e.position: e.event.event_id
                 for part in self.server.client.log.ReadEvents(pb.ReadEventsRequest())
                 for e in part.events}
        self.assertEqual(there, {p: i for p, i in load.acknowledged.items() if p in there})
        self.assertEqual(sorted(there), list(range(1, second.head_position + 1)))
        with self.assertRaises(grpc.RpcError) as refused:
            list(self.server.client.subscriptions.Subscribe(
                pb.SubscribeRequest(resume_token=token)))
        self.assertEqual(Refusal.of_error(refused.exception).reason, "TOKEN_OTHER_EPOCH")
        self.append(claims.capex("acme"))
        self.chipline("verify", server=self.server)
        # Its own history from here on, so a folder of its own.
        refused = self.chipline("backup", "--to", "nightly", code=FAILED, server=self.server).stderr
        self.assertIn("BACKUP_OF_ANOTHER_EPOCH", refused)
        self.assertIn(f"epoch {second.epoch},", refused)
        self.assertIn(f"epoch {head.epoch}:", refused)
        self.chipline("backup", "--to", "nightly-restored", server=self.server)

    def test_backups_are_listed_and_each_can_be_restored(self):
        for count in (10, 20):
            self.fill(count)
            said = self.chipline("backup", server=self.server).stdout
            # What is written has the backup's own list in it, so it may be more than the log.
            self.assertRegex(said, r"up to position [0-9,]+, [0-9.]+ \w+\. [0-9.]+ \w+ had to be written\.")
        words = self.chipline("backup", "--list", self.backups).stdout
        self.assertIn("HEAD", words)
        listed = [json_format.Parse(line, pb.Backup()) for line in
                  self.chipline("backup", "--list", self.backups, "--json").stdout.splitlines()]
        self.assertEqual([(b.backup_id, b.head_position) for b in listed], [(1, 10), (2, 30)])
        restored = json.loads(self.chipline("restore", "--from", self.backups, "--backup", 1, "--data",
                                            self.folder / "one", "--json").stdout)
        self.assertEqual(restored["headPosition"], "10")

    def test_a_stopped_log_is_backed_up_and_a_served_one_is_not_from_outside(self):
        self.fill()
        self.assertIn("DIRECTORY_IN_USE", self.chipline(
            "backup", "--data", self.server.data, "--to", self.folder / "b", code=FAILED).stderr)
        self.server.stop()
        self.chipline("backup", "--data", self.server.data, "--to", self.folder / "b")
        self.chipline("restore", "--from", self.folder / "b", "--data", self.folder / "data")
        self.assertIn("needs --to DIR", self.chipline("backup", "--data", self.server.data, code=MISUSED).stderr)

    def test_a_client_cannot_have_backups_written_elsewhere(self):
        for place in ("../elsewhere", "/etc", str(self.folder / "other"), "a/../../b"):
            with self.subTest(place):
                self.assertIn("INVALID_FIELDS", self.chipline(
                    "backup", "--to", place, code=FAILED, server=self.server).stderr)
        (self.backups / "door").symlink_to(self.folder)
        self.chipline("backup", "--to", "door/other", code=FAILED, server=self.server)
        self.assertFalse((self.folder / "other").exists())

    def test_nothing_is_restored_over_anything_and_a_cut_off_restore_is_no_log(self):
        self.fill()
        self.chipline("backup", server=self.server)
        self.assertIn("DIRECTORY_NOT_EMPTY", self.chipline(
            "restore", "--from", self.backups, "--data", self.folder, code=FAILED).stderr)
        data = self.folder / "data"
        self.chipline("restore", "--from", self.backups, "--data", data)
        (data / "RESTORING").write_text("")
        for command in (("serve", "--listen", "127.0.0.1:0"), ("restore", "--from", self.backups)):
            self.assertIn("RESTORE_UNFINISHED",
                          self.chipline(*command, "--data", data, code=FAILED).stderr)
        self.assertIn("was cut off", self.chipline("verify", "--data", data, code=FINDINGS).stdout)


class ServerLogTest(ToolsCase):
    def line(self, message):
        (line,) = (line for line in self.server.said().splitlines() if message in line)
        return line

    def test_each_backup_and_verification_is_a_line_with_its_outcome(self):
        self.fill()
        self.chipline("backup", "--to", "nightly", server=self.server)
        made = self.line("a backup was made")
        self.assertRegex(made, rf" INFO .* folder={self.backups}/nightly backup=1 position=60 files=[1-9]\d* "
                               r"bytes=[1-9]\d* new_bytes=[1-9]\d* seconds=\d+\.\d+ caller=-$")
        self.chipline("verify", server=self.server)
        verified = self.line("a verification found")
        self.assertRegex(verified, r" INFO a verification found everything well position=60 "
                                   r"bytes=[1-9]\d* findings=0 seconds=\d+\.\d+ caller=-$")

    def test_what_came_to_nothing_is_a_warning_with_the_reason(self):
        self.fill()
        (self.backups / "letters").mkdir()
        (self.backups / "letters" / "letter").write_text("dear")
        self.chipline("backup", "--to", "letters", code=FAILED, server=self.server)
        line = self.line("a backup could not be made")
        self.assertIn(" WARNING ", line)
        self.assertIn("reason=NOT_A_BACKUP_FOLDER", line)
        # Writes what is in memory to a file.
        self.chipline("backup", "--to", "nightly", server=self.server)
        for file in (self.server.data / "log").glob("*.sst"):
            file.unlink()
        self.chipline("verify", code=FINDINGS, server=self.server)
        self.assertIn(" WARNING ", self.line("a verification found what is not as it must be"))

    def test_what_its_client_broke_off_is_told_as_that(self):
        self.fill()
        for call in (self.server.client.admin.VerifyLog(pb.VerifyLogRequest(max_bytes_per_second=1)),
                     self.server.client.admin.BackUpLog(pb.BackUpLogRequest(max_bytes_per_second=100))):
            next(iter(call))
            call.cancel()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.server.said().count("was broken off") < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        self.line("a verification was broken off")
        self.line("a backup was broken off")


class NoBackupsTest(ServerCase):
    def test_a_server_that_was_not_told_where_makes_no_backup_and_says_how_it_would(self):
        refused = run("backup", server=self.server)
        self.assertEqual(refused.returncode, FAILED)
        self.assertIn("BACKUPS_OFF", refused.stderr)
        self.assertIn("--backup-dir", refused.stderr)


class VerifyTest(ToolsCase):
    def test_a_served_directory_is_only_looked_at_by_its_server(self):
        self.fill()
        for command in ("verify", "inspect"):
            self.assertIn("DIRECTORY_IN_USE", self.chipline(
                command, "--data", self.server.data, code=FAILED).stderr)
        self.chipline("verify", "--max-rate", "100KiB", server=self.server)
        self.chipline("verify", "--data", self.folder / "nothing", code=FAILED)

    def test_looking_changes_no_byte(self):
        self.fill()
        self.server.stop()
        before = listing(self.server.data)
        self.chipline("verify", "--data", self.server.data)
        self.chipline("inspect", "--data", self.server.data)
        self.chipline("inspect", "--data", self.server.data, "--events", 1)
        self.assertEqual(listing(self.server.data), before)

    def test_damage_is_found_and_named_as_text_and_as_json(self):
        self.fill()
        self.server.stop()
        (largest,) = sorted((self.server.data / "log").glob("*.log"),
                            key=lambda file: file.stat().st_size)[-1:]
        content = bytearray(largest.read_bytes())
        content[len(content) // 3] ^= 1
        largest.write_bytes(content)
        self.assertIn("found", self.chipline("verify", "--data", self.server.data,
                                             code=FINDINGS).stdout)
        *findings, summary = self.chipline("verify", "--data", self.server.data, "--json",
                                           code=FINDINGS).stdout.splitlines()
        found = [json_format.Parse(line, pb.VerifyFinding()) for line in findings]
        self.assertTrue(found)
        self.assertTrue(all(f.place and f.description for f in found))
        count = json_format.Parse(summary, pb.VerifyLogResponse()).finding_count
        self.assertEqual(count, sum(not f.note for f in found))

    def test_a_server_finds_a_file_that_was_deleted_under_it(self):
        self.fill()
        self.chipline("backup", server=self.server)  # Writes what is in memory to a file.
        for file in (self.server.data / "log").glob("*.sst"):
            file.unlink()
        self.assertIn("the file is missing", self.chipline(
            "verify", code=FINDINGS, server=self.server).stdout)


class RepairTest(ToolsCase):
    def test_a_log_whose_wal_is_gone_is_repaired_and_served(self):
        self.fill(30)
        self.chipline("backup", server=self.server)  # Writes what is in memory to a file.
        self.fill(15)
        self.server.stop()
        data = self.server.data
        for wal in (data / "log").glob("*.log"):
            wal.unlink()
        self.chipline("serve", "--data", data, "--listen", "127.0.0.1:0", code=FAILED)
        seen = json.loads(self.chipline("inspect", "--data", data, "--json").stdout)
        self.assertFalse(seen["opens"])
        self.assertEqual(seen["highWaterPosition"], "45")

        before = listing(data)
        self.assertIn("LOSES_MORE", self.chipline(
            "repair", "--data", data, "--accept-loss-after", 31, code=FAILED).stderr)
        told = self.chipline("repair", "--data", data, "--accept-loss-after", 30)
        self.assertIn("Lost are the events 31 to 45", told.stdout)
        self.assertIn("--yes", told.stderr)
        self.assertEqual(listing(data), before)

        done = json.loads(self.chipline("repair", "--data", data, "--accept-loss-after", 30, "--yes",
                                        "--json").stdout)
        self.assertTrue(pathlib.Path(done["replacedFolder"]).is_dir())
        self.chipline("verify", "--data", data)
        self.server.start()
        head = self.server.client.log.GetHead(pb.GetHeadRequest())
        self.assertEqual(head.head_position, 30)
        self.assertEqual(str(head.epoch), done["epoch"])
        self.append(claims.usage("company-1", 5))
        self.chipline("verify", server=self.server)

    def test_a_sound_log_is_not_repaired(self):
        self.fill()
        self.server.stop()
        self.assertIn("NOTHING_TO_REPAIR", self.chipline(
            "repair", "--data", self.server.data, "--accept-loss-after", 0, code=FAILED).stderr)
        self.chipline("repair", "--data", self.server.data, code=MISUSED)

    def test_a_missing_high_water_is_not_accepted_in_silence(self):
        self.fill()
        self.server.stop()
        (self.server.data / "HIGHWATER").unlink()
        self.assertIn("HIGHWATER_MISSING", self.chipline(
            "serve", "--data", self.server.data, "--listen", "127.0.0.1:0", code=FAILED).stderr)
        self.chipline("repair", "--data", self.server.data, "--accept-loss-after", 60, "--yes")
        self.server.start()


class InspectTest(ToolsCase):
    def test_it_tells_what_there_is(self):
        self.fill()
        self.server.stop()
        words = self.chipline("inspect", "--data", self.server.data).stdout
        for expected in ("format", "high water", "subjects", "size of log"):
            self.assertIn(expected, words)
        seen = json.loads(self.chipline("inspect", "--data", self.server.data, "--json").stdout)
        self.assertEqual(seen["headPosition"], "60")
        self.assertEqual(seen["formatVersion"], 2)
        self.assertTrue(seen["opens"])
        events = self.chipline("inspect", "--data", self.server.data, "--events", 58).stdout
        self.assertEqual([json_format.Parse(line, pb.RecordedEvent()).position
                          for line in events.splitlines()], [58, 59, 60])

    def test_a_damaged_high_water_is_a_word_in_its_place_and_a_finding_of_its_own(self):
        self.fill()
        self.server.stop()
        (self.server.data / "HIGHWATER").write_text("60 and more\n")
        lines = self.chipline("inspect", "--data", self.server.data).stdout.splitlines()
        (high_water,) = (line for line in lines if "high water" in line)
        self.assertEqual(high_water.split()[2:], ["damaged"])
        (opens,) = (line for line in lines if line.split()[:1] == ["opens"])
        self.assertEqual(opens.split()[1:], ["no"])
        (finding,) = (line for line in lines if line.split()[:1] == ["finding"])
        self.assertIn("HIGHWATER is not a position", finding)
        seen = json.loads(self.chipline("inspect", "--data", self.server.data, "--json").stdout)
        self.assertNotIn("highWaterPosition", seen)
        self.assertEqual(len(seen["findings"]), 1)
        self.assertIn("HIGHWATER is not a position", seen["problem"])

    def test_a_newer_format_is_refused_naming_both_and_left_alone(self):
        self.server.stop()
        file = self.server.data / "FORMAT"
        file.write_text(file.read_text().replace('"version":2', '"version":7'))
        before = listing(self.server.data)
        refused = self.chipline("serve", "--data", self.server.data, "--listen", "127.0.0.1:0",
                                code=FAILED).stderr
        self.assertIn("format 7", refused)
        self.assertIn("up to 2", refused)
        self.assertEqual(listing(self.server.data), before)


if __name__ == "__main__":
    unittest.main()
