"""What tests/bench/run computes and speaks, without any server: ratios, void rounds, wire formats, pages."""

import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import unittest.mock

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from peers import chipline, http2, load, machine, nats, page, pgwire, redis, report, wire, workload  # noqa: E402
from peers.child import Child  # noqa: E402

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

    def test_a_delivery_may_take_three_times_its_limit(self):
        pair = [record("Chipline", 500, test="delivery-500", p99=10.0),
                record("limit: x", 500, test="delivery-500", p99=4.0), record("Redis", 500, test="delivery-500", p99=4.0)]
        limit, peer = report.rows(pair)
        self.assertEqual(report.target_words(limit, limit, {}), "0.33 met")
        self.assertEqual(report.target_words(peer, limit, {}), "1 missed")
        self.assertIn("append to delivery at 500", report.markdown(result(pair)))

    def test_what_only_reads_needs_no_syncs(self):
        pair = [record("Chipline", 3, test="filtered"), record("Redis", 1, test="filtered")]
        self.assertNotIn("NOT DURABLE |", report.markdown(result(pair)))

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
            found = machine.control(folder, cores)
        self.assertGreater(min(found.values()), 0)
        self.assertEqual(os.sched_getaffinity(0), cores)

    def test_a_server_runs_where_it_shall(self):
        core = max(os.sched_getaffinity(0))
        with tempfile.TemporaryDirectory() as folder:
            output = pathlib.Path(folder) / "output"
            child = Child([sys.executable, "-c", "import os; print(os.sched_getaffinity(0))"], output, {core})
            with self.assertRaises(RuntimeError):
                child.wait_until(lambda: False)
            self.assertEqual(output.read_text(), f"{{{core}}}\n")

    def end_of_a_server(self, environment):
        """Starts a program that starts a server and kills itself at once; waits for the server's end."""
        with tempfile.TemporaryDirectory() as folder:
            output = pathlib.Path(folder) / "output"
            program = (f"import os, pathlib, sys; sys.path.insert(0, {str(HERE)!r})\n"
                       "from peers.child import Child\n"
                       f"child = Child(['sleep', '600'], pathlib.Path({str(output)!r}))\n"
                       "print(child.pids()[0], flush=True)\n"
                       "os.kill(os.getpid(), 9)\n")
            done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False,
                                  env=os.environ | environment)
            server = pathlib.Path(f"/proc/{int(done.stdout)}/stat")
            deadline = time.monotonic() + 20
            # It is gone, or nobody has asked how it ended.
            while server.exists() and server.read_text().rpartition(")")[2].split()[0] != "Z":
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.01)

    def test_a_server_ends_with_whoever_started_it(self):
        self.end_of_a_server({})

    def test_a_server_ends_even_if_the_kernel_was_told_too_late(self):
        with tempfile.TemporaryDirectory() as folder:
            late = pathlib.Path(folder) / "setpriv"
            late.write_text(f'#!/bin/sh\nsleep 1\nexec {shutil.which("setpriv")} "$@"\n')
            late.chmod(0o755)
            self.end_of_a_server({"PATH": f"{folder}:{os.environ['PATH']}"})

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


class Loopback:
    """Sends numbers over a socket; the other end gets and answers them."""

    failures = 0

    def __init__(self, first=0):
        self.subscriber = self.Receiver()
        self._near, self.subscriber.far = socket.socketpair()
        self._number = first
        self.fileno = self._near.fileno
        self._fifo = load.Fifo()

    class Receiver:
        def fileno(self):
            return self.far.fileno()

        def receive(self):
            text = self.far.recv(1 << 16)
            self.far.sendall(b"." * (len(text) // 4))
            return [number for number, in struct.iter_unpack(">I", text)]

        def close(self):
            self.far.close()

    def send(self, tag, count):
        self._fifo.add(tag, count)
        for _ in range(count):
            self._near.sendall(struct.pack(">I", self._number))
            self._number += 1

    def receive(self):
        return self._fifo.take(len(self._near.recv(1 << 16)))

    def close(self):
        self._near.close()
        self.subscriber.close()


class OpenLoopTest(unittest.TestCase):
    def test_a_delivery_is_from_when_it_was_due_to_its_subscriber(self):
        loopback = Loopback()
        found = load.open_loop([loopback], 1000, 0.1, loopback.subscriber)
        loopback.close()
        self.assertGreater(found.p99, 0)
        self.assertLess(found.p99, 100_000)

    def test_what_was_not_sent_is_not_delivered(self):
        loopback = Loopback(first=1)
        with self.assertRaises(RuntimeError):
            load.open_loop([loopback], 1000, 0.1, loopback.subscriber)
        loopback.close()


class EventsTest(unittest.TestCase):
    def test_the_rare_event_is_a_capex_of_a_company_of_its_own(self):
        order = b"Bench Company 00000007 buys of Bench Company 00000000"
        self.assertEqual(workload.rare_event([order, b"Bench Company 00000031 plans"]),
                         b"Bench Company 99999999 plans")

    def test_one_in_a_thousand_is_rare_from_the_first_on(self):
        self.assertEqual([workload.rare_count(count) for count in (1, 1000, 1001, 200_000)], [1, 1, 2, 200])


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

    def test_a_subscriber_finds_each_number_once_wherever_it_is_cut(self):
        settings = http2.frame(http2.SETTINGS, 0, 0, b"")
        text = b"".join(b"x bench-a1-%016x y" % number for number in (7, 8, 9))
        for cut in range(1, len(text)):
            answer = b"".join(http2.frame(http2.DATA, 0, 1, part) for part in (b"begun", text[:cut], text[cut:]))
            with unittest.mock.patch("socket.create_connection", return_value=Pieces(settings + answer, 14)):
                subscriber = http2.Subscriber(("127.0.0.1", 1), "/x/y", b"", chipline.BENCH_NUMBER,
                                              lambda found: int(found, 16) - 7)
                found = []
                while len(found) < 3:
                    found += subscriber.receive()
            self.assertEqual(found, [0, 1, 2])

    def test_an_answer_of_redis_is_read_when_it_is_whole(self):
        answer = b"*1\r\n*2\r\n$6\r\nevents\r\n*1\r\n*2\r\n$3\r\n5-0\r\n*2\r\n$1\r\ne\r\n$4\r\na\r\nb\r\n"
        for cut in range(len(answer)):
            with self.assertRaises(IndexError):
                redis._value(answer[:cut], 0)
        self.assertEqual(redis._value(answer + b"*", 0),
                         ([[b"events", [[b"5-0", [b"e", b"a\r\nb"]]]]], len(answer)))

    def test_messages_of_postgresql_are_read_when_they_are_whole(self):
        text = pgwire.message(b"A", struct.pack(">I", 1) + b"live\0" + b"7 abc\0") + pgwire.message(b"Z", b"I")
        whole = [(b"A", b"\0\0\0\1live\0" b"7 abc\0"), (b"Z", b"I")]
        for cut in range(len(text) + 1):
            found, rest = pgwire.messages(text[:cut])
            self.assertEqual(found + pgwire.messages(rest + text[cut:])[0], whole)

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
