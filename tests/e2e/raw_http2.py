"""Frames of HTTP/2 (RFC 9113) written by hand, for what no well-behaved client library would send."""

import socket
import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
END_STREAM, END_HEADERS = 1, 4
CANCEL = 8


def frame(kind, flags=0, stream=0, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def literal(name, value):
    """A header that is neither indexed nor compressed; names and values under 127 bytes."""
    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value


def call_headers(method="/chipline.v1.EventLogService/GetHead", more=b""):
    # \x83 and \x86 are POST and http in HPACK's static table.
    return (b"\x83\x86" + literal(b":path", method.encode()) + literal(b":authority", b"localhost")
            + literal(b"content-type", b"application/grpc") + literal(b"te", b"trailers") + more)


class RawConnection:
    """A socket to the server. What the server sends is read only to see whether it is still there."""

    def __init__(self, address, preface=True):
        host, port = address.rsplit(":", 1)
        self._socket = socket.create_connection((host, int(port)), 10)
        self._socket.settimeout(5)
        if preface:
            self.send(PREFACE + frame(SETTINGS))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def send(self, *parts):
        """False if the server has closed the connection, or takes nothing more."""
        try:
            self._socket.sendall(b"".join(parts))
            return True
        except (BrokenPipeError, ConnectionResetError, socket.timeout):
            return False

    def drain(self):
        """Reads what is there without waiting for more."""
        self._socket.setblocking(False)
        try:
            while self._socket.recv(1 << 16):
                pass
        except (BlockingIOError, ConnectionResetError):
            pass
        finally:
            self._socket.setblocking(True)
            self._socket.settimeout(5)

    def closed_within(self, seconds):
        """Whether the server closes the connection by itself."""
        self._socket.settimeout(seconds)
        try:
            while self._socket.recv(1 << 16):
                pass
            return True
        except ConnectionResetError:
            return True
        except socket.timeout:
            return False
