"""What tests/bench/cluster computes and speaks, without any server."""

import pathlib
import socket
import sys
import tempfile
import unittest
import unittest.mock

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "cluster"))

from nodes import before, failover, joining  # noqa: E402
from nodes.rounds import Rounds, missing  # noqa: E402
from peers import page, report  # noqa: E402

CALM = {"fdatasync_us": 100.0, "spins_per_second": 1e7}
SLOW = {"fdatasync_us": 200.0, "spins_per_second": 1e7}
ONE, LIMIT = "cluster-one", "limit: synced publish"


def cost(system, value, number=0, test=ONE, unit="µs", controls=(CALM, CALM), **details):
    return {"test": test, "system": system, "variant": "", "cost": value, "unit": unit, "round": number,
            "group": "append", "controls": list(controls), "details": details}


def result(records):
    return {"title": "A cluster <3>", "records": records, "durability": {}, "systems": {}, "machine": {},
            "options": {"rounds": 1}, "counted": ["100 appends: 200 syncs"], "left_out": [], "faults": []}


class CostTest(unittest.TestCase):
    def test_of_costs_the_smaller_is_better_and_has_its_target(self):
        records = []
        for number, (own, other) in enumerate([(130, 100), (100, 100), (400, 100)]):
            records += [cost("Chipline", own, number), cost(LIMIT, other, number)]
        row, = report.rows(records)
        self.assertAlmostEqual(row.median, 1 / 1.3)
        self.assertEqual(report.target_words(row, row, {}), "0.77 met")
        self.assertEqual(report.figure(row, 1500), "1.5 ms")

    def test_units_are_said(self):
        row, = report.rows([cost("Chipline", 7.25, test="cluster-kill-first", unit="s"),
                            cost("limit: bare publishers", 5.0, test="cluster-kill-first", unit="s")])
        self.assertEqual([report.figure(row, value) for value in (7.25, 2_500_000)], ["7.25 s", "2.5M s"])
        self.assertEqual(report.micros(2_500_000), "2.5 s")

    def test_instructions_do_not_depend_on_a_machine_that_holds_still(self):
        for unit, void in ((report.INSTRUCTIONS, 0), ("µs", 1)):
            row, = report.rows([cost("Chipline", 5, test="before-one", unit=unit, controls=(CALM, SLOW)),
                                cost("the program before", 5, test="before-one", unit=unit)])
            self.assertEqual(row.void, void)

    def test_the_report_tells_details_and_what_was_counted(self):
        made = result([cost("Chipline", 5, 0, **{"events a message": 3}),
                       cost("Chipline", 5, 1, **{"events a message": 5}), cost(LIMIT, 4), cost(LIMIT, 4, 1)])
        for text in (report.markdown(made), page.page(made)):
            self.assertIn("Chipline: events a message 4", text)
            self.assertIn("100 appends: 200 syncs", text)
        self.assertIn("<h1>A cluster &lt;3&gt;</h1>", page.page(made))

    def test_a_new_node_has_the_size_of_its_backup_for_a_title(self):
        self.assertEqual(report.title("cluster-join-1000000"), "a new node from a backup of 1,000,000 events")


class RoundsTest(unittest.TestCase):
    def test_every_other_round_goes_backward(self):
        with tempfile.TemporaryDirectory() as folder:
            rounds = Rounds(unittest.mock.Mock(rounds=2, dir=folder, cores={0}), lambda words: None)
            with unittest.mock.patch("peers.machine.control", side_effect="abcdef"):
                rounds.all("append", [(name, lambda n=name: rounds.add_cost(ONE, n, 1, "µs"))
                                      for name in ("Chipline", LIMIT)])
        self.assertEqual([(r["system"], r["round"], r["controls"]) for r in rounds.records],
                         [("Chipline", 0, ["a", "b"]), (LIMIT, 0, ["b", "c"]),
                          (LIMIT, 1, ["d", "e"]), ("Chipline", 1, ["e", "f"])])

    def test_a_row_that_is_not_there_or_says_nothing_is_a_fault(self):
        pair = [cost("Chipline", 5), cost(LIMIT, 4)]
        self.assertEqual(missing(pair, [ONE]), [])
        self.assertEqual(len(missing(pair, [ONE, "cluster-64"])), 1)
        self.assertEqual(len(missing([cost("Chipline", 5), cost(LIMIT, 0)], [ONE])), 1)
        self.assertEqual(len(missing([{**cost("Chipline", 5), "failures": 1}, cost(LIMIT, 4)], [ONE])), 1)
        mostly_nothing = [cost(name, value, number) for number, value in enumerate((0, 0, 5)) for name in ("Chipline", LIMIT)]
        self.assertEqual(len(missing(mostly_nothing, [ONE])), 1)


