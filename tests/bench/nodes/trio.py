"""Three nats-servers that sync before they acknowledge, the stream that nodes share, and the nodes."""

import base64
import contextlib
import itertools
import os
import pathlib
import time

from nats_cluster import PASSWORD, STREAM, NatsCluster
from peers import chipline, nats
from peers.child import output_of

COMMANDS = f"{STREAM}.commands"
# A stream of the same kind with nothing behind it.
PLAIN = "plain"
HELLO = (b'CONNECT {"verbose":false,"pedantic":false,"headers":false,"user":"admin","pass":"%s"}\r\n'
         % PASSWORD.encode())
MOST_BYTES = "64GB"
PATIENCE_SECONDS = 60
# Whoever asks a node too often has it work.
REST_PAUSE_SECONDS = 0.05
TICKS = os.sysconf("SC_CLK_TCK")


def wait_for(condition, what, seconds=PATIENCE_SECONDS):
    """What the condition says, once that is true. Whoever does not answer is asked again."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if held := condition():
                return held
        time.sleep(0.02)
    raise TimeoutError(f"after {seconds} s still not: {what}")


def cpu_seconds(pids):
    """Of these processes, user and system."""
    ticks = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


class Node(chipline.Chipline):
    """`own` has learnt the events. Numbers of nodes differ, and so do the ids of what they and `own` are sent."""

    def __init__(self, own, number):
        super().__init__(own.binary, own.events)
        self.node = f"node-{number}"
        self._numbers = itertools.count((1 << 60) + (number + 1 << 40))


class Trio:
    """Everything runs over folders in `folder` once it is entered."""

    def __init__(self, own, server, folder):
        self._own, self._folder = own, folder
        self.nats = NatsCluster(server, 3, parent=folder, max_file_store=MOST_BYTES)
        self.nodes = []

    def __enter__(self):
        try:
            self.nats.open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *failure):
        self.close()

    def close(self):
        for node in self.nodes:
            node.stop()
        self.nats.close()

    def create_stream(self, data=None):
        """For a new log, or for the one in `data`."""
        output_of(self._own.binary, "log", "create", "--log", self._url(), "--log-creds",
                  self.nats.credentials["admin"], *(["--data", data] if data else []), env=chipline.environment())

    def _url(self):
        return "nats://" + ",".join(url.removeprefix("nats://") for url in self.nats.urls) + "/" + STREAM

    def add_node(self, folder):
        """A node whose data directory is `folder`/data."""
        node = Node(self._own, len(self.nodes))
        self.start_node(node, folder)
        self.nodes.append(node)
        return node

    def start_node(self, node, folder):
        folder.mkdir(parents=True, exist_ok=True)
        monitors = [part for server in self.nats.servers
                    for part in ("--log-monitor", f"http://127.0.0.1:{server.monitor_port}")]
        node.start(folder, "--log", self._url(), "--log-creds", self.nats.credentials["node"], "--log-replicas", "3",
                   "--node", node.node, *monitors)

    def add_nodes(self, count=3):
        """Nodes of a new log, which has the names that its events need."""
        self.create_stream()
        for number in range(count):
            self.add_node(self._folder / f"node-{number}")
        self.nodes[0].append_names(self._own.aliases)

    def rest(self):
        """Until every node has everything, in its timelines as well."""
        head = max(node.head() for node in self.nodes)
        for node in self.nodes:
            node.wait_until_at(head, chipline.VIEWS, REST_PAUSE_SECONDS)
        return head

    def info(self, stream=STREAM):
        return self.nats.ask(f"$JS.API.STREAM.INFO.{stream}")

    def leader(self, stream=STREAM):
        """The number of the server that leads the stream; None while there is none."""
        try:
            name = self.info(stream)["cluster"].get("leader")
        except RuntimeError:
            return None
        return next((i for i, server in enumerate(self.nats.servers) if server.name == name), None)

    def wait_for_leader(self, stream=STREAM):
        return wait_for(lambda: self.leader(stream) is not None and [self.leader(stream)],
                        f"{stream} has a leader")[0]

    def all_current(self):
        """Whether all servers have all that the stream's leader has."""
        try:
            replicas = self.info()["cluster"].get("replicas", [])
        except RuntimeError:
            return False
        return len(replicas) == 2 and all(one.get("current") and not one.get("lag") for one in replicas)

    def create_plain(self):
        """A stream with the settings of the nodes' own."""
        settings = {key: value for key, value in self.info()["config"].items() if key != "metadata"}
        settings.update(name=PLAIN, subjects=[f"{PLAIN}.commands"])
        self.nats.ask(f"$JS.API.STREAM.CREATE.{PLAIN}", settings)
        self.wait_for_leader(PLAIN)

    def messages(self, count):
        """The newest messages of the nodes' stream, oldest first: bytes."""
        last = self.info()["state"]["last_seq"]
        get = f"$JS.API.STREAM.MSG.GET.{STREAM}"
        return [base64.b64decode(self.nats.ask(get, {"seq": sequence})["message"]["data"])
                for sequence in range(last - count + 1, last + 1)]

    def server_of(self, node):
        """The number of the server that a node is connected to; None if none says so."""
        for i, server in enumerate(self.nats.servers):
            if any(one.get("name", "").endswith(node.node) for one in server.ask("connz?limit=100")["connections"]):
                return i
        return None

    def publisher(self, messages, beside):
        """Publishes to the plain stream, as near to its leader as the node `beside` is to that of its stream."""
        near = self.server_of(beside) == self.wait_for_leader()
        leader = self.wait_for_leader(PLAIN)
        server = self.nats.servers[leader if near else (leader + 1) % len(self.nats.servers)]
        return nats.Connection(server.port, [(f"{PLAIN}.commands".encode(), message) for message in messages], HELLO)

    def server_pids(self):
        return [server.pid for server in self.nats.servers]

    def node_pids(self):
        return [pid for node in self.nodes for pid in node.pids()]
