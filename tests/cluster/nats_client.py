"""Asks a nats-server as an administrator does: requests and answers of the JetStream API, and nothing else.

    with NatsClient("127.0.0.1", port, "admin", password) as client:
        client.request("$JS.API.STREAM.INFO.chipline")
"""

import json
import socket


class NatsClient:
    """One connection. OSError if the server goes or does not answer in time."""

    def __init__(self, host, port, user, password, seconds=5):
        self._socket = socket.create_connection((host, port), timeout=seconds)
        self._lines = self._socket.makefile("rb")
        self._requests = 0
        try:
            if not self._lines.readline().startswith(b"INFO "):
                raise OSError("it does not greet as a nats-server does")
            options = {"user": user, "pass": password, "verbose": False, "pedantic": False, "protocol": 1}
            self._send(f"CONNECT {json.dumps(options)}\r\nSUB _INBOX.ask.* 1\r\nPING\r\n".encode())
            while self._read() is not None:
                pass
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.close()

    def close(self):
        self._lines.close()
        self._socket.close()

    def _send(self, data):
        self._socket.sendall(data)

    def _read(self):
        """The subject and the payload of the next message; None for a PONG."""
        while True:
            words = self._lines.readline().split()
            if not words:
                raise OSError("the server closed the connection")
            if words[0] == b"PONG":
                return None
            if words[0] == b"PING":
                self._send(b"PONG\r\n")
            elif words[0] == b"-ERR":
                raise OSError(b" ".join(words[1:]).decode())
            elif words[0] in (b"MSG", b"HMSG"):
                size = int(words[-1])
                headers = int(words[-2]) if words[0] == b"HMSG" else 0
                return words[1].decode(), self._lines.read(size + 2)[headers:-2]

    def publish(self, subject, payload):
        """Sends bytes; returns when the server has them."""
        self._send(f"PUB {subject} {len(payload)}\r\n".encode() + payload + b"\r\nPING\r\n")
        while self._read() is not None:
            pass

    def request(self, subject, body=None):
        """The answer, as JSON. RuntimeError if it says that it failed."""
        self._requests += 1
        inbox = f"_INBOX.ask.{self._requests}"
        payload = json.dumps(body).encode() if body is not None else b""
        self._send(f"PUB {subject} {inbox} {len(payload)}\r\n".encode() + payload + b"\r\n")
        while True:
            message = self._read()
            if message is None or message[0] != inbox:
                continue
            # No responders: an answer without a payload.
            if not message[1]:
                raise OSError(f"nobody answers {subject}")
            answer = json.loads(message[1])
            if "error" in answer:
                raise RuntimeError(f"{subject}: {answer['error']}")
            return answer
