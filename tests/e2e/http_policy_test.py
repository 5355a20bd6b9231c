"""Every RPC by everybody, over gRPC and over HTTP: both say the same."""

import os
import pathlib
import ssl
import subprocess
import tempfile
import time
import unittest

import grpc

from chipline_process import Server
from contract import SERVICES, rpc
from http_case import CODES, CallFailed, Caller, HttpServer
from http_secure_case import SECONDS, SecureCase
from refusal import DETAILS_KEY

LOG = "chipline.v1.EventLogService/"
HEAD = "/" + LOG + "GetHead"
HEALTH = "/grpc.health.v1.Health/Check"
# What gRPC brings besides, and what nobody has.
OTHERS = (HEALTH, "/grpc.channelz.v1.Channelz/GetServers", "/not.a.Service/AtAll", "/" + LOG + "NoSuchMethod")
BIDI = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
# Which role has which services; the methods of these can be kept to subjects.
ROLES = {"reader": ("EventLogService", "SubscriptionService", "TimelineService"), "operator": ("AdminService",)}
SUBJECTS = {"AppendEvents", "PipelineAppend", "GetEvent", "ListEvents", "ReadEvents", "ListSubjects", "Subscribe"}


def every_rpc():
    """The path, and whether requests and answers are streams."""
    return [(f"/{name}/{method.name}", method.client_streaming, method.server_streaming)
            for name, service in sorted(SERVICES.items()) for method in service.methods]


def policy():
    text = ""
    for role, services in ROLES.items():
        text += f'roles {{ name: "{role}"\n'
        for service in services:
            for method in SERVICES[f"chipline.v1.{service}"].methods:
                subjects = 'subjects: ">"' if method.name in SUBJECTS else ""
                text += f'permissions {{ methods: "chipline.v1.{service}/{method.name}" {subjects} }}\n'
        text += "}\n"
        text += f'bindings {{ role: "{role}" principals: ["dns:{role}.test", "role:{role}"] }}\n'
    return text


