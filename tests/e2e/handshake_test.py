"""Connections that never come to speak: silent ones, those that do not agree on TLS, and what each side says of it."""

import json
import os
import pathlib
import re
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

import grpc

from chipline_process import Server, run
from contract import ROOT, pb

TEST_CA = ROOT / "deploy" / "test-ca"
# limits::kHandshakeSeconds, and some patience for a machine that is busy.
BOUND_SECONDS = 5
PATIENCE_SECONDS = 10
FAILED, MISUSED = 1, 2
# GrpcLog::kLines in a minute; a test may see two of them.
LINES_A_MINUTE = 10
# As gRPC prints by itself: E1231 23:59:59.123456789 …
RAW_LINE = re.compile(r"^[EWID]\d{4} \d\d:\d\d:\d\d", re.MULTILINE)


def silent(address):
    host, port = address.rsplit(":", 1)
    return socket.create_connection((host, int(port)), PATIENCE_SECONDS)


def seconds_until_closed(connection):
    """How long the server still holds it. Fails if that is beyond its bound."""
    start = time.monotonic()
    connection.settimeout(BOUND_SECONDS + PATIENCE_SECONDS)
    try:
        while connection.recv(1 << 16):
            pass
    except ConnectionResetError:
        pass
    except socket.timeout:
        raise AssertionError(f"was not closed within {BOUND_SECONDS + PATIENCE_SECONDS} s") from None
    finally:
        connection.close()
    return time.monotonic() - start


class SecureServer(Server):
    """On every address of this machine, so that it can be called by one that its certificate has not."""

    def start(self, listen="0.0.0.0:0"):
        super().start(listen)


class HandshakeCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="chipline-handshake-")
        cls.addClassCleanup(folder.cleanup)
        cls.ca = pathlib.Path(folder.name) / "ca"
        cls.other = pathlib.Path(folder.name) / "other"
        for ca in (cls.ca, cls.other):
            cls.made("init", ca)
            cls.made("client", ca, "reader", "URI:spiffe://chipline.test/reader")
        cls.server = cls.new_server()

    @classmethod
    def made(cls, *arguments):
        subprocess.run([TEST_CA, *arguments], capture_output=True, check=True, timeout=60)

    @classmethod
    def new_server(cls):
        """One that wants a certificate of its CA from everybody."""
        server = SecureServer("--tls-cert", cls.ca / "server.pem", "--tls-key", cls.ca / "server.key",
                              "--tls-client-ca", cls.ca / "ca.pem")
        cls.addClassCleanup(server.close)
        return server

    def head(self, server=None):
        """A call over a new connection, as a well-behaved client makes it."""
        read = [(self.ca / name).read_bytes() for name in ("ca.pem", "reader.key", "reader.pem")]
        with grpc.secure_channel((server or self.server).address,
                                 grpc.ssl_channel_credentials(*read)) as channel:
            call = channel.unary_unary("/chipline.v1.EventLogService/GetHead",
                                       request_serializer=pb.GetHeadRequest.SerializeToString,
                                       response_deserializer=pb.GetHeadResponse.FromString)
            self.assertNotEqual(call(pb.GetHeadRequest(), timeout=PATIENCE_SECONDS).log_id, "")


class SilenceTest(HandshakeCase):
    def test_whoever_connects_and_says_nothing_is_cut_off(self):
        connection = silent(self.server.address)
        self.head()
        self.assertLess(seconds_until_closed(connection), BOUND_SECONDS + PATIENCE_SECONDS)

    def test_whoever_says_a_byte_a_second_has_no_longer(self):
        connection = silent(self.server.address)
        over = threading.Event()

        def drip():
            # A record of TLS, announced with 512 bytes.
            for byte in b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(512):
                try:
                    connection.sendall(bytes([byte]))
                except OSError:
                    return
                if over.wait(1):
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            self.head()
            self.assertLess(seconds_until_closed(connection), BOUND_SECONDS + PATIENCE_SECONDS)
        finally:
            over.set()
            thread.join()

    def test_whoever_agrees_on_tls_and_then_says_nothing_is_cut_off(self):
        context = ssl.create_default_context(cafile=str(self.ca / "ca.pem"))
        context.load_cert_chain(str(self.ca / "reader.pem"), str(self.ca / "reader.key"))
        context.set_alpn_protocols(["h2"])
        connection = context.wrap_socket(silent(self.server.address), server_hostname="localhost")
        self.head()
        self.assertLess(seconds_until_closed(connection), BOUND_SECONDS + PATIENCE_SECONDS)

    def test_two_hundred_silent_connections_stop_nobody(self):
        descriptors = f"/proc/{self.server.process.pid}/fd"
        before = len(os.listdir(descriptors))
        start = time.monotonic()
        connections = [silent(self.server.address) for _ in range(200)]
        slowest, calls = 0.0, 0
        # While the silent ones are held.
        while time.monotonic() < start + BOUND_SECONDS - 1 or calls < 3:
            asked = time.monotonic()
            self.head()
            slowest, calls = max(slowest, time.monotonic() - asked), calls + 1
        self.assertLess(slowest, PATIENCE_SECONDS)
        for connection in connections:
            seconds_until_closed(connection)
        self.assertLess(time.monotonic() - start, BOUND_SECONDS + PATIENCE_SECONDS)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(os.listdir(descriptors)) > before + 4 and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertLessEqual(len(os.listdir(descriptors)), before + 4)


