"""Ways that are cut carry nothing, others do, and healed ones do again."""

import ctypes
import socket
import sys
import threading
import unittest

import network

TRIES, TRY_SECONDS = 20, 0.05


def socket_at(machine):
    """A socket of another machine: made by a thread that enters it and ends."""
    made = []

    def make():
        if machine.enter:
            with open(machine.enter[1].removeprefix("--net="), encoding="utf-8") as space:
                if ctypes.CDLL(None).setns(space.fileno(), 0):
                    return
        made.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        made[0].bind((machine.address, 0))
    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    return made[0]


def hears(sender, receiver):
    """Whether what one machine sends comes to another."""
    with socket_at(sender) as mouth, socket_at(receiver) as ear:
        ear.settimeout(TRY_SECONDS)
        for _ in range(TRIES):
            mouth.sendto(b"x", ear.getsockname())
            try:
                return ear.recv(1) == b"x"
            except TimeoutError:
                continue
        return False


class NetworkTest(unittest.TestCase):
    def setUp(self):
        self.network = network.Network(["a", "b", "c"])
        self.addCleanup(self.network.close)
        self.a, self.b, self.c = (self.network[name] for name in "abc")

    def assert_lost(self, *lost):
        """Of all ways, these and no others."""
        machines = (self.a, self.b, self.c, self.network.here)
        found = {(one.name, other.name) for one in machines for other in machines
                 if one is not other and not hears(one, other)}
        self.assertEqual(found, set(lost))

    def test_one_way(self):
        self.network.lose(self.a, self.b)
        self.assert_lost(("a", "b"))
        self.network.heal()
        self.assert_lost()

    def test_both_ways(self):
        self.network.part([self.a], [self.b, self.network.here])
        self.assert_lost(("a", "b"), ("b", "a"), ("a", "here"), ("here", "a"))
        self.network.heal()
        self.assert_lost()


if __name__ == "__main__":
    if missing := network.enter():
        print(f"no networks: {missing}")
        sys.exit(0)
    unittest.main()
