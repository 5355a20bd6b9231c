"""A cluster to test: nats-servers, a stream that `chipline log create` made, and nodes that take it."""

import contextlib
import json
import os
import signal
import sys
import time
import unittest

import grpc

import nats_package
from chipline_process import Server, run
from contract import pb
from nats_cluster import STREAM, NatsCluster
from network import LOOPBACK

# Of Debian, whose nats-server is used.
SUITE = os.environ.get("CHIPLINE_NATS_SUITE", nats_package.FLOOR)
# For a new leader, a node that reads what it missed, and a machine that is busy.
WAIT_SECONDS = 60


def wait_for(condition, what):
    """Waits until the condition holds, and answers what it said. `what`: the condition in words, or what makes them."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not (held := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"after {WAIT_SECONDS} s still not: {what() if callable(what) else what}")
        time.sleep(0.05)
    return held


class Node(Server):
    """A node over a folder of its own. `prepare`, if any, fills its data directory before the first start."""

    def __init__(self, name, flags, prepare=None, machine=LOOPBACK, variables=None):
        self.name, self.machine = name, machine
        self._prepare = prepare
        self.enter, self.host, self.variables = machine.enter, machine.address, variables or {}
        # Nobody has to prove who they are.
        away = [] if machine is LOOPBACK else ["--insecure"]
        super().__init__(*flags, *away, "--node", name)

    def start(self, listen=None):
        if self._prepare is not None:
            prepare, self._prepare = self._prepare, None
            prepare(self.data)
        super().start(listen)

    def start_again(self):
        """Starts it where it was, for clients that wait for it there."""
        self.start(self.address)

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def head(self, linearizable=False):
        return self.client.log.GetHead(pb.GetHeadRequest(linearizable=linearizable)).head_position

    def answers(self):
        """Whether it reaches the stream."""
        try:
            self.head(linearizable=True)
        except grpc.RpcError:
            return False
        return True

    def append(self, *events, **others):
        return self.client.log.AppendEvents(pb.AppendEventsRequest(events=events, **others))

    def events(self, until):
        """The bytes of every event up to a position."""
        found = []
        for part in self.client.log.ReadEvents(pb.ReadEventsRequest()):
            found += [event.SerializeToString(deterministic=True)
                      for event in part.events if event.position <= until]
        return found

    def names_of_timelines(self):
        """Of every entry that there is."""
        names, token = [], ""
        while True:
            page = self.client.timelines.ListTimelines(pb.ListTimelinesRequest(page_size=1000, page_token=token))
            names += page.timelines
            token = page.next_page_token
            if not token:
                return names

    def timeline(self, query, position):
        """The bytes of all pages of a timeline as of a position, without what each answer is of its own."""
        pages, token = [], ""
        while True:
            page = self.client.timelines.GetTimeline(pb.GetTimelineRequest(
                query=query, known=pb.Known(position=position), min_position=position, page_token=token))
            pages += [entry.SerializeToString(deterministic=True) for entry in page.entries]
            token = page.next_page_token
            if not token:
                return pages

    def view_position(self):
        return self.client.admin.GetStats(pb.GetStatsRequest()).view_position

    def cluster(self):
        return self.client.admin.GetCluster(pb.GetClusterRequest())


def queries_of(names):
    """A query for every timeline that these entries are in."""
    found = {}
    for name in names:
        kind = name.key.WhichOneof("key")
        entry = getattr(name.key, kind)
        queries = []
        if kind == "export_rule":
            queries.append(pb.TimelineQuery(
                export_rule=pb.ExportRuleQuery(chip=entry.chip, destination=entry.destination)))
        elif kind == "chip_order":
            queries.append(pb.TimelineQuery(chip_order=pb.ChipOrderQuery(order=entry.order)))
        elif kind == "chip_supply":
            queries.append(pb.TimelineQuery(chip_supply=pb.ChipSupplyQuery(chip=entry.chip)))
        elif kind == "usage":
            queries.append(pb.TimelineQuery(usage=pb.UsageQuery(company=entry.company)))
        else:
            queries += [pb.TimelineQuery(capex=pb.CapexQuery(company=company)) for company in entry.companies]
        for query in queries:
            found[query.SerializeToString(deterministic=True)] = query
    return list(found.values())


class Cluster:
    """nats-servers, the stream of a new log (or of the one in `data`), and nodes. To be closed."""

    def __init__(self, nodes=3, servers=3, suite=SUITE, data=None, stream=True, **settings):
        program = nats_package.find(suite)
        if program is None:
            raise unittest.SkipTest(f"nats-server of Debian's {suite} is not there: deploy/test fetches it")
        # Also where they run, and on which disks.
        self.nats = NatsCluster(program, servers, **settings)
        self.nodes = []
        self._exit = contextlib.ExitStack()
        self._exit.callback(self.nats.close)
        try:
            self.nats.open()
            if stream:
                self.create_stream(data)
            for _ in range(nodes):
                self.add_node()
        except BaseException:
            self.close()
            raise

    @property
    def url(self):
        return "nats://" + ",".join(url.removeprefix("nats://") for url in self.nats.urls) + "/" + STREAM

    @property
    def replicas(self):
        return len(self.nats.servers)

    def flags(self, user="node"):
        monitors = [part for server in self.nats.servers for part in ("--log-monitor", server.monitor)]
        return ["--log", self.url, "--log-creds", self.nats.credentials[user],
                "--log-replicas", self.replicas, *monitors]

    def create_stream(self, data=None):
        done = run("log", "create", "--log", self.url, "--log-creds", self.nats.credentials["admin"],
                   "--replicas", self.replicas, *(["--data", data] if data else []))
        if done.returncode:
            raise AssertionError(f"log create ended with {done.returncode}: {done.stderr}")

    def add_node(self, prepare=None, *flags, **options):
        node = Node(f"node-{len(self.nodes)}", [str(flag) for flag in (*self.flags(), *flags)], prepare, **options)
        self._exit.callback(node.close)
        self.nodes.append(node)
        return node

    def ask(self, subject, body=None):
        return self.nats.ask(subject, body)

    def leader(self):
        """Which of the nats-servers leads the stream; None while none does."""
        try:
            name = self.ask(f"$JS.API.STREAM.INFO.{STREAM}").get("cluster", {}).get("leader", "")
        except (OSError, RuntimeError):
            return None
        return next((i for i, server in enumerate(self.nats.servers) if server.name == name), None)

    def kill_servers(self):
        for index in range(self.replicas):
            self.nats.kill(index)

    def start_servers(self):
        """Starts those that were killed, and waits until the stream has a leader."""
        for index, server in enumerate(self.nats.servers):
            if not server.alive():
                self.nats.start(index)
        try:
            wait_for(lambda: self.leader() is not None, "the stream has a leader")
        except AssertionError as stuck:
            # Seen once of nats-server 2.10.27, on a busy machine. What an operator does then:
            print(f"{stuck}; the servers are started anew, one after the other", file=sys.stderr)
            for index in range(self.replicas):
                self.nats.kill(index)
                self.nats.start(index)
            wait_for(lambda: self.leader() is not None, "the stream has a leader")

    def close(self):
        self._exit.close()


class ClusterCase(unittest.TestCase):
    """What the tests of a cluster have in common. Each test uses event ids and names of its own."""

    maxDiff = None

    def new_cluster(self, *arguments, **options):
        cluster = Cluster(*arguments, **options)
        self.addCleanup(cluster.close)
        return cluster

    def assert_same(self, nodes):
        """Every event and every timeline of the nodes is the same, byte for byte. Answers the head."""
        head = max(node.head(linearizable=True) for node in nodes)
        first = nodes[0]
        for node in nodes:
            # It has all of it once its timelines do.
            wait_for(lambda asked=node: asked.view_position() >= head, f"the timelines of {node.name} are at {head}")
        events = first.events(head)
        self.assertEqual(len(events), head)
        names = first.names_of_timelines()
        queries = queries_of(names)
        timelines = [first.timeline(query, head) for query in queries]
        for node in nodes[1:]:
            self.assertEqual(node.events(head), events, f"{node.name} has other events than {first.name}")
            self.assertEqual(node.names_of_timelines(), names, f"{node.name} and {first.name}")
            for query, timeline in zip(queries, timelines):
                self.assertEqual(node.timeline(query, head), timeline, f"{query} on {node.name} and {first.name}")
        return head

    def assert_agreed(self, nodes, position=1000):
        """Every node says that it and all others came to the same, up to the position at least."""
        names = {node.name for node in nodes}
        for node in nodes:
            def agreed(asked=node):
                found = [one for one in asked.cluster().nodes if one.node in names and not one.self]
                self.assertNotIn(pb.NODE_AGREEMENT_DIFFERS, [one.agreement for one in found])
                return len(found) == len(names) - 1 and all(
                    one.agreement == pb.NODE_AGREEMENT_SAME and one.compared_position >= position for one in found)
            wait_for(agreed, f"{node.name} and the others agree up to {position}")


def refusal_of(done):
    """The google.rpc.Status that a command of `--json` has ended with: code, reason and message."""
    status = json.loads(done.stderr.strip().splitlines()[-1])
    reasons = [detail["reason"] for detail in status.get("details", ()) if "reason" in detail]
    return status["code"], reasons[0] if reasons else "", status["message"]