class WordsTest(HandshakeCase):
    """What the command says to its user."""

    def refused(self, *flags, code=FAILED, address=None):
        """The error, which is the same for people and as JSON, and the only thing on standard error."""
        told = run("status", "--server", address or self.server.address, *flags)
        self.assertEqual(told.returncode, code, told.stderr)
        structured = run("status", "--json", "--server", address or self.server.address, *flags)
        (line,) = structured.stderr.splitlines()
        message = json.loads(line)["message"]
        self.assertIn(message, told.stderr)
        self.assertEqual(len(told.stderr.splitlines()), 1, told.stderr)
        return message

    def pair(self, certificate, key):
        return ("--tls-ca", self.ca / "ca.pem", "--tls-cert", certificate, "--tls-key", key)

    def test_plain_text_to_a_server_with_tls(self):
        message = self.refused()
        self.assertIn("closed the connection at once", message)
        self.assertIn("give --tls-ca", message)

    def test_another_ca_than_the_servers(self):
        message = self.refused("--tls-ca", self.other / "ca.pem")
        self.assertIn("cannot be trusted", message)
        self.assertIn("--tls-ca", message)

    def test_no_certificate_where_one_is_asked_for(self):
        message = self.refused("--tls-ca", self.ca / "ca.pem")
        self.assertIn("Most likely it asks for a client certificate", message)
        self.assertIn("--tls-cert and --tls-key", message)

    def test_a_certificate_that_the_server_does_not_trust(self):
        message = self.refused(*self.pair(self.other / "reader.pem", self.other / "reader.key"))
        self.assertIn("Most likely it does not take the certificate in --tls-cert", message)

    def test_tls_to_a_server_without(self):
        plain = Server()
        self.addCleanup(plain.close)
        message = self.refused("--tls-ca", self.ca / "ca.pem", address=plain.address)
        self.assertIn("does not speak TLS", message)
        self.assertIn("leave out --tls-ca", message)

    def test_a_name_that_is_not_in_the_servers_certificate(self):
        port = self.server.address.rsplit(":", 1)[1]
        message = self.refused(*self.pair(self.ca / "reader.pem", self.ca / "reader.key"),
                               address=f"127.0.0.2:{port}")
        self.assertIn("is for other names", message)

    def test_a_key_of_another_certificate_is_found_before_anybody_is_called(self):
        certificate, key = self.ca / "reader.pem", self.other / "reader.key"
        message = self.refused(*self.pair(certificate, key), code=MISUSED)
        self.assertIn("do not fit", message)
        self.assertIn(str(certificate), message)
        self.assertIn(str(key), message)
        self.refused(*self.pair(key, certificate), code=MISUSED)


class LogTest(HandshakeCase):
    """What the server says to its operator."""

    def test_failed_handshakes_are_told_of_within_bounds_and_in_its_own_form(self):
        server = self.new_server()
        for _ in range(100):
            with silent(server.address) as connection:
                connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
                seconds_until_closed(connection)
        self.head(server)
        said = server.said()
        told = [line for line in said.splitlines() if "gRPC says" in line]
        self.assertNotEqual(told, [])
        self.assertLessEqual(len(told), 2 * LINES_A_MINUTE)
        self.assertIn("WARNING", told[0])
        self.assertIn("Handshake failed", told[0])
        self.assertIsNone(RAW_LINE.search(said), said)

    def test_an_address_that_is_taken_is_told_of_in_its_own_form(self):
        done = run("serve", "--data", self.server.folder / "second", "--listen", self.server.address)
        self.assertEqual(done.returncode, FAILED)
        self.assertIn("CANNOT_LISTEN", done.stderr)
        self.assertIn("Address already in use", done.stderr)
        self.assertIsNone(RAW_LINE.search(done.stderr), done.stderr)


if __name__ == "__main__":
    unittest.main()
