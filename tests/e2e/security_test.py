"""TLS, certificates, tokens and the policy, by Python's gRPC, `buf curl` and the command itself, with what
deploy/test-ca makes."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import grpc

import claims
from chipline_process import BINARY, Server, environment, run
from contract import ROOT, Client, health, pb, reflection

BUF = ROOT / "node_modules" / ".bin" / "buf"
TEST_CA = ROOT / "deploy" / "test-ca"
SECONDS = 60
POLICY = """
roles {
  name: "reader"
  permissions { methods: ["chipline.v1.EventLogService/GetHead", "chipline.v1.AdminService/GetStats",
                          "chipline.v1.AdminService/GetServerInfo",
                          "chipline.v1.AdminService/ListSubscribers"] }
  permissions { methods: "chipline.v1.EventLogService/ListEvents" subjects: ">" }
}
roles {
  name: "acme-writer"
  permissions { methods: "chipline.v1.EventLogService/AppendEvents" subjects: "usage.acme.>" }
}
roles {
  name: "curious"
  permissions { methods: "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo" }
}
bindings { role: "reader" principals: ["uri:spiffe://chipline.test/reader", "role:reader"] }
bindings { role: "acme-writer" principals: ["dns:acme.test", "role:writer"] }
bindings { role: "curious" principals: "role:reader" }
"""


class SecureServer(Server):
    """A server with TLS, whose flags name files of a folder made by deploy/test-ca."""

    def start(self, listen="0.0.0.0:0"):
        super().start(listen)


class SecurityTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="chipline-security-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.ca = pathlib.Path(cls.folder.name)
        cls.made("init", cls.ca)
        for name, san in (("reader", "URI:spiffe://chipline.test/reader"), ("acme", "DNS:acme.test"),
                          ("nobody", "CN:nobody")):
            cls.made("client", cls.ca, name, san)
        (cls.ca / "policy.txtpb").write_text(POLICY)
        cls.server = SecureServer(
            "--tls-cert", cls.ca / "server.pem", "--tls-key", cls.ca / "server.key",
            "--tls-client-ca", cls.ca / "ca.pem", "--token-key", cls.ca / "token.pem",
            "--token-issuer", "test-ca", "--token-audience", "chipline",
            "--policy", cls.ca / "policy.txtpb")
        cls.addClassCleanup(cls.server.close)

    @classmethod
    def made(cls, *arguments, **variables):
        done = subprocess.run([TEST_CA, *arguments], capture_output=True, text=True, check=True,
                              env={**os.environ, **variables}, timeout=SECONDS)
        return done.stdout.strip()

    @classmethod
    def read(cls, name):
        return (cls.ca / name).read_bytes()

    def client(self, certificate=None, token=None):
        """Of Python's gRPC, with a certificate of the test CA, a token, both or neither."""
        pair = (self.read(f"{certificate}.key"), self.read(f"{certificate}.pem")) if certificate else ()
        credentials = grpc.ssl_channel_credentials(self.read("ca.pem"), *pair)
        if token is not None:
            credentials = grpc.composite_channel_credentials(
                credentials, grpc.access_token_call_credentials(token))
        channel = grpc.secure_channel(self.server.address, credentials)
        self.addCleanup(channel.close)
        return channel

    def call(self, channel, service, method, request, response):
        return channel.unary_unary(f"/chipline.v1.{service}/{method}",
                                   request_serializer=lambda message: message.SerializeToString(),
                                   response_deserializer=response.FromString)(request, timeout=SECONDS)

    def head(self, channel):
        return self.call(channel, "EventLogService", "GetHead", pb.GetHeadRequest(),
                         pb.GetHeadResponse)

    def append(self, channel, company):
        request = pb.AppendEventsRequest(events=[claims.usage(company)])
        return self.call(channel, "EventLogService", "AppendEvents", request, pb.AppendEventsResponse)

    def assert_code(self, code, call, *arguments):
        with self.assertRaises(grpc.RpcError) as refused:
            call(*arguments)
        self.assertEqual(refused.exception.code(), code, refused.exception.details())
        return refused.exception.details()

    def command(self, *arguments, token=None, certificate=None):
        flags = ["--server", self.server.address, "--tls-ca", self.ca / "ca.pem"]
        if certificate:
            flags += ["--tls-cert", self.ca / f"{certificate}.pem",
                      "--tls-key", self.ca / f"{certificate}.key"]
        if token:
            file = self.ca / "token"
            file.write_text(token + "\n")
            flags += ["--token-file", file]
        return run(*arguments, *flags)

    def test_certificates_are_known_by_their_names(self):
        self.assertNotEqual(self.head(self.client("reader")).log_id, "")
        denied = self.assert_code(grpc.StatusCode.PERMISSION_DENIED, self.head, self.client("nobody"))
        self.assertIn("cn:nobody", denied)
        self.assertIn("chipline.v1.EventLogService/GetHead", denied)

    def test_tokens_are_known_by_their_roles(self):
        token = self.made("token", self.ca, "alice", "reader")
        self.assertNotEqual(self.head(self.client(token=token)).log_id, "")
        self.assert_code(grpc.StatusCode.PERMISSION_DENIED, self.append, self.client(token=token), "acme")
        roleless = self.made("token", self.ca, "alice")
        self.assert_code(grpc.StatusCode.PERMISSION_DENIED, self.head, self.client(token=roleless))

    def test_bad_tokens_are_refused(self):
        for variables in ({"SECONDS_VALID": "-120"}, {"ISSUER": "other"}, {"AUDIENCE": "other"}):
            token = self.made("token", self.ca, "alice", "reader", **variables)
            self.assert_code(grpc.StatusCode.UNAUTHENTICATED, self.head, self.client(token=token))
        self.assert_code(grpc.StatusCode.UNAUTHENTICATED, self.head, self.client(token="x.y.z"))
        self.assert_code(grpc.StatusCode.UNAUTHENTICATED, self.head, self.client())

    def test_import_by_a_caller_who_may_only_append_events(self):
        file = self.ca / "import.ndjson"
        lines = [json.dumps({"eventId": f"import-{company}", "usageReport": {
            "company": {"id": company}, "metric": "USAGE_METRIC_TOKENS_PER_DAY", "asOf": {"edtf": "2026-01-01"},
            "value": {"unit": "UNIT_TOKEN", "value": "1", "bound": "BOUND_EXACT"}}})
            for company in ("acme", "other", "acme2")]
        file.write_text("\n".join(lines[:2]) + "\n")
        done = self.command("import", file, certificate="acme")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("1 appended, 0 there already, 1 refused", done.stdout)
        self.assertIn("Line 2 was refused", done.stderr)
        self.assertIn("an event is of the subject usage.other.tokens-per-day, which is not granted", done.stderr)
        done = self.command("import", file, certificate="reader")
        self.assertEqual(done.returncode, 1)
        self.assertIn("PERMISSION_DENIED", done.stderr)
        self.assertIn("chipline.v1.EventLogService/AppendEvents", done.stderr)

    def test_writer_is_kept_to_its_subjects(self):
        self.append(self.client("acme"), "acme")
        denied = self.assert_code(grpc.StatusCode.PERMISSION_DENIED, self.append, self.client("acme"),
                                  "other")
        self.assertIn("usage.other", denied)

    def test_health_needs_no_credentials(self):
        stub = self.client().unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=health.HealthCheckResponse.FromString)
        self.assertEqual(stub(health.HealthCheckRequest(), timeout=SECONDS).status, 1)

    def test_plain_text_and_unknown_servers_are_refused(self):
        plain = Client(self.server.address)
        self.addCleanup(plain.close)
        self.assert_code(grpc.StatusCode.UNAVAILABLE, plain.log.GetHead, pb.GetHeadRequest())
        self.assertEqual(run("status", "--server", self.server.address).returncode, 1)

    def test_the_command_is_a_client(self):
        token = self.made("token", self.ca, "alice", "reader")
        done = self.command("status", token=token)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("certificate", done.stdout)
        self.assertEqual(self.command("status", certificate="reader").returncode, 0)
        done = self.command("status", certificate="nobody")
        self.assertEqual(done.returncode, 1)
        self.assertIn("cn:nobody", done.stderr)
        # By the environment as well.
        done = run("status", CHIPLINE_SERVER=self.server.address, CHIPLINE_TLS_CA=str(self.ca / "ca.pem"),
                   CHIPLINE_TLS_CERT=str(self.ca / "reader.pem"),
                   CHIPLINE_TLS_KEY=str(self.ca / "reader.key"))
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_command_sends_no_secret_in_the_clear(self):
        for flags in (("--token-file", self.ca / "token.key"),
                      ("--tls-cert", self.ca / "reader.pem", "--tls-key", self.ca / "reader.key")):
            done = run("status", "--server", self.server.address, *flags)
            self.assertEqual(done.returncode, 2)
            self.assertIn("--tls-ca", done.stderr)
        done = run("status", "--tls-ca", self.ca / "none.pem")
        self.assertEqual(done.returncode, 2)
        self.assertIn("none.pem", done.stderr)

    def test_buf_curl_over_tls_with_a_token(self):
        token = self.made("token", self.ca, "alice", "reader")
        done = subprocess.run(
            [BUF, "curl", "--protocol", "grpc", "--cacert", self.ca / "ca.pem", "-H", f"Authorization: Bearer {token}",
             "--reflect-header", f"Authorization: Bearer {token}", "-d", "{}",
             f"https://{self.server.address}/chipline.v1.EventLogService/GetHead"],
            capture_output=True, text=True, timeout=SECONDS, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("logId", json.loads(done.stdout))

    def test_several_authorizations_are_refused_even_if_some_are_empty(self):
        token = "Bearer " + self.made("token", self.ca, "alice", "reader")
        for certificate in (None, "reader"):
            channel = self.client(certificate)
            for values in ((token, token), (token, "", token), ("", token), (token, ""), ("", "")):
                with self.subTest(certificate=certificate, several=[value[:6] for value in values]):
                    said = self.assert_code(
                        grpc.StatusCode.UNAUTHENTICATED,
                        lambda call=channel.unary_unary("/chipline.v1.EventLogService/GetHead"), sent=values: call(
                            b"", timeout=SECONDS, metadata=[("authorization", value) for value in sent]))
                    self.assertIn("several values", said)

    def test_whoever_may_reflect_learns_which_methods_do_not_exist(self):
        """As grpcurl asks: v1 first, and what is UNIMPLEMENTED makes it ask for the older version."""
        reader = self.client(token=self.made("token", self.ca, "alice", "reader"))
        asked = reflection.ServerReflectionRequest(list_services="")
        for version in ("v1", "v1alpha"):
            path = f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo"
            ask = reader.stream_stream(path, reflection.ServerReflectionRequest.SerializeToString,
                                       reflection.ServerReflectionResponse.FromString)
            answer = next(ask(iter([asked]), timeout=SECONDS))
            self.assertIn("chipline.v1.EventLogService",
                          [service.name for service in answer.list_services_response.service])
        writer = self.client(token=self.made("token", self.ca, "bob", "writer"))
        for path in ("/grpc.reflection.v2.ServerReflection/ServerReflectionInfo",
                     "/chipline.v1.EventLogService/NoSuchMethod"):
            for channel, code in ((reader, grpc.StatusCode.UNIMPLEMENTED),
                                  (writer, grpc.StatusCode.PERMISSION_DENIED)):
                self.assert_code(code, channel.unary_unary(path), b"")
        self.assert_code(grpc.StatusCode.PERMISSION_DENIED,
                         reader.unary_unary("/grpc.channelz.v1.Channelz/GetServers"), b"")

    def test_no_secret_is_in_the_log(self):
        tokens = [self.made("token", self.ca, "alice", "reader"),
                  self.made("token", self.ca, "alice", "reader", SECONDS_VALID="-120")]
        for token in tokens:
            try:
                self.head(self.client(token=token))
                self.append(self.client(token=token), "acme")
            except grpc.RpcError:
                pass
        self.append(self.client("acme"), "acme")
        said = self.server.said()
        self.assertIn("refused", said)
        for token in tokens:
            for part in token.split("."):
                # The header is in every token, and no secret.
                if part != token.split(".", maxsplit=1)[0]:
                    self.assertNotIn(part, said)
        for name in ("server.key", "token.key", "ca.key"):
            for line in self.read(name).decode().splitlines():
                if len(line) > 30 and "-----" not in line:
                    self.assertNotIn(line, said)

    def test_other_machines_are_let_in_only_by_name_or_by_word(self):
        data = self.server.folder / "other"
        done = run("serve", "--data", data, "--listen", "0.0.0.0:0")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--insecure", done.stderr)
        done = run("serve", "--data", data, "--listen", "0.0.0.0:0", "--tls-cert", self.ca / "server.pem",
                   "--tls-key", self.ca / "server.key")
        self.assertEqual(done.returncode, 2)
        self.assertIn("nothing asks them for credentials", done.stderr)
        process = subprocess.Popen([BINARY, "serve", "--data", data, "--listen", "0.0.0.0:0", "--insecure"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env=environment())
        line = process.stdout.readline()
        process.terminate()
        _, said = process.communicate(timeout=SECONDS)
        self.assertIn("listening on 0.0.0.0:", line)
        self.assertIn("WARNING", said)
        self.assertIn("everybody who reaches", said)


if __name__ == "__main__":
    unittest.main()
