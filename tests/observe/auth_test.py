"""Prometheus scrapes a server with TLS and --http-auth by what deploy/observe/prometheus.yaml has in comments."""

import re
import unittest

import yaml

import artifacts
from http_case import HttpServer
from http_secure_case import SecureCase
from prometheus_process import Prometheus, wait_for

POLICY = """
roles { name: "scraper" permissions { methods: "http/metrics" } }
bindings { role: "scraper" principals: "sub:prometheus" }
"""


def secure_job():
    """The example's job with the settings of its comments, as a dictionary."""
    text = (artifacts.OBSERVE / "prometheus.yaml").read_text(encoding="utf-8")
    settings = re.sub(r"^    # ( *[a-z_]+:.*)$", r"    \1", text, flags=re.MULTILINE)
    return yaml.safe_load(settings)["scrape_configs"][0]


class AuthTest(SecureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.ca / "policy.txtpb").write_text(POLICY)
        cls.server = HttpServer(*cls.tls, *cls.tokens, "--policy", cls.ca / "policy.txtpb", "--http-auth")
        cls.addClassCleanup(cls.server.close)

    def scraper(self, token):
        (self.ca / "token").write_text(token + "\n")
        job = secure_job()
        self.assertEqual(job["authorization"], {"type": "Bearer", "credentials_file": "token"})
        # Relative names are of Prometheus' own folder.
        job["authorization"]["credentials_file"] = str(self.ca / "token")
        job["tls_config"] = {"ca_file": str(self.ca / job["tls_config"]["ca_file"]), "server_name": "localhost"}
        job["static_configs"] = [{"targets": [f"127.0.0.1:{self.server.http_port}"], "labels": {"instance": "one"}}]
        prometheus = Prometheus(job=job)
        self.addCleanup(prometheus.close)
        return prometheus

    def test_with_a_token_that_is_granted_it_is_scraped(self):
        prometheus = self.scraper(self.made("token", self.ca, "prometheus"))
        wait_for(lambda: prometheus.query("chipline_build_info"), lambda: f"it is scraped; {prometheus.problems()}")

    def test_with_another_it_is_told_403(self):
        prometheus = self.scraper(self.made("token", self.ca, "alice"))
        wait_for(lambda: "403" in prometheus.problems().get("one", ""), lambda: f"403 is told; {prometheus.problems()}")
        self.assertFalse(prometheus.query("chipline_build_info"))


if __name__ == "__main__":
    unittest.main()
