"""Clients that race, repeat, lose their connection after sending, never read, or find the server asleep."""

import os
import pathlib
import signal
import threading
import time
import unittest

import grpc

import claims
from clients import Crowd, Stubs
from contract import pb
from fault_case import FaultCase, rounds
from histories import Recorder
from proxy import Proxy


class ClientsTest(FaultCase):
    def append(self, stubs, recorder, request):
        number = recorder.attempt(request)
        try:
            response = stubs.log.AppendEvents(request, timeout=5)
        except grpc.RpcError as error:
            recorder.fail(number, error.code())
            return None
        recorder.acknowledge(number, response)
        return response

    def judge(self, floor):
        """The verdict on what this test noted, with no crowd."""
        return Crowd(self.histories, self.server.address, 0, writers=0, subscribers=0).judge(floor)

    def test_of_eight_that_expect_one_revision_one_wins(self):
        winners = [0] * 8
        barrier = threading.Barrier(8)

        def race(writer):
            stubs, recorder = Stubs(self.server.address), Recorder(self.histories, f"racer-{writer}")
            for number in range(rounds(25)):
                event = claims.capex("prize", event_id=f"{number}-{writer}", scope_text=f"{number}")
                barrier.wait(60)
                won = self.append(stubs, recorder, pb.AppendEventsRequest(
                    events=[event], preconditions=[
                        pb.Precondition(subject="capex.prize", expected_revision=number)]))
                winners[writer] += won is not None
            stubs.close()
            recorder.close()

        threads = [threading.Thread(target=race, args=(i,)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        self.assertEqual(sum(winners), rounds(25))
        self.judge(rounds(25))

    def test_a_repeat_gets_the_first_answer_after_restarts_and_kills(self):
        recorder = Recorder(self.histories, "repeater")
        requests = [pb.AppendEventsRequest(events=[claims.capex("acme", event_id=f"r-{i}-{j}")
                                                   for j in range(3)]) for i in range(40)]
        answers = []
        for life in range(3):
            stubs = Stubs(self.server.address)
            for i, request in enumerate(requests):
                response = self.append(stubs, recorder, request)
                where = [(e.position, e.revision) for e in response.events]
                self.assertEqual([e.duplicate for e in response.events], [life > 0] * 3)
                if life == 0:
                    answers.append(where)
                self.assertEqual(where, answers[i])
            stubs.close()
            self.server.kill() if life == 0 else self.server.stop()
            self.start_again()
        recorder.close()
        self.judge(120)

    def test_what_was_cut_off_after_sending_is_stored_once(self):
        proxy = Proxy(self.server.address)
        self.addCleanup(proxy.close)
        recorder = Recorder(self.histories, "unlucky")
        direct = Stubs(self.server.address)
        unknown = 0
        for i in range(rounds(15)):
            through = Stubs(proxy.address)
            grpc.channel_ready_future(through.channel).result(30)
            request = pb.AppendEventsRequest(events=[claims.capex("acme", event_id=f"cut-{i}-{j}")
                                                     for j in range(2)])
            proxy.swallowing = True
            unknown += self.append(through, recorder, request) is None
            proxy.swallowing = False
            through.close()
            self.assertIsNotNone(self.append(direct, recorder, request))
        direct.close()
        recorder.close()
        self.assertGreater(unknown, 10)
        self.judge(15)
        head = self.server.client.log.GetHead(pb.GetHeadRequest()).head_position
        self.assertEqual(head, 2 * rounds(15))

    def test_connections_that_are_cut_lose_nothing(self):
        proxy = Proxy(self.server.address)
        self.addCleanup(proxy.close)
        crowd = self.crowd(proxy.address, writers=4, subscribers=4)
        for _ in range(rounds(5)):
            crowd.wait_for(30 + self.random.randrange(60))
            proxy.cut()
        crowd.wait_for(30)
        crowd.judge(150)
        self.server.stop()

    def test_subscribers_that_never_read_hurt_nobody(self):
        fill = [claims.capex("acme", scope_text="x" * 900) for _ in range(800)]
        for i in range(8):
            for j, event in enumerate(fill):
                event.event_id = f"fill-{i}-{j}"
            self.server.client.log.AppendEvents(pb.AppendEventsRequest(events=fill))
        before = self.resident()
        stubs = [Stubs(self.server.address) for _ in range(10)]
        never = [stubs[i % 10].subscriptions.Subscribe(pb.SubscribeRequest()) for i in range(rounds(100))]
        for call in never:
            next(iter(call))
        crowd = self.crowd(writers=4, subscribers=3)
        took = time.monotonic()
        crowd.wait_for(200)
        took = time.monotonic() - took
        crowd.stop()
        crowd.close()
        self.assertLess(took, 30)
        # A batch in flight for each, and what gRPC needs for a call.
        self.assertLess(self.resident() - before, 128 * 2**20 + len(never) * 2**21)
        for stub in stubs:
            stub.close()
        self.server.stop()

    def resident(self):
        status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024

    def test_a_server_that_sleeps_loses_nothing(self):
        crowd = self.crowd(writers=4, subscribers=4)
        for seconds in (0.5, 6.0):
            crowd.wait_for(60)
            os.kill(self.server.process.pid, signal.SIGSTOP)
            # Longer than the clients' deadline, the second time.
            time.sleep(seconds)
            os.kill(self.server.process.pid, signal.SIGCONT)
        crowd.wait_for(60)
        crowd.judge(150)
        self.server.stop()


if __name__ == "__main__":
    unittest.main()
