"""What operators do, and what machines do to a server: a second start, SIGTERM under load, limits."""

import pathlib
import resource
import shutil
import socket
import subprocess
import threading
import time
import unittest

import grpc

from chipline_process import BINARY, environment
from clients import Stubs, event
from contract import Client, health, pb
from fault_case import FaultCase


SERVING = health.HealthCheckResponse.SERVING
NOT_SERVING = health.HealthCheckResponse.NOT_SERVING


class OpsTest(FaultCase):
    def test_a_second_process_ends_at_once_and_the_first_goes_on(self):
        crowd = self.crowd(writers=2, subscribers=2)
        crowd.wait_for(20)
        second = subprocess.run([BINARY, "serve", "--data", self.server.data, "--listen", "127.0.0.1:0"],
                                capture_output=True, text=True, timeout=30, env=environment(),
                                check=False)
        self.assertEqual(second.returncode, 1)
        self.assertIn(str(self.server.data), second.stderr)
        crowd.wait_for(20)
        crowd.judge(40)
        self.server.stop()

    def test_sigterm_under_200_streams_loses_and_repeats_nothing(self):
        crowd = self.crowd(writers=4, subscribers=20, pause=0.02)
        stubs = [Stubs(self.server.address) for _ in range(9)]
        others = [stubs[i % 9].subscriptions.Subscribe(pb.SubscribeRequest(head=True))
                  for i in range(180)]
        for call in others:
            next(iter(call))
        crowd.wait_for(50)
        start = time.monotonic()
        self.server.stop()
        took = time.monotonic() - start
        print(f"ended after {took:.1f} s")
        self.assertLess(took, 10)
        for call in others:
            with self.assertRaises(grpc.RpcError) as ended:
                for _ in call:
                    pass
            self.assertEqual(ended.exception.code(), grpc.StatusCode.UNAVAILABLE)
        for stub in stubs:
            stub.close()
        self.start_again()
        crowd.wait_for(50)
        crowd.judge(100)
        self.server.stop()


class LimitsTest(FaultCase):
    def watch_health(self, told):
        try:
            for answer in self.server.client.health.Watch(health.HealthCheckRequest()):
                told.append(answer.status)
        except grpc.RpcError:
            pass  # The server ends, as the test means it to.

    def test_a_file_that_may_grow_no_further_ends_the_server_and_loses_nothing(self):
        crowd = self.crowd(writers=4, subscribers=3)
        crowd.wait_for(40)
        largest = max(path.stat().st_size for path in (self.server.data / "log").glob("*.log"))
        limit = largest + 100_000
        told = []
        watch = threading.Thread(target=self.watch_health, args=(told,))
        watch.start()
        resource.prlimit(self.server.process.pid, resource.RLIMIT_FSIZE, (limit, limit))
        # Told to everybody who watches its health, it drains and ends.
        self.assertEqual(self.server.process.wait(60), 1, self.server.said())
        watch.join(60)
        # The index may meet the limit first: it is opened again, and so is well in between.
        self.assertEqual((told[0], told[-1]), (SERVING, NOT_SERVING))
        self.assertIn("not serving: appends do not get through", self.server.said())
        self.start_again()
        crowd.wait_for(40)
        crowd.judge(80)
        self.server.stop()

    def test_a_server_without_descriptors_lets_nobody_new_in_until_there_are_some(self):
        crowd = self.crowd(writers=2, subscribers=2)
        crowd.wait_for(20)
        pid = self.server.process.pid
        used = len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir()))
        before, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        for limit in (used + 5, used):
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (limit, hard))
            host, port = self.server.address.rsplit(":", 1)
            taken = [socket.create_connection((host, int(port))) for _ in range(40)]
            # Whom it has it serves.
            crowd.wait_for(20)
            for one in taken:
                one.close()
            self.assertIn("connections are refused: descriptors run out", self.server.said())
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (before, hard))
            newcomer = Client(self.server.address)
            self.addCleanup(newcomer.close)
            answer = newcomer.log.GetHead(pb.GetHeadRequest(), timeout=60, wait_for_ready=True)
            self.assertGreater(answer.head_position, 0)
        crowd.judge(60)
        self.server.stop()


class NoRoomTest(FaultCase):
    flags = ("--min-free-bytes", "1TiB")

    def test_a_disk_without_room_refuses_appends_and_serves_reads(self):
        if shutil.disk_usage(self.server.data).free > 2**40:
            self.skipTest("this disk has more room than can be asked for")
        with self.assertRaises(grpc.RpcError) as refused:
            self.server.client.log.AppendEvents(pb.AppendEventsRequest(events=[event("a", "c0/a")]))
        self.assertEqual(refused.exception.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
        # What gRPC's own retries heed, beside RetryInfo.
        self.assertEqual(dict(refused.exception.trailing_metadata())["grpc-retry-pushback-ms"], "10000")
        self.assertEqual(self.server.client.log.GetHead(pb.GetHeadRequest()).head_position, 0)
        self.assertIn("appends are refused: the disk is nearly full", self.server.said())
        self.server.stop()


if __name__ == "__main__":
    unittest.main()