class HttpPolicyTest(SecureCase):
    clients = (*ROLES, "nobody")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.ca / "policy.txtpb").write_text(policy())
        cls.server = HttpServer(*cls.tls, *cls.tokens, "--policy", cls.ca / "policy.txtpb")
        cls.addClassCleanup(cls.server.close)

    def callers(self):
        """Name: a certificate's name or None, and a token or None."""
        callers = {"stranger": (None, None), "nobody": ("nobody", None), "wrong token": (None, "x.y.z"),
                   "wrong token and a good certificate": ("reader", "x.y.z"),
                   "expired token": (None, self.made("token", self.ca, "a", "reader", SECONDS_VALID="-120"))}
        for role in ROLES:
            callers[role] = (role, None)
            callers[f"{role} by token"] = (None, self.made("token", self.ca, "alice", role))
        return callers

    def channel(self, certificate):
        pair = [(self.ca / f"{certificate}{end}").read_bytes() for end in (".key", ".pem")] \
            if certificate else ()
        channel = grpc.secure_channel(self.server.address, grpc.ssl_channel_credentials(
            (self.ca / "ca.pem").read_bytes(), *pair))
        self.addCleanup(channel.close)
        return channel

    @staticmethod
    def over_grpc(channel, token, path, **others):
        """The end of a call with an empty request: its code, words and details; or OK at its first
        message."""
        metadata = [("authorization", f"Bearer {token}")] if token else []
        metadata += others.get("metadata", [])
        call = channel.stream_stream(path)(iter([b""]), metadata=metadata, timeout=SECONDS)
        try:
            for _ in call:
                call.cancel()
                return (0, "", b"")
            return (0, "", b"")
        except grpc.RpcError as error:
            details = dict(error.trailing_metadata() or ()).get(DETAILS_KEY, b"")
            return (error.code().value[0], error.details(), details)

    @staticmethod
    def over_http(caller, path, streaming):
        try:
            if streaming:
                with caller.stream(path, b"", "proto") as messages:
                    for _ in messages:
                        break
            else:
                caller.unary(path, b"", "proto")
            return (0, "", b"")
        except CallFailed as failure:
            status = failure.refusal.status
            return (status.code, status.message, status.SerializeToString() if status.details else b"")

    @staticmethod
    def details(answer):
        """In no order."""
        status = rpc.Status.FromString(answer[2])
        return sorted((each.type_url, each.value) for each in status.details)

    def test_every_rpc_is_answered_and_refused_as_over_grpc(self):
        seen = {}
        for who, (certificate, token) in self.callers().items():
            channel, caller = self.channel(certificate), self.caller(certificate, token)
            for path, requests, answers in every_rpc():
                expected = self.over_grpc(channel, token, path)
                told = self.over_http(caller, path, answers)
                seen[who, path] = expected[0]
                with self.subTest(who=who, path=path):
                    if requests and expected[0] not in (CODES["unauthenticated"], CODES["permission_denied"]):
                        self.assertEqual(told[0], CODES["unimplemented"])
                        continue
                    self.assertEqual(told[:2], expected[:2])
                    self.assertEqual(self.details(told), self.details(expected))
        # The walk saw every kind of end.
        self.assertEqual(seen["reader", HEAD], 0)
        self.assertEqual(seen["reader by token", HEAD], 0)
        self.assertEqual(seen["operator", HEAD], CODES["permission_denied"])
        self.assertEqual(seen["stranger", HEAD], CODES["unauthenticated"])
        self.assertEqual(seen["wrong token and a good certificate", HEAD], CODES["unauthenticated"])

    def test_what_grpc_brings_besides_is_refused_as_over_grpc(self):
        for who, (certificate, token) in self.callers().items():
            channel, caller = self.channel(certificate), self.caller(certificate, token)
            for path in OTHERS:
                with self.subTest(who=who, path=path):
                    self.assertEqual(self.over_http(caller, path, False)[:2],
                                     self.over_grpc(channel, token, path)[:2])
            with self.subTest(who=who):
                self.assertEqual(self.over_http(caller, BIDI, True)[:2],
                                 self.over_grpc(channel, token, BIDI)[:2])
        self.assertEqual(self.over_http(self.caller(None), HEALTH, False)[0], 0)

    def test_nobody_can_say_who_calls(self):
        handle = "0" * 32
        stranger = self.caller(None)
        stranger.fields["chipline-bridge"] = handle
        with self.assertRaises(CallFailed) as told:
            stranger.json(HEAD)
        self.assertEqual(told.exception.http_status, 401)
        metadata = [("chipline-bridge", handle)]
        for certificate in (None, "reader"):
            code, words, _ = self.over_grpc(self.channel(certificate), None, HEAD, metadata=metadata)
            self.assertEqual(code, CODES["unauthenticated"], words)
        self.assertIn("only the server itself", words)

    def until_the_reader_is_back(self):
        """The server looks at its files now and then, and the other tests are of the first policy."""
        channel = self.channel("reader")
        deadline = time.monotonic() + SECONDS
        while self.over_grpc(channel, None, HEAD)[0] != 0:
            self.assertLess(time.monotonic(), deadline, "the first policy does not count again")
            time.sleep(0.05)

    def test_a_new_policy_counts_for_streams_that_are_open(self):
        with self.caller("reader").stream("/chipline.v1.SubscriptionService/Subscribe",
                                          b'{"heartbeatInterval": "1s"}') as messages:
            next(messages)
            (self.ca / "policy.txtpb").write_text(policy().replace("dns:reader.test", "dns:other.test"))
            try:
                with self.assertRaises(CallFailed) as told:
                    for _ in messages:
                        pass
            finally:
                (self.ca / "policy.txtpb").write_text(policy())
                self.until_the_reader_is_back()
        self.assertEqual(told.exception.refusal.code, grpc.StatusCode.PERMISSION_DENIED)
        self.assertIn("dns:reader.test", told.exception.refusal.message)

    def test_a_new_certificate_is_shown_to_new_connections(self):
        folder = tempfile.TemporaryDirectory(prefix="chipline-http-ca-")
        self.addCleanup(folder.cleanup)
        old, new = pathlib.Path(folder.name) / "old", pathlib.Path(folder.name) / "new"
        self.made("init", old)
        self.made("init", new)
        server = HttpServer("--tls-cert", old / "server.pem", "--tls-key", old / "server.key")
        self.addCleanup(server.close)

        def shown():
            return ssl.get_server_certificate(("127.0.0.1", server.http_port)).strip()
        self.assertEqual(shown(), (old / "server.pem").read_text().strip())
        for name in ("server.key", "server.pem"):
            os.replace(new / name, old / name)
        deadline = time.monotonic() + SECONDS
        while shown() != (old / "server.pem").read_text().strip():
            self.assertLess(time.monotonic(), deadline, "the old certificate is shown still")

    def test_a_listener_that_wants_certificates_lets_nobody_in_without(self):
        server = HttpServer(*self.tls)
        self.addCleanup(server.close)
        with self.assertRaises(OSError):
            Caller(server.http_port, self.caller(None).tls).request("GET", "/livez")
        with_one = Caller(server.http_port, self.caller("nobody").tls)
        self.assertEqual(with_one.request("GET", "/livez")[0], 200)
        self.assertIn("logId", with_one.json(HEAD))


class OptionsTest(unittest.TestCase):
    def refused(self, *flags):
        folder = tempfile.TemporaryDirectory(prefix="chipline-http-")
        self.addCleanup(folder.cleanup)
        done = subprocess.run([Server.program, "serve", "--data", folder.name, "--listen", "127.0.0.1:0", *flags],
                              capture_output=True, text=True, timeout=SECONDS, check=False)
        self.assertEqual(done.returncode, 2, done.stderr)
        return done.stderr

    def test_no_other_machine_is_listened_to_without_credentials(self):
        self.assertIn("0.0.0.0", self.refused("--http", "0.0.0.0:0"))

    def test_what_is_no_address_and_no_origin_is_named(self):
        self.assertIn("nowhere", self.refused("--http", "nowhere"))
        for origin in ("console.example.org", "https://A.test", "https://a.test/", "*", "https://"):
            self.assertIn(f"'{origin}'", self.refused("--http", "127.0.0.1:0", "--http-cors", origin))
        self.assertIn("--http", self.refused("--http-cors", "https://a.test"))


if __name__ == "__main__":
    unittest.main()
