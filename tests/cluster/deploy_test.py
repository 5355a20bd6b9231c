"""deploy/cluster as a new user runs it: three nodes, what one took another has, and Ctrl-C stops everything."""

import os
import pathlib
import signal
import subprocess
import unittest

import claims
import nats_package
from chipline_process import BINARY
from contract import Client, pb
from nats_cluster import free_ports

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "deploy" / "cluster"


class DeployTest(unittest.TestCase):
    def setUp(self):
        if nats_package.find(nats_package.FLOOR) is None:
            self.skipTest("there is no nats-server: deploy/test fetches it")

    def start(self):
        """The script once it has said what to try, and its first port."""
        port = free_ports(12)[0]
        process = subprocess.Popen([SCRIPT, "--base-port", str(port)], stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, env={**os.environ, "CHIPLINE_BINARY": BINARY})
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        said = ""
        for line in process.stdout:
            said += line
            if line.startswith("Kill a node"):
                return process, port, said
        self.fail(f"it ended with {process.wait()} and said:\n{said}")

    def test_it_starts_serves_and_stops(self):
        process, port, said = self.start()
        clients = [Client(f"127.0.0.1:{port + i}") for i in range(3)]
        for i, client in enumerate(clients):
            self.addCleanup(client.close)
            self.assertIn(f"127.0.0.1:{port + i}", said)
        placed = clients[0].log.AppendEvents(pb.AppendEventsRequest(events=[claims.capex("acme")]))
        self.assertEqual(placed.events[0].position, 1)
        for client in clients[1:]:
            self.assertEqual(client.log.GetHead(pb.GetHeadRequest(linearizable=True)).head_position, 1)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(30), 130)
        ended = subprocess.run(["pgrep", "-f", f"127.0.0.1:{port} "], capture_output=True, text=True, check=False)
        self.assertEqual(ended.stdout, "")

    def test_what_makes_no_sense_is_said(self):
        for arguments, word in ((["--base-port", "70000"], "65524"), (["--dirr"], "usage"), (["--dir"], "wants a value")):
            done = subprocess.run([SCRIPT, *arguments], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn(word, done.stderr)


if __name__ == "__main__":
    unittest.main()
