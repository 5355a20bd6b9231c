"""The trace of an append goes with its message through the stream, and is no part of what the nodes take."""

import base64
import unittest

import claims
from cluster_case import ClusterCase
from contract import pb
from http_case import Caller
from nats_cluster import STREAM

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e{:04x}-00f067aa0ba902b7-01"


class TraceTest(ClusterCase):
    def setUp(self):
        self.cluster = self.new_cluster(nodes=0, servers=1)
        self.ports = [self.cluster.nats.folder / f"http-port-{index}" for index in range(2)]
        for port in self.ports:
            self.cluster.add_node(None, "--http", "127.0.0.1:0", "--http-port-file", port)
        self.nodes = self.cluster.nodes

    def headers(self):
        """The header block of each message of the stream, in order; empty if it has none."""
        last = self.cluster.ask(f"$JS.API.STREAM.INFO.{STREAM}")["state"]["last_seq"]
        found = []
        for sequence in range(1, last + 1):
            message = self.cluster.ask(f"$JS.API.STREAM.MSG.GET.{STREAM}", {"seq": sequence})["message"]
            found.append(base64.b64decode(message.get("hdrs", "")).decode())
        return found

    def traces(self):
        return [header for header in self.headers() if header]

    @staticmethod
    def header_of(traceparent):
        return f"NATS/1.0\r\ntraceparent: {traceparent}\r\n\r\n"

    def append(self, node, traceparent, count=1):
        request = pb.AppendEventsRequest(events=[claims.capex("acme") for _ in range(count)])
        return node.client.log.AppendEvents(request, metadata=[("traceparent", traceparent)])

    def test_a_message_has_the_trace_of_its_append(self):
        first, second, third = (TRACE.format(number) for number in range(1, 4))
        self.nodes[0].append(claims.capex("acme"))
        self.assertEqual(self.traces(), [])
        self.append(self.nodes[0], first, count=3)
        self.append(self.nodes[1], second)
        Caller(int(self.ports[0].read_text())).unary(
            "/chipline.v1.EventLogService/AppendEvents",
            pb.AppendEventsRequest(events=[claims.capex("acme")]).SerializeToString(), "proto", traceparent=third)
        self.assertEqual(self.traces(), [self.header_of(trace) for trace in (first, second, third)])

        def pipeline():
            yield pb.PipelineAppendRequest(request_id=1, append=pb.AppendEventsRequest(events=[claims.capex("acme")]))
        trace = TRACE.format(4)
        answers = list(self.nodes[0].client.log.PipelineAppend(pipeline(), metadata=[("traceparent", trace)]))
        self.assertEqual(len(answers), 1)
        self.assertEqual(self.traces()[3:], [self.header_of(trace)])

    def test_a_wrong_one_goes_nowhere(self):
        for wrong in (TRACE.format(1) + "-more", TRACE.format(1).upper(), "x" * 55):
            self.append(self.nodes[0], wrong)
        self.assertEqual(self.traces(), [])

    def test_the_nodes_come_to_the_same_with_and_without(self):
        for number in range(40):
            self.append(self.nodes[number % 2], TRACE.format(number), count=30)
        self.assert_same(self.nodes)
        self.assert_agreed(self.nodes)
        # The last message that it took had a trace, and is read again when it starts.
        self.append(self.nodes[0], TRACE.format(99))
        self.assertEqual(self.headers()[-1], self.header_of(TRACE.format(99)))
        self.nodes[0].restart()
        self.nodes[0].append(claims.capex("acme"))
        self.assert_same(self.nodes)


if __name__ == "__main__":
    unittest.main()
