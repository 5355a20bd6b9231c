"""A call's trace: what the operator's log says of a call has its trace_id, over gRPC and over HTTP."""

import json
import os
import pathlib
import ssl
import subprocess
import tempfile
import time
import unittest

import grpc

import claims
from contract import ROOT, pb
from http_case import CallFailed, Caller, HttpServer

TEST_CA = ROOT / "deploy" / "test-ca"
SECONDS = 60
LOG = "/chipline.v1.EventLogService/"
HEAD, APPEND = LOG + "GetHead", LOG + "AppendEvents"
BACK_UP = "/chipline.v1.AdminService/BackUpLog"
# Whoever has this certificate may append, of one company.
POLICY = """
roles {
  name: "writer"
  permissions { methods: "chipline.v1.EventLogService/AppendEvents" subjects: "usage.acme.>" }
  permissions { methods: "chipline.v1.AdminService/BackUpLog" }
}
bindings { role: "writer" principals: "dns:writer.test" }
"""
SPAN = "00f067aa0ba902b7"
# None of these is a traceparent of version 00.
WRONG = ["00-{}-00f067aa0ba902b7", "00-{}-00f067aa0ba902b7-01-more", "01-{}-00f067aa0ba902b7-01",
         "00-{}-0000000000000000-01", "00-{}-00F067AA0BA902B7-01", "00-{}-00f067aa0ba902b7-0", "{}", ""]


def trace_id(number):
    return f"4bf92f3577b34da6a3ce929d{number:08x}"


class TraceTest(unittest.TestCase):
    """Each call has a trace of its own, so that its line is known."""

    ids = iter(range(1, 1000))

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="chipline-trace-")
        cls.addClassCleanup(folder.cleanup)
        cls.ca = pathlib.Path(folder.name)
        for arguments in (("init", cls.ca), ("client", cls.ca, "writer", "DNS:writer.test")):
            subprocess.run([TEST_CA, *arguments], capture_output=True, check=True, env={**os.environ}, timeout=SECONDS)
        (cls.ca / "policy.txtpb").write_text(POLICY)
        cls.backups = cls.ca / "backups"
        cls.backups.mkdir()
        cls.flags = ("--tls-cert", cls.ca / "server.pem", "--tls-key", cls.ca / "server.key",
                     "--tls-client-ca", cls.ca / "ca.pem", "--token-key", cls.ca / "token.pem",
                     "--token-issuer", "test-ca", "--token-audience", "chipline", "--policy", cls.ca / "policy.txtpb",
                     "--backup-dir", cls.backups)

    def start(self, *flags):
        self.server = HttpServer(*self.flags, *flags)
        self.addCleanup(self.server.close)

    def pair(self, certificate):
        return [self.ca / f"{certificate}{end}" for end in (".key", ".pem")] if certificate else []

    def over_grpc(self, path, message, *fields, certificate=None):
        pair = [file.read_bytes() for file in self.pair(certificate)]
        with grpc.secure_channel(self.server.address, grpc.ssl_channel_credentials(
                (self.ca / "ca.pem").read_bytes(), *pair)) as channel:
            call = channel.stream_stream(path)(iter([message.SerializeToString()]), metadata=fields, timeout=SECONDS)
            try:
                return list(call)
            except grpc.RpcError as error:
                return error.code()

    def over_http(self, path, message, *fields, certificate=None):
        context = ssl.create_default_context(cafile=self.ca / "ca.pem")
        if certificate:
            key, chain = self.pair(certificate)
            context.load_cert_chain(chain, key)
        caller = Caller(self.server.http_port, context)
        try:
            if path != BACK_UP:
                return caller.unary(path, message.SerializeToString(), "proto", **dict(fields))
            with caller.stream(path, message.SerializeToString(), "proto", **dict(fields)) as messages:
                return list(messages)
        except CallFailed as failure:
            return failure.refusal.code

    def lines(self, *words):
        return [line for line in self.server.said().splitlines() if all(word in line for word in words)]

    def await_line(self, *words):
        until = time.monotonic() + SECONDS
        while not (found := self.lines(*words)) and time.monotonic() < until:
            time.sleep(0.05)
        self.assertEqual(len(found), 1, self.server.said())
        return found[0]

    def traced(self):
        trace = trace_id(next(self.ids))
        return trace, ("traceparent", f"00-{trace}-{SPAN}-01")

    def test_a_refused_call_is_told_with_its_trace(self):
        self.start()
        for call in (self.over_grpc, self.over_http):
            with self.subTest(call=call.__name__):
                trace, field = self.traced()
                self.assertEqual(call(HEAD, pb.GetHeadRequest(), field), grpc.StatusCode.UNAUTHENTICATED)
                line = self.await_line(f"trace_id={trace}")
                self.assertIn(" WARNING refused method=chipline.v1.EventLogService/GetHead", line)
                self.assertNotIn(SPAN, line)

    def test_an_append_to_what_is_not_granted_is_told_with_its_trace(self):
        self.start("--log-format", "json")
        for call in (self.over_grpc, self.over_http):
            with self.subTest(call=call.__name__):
                trace, field = self.traced()
                message = pb.AppendEventsRequest(events=[claims.usage("other")])
                self.assertEqual(call(APPEND, message, field, certificate="writer"),
                                 grpc.StatusCode.PERMISSION_DENIED)
                fields = json.loads(self.await_line(trace), object_pairs_hook=list)
                line = dict(fields)
                self.assertEqual(len(line), len(fields), f"each key once: {fields}")
                self.assertEqual((line["message"], line["reason"], line["trace_id"]),
                                 ("refused", "SUBJECT_NOT_GRANTED", trace))

    def test_a_backup_is_told_with_its_trace(self):
        self.start()
        for call in (self.over_grpc, self.over_http):
            with self.subTest(call=call.__name__):
                trace, field = self.traced()
                call(BACK_UP, pb.BackUpLogRequest(), field, certificate="writer")
                self.assertIn("a backup was made", self.await_line(f"trace_id={trace}"))

    def test_what_is_no_traceparent_is_left_out(self):
        self.start()
        told = 0
        for call in (self.over_grpc, self.over_http):
            for wrong in WRONG:
                with self.subTest(call=call.__name__, wrong=wrong):
                    field = ("traceparent", wrong.format(trace_id(next(self.ids))))
                    self.assertEqual(call(HEAD, pb.GetHeadRequest(), field), grpc.StatusCode.UNAUTHENTICATED)
                    told += 1
        _, one = self.traced()
        _, other = self.traced()
        self.assertEqual(self.over_grpc(HEAD, pb.GetHeadRequest(), one, other), grpc.StatusCode.UNAUTHENTICATED)
        # A window of refusals holds more than these.
        self.assertEqual(len(self.lines(" refused ")), told + 1)
        self.assertEqual(self.lines("trace_id"), [])


if __name__ == "__main__":
    unittest.main()
