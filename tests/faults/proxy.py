"""A TCP proxy on loopback that can cut connections, swallow answers, or stand still."""

import contextlib
import selectors
import socket
import threading


class Proxy:
    """Between clients and one address. Thread-safe. To be closed."""

    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self._target = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._lock = threading.Lock()
        # Each client's socket with the server's.
        self._pairs = []
        self._closed = False
        self.swallowing = False
        self.swallowed = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while not self._closed:
            try:
                client, _ = self._listener.accept()
            except OSError:
                continue
            try:
                server = socket.create_connection(self._target)
            except OSError:
                client.close()
                continue
            with self._lock:
                self._pairs.append((client, server))
            threading.Thread(target=self._pump, args=(client, server), daemon=True).start()

    def _pump(self, client, server):
        with contextlib.suppress(OSError, ValueError), selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ, server)
            selector.register(server, selectors.EVENT_READ, client)
            while True:
                for key, _ in selector.select():
                    content = key.fileobj.recv(65536)
                    if not content:
                        raise OSError
                    if key.fileobj is server and self.swallowing:
                        self.swallowed.set()
                        raise OSError
                    key.data.sendall(content)
        for end in (client, server):
            with contextlib.suppress(OSError):
                end.close()

    def cut(self):
        """Ends every connection at once, in the middle of whatever is on it."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def close(self):
        self._closed = True
        self._listener.close()
        self.cut()
