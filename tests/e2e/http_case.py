"""A server with an HTTP listener, and the Connect protocol by Python's http.client."""

import base64
import contextlib
import http.client
import json
import socket
import struct

from chipline_process import Server
from contract import rpc
from refusal import Refusal

SECONDS = 60
# Connect's names of gRPC's codes, by their numbers.
CODES = {name: number for number, name in enumerate(
    ["ok", "canceled", "unknown", "invalid_argument", "deadline_exceeded", "not_found", "already_exists",
     "permission_denied", "resource_exhausted", "failed_precondition", "aborted", "out_of_range",
     "unimplemented", "internal", "unavailable", "data_loss", "unauthenticated"])}
END_OF_STREAM = 2


class HttpServer(Server):
    """Listens for HTTP as well, on a free port, or on the one it had before."""

    http_port = 0

    def start(self, listen="127.0.0.1:0"):
        own = self.flags
        file = self.folder / "http_port"
        file.unlink(missing_ok=True)
        host = listen.rpartition(":")[0]
        self.flags = (*own, "--http", f"{host}:{self.http_port}", "--http-port-file", file)
        try:
            super().start(listen)
        finally:
            self.flags = own
        self.http_port = int(file.read_text())


class HttpRefusal(Refusal):
    """A call that failed, as Connect tells it."""

    def __init__(self, error):
        status = rpc.Status(code=CODES[error["code"]], message=error.get("message", ""))
        for detail in error.get("details", ()):
            value = detail["value"]
            added = status.details.add(type_url="type.googleapis.com/" + detail["type"])
            added.value = base64.b64decode(value + "=" * (-len(value) % 4))
        super().__init__(status)
        self.status = status


def envelope(message, flags=0):
    return struct.pack(">BI", flags, len(message)) + message


class Caller:
    """Calls by Connect, each over a connection of its own, with these header fields."""

    def __init__(self, port, tls=None, **fields):
        self.port = port
        self.tls = tls
        self.fields = fields

    def connect(self):
        if self.tls is None:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=SECONDS, context=self.tls)

    def request(self, method, path, body=None, **fields):
        """The status, the header fields in lower case, and the body."""
        with contextlib.closing(self.connect()) as connection:
            connection.request(method, path, body, {**self.fields, **fields})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def unary(self, path, body, codec="json", **fields):
        """The answer's bytes; raises an HttpRefusal's words as CallFailed."""
        status, head, answer = self.request("POST", path, body,
                                            **{"content-type": f"application/{codec}", **fields})
        if status == 200:
            return answer
        if head.get("content-type") != "application/json":
            raise AssertionError(f"{status}: {answer!r}")
        raise CallFailed(HttpRefusal(json.loads(answer)), status)

    def json(self, path, message=None, **fields):
        return json.loads(self.unary(path, json.dumps(message or {}).encode(), **fields))

    @contextlib.contextmanager
    def stream(self, path, body, codec="json", **fields):
        """Gives an iterator over the messages' bytes. It raises CallFailed if the stream ends so."""
        with contextlib.closing(self.connect()) as connection:
            connection.request("POST", path, envelope(body),
                               {**self.fields, "content-type": f"application/connect+{codec}", **fields})
            answer = connection.getresponse()
            if answer.status != 200:
                raise AssertionError(f"{answer.status}: {answer.read()!r}")
            yield _messages(answer)


def _messages(answer):
    while True:
        flags, size = struct.unpack(">BI", answer.read(5))
        message = answer.read(size)
        if flags != END_OF_STREAM:
            yield message
            continue
        end = json.loads(message)
        if answer.read() != b"":
            raise AssertionError("something follows the end of the stream")
        if "error" in end:
            raise CallFailed(HttpRefusal(end["error"]), 200)
        return


class CallFailed(Exception):
    def __init__(self, refusal, http_status):
        super().__init__(str(refusal.status))
        self.refusal = refusal
        self.http_status = http_status


def raw(port, data, seconds=SECONDS):
    """What comes back for these bytes until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(data)
        return read_all(connection)


def read_all(connection):
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while chunk := connection.recv(65536):
            received += chunk
    return received
