"""Clients that end what they send after their request, as `nc -N` and some of HTTP/1.0 do, get their answer."""

import json
import socket
import ssl
import time
import unittest

import claims
from contract import pb
from http_case import HttpServer, envelope, read_all
from http_secure_case import SECONDS, SecureCase

LOG = "/chipline.v1.EventLogService/"
# services/http/bounds.h.
HALF_CLOSED_SECONDS = 10


def post(path, body, codec="json", version="1.1"):
    return (f"POST {path} HTTP/{version}\r\nHost: 127.0.0.1\r\nContent-Type: application/{codec}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


class HalfCloseTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = HttpServer()
        cls.addClassCleanup(cls.server.close)

    def half_closed(self, data):
        connection = socket.create_connection(("127.0.0.1", self.server.http_port), timeout=SECONDS)
        self.addCleanup(connection.close)
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return connection

    def test_pages_and_calls_are_answered(self):
        for data, words in ((b"GET /livez HTTP/1.0\r\n\r\n", b"alive\n"),
                            (b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", b"chipline_build_info"),
                            (post(LOG + "GetHead", b"{}"), b"logId"),
                            (post(LOG + "GetHead", b"{}", version="1.0"), b"logId"),
                            (post(LOG + "GetEvent", b"{}"), b"invalid_argument")):
            with self.subTest(data):
                begun = time.monotonic()
                self.assertIn(words, read_all(self.half_closed(data)))
                self.assertLess(time.monotonic() - begun, HALF_CLOSED_SECONDS - 1, "the connection was not closed")

    def test_all_requests_that_came_are_answered(self):
        page = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
        answer = read_all(self.half_closed(post(LOG + "GetHead", b"{}") * 200 + page))
        self.assertEqual(answer.count(b"logId"), 200)
        self.assertTrue(answer.endswith(b"alive\n"))

    def test_a_large_answer_comes_whole(self):
        for _ in range(20):
            self.server.client.log.AppendEvents(pb.AppendEventsRequest(
                events=[claims.capex("acme", conditions=["x" * 4000] * 16) for _ in range(5)]))
        answer = read_all(self.half_closed(post(LOG + "ListEvents", b'{"pageSize": 100}')))
        head, _, body = answer.partition(b"\r\n\r\n")
        self.assertIn(f"Content-Length: {len(body)}".encode(), head)
        self.assertGreater(len(body), 1_000_000)

    def test_a_request_that_ends_too_soon_is_told_so_at_once(self):
        begun = time.monotonic()
        for data in (b"GET /livez HT", post(LOG + "GetHead", b"{}")[:-1], post(LOG + "GetHead", b"{}")[:-20]):
            answer = read_all(self.half_closed(data))
            self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), (data, answer))
            self.assertIn(b"ends before it is whole", answer)
        self.assertEqual(read_all(self.half_closed(b"")), b"")
        self.assertLess(time.monotonic() - begun, HALF_CLOSED_SECONDS - 1)

    def test_the_reader_of_a_stream_is_taken_to_be_gone(self):
        name = claims.fresh("reader")
        request = post("/chipline.v1.SubscriptionService/Subscribe",
                       envelope(json.dumps({"clientName": name}).encode()), "connect+json")
        for data in (request, post(LOG + "GetHead", b"{}") + request):
            begun = time.monotonic()
            read_all(self.half_closed(data))
            self.assertLess(time.monotonic() - begun, HALF_CLOSED_SECONDS - 1)
        deadline = time.monotonic() + SECONDS
        while any(each.client_name == name for each in self.server.client.admin.ListSubscribers(
                pb.ListSubscribersRequest(page_size=1000)).subscribers):
            self.assertLess(time.monotonic(), deadline, "a reader that left is still listed")
            time.sleep(0.05)


class TlsTest(SecureCase):
    def test_over_tls_too(self):
        server = HttpServer("--tls-cert", self.ca / "server.pem", "--tls-key", self.ca / "server.key")
        self.addCleanup(server.close)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = ssl.create_default_context(cafile=self.ca / "ca.pem")
        tls = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
        with socket.create_connection(("127.0.0.1", server.http_port), timeout=SECONDS) as connection:
            def until_done(step):
                while True:
                    try:
                        return step()
                    except ssl.SSLWantReadError:
                        connection.sendall(outgoing.read())
                        incoming.write(connection.recv(65536))
            until_done(tls.do_handshake)
            tls.write(post(LOG + "GetHead", b"{}"))
            # Says that nothing more comes, and does not wait for the server to say so.
            with self.assertRaises(ssl.SSLWantReadError):
                tls.unwrap()
            connection.sendall(outgoing.read())
            received = b""
            while b"logId" not in received:
                received += until_done(lambda: tls.read(65536))


if __name__ == "__main__":
    unittest.main()
