"""What tests/bench/run computes and speaks, without any server: ratios, void rounds, wire formats, pages."""

import os
import pathlib
import sys
import tempfile
import unittest
import unittest.mock

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from peers import http2, load, machine, nats, page, report, wire  # noqa: E402

CALM = {"fdatasync_us": 100.0, "spins_per_second": 1e7}
SLOW = {"fdatasync_us": 130.0, "spins_per_second": 1e7}


def record(system, rate, number=0, test="one", controls=(CALM, CALM), **more):
    return {"test": test, "system": system, "variant": "", "events_per_second": rate, "p50": 10.0,
            "p99": 20.0, "failures": 0, "lag_p99": None, "round": number, "group": "unary",
            "controls": list(controls), **more}


def result(records):
    return {"records": records, "durability": {"Redis": {"appends": 100, "syncs": {}, "durable": False}},
            "systems": {"Redis": {"version": "7 <x>", "settings": {"a": "b"}, "caveat": "no & names"}},
            "machine": {"cores": 2}, "options": {"rounds": 1}, "left_out": ["etcd: not there"], "faults": []}


class ReportTest(unittest.TestCase):
    def test_a_ratio_is_of_one_round_and_the_median_of_the_ratios(self):
        records = []
        for number, (own, other) in enumerate([(100, 50), (300, 100), (10, 10)]):
            records += [record("Chipline", own, number), record("Redis", other, number)]
        row, = report.rows(records)
        self.assertEqual([ratio for ratio, _ in row.ratios], [2, 3, 1])
        self.assertEqual((row.median, row.low, row.high), (2, 1.5, 2.5))

    def test_void_rounds_are_left_out_where_enough_are_sound(self):
        records = []
        for number, controls in enumerate([(CALM, SLOW), (CALM, CALM), (CALM, CALM), (CALM, CALM)]):
            records += [record("Chipline", 1000 if number == 0 else 20, number),
                        record("Redis", 10, number, controls=controls)]
        row, = report.rows(records)
        self.assertEqual((row.median, row.void, row.left_out), (2, 1, True))
        row, = report.rows(records[:6])
        self.assertEqual((row.high, row.void, row.left_out), (51, 1, False))

    def test_a_late_generator_voids_its_round(self):
        pair = [record("Chipline", 1), record("Redis", 1, lag_p99=3.0)]
        row, = report.rows(pair)
        self.assertEqual(row.void, 1)

    def test_of_latencies_the_smaller_is_better(self):
        pair = [record("Chipline", 500, test="latency-500", p99=10.0),
                record("Redis", 500, test="latency-500", p99=40.0)]
        row, = report.rows(pair)
        self.assertEqual(row.median, 4)

    def test_a_system_that_did_not_sync_is_marked_whatever_its_settings_say(self):
        made = result([record("Chipline", 1), record("Redis", 10)])
        self.assertIn("NOT DURABLE", report.markdown(made))
        self.assertIn("NOT DURABLE", page.page(made))

    def test_the_page_escapes_and_shows_what_loses(self):
        text = page.page(result([record("Chipline", 1), record("Redis", 10, variant="<4> clients")]))
        self.assertNotIn("<4>", text)
        self.assertIn("7 &lt;x&gt;", text)
        self.assertIn('class="number loses">0.10', text)
        self.assertIn("etcd: not there", text)


class MachineTest(unittest.TestCase):
    def test_a_control_measures_and_leaves_the_cores_as_they_were(self):
        cores = os.sched_getaffinity(0)
        with tempfile.TemporaryDirectory() as folder:
            found = machine.control(folder)
        self.assertGreater(min(found.values()), 0)
        self.assertEqual(os.sched_getaffinity(0), cores)

    def test_drift_is_how_far_the_worst_control_is_off(self):
        self.assertAlmostEqual(machine.drift([CALM, SLOW, CALM]), 0.3)


class WireTest(unittest.TestCase):
    def test_fields_are_read_as_they_were_written(self):
        text = wire.number(1, 300) + wire.piece(20, b"x" * 200) + wire.number(2, 0)
        self.assertEqual(list(wire.fields(text)), [(1, 300), (20, b"x" * 200), (2, 0)])

    def test_answers_in_order_meet_their_requests(self):
        fifo = load.Fifo()
        fifo.add("a", 2)
        fifo.add("b", 3)
        self.assertEqual(fifo.take(4), [("a", 2), ("b", 2)])
        self.assertEqual(fifo.take(1), [("b", 1)])


class Pieces:
    """A socket from which the answer comes in small pieces."""

    def __init__(self, text, size):
        self._pieces = [text[at:at + size] for at in range(0, len(text), size)]

    def recv(self, _):
        return self._pieces.pop(0) if self._pieces else b""

    def ignore(self, *_):
        pass

    setsockopt = sendall = close = ignore


class ProtocolTest(unittest.TestCase):
    def call(self, *answer):
        pieces = Pieces(b"".join(answer), 7)
        with unittest.mock.patch("socket.create_connection", return_value=pieces):
            return http2.call(("127.0.0.1", 1), "/x/y", b"request")

    def test_a_grpc_answer_is_read(self):
        settings = http2.frame(http2.SETTINGS, 0, 0, b"")
        headers = http2.frame(http2.HEADERS, http2.END_HEADERS, 1, b"\x88")
        message = http2.frame(http2.DATA, 0, 1, http2.grpc_message(b"answer"))
        end = http2.frame(http2.HEADERS, http2.END_HEADERS | http2.END_STREAM, 1, b"\x88")
        self.assertEqual(self.call(settings, headers, message, end), [b"answer"])

    def test_a_grpc_error_is_a_failure(self):
        end = http2.frame(http2.HEADERS, http2.END_HEADERS | http2.END_STREAM, 1, b"\x88")
        with self.assertRaises(RuntimeError):
            self.call(end)

    def test_nats_answers_are_counted_once_wherever_they_are_cut(self):
        answer = b'MSG i 1 29\r\n{"stream":"EVENTS", "seq":7}\r\n'
        for cut in range(1, len(answer)):
            counter = nats.AnswerCounter()
            counts = [counter.count(part) for part in (answer + answer[:cut], answer[cut:] + answer)]
            self.assertEqual(sum(counts), 3)

    def test_a_refusal_by_nats_ends_the_run(self):
        with self.assertRaises(RuntimeError):
            nats.AnswerCounter().count(b'MSG i 1 40\r\n{"error":{"code":503}}\r\n')


if __name__ == "__main__":
    unittest.main()
