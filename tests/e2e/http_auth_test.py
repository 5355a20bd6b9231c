"""--http-auth: /metrics is only for callers whom the policy lets have it, and probes are for everybody."""

import subprocess
import tempfile
import unittest

from chipline_process import Server
from http_case import HttpServer
from http_secure_case import SECONDS, SecureCase

POLICY = """
roles { name: "scraper" permissions { methods: "http/metrics" } }
roles { name: "reader" permissions { methods: "chipline.v1.EventLogService/GetHead" } }
roles { name: "curious" permissions { methods: "grpc.reflection.v1.ServerReflection/ServerReflectionInfo" } }
bindings { role: "curious" principals: ["dns:curious.test"] }
bindings { role: "scraper" principals: ["dns:scraper.test", "sub:prometheus"] }
bindings { role: "reader" principals: ["dns:reader.test", "sub:alice"] }
"""


class HttpAuthTest(SecureCase):
    clients = ("scraper", "reader", "curious")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.ca / "policy.txtpb"
        cls.policy.write_text(POLICY)
        cls.server = HttpServer(*cls.tls, *cls.tokens, "--policy", cls.policy, "--http-auth")
        cls.addClassCleanup(cls.server.close)

    def token(self, subject, **variables):
        return self.made("token", self.ca, subject, **variables)

    def told(self, certificate=None, token=None, method="GET"):
        status, head, body = self.caller(certificate, token).request(method, "/metrics")
        return status, head, body.decode()

    def test_whoever_is_granted_the_metrics_gets_them(self):
        for certificate, token in (("scraper", None), (None, self.token("prometheus"))):
            with self.subTest(certificate):
                status, _, body = self.told(certificate, token)
                self.assertEqual(status, 200, body)
                self.assertIn("\nchipline_log_accepts_appends 1\n", body)
                self.assertEqual(self.told(certificate, token, "HEAD")[::2], (200, ""))

    def test_whoever_is_not_is_told_why(self):
        for who, certificate, token, expected, words in (
                ("nobody", None, None, 401, "nobody is named"),
                ("no token", None, "x.y.z", 401, "token"),
                ("no token, and a certificate that would do", "scraper", "x.y.z", 401, "token"),
                ("expired", None, self.token("prometheus", SECONDS_VALID="-120"), 401, "expired"),
                ("another's certificate", "reader", None, 403, "does not grant"),
                # Who may ask which methods there are is told of those that do not exist. This is none.
                ("may reflect", "curious", None, 403, "does not grant"),
                ("another's token", None, self.token("alice"), 403, "does not grant")):
            with self.subTest(who):
                status, head, body = self.told(certificate, token)
                self.assertEqual(status, expected, body)
                self.assertEqual(head.get("www-authenticate"), "Bearer" if expected == 401 else None)
                self.assertIn("http/metrics: ", body)
                self.assertIn(words, body)
                self.assertNotIn("chipline_log", body)

    def test_probes_stay_open(self):
        for path in ("/livez", "/readyz"):
            self.assertEqual(self.caller(None).request("GET", path)[0], 200)

    def test_a_connection_goes_on_after_a_refusal(self):
        connection = self.caller(None).connect()
        self.addCleanup(connection.close)
        for path, status in (("/metrics", 401), ("/livez", 200), ("/metrics", 401)):
            connection.request("GET", path)
            answer = connection.getresponse()
            self.assertEqual(answer.status, status)
            answer.read()

    def test_without_a_policy_every_known_caller_gets_them(self):
        server = HttpServer(*self.tls, *self.tokens, "--http-auth")
        self.addCleanup(server.close)
        self.assertEqual(self.caller("reader", None, server).request("GET", "/metrics")[0], 200)
        self.assertEqual(self.caller(None, None, server).request("GET", "/metrics")[0], 401)

    def test_without_the_flag_they_are_open(self):
        server = HttpServer(*self.tls, *self.tokens, "--policy", self.policy)
        self.addCleanup(server.close)
        self.assertEqual(self.caller(None, None, server).request("GET", "/metrics")[0], 200)

    def refused(self, *flags):
        with tempfile.TemporaryDirectory(prefix="chipline-http-") as folder:
            done = subprocess.run([Server.program, "serve", "--data", folder, "--listen", "127.0.0.1:0", *flags],
                                  capture_output=True, text=True, timeout=SECONDS, check=False)
        self.assertEqual(done.returncode, 2, done.stderr)
        return done.stderr

    def test_options_that_do_not_fit_together_are_named(self):
        self.assertIn("--http", self.refused("--http-auth", *self.tls))
        self.assertIn("--tls-client-ca", self.refused("--http-auth", "--http", "127.0.0.1:0"))

    def test_a_mistyped_name_in_the_policy_is_told(self):
        wrong = self.ca / "wrong.txtpb"
        wrong.write_text(POLICY.replace("http/metrics", "http/metric"))
        told = self.refused("--http", "127.0.0.1:0", *self.tls, "--policy", wrong)
        self.assertIn("there is no method http/metric", told)


if __name__ == "__main__":
    unittest.main()
