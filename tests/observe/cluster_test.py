"""Each alert of a cluster fires by its own fault, at real nodes over real nats-servers, and not before."""

import os
import subprocess
import unittest

import artifacts
import claims
from cluster_case import Cluster, Node
from contract import ROOT, pb
from server_faults import slow_syncs
from nats_client import NatsClient
from nats_cluster import PASSWORD, STREAM
from prometheus_process import wait_for
from scrape_case import AlertCase, HttpPort, families_of, skip_unless_scraped

# The same program, which knows one version of the rules more.
NEXT = os.environ.get("CHIPLINE_NEXT", "")


class ScrapedNode(HttpPort, Node):
    pass


class ClusterAlertsTest(AlertCase):
    """The faults come one after the other to one cluster, and the last of them is not mended."""

    places = 4

    @classmethod
    def setUpClass(cls):
        skip_unless_scraped()
        cls.cluster = Cluster(nodes=0)
        cls.addClassCleanup(cls.cluster.close)
        super().setUpClass()
        cls.nodes = [cls.start_node(f"node-{number}", cls.cluster.flags()) for number in range(3)]

    @classmethod
    def start_node(cls, name, flags):
        node = cls.start_server(name, [str(flag) for flag in flags], kind=ScrapedNode)
        cls.addClassCleanup(node.close)
        return node

    def fires(self, alert, *nodes):
        for node in nodes or self.nodes:
            self.assert_fires(alert, node.instance)

    def clears(self, alert, *nodes):
        for node in nodes or self.nodes:
            self.assert_clears(alert, node.instance)

    def test_1_a_cluster_that_does_well(self):
        self.nodes[0].append(claims.capex("acme"))
        for node in self.nodes:
            self.assertEqual(families_of(node.metrics()), artifacts.families_told("always", "cluster"))
            heard = f'chipline_cluster_nodes{{instance="{node.instance}", state="heard"}} == 2'
            self.wait_for_answer(heard)
            wait_for(lambda asked=node: self.told(asked.instance, "chipline_stream_reachable") == 1, "it is reached")
            self.wait_until_quiet(node.instance)
        for panel, query in artifacts.panel_queries():
            if "chipline_cluster_" in query or "chipline_node_" in query or "chipline_stream_" in query:
                with self.subTest(panel):
                    if " == " not in query:
                        self.wait_for_answer(query)

    def test_2_monitors_that_are_not_given(self):
        flags = self.cluster.flags()
        node = self.start_node("unverified", flags[:flags.index("--log-monitor")])
        self.fires("ChiplineSyncNotVerified", node)
        # It is gone, and the others have heard of it.
        wait_for(lambda: self.told(self.nodes[0].instance, "chipline_cluster_nodes") == 3, "it is heard of")
        self.assert_quiet(self.nodes[0].instance, "ChiplineNodeSilent", "ChiplineSyncNotVerified")
        node.stop()
        self.fires("ChiplineNodeSilent")
        self.fires("ChiplineDown", node)

    def test_3_a_program_that_knows_newer_rules(self):
        if not NEXT:
            self.skipTest("CHIPLINE_NEXT names no program")
        node = self.nodes[2]
        self.assert_quiet(node.instance, "ChiplineRulesNotSet")
        node.stop()
        node.program = NEXT
        node.start_again()
        self.fires("ChiplineRulesNotSet", node)

    def test_4_a_node_whose_disk_does_not_answer(self):
        first, slow = self.nodes[:2]
        self.assert_quiet(slow.instance, "ChiplineNodeBehind")
        with slow_syncs(slow.process.pid, 8):
            first.append(claims.capex("acme"))
            self.fires("ChiplineNodeBehind", slow)
            self.assert_quiet(first.instance, "ChiplineNodeBehind")
        self.clears("ChiplineNodeBehind", slow)

    def test_5_a_node_that_came_to_something_else(self):
        first = self.nodes[0]
        # Hashes are kept at every 1,000th event.
        first.append(*[claims.capex("acme") for _ in range(1000)])
        same = f'chipline_cluster_agreement{{instance="{first.instance}", result="same"}} >= 2'
        self.wait_for_answer(same)
        self.assert_quiet(first.instance, "ChiplineNodesDisagree")
        position = max(node.compared_position for node in first.cluster().nodes if not node.self)
        self.publish_report("another", position)
        self.fires("ChiplineNodesDisagree", first)

    def publish_report(self, name, position):
        """What a node says of itself whose hashes at the position are like nobody's."""
        head = self.nodes[0].client.log.GetHead(pb.GetHeadRequest())
        report = (f'node: "{name}" log_id: "{head.log_id}" epoch: {head.epoch} head_position: {position} '
                  f'digests {{ position: {position} commands: "{"x" * 16}" results: "{"y" * 16}" }}')
        encoded = subprocess.run(
            ["protoc", f"-I{ROOT / 'proto'}", "--encode=chipline.storage.v1.NodeReport",
             "chipline/storage/v1/stream.proto"], input=report.encode(), capture_output=True, check=True).stdout
        server = self.cluster.nats.servers[0]
        with NatsClient(server.machine.address, server.port, "admin", PASSWORD) as client:
            client.publish(f"{STREAM}.nodes.{name}", encoded)

    def test_6_a_stream_that_is_deleted(self):
        for node in self.nodes:
            self.assert_quiet(node.instance, "ChiplineNodeStalled", "ChiplineTakesNoAppends")
        self.cluster.ask(f"$JS.API.STREAM.DELETE.{STREAM}")
        self.fires("ChiplineNodeStalled")
        self.fires("ChiplineTakesNoAppends")

    def test_7_a_nats_server_that_is_killed_and_then_another(self):
        # Nodes that halted look at the stream all the same.
        self.cluster.create_stream()
        self.clears("ChiplineStreamUnreachable")
        self.clears("ChiplineReplicasMissing")
        gone = next(index for index in range(3) if index != self.cluster.leader())
        self.cluster.nats.kill(gone)
        self.fires("ChiplineReplicasMissing")
        for node in self.nodes:
            self.assert_quiet(node.instance, "ChiplineStreamUnreachable")
        self.cluster.nats.kill((gone + 1) % 3)
        self.fires("ChiplineStreamUnreachable")
        self.clears("ChiplineReplicasMissing")


if __name__ == "__main__":
    unittest.main()
