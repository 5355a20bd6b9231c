"""Machines of a test: network namespaces with an address each, on a bridge, and ways between them that can be cut.

    network.enter()                          begins the program again inside of namespaces of its own
    with Network(["a", "b"]) as machines:
        a, b = machines["a"], machines["b"]
        subprocess.run([*a.enter, "ping", b.address])
        machines.lose(a, b)                  what a sends to b is lost, and nobody is told
        machines.part([a], [b])              the same both ways
        machines.heal()

Whoever runs the program is on the bridge too, as `here`. Needs `unshare`, `nsenter` and `ip`, and either root or
namespaces for everybody. When the program has ended, however that was, the kernel takes all of it away.
"""

import dataclasses
import itertools
import os
import subprocess
import sys

# Of the bridge; the machines have those from 1 on.
NET, HERE = "10.99.0", 254
# Nobody has it. What is sent there goes out and is lost, and the sender's kernel sees nothing wrong.
NOWHERE = "02:00:00:00:00:00"
INSIDE = "TEST_IS_IN_NAMESPACES"


def enter():
    """Begins this program again inside of network and mount namespaces of its own, if it is not; answers why that
    cannot be, or None inside. Before anything else, as all is done again."""
    if INSIDE in os.environ:
        ip("link", "set", "lo", "up")
        return None
    wrap = ["unshare", "--net", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    # All that is needed, tried.
    probe = ("ip link add probe type bridge && ip link add one type veth peer name two && "
             "mount -t tmpfs -o size=1m probe /tmp && unshare --net nsenter --net=/proc/$$/ns/net true")
    try:
        tried = subprocess.run([*wrap, "sh", "-c", probe], capture_output=True, text=True, check=False)
    except OSError as missing:
        return f"no namespaces: {missing}"
    if tried.returncode:
        return f"no namespaces: {tried.stderr.strip()}"
    os.environ[INSIDE] = "1"
    # What was said so far is said once.
    sys.stdout.flush()
    os.execvp(wrap[0], [*wrap, *sys.orig_argv])


def ip(*words, inside=()):
    done = subprocess.run([*inside, "ip", *map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"ip {' '.join(map(str, words))}: {done.stderr.strip()}")


@dataclasses.dataclass(frozen=True)
class Machine:
    name: str = "loopback"
    address: str = "127.0.0.1"
    # Before the words of a command that is to run there.
    enter: tuple = ()
    device: str = "lo"


LOOPBACK = Machine()


class Network:
    """Machines by name. To be closed."""

    def __init__(self, names):
        self._holders = []
        self._lost = set()
        self._machines = {}
        self.here = Machine("here", f"{NET}.{HERE}", (), "hub")
        try:
            ip("link", "add", "hub", "type", "bridge")
            ip("address", "add", f"{self.here.address}/24", "dev", "hub")
            ip("link", "set", "hub", "up")
            for number, name in enumerate(names, 1):
                self._machines[name] = self._make(number, name)
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.close()

    def __getitem__(self, name):
        return self._machines[name]

    def _make(self, number, name):
        # It keeps the namespace: says what it hears, and ends when this process does.
        holder = subprocess.Popen(["unshare", "--net", "cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._holders.append(holder)
        holder.stdin.write(b"there\n")
        holder.stdin.flush()
        holder.stdout.readline()
        made = Machine(name, f"{NET}.{number}", ("nsenter", f"--net=/proc/{holder.pid}/ns/net", "--"), "eth0")
        ip("link", "add", f"to-{number}", "type", "veth", "peer", "name", "eth0", "netns", holder.pid)
        ip("link", "set", f"to-{number}", "master", "hub", "up")
        ip("link", "set", "lo", "up", inside=made.enter)
        ip("address", "add", f"{made.address}/24", "dev", "eth0", inside=made.enter)
        ip("link", "set", "eth0", "up", inside=made.enter)
        return made

    def lose(self, sender, receiver):
        """What `sender` sends to `receiver` is lost from now on."""
        ip("neighbour", "replace", receiver.address, "lladdr", NOWHERE, "nud", "permanent", "dev", sender.device,
           inside=sender.enter)
        self._lost.add((sender, receiver))

    def part(self, some, others):
        """Nothing comes from any of `some` to any of `others`, or back."""
        for one, other in itertools.product(some, others):
            self.lose(one, other)
            self.lose(other, one)

    def heal(self):
        for sender, receiver in self._lost:
            ip("neighbour", "delete", receiver.address, "dev", sender.device, inside=sender.enter)
        self._lost.clear()

    def close(self):
        # By hand, since the kernel takes its time with what a namespace leaves, and the names are used again.
        for number in range(1, len(self._holders) + 1):
            subprocess.run(["ip", "link", "delete", f"to-{number}"], capture_output=True, check=False)
        for holder in self._holders:
            holder.stdin.close()
            holder.stdout.close()
            holder.wait()
        subprocess.run(["ip", "link", "delete", "hub"], capture_output=True, check=False)
