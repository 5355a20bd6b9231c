"""A certificate authority, tokens and clients, for tests of an HTTP listener with TLS."""

import os
import pathlib
import ssl
import subprocess
import tempfile
import unittest

from contract import ROOT
from http_case import Caller

TEST_CA = ROOT / "deploy" / "test-ca"
SECONDS = 60


class SecureCase(unittest.TestCase):
    """`ca` is a folder by deploy/test-ca; `tls` and `tokens` are the flags of a server that takes its certificates and
    its tokens."""

    # Who has a certificate, NAME.pem, for dns:NAME.test.
    clients = ()

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="chipline-http-ca-")
        cls.addClassCleanup(folder.cleanup)
        cls.ca = pathlib.Path(folder.name)
        cls.made("init", cls.ca)
        for name in cls.clients:
            cls.made("client", cls.ca, name, f"DNS:{name}.test")
        cls.tls = ("--tls-cert", cls.ca / "server.pem", "--tls-key", cls.ca / "server.key",
                   "--tls-client-ca", cls.ca / "ca.pem")
        cls.tokens = ("--token-key", cls.ca / "token.pem", "--token-issuer", "test-ca", "--token-audience", "chipline")

    @classmethod
    def made(cls, *arguments, **variables):
        done = subprocess.run([TEST_CA, *arguments], capture_output=True, text=True, check=True,
                              env={**os.environ, **variables}, timeout=SECONDS)
        return done.stdout.strip()

    def caller(self, certificate, token=None, server=None):
        context = ssl.create_default_context(cafile=self.ca / "ca.pem")
        if certificate:
            context.load_cert_chain(self.ca / f"{certificate}.pem", self.ca / f"{certificate}.key")
        fields = {"authorization": f"Bearer {token}"} if token else {}
        return Caller((server or self.server).http_port, context, **fields)