class Acknowledged:
    def __init__(self, *times):
        self.acknowledged = list(times)


class FailoverTest(unittest.TestCase):
    def test_a_gap_ends_after_the_kill(self):
        times = [0, 9, 9.9, 10.1, 15, 15.5]
        self.assertAlmostEqual(failover.longest_gap(times, since=10), 4.9)
        self.assertEqual(failover.longest_gap(times, since=20), float("inf"))

    def test_the_first_and_the_last_client_count(self):
        clients = [Acknowledged(9.9, 10.05, 14, 14.1), Acknowledged(9.95, 17, 17.1)]
        first, every = failover.gaps(clients, since=10)
        self.assertAlmostEqual(first, 3.95)
        self.assertAlmostEqual(every, 7.05)


class Servers:
    """Ends of the connections that a publisher makes."""

    def __init__(self):
        self.ends, self.ports, self.dead = [], [], set()

    def connect(self, address, _):
        if address[1] in self.dead:
            raise ConnectionRefusedError
        near, far = socket.socketpair()
        self.ends.append(far)
        self.ports.append(address[1])
        return near

    def close(self):
        for end in self.ends:
            end.close()


class PublisherTest(unittest.TestCase):
    def setUp(self):
        self.servers = Servers()
        self.addCleanup(self.servers.close)
        patched = unittest.mock.patch("socket.create_connection", self.servers.connect)
        patched.start()
        self.addCleanup(patched.stop)
        self.publisher = failover.Publisher([4, 5], 1, "x", b"message")
        self.addCleanup(self.publisher.close)

    def answer(self, text):
        self.servers.ends[-1].sendall(text)
        self.publisher.receive()

    def test_an_acknowledgement_counts_once_wherever_it_is_cut(self):
        text = b'MSG i 1 29\r\n{"stream":"s", "seq":17}\r\n'
        for cut in range(1, len(text)):
            before = len(self.publisher.acknowledged)
            self.answer(text[:cut])
            self.answer(text[cut:])
            self.assertEqual(len(self.publisher.acknowledged), before + 1)

    def test_an_error_is_no_acknowledgement(self):
        self.answer(b'MSG i 1 80\r\n{"error":{"code":503,"description":"no leader"},"stream":"s"}\r\n')
        self.assertEqual(self.publisher.acknowledged, [])

    def test_it_goes_on_at_the_next_server_when_its_own_is_gone(self):
        self.servers.dead.add(5)
        self.servers.ends[-1].close()
        self.publisher.receive()
        self.publisher.step(1.0)
        self.assertIn(b"PUB x ", self.servers.ends[-1].recv(1 << 16))
        self.assertEqual(self.servers.ports, [5, 4])


class FilesTest(unittest.TestCase):
    def test_a_copy_has_all_files(self):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder) / "a"
            (source / "deep").mkdir(parents=True)
            (source / "one").write_bytes(b"12345")
            (source / "deep" / "two").write_bytes(b"678")
            copy = pathlib.Path(folder) / "b"
            self.assertEqual(joining.copy_tree(source, copy), 8)
            self.assertEqual((copy / "deep" / "two").read_bytes(), b"678")

    def test_a_dump_of_callgrind_is_read(self):
        self.assertEqual(before.counted_in("events: Ir\nsummary: 1234\n\nfn=(1) summary\n"), 1234)
        with self.assertRaises(RuntimeError):
            before.counted_in("events: Ir\nfn=(2) summary: 5\n")


if __name__ == "__main__":
    unittest.main()
