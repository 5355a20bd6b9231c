"""Clients of the Connect protocol that are not ours: @connectrpc/connect-node and connect-web, through a
restart and a crash of the server, and buf curl."""

import json
import pathlib
import re
import subprocess
import tempfile
import threading
import unittest

import claims
from contract import ROOT, SOURCES, pb
from http_case import Caller, HttpServer

HERE = pathlib.Path(__file__).resolve().parent
MODULES = ROOT / "node_modules" / "@connectrpc" / "connect-node"
BUF = ROOT / "node_modules" / ".bin" / "buf"
SECONDS = 60


class HttpClientsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not MODULES.exists():
            raise AssertionError("connect-node is not installed: run npm install, or deploy/test, which does")
        folder = tempfile.TemporaryDirectory(prefix="chipline-http-clients-")
        cls.addClassCleanup(folder.cleanup)
        cls.set = pathlib.Path(folder.name) / "contract.binpb"
        files = [str(file.relative_to(include)) for include, pattern in SOURCES.items()
                 for file in sorted(include.glob(pattern)) if include in (ROOT / "proto", ROOT / "proto/published")]
        subprocess.run(["protoc", *(f"-I{include}" for include in SOURCES), "--include_imports",
                        f"--descriptor_set_out={cls.set}", *files], check=True)

    def follow(self, kind, form):
        server = HttpServer()
        self.addCleanup(server.close)

        def append(count):
            for _ in range(count):
                server.client.log.AppendEvents(pb.AppendEventsRequest(events=[claims.usage("acme")]))
        append(5)
        url = f"http://127.0.0.1:{server.http_port}"
        with subprocess.Popen(["node", HERE / "connect_client.mjs", self.set, url, kind, form, "20"], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as node:
            stop = threading.Timer(SECONDS, node.kill)
            stop.start()
            try:
                seen = [int(node.stdout.readline() or 0) for _ in range(5)]
                server.restart()
                append(5)
                seen += [int(node.stdout.readline() or 0) for _ in range(5)]
                server.kill()
                server.start(server.address)
                append(10)
                rest, words = node.communicate()
            finally:
                stop.cancel()
        self.assertEqual(node.returncode, 0, words)
        self.assertEqual(seen + [int(line) for line in rest.split()], list(range(1, 21)))

    def test_connect_node_with_json(self):
        self.follow("node", "json")

    def test_connect_node_with_protobuf(self):
        self.follow("node", "binary")

    def test_connect_node_with_gzip(self):
        server = HttpServer()
        self.addCleanup(server.close)
        count, size = 10, 64_000
        for _ in range(count):
            server.client.log.AppendEvents(pb.AppendEventsRequest(
                events=[claims.capex("acme", conditions=["x" * (size // 16)] * 16)]))
        for form in ("json", "binary"):
            done = subprocess.run(
                ["node", HERE / "connect_client.mjs", self.set, f"http://127.0.0.1:{server.http_port}", "gzip", form,
                 str(count)], capture_output=True, text=True, check=False, timeout=SECONDS)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stdout.split(), [str(each) for each in range(1, count + 1)])
        metrics = Caller(server.http_port).request("GET", "/metrics")[2].decode()
        sent = float(re.search(r"^chipline_http_sent_bytes_total (\S+)$", metrics, re.MULTILINE)[1])
        # Twice as much, if it were not compressed.
        self.assertTrue(1000 < sent < count * size, sent)

    def test_connect_web_with_json(self):
        self.follow("web", "json")

    def test_connect_web_with_protobuf(self):
        self.follow("web", "binary")

    def test_buf_curl(self):
        server = HttpServer()
        self.addCleanup(server.close)
        done = subprocess.run(
            [BUF, "curl", "--protocol", "connect", "--schema", ROOT, "-d", "{}",
             f"http://127.0.0.1:{server.http_port}/chipline.v1.EventLogService/GetHead"],
            capture_output=True, text=True, check=False, cwd=ROOT, timeout=SECONDS)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("logId", json.loads(done.stdout))


if __name__ == "__main__":
    unittest.main()
