"""deploy/CLIENTS.md: the service config, the program that follows the log, and the recipes do what the page says."""

import json
import os
import pathlib
import shlex
import signal
import subprocess
import tempfile
import threading
import time
import unittest

import grpc

import claims
import document_page
from chipline_process import Server, environment
from contract import PLUGIN, ROOT, SERVICES, SOURCES, pb
from google.protobuf import json_format, message_factory

TEXT = (ROOT / "deploy" / "CLIENTS.md").read_text(encoding="utf-8")
FILES = {part.name: part.text for part in document_page.parts_of(TEXT) if isinstance(part, document_page.File)}
APPEND = "/chipline.v1.EventLogService/AppendEvents"
SECONDS = 60


class ServerOfOneTest(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)


class ServiceConfigTest(ServerOfOneTest):
    """grpcio with the page's service config, whose server is killed while it has a call."""

    def append_over_a_crash(self, config):
        """Appends; the server has the call, never answers, is killed, and comes back."""
        channel = grpc.insecure_channel(self.server.address, [("grpc.service_config", json.dumps(config))])
        self.addCleanup(channel.close)
        grpc.channel_ready_future(channel).result(SECONDS)
        self.server.process.send_signal(signal.SIGSTOP)
        call = channel.unary_unary(APPEND, pb.AppendEventsRequest.SerializeToString,
                                   pb.AppendEventsResponse.FromString)
        answer = call.future(pb.AppendEventsRequest(events=[claims.usage("acme", event_id="once")]),
                             timeout=SECONDS)
        self.server.kill()
        self.server.start(self.server.address)
        return answer.result(SECONDS)

    def test_a_call_that_a_crash_cut_off_is_sent_again(self):
        answer = self.append_over_a_crash(json.loads(FILES["retry.json"]))
        self.assertEqual([(each.event_id, each.position) for each in answer.events], [("once", 1)])

    def test_without_the_config_it_fails(self):
        with self.assertRaises(grpc.RpcError) as failed:
            self.append_over_a_crash({})
        self.assertEqual(failed.exception.code(), grpc.StatusCode.UNAVAILABLE)

    def test_each_method_that_it_names_is_in_the_contract(self):
        (config,) = json.loads(FILES["retry.json"])["methodConfig"]
        for name in config["name"]:
            methods = SERVICES[name["service"]].methods_by_name
            self.assertIn(name.get("method", next(iter(methods))), methods)


class FollowTest(ServerOfOneTest):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="chipline-follow-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "follow.py").write_text(FILES["follow.py"], encoding="utf-8")
        includes = [include for include in SOURCES if include.name in ("proto", "published")]
        names = [file.relative_to(include) for include in includes[:2] for file in include.glob(SOURCES[include])]
        subprocess.run(["protoc", *(f"-I{include}" for include in includes[:2]), f"--python_out={folder.name}",
                        f"--grpc_python_out={folder.name}", f"--plugin=protoc-gen-grpc_python={PLUGIN}", *names],
                       check=True)

    def start(self):
        """Runs the program, and gives what it prints line by line."""
        process = subprocess.Popen(["/usr/bin/python3", "-B", "follow.py"], cwd=self.folder, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                   env=environment(CHIPLINE_SERVER=self.server.address))
        stop = threading.Timer(SECONDS, process.kill)
        stop.start()

        def end():
            stop.cancel()
            process.kill()
            process.wait()
            process.stdout.close()
        self.addCleanup(end)
        return process, lambda count: [int(process.stdout.readline().split()[0]) for _ in range(count)]

    def append(self, count):
        for _ in range(count):
            self.server.client.log.AppendEvents(pb.AppendEventsRequest(events=[claims.usage("acme")]))

    def token_after(self, position):
        """Waits until the program has saved its place, which it does after it has printed."""
        token = None
        for step in self.server.client.subscriptions.Subscribe(pb.SubscribeRequest(after_position=position)):
            token = step.resume_token
            break
        until = time.monotonic() + SECONDS
        while (self.folder / "token").read_text(encoding="utf-8") != token:
            self.assertLess(time.monotonic(), until, "the program does not save its place")
            os.sched_yield()

    def test_it_goes_on_after_a_crash_of_the_server_and_of_itself(self):
        self.append(3)
        process, next_positions = self.start()
        self.assertEqual(next_positions(3), [1, 2, 3])
        self.server.kill()
        self.server.start(self.server.address)
        self.append(2)
        self.assertEqual(next_positions(2), [4, 5])
        self.token_after(5)
        process.kill()
        self.append(2)
        _, next_positions = self.start()
        self.assertEqual(next_positions(2), [6, 7])


class RecipesTest(unittest.TestCase):
    def test_each_line_for_grpcurl_names_a_method_and_a_request_of_the_contract(self):
        lines = [line for line in TEXT.splitlines() if "grpcurl $contract" in line]
        self.assertGreater(len(lines), 5)
        for line in lines:
            with self.subTest(line):
                words = shlex.split(line[line.index("grpcurl"):])
                service, method = words[-1].split("/")
                self.assertRegex(words[-2], r"^127\.0\.0\.1:7417$")
                descriptor = SERVICES[service].methods_by_name[method]
                request = words[words.index("-d") + 1]
                if request != "@":
                    kind = message_factory.MessageFactory().GetPrototype(descriptor.input_type)
                    json_format.Parse(request, kind())


if __name__ == "__main__":
    unittest.main()
