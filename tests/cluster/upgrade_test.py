"""A rolling upgrade to a program that knows newer rules: they come into force when an operator says so, everywhere."""

import os
import unittest

import grpc

import claims
from chipline_process import run
from cluster_case import ClusterCase, refusal_of, wait_for
from contract import health, pb
from refusal import Refusal

# The same program, which knows one version of the rules more.
NEXT = os.environ.get("CHIPLINE_NEXT", "")
OLD_RULES, NEW_RULES = 1, 2
PRECONDITION = 9


class UpgradeTest(ClusterCase):
    def setUp(self):
        self.nodes = self.new_cluster().nodes

    def upgrade(self, node):
        node.stop()
        node.program = NEXT
        node.start_again()

    def set_rules(self, node, version, *flags):
        return run("--json", "cluster", "set-rules", version, *flags, server=node)

    def assert_not_set(self, done, reason, *words):
        self.assertEqual(done.returncode, 1, done.stderr)
        code, found, message = refusal_of(done)[:3]
        self.assertEqual((code, found), (PRECONDITION, reason), message)
        for word in words:
            self.assertIn(word, message)

    def rules(self):
        return [node.cluster().cluster.rules_version for node in self.nodes]

    def knows(self, node, version):
        """Whether all have heard that this node knows the version."""
        return all(other.newest_rules_version == version for asked in self.nodes for other in asked.cluster().nodes
                   if other.node == node.name)

    def test_rules_come_into_force_on_all_nodes_once_all_know_them(self):
        self.nodes[0].append(claims.capex("c1"))
        self.assert_not_set(self.set_rules(self.nodes[0], NEW_RULES), "RULES_UNKNOWN", "up to version 1")
        for node in self.nodes[:2]:
            self.upgrade(node)
            node.append(claims.capex("c1"))
            wait_for(lambda asked=node: self.knows(asked, NEW_RULES), f"{node.name} is heard of")
        wait_for(lambda: len(self.nodes[0].cluster().nodes) == 3, "all are heard of")
        self.assertEqual(self.rules(), [OLD_RULES] * 3)
        self.assert_not_set(self.set_rules(self.nodes[0], NEW_RULES), "NODES_TOO_OLD", "node-2 (up to 1)")
        self.assertEqual(self.rules(), [OLD_RULES] * 3)

        self.upgrade(self.nodes[2])
        self.nodes[2].append(claims.capex("c1"))
        wait_for(lambda: self.knows(self.nodes[2], NEW_RULES), "node-2 is heard of")
        done = self.set_rules(self.nodes[1], NEW_RULES)
        self.assertEqual(done.returncode, 0, done.stderr)
        wait_for(lambda: self.rules() == [NEW_RULES] * 3, "the new rules are in force on all")
        # The same again changes nothing, and there is no way back.
        self.assertEqual(self.set_rules(self.nodes[2], NEW_RULES).returncode, 0)
        self.assert_not_set(self.set_rules(self.nodes[2], OLD_RULES), "RULES_OLDER")
        for node in self.nodes:
            node.append(claims.capex("c1"))
        self.assert_same(self.nodes)

        # The older program does not take the directory of a node that applies by newer rules.
        self.nodes[0].stop()
        older = run("--json", "serve", "--data", self.nodes[0].data, "--listen", "127.0.0.1:0",
                    *self.nodes[0].flags)
        self.assert_not_set(older, "RULES_UNKNOWN", "rules version 2")
        self.nodes[0].start_again()
        self.nodes[0].append(claims.capex("c1"))
        self.assert_same(self.nodes)

    def test_a_node_that_was_left_behind_stops_there_and_goes_on_when_it_is_upgraded(self):
        for node in self.nodes[:2]:
            self.upgrade(node)
        wait_for(lambda: all(self.knows(node, NEW_RULES) for node in self.nodes[:2]), "both are heard of")
        done = self.set_rules(self.nodes[0], NEW_RULES, "--force")
        self.assertEqual(done.returncode, 0, done.stderr)
        placed = self.nodes[1].append(claims.capex("c1")).events[0].position

        old = self.nodes[2]
        wait_for(lambda: old.client.health.Check(health.HealthCheckRequest()).status
                 == health.HealthCheckResponse.NOT_SERVING, "the old node does not serve")
        self.assertLess(old.head(), placed)
        with self.assertRaises(grpc.RpcError) as refused:
            old.append(claims.capex("c1"))
        self.assertEqual(Refusal.of_error(refused.exception).reason, "OUTCOME_UNKNOWN")
        self.assertIn("start a newer chipline", old.said())

        self.upgrade(old)
        old.append(claims.capex("c1"))
        self.assert_same(self.nodes)

    def test_bad_input_is_told(self):
        with self.assertRaises(grpc.RpcError) as refused:
            self.nodes[0].client.admin.SetRulesVersion(pb.SetRulesVersionRequest())
        self.assertEqual(refused.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)
        self.assertIn("rules_version", refused.exception.details())


if __name__ == "__main__":
    unittest.main()
