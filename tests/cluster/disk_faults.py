"""Faults of the disks of nats-servers: no room."""

import cluster_case
from process_faults import Faults


class ServerDisks:
    """What each nats-server keeps is on two disks: on one inside of the other are the streams, on the outer one the
    logs by which servers agree on what comes next."""

    def __init__(self, cluster, outer, streams):
        self._nats = cluster.nats
        self.outer, self.streams = outer, streams

    def fill(self, indices, *disks):
        """Once all servers have everything."""
        cluster_case.wait_for(lambda: not self._nats.ailments(),
                              lambda: f"all servers have everything: {self._nats.ailments()}")
        for index in indices:
            for disk in disks:
                disk[index].fill()

    def wait_until_noticed(self, indices):
        """Until each of these has met the end of its disk, with something that it was to write."""
        for index in indices:
            cluster_case.wait_for(lambda one=index: one in self._nats.ailments(),
                                  lambda one=index: f"{self._nats.servers[one].name} notices that its disk is full")

    def make_room(self, indices):
        """And starts these servers again: until then they do nothing more with their disks."""
        for index in indices:
            self.outer[index].make_room()
            self.streams[index].make_room()
            self._nats.kill(index)
        for index in indices:
            self._nats.start(index)


class DiskFaults(Faults):
    """Of one server at a time, that has no room to write down what the servers agree on. A server without room for the
    streams alone is that of disk_test.py: some nats-servers then have something else than the others."""

    def fill_the_disk_of_the_leader(self):
        self._fill(self._leader())

    def fill_the_disk_of_a_follower(self):
        self._fill(self._follower())

    def _fill(self, index):
        disks = self._scene.server_disks
        disks.fill([index], disks.outer)
        disks.wait_until_noticed([index])
        self._time(f"while {self._name(index)} has no room")
        disks.make_room([index])
