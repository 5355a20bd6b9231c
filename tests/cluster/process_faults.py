"""Faults of processes: nodes and nats-servers that are killed, or stand still."""

import time

import cluster_case


class Faults:
    """What can happen to a cluster. Each fault comes while the load runs, and is over when it returns. `scene`: whose
    cluster, chance and load these are (faults.py)."""

    def __init__(self, scene):
        self._scene, self._cluster, self._chance = scene, scene.cluster, scene.chance

    @classmethod
    def names(cls):
        return sorted(name for name in vars(cls) if not name.startswith("_") and name != "names")

    def _leader(self):
        return cluster_case.wait_for(lambda: self._cluster.leader() is not None and [self._cluster.leader()],
                                     "the stream has a leader")[0]

    def _follower(self):
        leader = self._leader()
        return self._chance.choice([i for i in range(self._cluster.replicas) if i != leader])

    def _time(self, what):
        print(f"    {what}: acknowledged again after {self._scene.until_acknowledged():.1f} s", flush=True)

    def _name(self, index):
        return self._cluster.nats.servers[index].name

    def _start(self, nodes):
        """As a supervisor does: again until it stays."""
        for node in nodes:
            def started(one=node):
                try:
                    one.start_again()
                except AssertionError:
                    return False
                return True
            cluster_case.wait_for(started, lambda one=node: f"{one.name} starts; it said:\n{one.said()[-2000:]}")


class ProcessFaults(Faults):
    def kill_a_node(self):
        node = self._chance.choice(self._cluster.nodes)
        node.kill()
        self._start([node])

    def kill_two_nodes(self):
        nodes = self._chance.sample(self._cluster.nodes, 2)
        for node in nodes:
            node.kill()
        self._start(nodes)

    def kill_the_leader(self):
        self._kill(self._leader())

    def kill_a_follower(self):
        self._kill(self._follower())

    def kill_all_servers(self):
        self._cluster.kill_servers()
        self._cluster.start_servers()

    def kill_everything(self):
        for node in self._cluster.nodes:
            node.kill()
        self._cluster.kill_servers()
        self._cluster.start_servers()
        self._start(self._cluster.nodes)

    def pause_a_node(self):
        node = self._chance.choice(self._cluster.nodes)
        node.pause()
        time.sleep(1 + 4 * self._chance.random())
        node.resume()

    def pause_the_leader(self):
        self._pause([self._leader()])

    def pause_all_servers(self):
        self._pause(range(self._cluster.replicas))

    def _kill(self, index):
        self._cluster.nats.kill(index)
        self._time(f"without {self._name(index)}")
        self._cluster.nats.start(index)

    def _pause(self, servers):
        for index in servers:
            self._cluster.nats.pause(index)
        time.sleep(1 + 6 * self._chance.random())
        for index in servers:
            self._cluster.nats.resume(index)
