"""Faults of the network: ways between machines on which everything is lost, for some seconds, and nobody is told.

Servers n1 to n3 and nodes m1 to m3 are on a machine each. Clients, and who looks at it all, reach every machine unless
a fault says otherwise.
"""

import time

import cluster_case
from process_faults import Faults

# Longer than a leader that is alone stays one, which is some 10 s; in a long run only.
SECONDS, LONG_SECONDS = 1, 14


class CutFaults(Faults):
    def _servers(self):
        return [server.machine for server in self._cluster.nats.servers]

    def _nodes(self):
        return [node.machine for node in self._cluster.nodes]

    def _heal(self, what):
        """After others have gone on, and some time more."""
        self._time(what)
        time.sleep(self._chance.choice((SECONDS, LONG_SECONDS if self._scene.long else SECONDS)))
        self._scene.network.heal()


class NetworkFaults(CutFaults):
    """Of servers."""

    def part_the_leader(self):
        """The leader, and the node beside it, see neither the other servers nor the other nodes."""
        self._part(self._leader())

    def part_a_follower(self):
        self._part(self._follower())

    def lose_what_the_leader_sends(self):
        """It hears everybody, and nobody hears it."""
        self._mute(self._leader())

    def lose_what_a_follower_sends(self):
        self._mute(self._follower())

    def _part(self, index):
        side = [self._servers()[index], self._nodes()[index]]
        self._scene.network.part(side, [one for one in self._servers() + self._nodes() if one not in side])
        self._heal(f"without {self._name(index)} and {self._cluster.nodes[index].name}")

    def _mute(self, index):
        sender = self._servers()[index]
        for receiver in self._servers() + self._nodes():
            if receiver != sender:
                self._scene.network.lose(sender, receiver)
        self._heal(f"while nobody hears {self._name(index)}")


class ReachFaults(CutFaults):
    """Of those who ask: a node that does not reach its servers, clients that do not reach their node."""

    def part_a_node_from_the_servers(self):
        node = self._chance.choice(self._cluster.nodes)
        self._scene.network.part([node.machine], self._servers())
        self._heal(f"while {node.name} reaches no server")

    def part_the_clients_from_a_node(self):
        """The node goes on, and its clients do so at another one."""
        node = self._chance.choice(self._cluster.nodes)
        self._scene.network.part([self._scene.network.here], [node.machine])
        began = time.monotonic()
        for writer in self._scene.crowd.first_at(node):
            # One was on its way.
            wanted = writer.recorder.acknowledged + 2
            cluster_case.wait_for(lambda one=writer, many=wanted: one.recorder.acknowledged >= many,
                                  f"{writer.name} goes on at another node than {node.name}")
        print(f"    its clients went on at other nodes after {time.monotonic() - began:.1f} s", flush=True)
        self._heal(f"while no client reaches {node.name}")
