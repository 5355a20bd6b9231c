"""Load on a cluster: clients of every node that note what they see, and cursors that move through all nodes."""

import grpc

from clients import Crowd, Stubs, Worker
from contract import pb


class Cursors(Worker):
    """Moves a named cursor forward, through all nodes, and remembers what was acknowledged."""

    def __init__(self, address, name):
        super().__init__(name)
        self._stubs = Stubs(address)
        self.acknowledged = 0
        self.asked = 0

    def run(self):
        while not self.stopping.wait(0.1):
            try:
                head = self._stubs.log.GetHead(pb.GetHeadRequest(), timeout=5).head_position
                self.asked = max(self.asked, head)
                done = self._stubs.subscriptions.CommitCursor(
                    pb.CommitCursorRequest(name=self.name, position=self.asked), timeout=5)
                self.acknowledged = done.cursor.position
            except grpc.RpcError:
                continue

    def close(self):
        self._stubs.close()


class ClusterCrowd(Crowd):
    """Each worker begins at another node, and goes on at the next one when its node is gone."""

    def __init__(self, folder, nodes, seed, **options):
        self._addresses = [node.address for node in nodes]
        super().__init__(folder, self.address_of(0), seed, **options)

    def address_of(self, index):
        shift = index % len(self._addresses)
        return "ipv4:" + ",".join(self._addresses[shift:] + self._addresses[:shift])

    def first_at(self, node):
        """The writers that begin at a node."""
        return self.writers[self._addresses.index(node.address)::len(self._addresses)]
