"""One or three nats-servers on loopback with JetStream, for tests: started, killed, stopped and cleaned up.

From Python:

    with NatsCluster(program, servers=3) as cluster:
        cluster.urls, cluster.credentials["node"]; cluster.kill(0); cluster.start(0)

From other languages, as a child process: it prints one line of JSON that says where everything is, then does what each
line of its input says (kill N, pause N, resume N, start N, withdraw N) and answers "ok" or "error: ..."; at the end of its input it
ends the servers and removes their folder.

    python3 tests/cluster/nats_cluster.py [--suite trixie] [--servers 3] [--set KEY=VALUE ...]

Accounts: SYS with the user `sys`; APP with `admin`, who may do everything in it, and `node`, who may use the stream
STREAM but neither delete, update nor purge it.
"""

import argparse
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import nats_package
import nats_secrets
from nats_client import NatsClient
from network import LOOPBACK

STREAM = "chipline"
STREAMS_ACCOUNT = "APP"
START_SECONDS = 20
PASSWORD = "only-for-tests"
NODE_MAY_PUBLISH = (
    f"{STREAM}.>", "$JS.API.INFO", f"$JS.API.STREAM.INFO.{STREAM}", f"$JS.API.STREAM.MSG.GET.{STREAM}",
    f"$JS.API.CONSUMER.CREATE.{STREAM}.>", f"$JS.API.CONSUMER.INFO.{STREAM}.*",
    f"$JS.API.CONSUMER.DELETE.{STREAM}.*", f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.*")
NODE_MAY_SUBSCRIBE = ("_INBOX.>", f"{STREAM}.>")
# Account, subjects it may publish, subjects it may subscribe to.
USERS = {"sys": ("SYS", None, None), "admin": ("APP", None, None),
         "node": ("APP", NODE_MAY_PUBLISH, NODE_MAY_SUBSCRIBE)}
# What --set changes. sync_interval: empty leaves the line out, which nats-server 2.9 needs. accounts: "passwords", or
# "signed" for credentials files with a JWT. tls: "yes" for clients only; its certificate is FOLDER/tls.crt.
DEFAULTS = {"max_payload": "8MB", "sync_interval": "always", "max_file_store": "4GB", "account_max_file": "-1",
            "accounts": "passwords", "tls": ""}


def free_ports(count):
    """Ports in a row that are free when asked for. They are below those that the kernel gives to outgoing connections
    (32768 and up), so that none is taken while a server that is started again does not listen."""
    for _ in range(100):
        first = random.randrange(12000, 32768 - count)
        ports = list(range(first, first + count))
        with contextlib.ExitStack() as probes, contextlib.suppress(OSError):
            for port in ports:
                probes.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return ports
    raise RuntimeError(f"there are no {count} free ports in a row")


# Before a server's command: the kernel kills it when this process ends, however that happens. Not a function that
# subprocess runs in the child: it would have to fork, and gRPC makes a fork wait until none of its threads is at work.
WITH_PARENT = pathlib.Path(__file__).resolve().parents[1] / "with_parent"


def dies_with_us():
    return WITH_PARENT, str(os.getpid())


class NatsServer:
    """One server of a cluster, on a machine. It keeps its ports and its folders when it is started again; in `store`
    is what it keeps of streams."""

    def __init__(self, program, name, folder, ports, machine=LOOPBACK, store=None):
        self.name, self.machine, self.store = name, machine, store or folder / "data"
        self.port, self.monitor_port, self.route_port = ports
        self._program, self._folder, self._process = program, folder, None

    @property
    def pid(self):
        return self._process.pid

    def said(self):
        return (self._folder / "output").read_text(errors="replace")[-3000:]

    def start(self):
        with (self._folder / "output").open("ab") as said:
            self._process = subprocess.Popen(
                [*self.machine.enter, *dies_with_us(), str(self._program), "-c", str(self._folder / "nats.conf")],
                stdout=said, stderr=said,
                # A session of its own: when ours ends while a member of its process group is stopped, the
                # kernel sends SIGHUP to all of the group, and so to us.
                stdin=subprocess.DEVNULL, start_new_session=True)

    def wait_until_it_listens(self, port):
        deadline = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection((self.machine.address, port), 5).close()
                return
            if not self.alive() or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} does not listen; it said:\n{self.said()}")
            time.sleep(0.02)

    def alive(self):
        return self._process is not None and self._process.poll() is None

    def pause(self):
        """Returns when all of its threads stand still."""
        self._process.send_signal(signal.SIGSTOP)
        os.waitpid(self.pid, os.WUNTRACED)

    def resume(self):
        self._process.send_signal(signal.SIGCONT)

    def kill(self):
        if self.alive():
            self._process.kill()
            self._process.wait()

    def stop(self):
        """As an operator does."""
        self._process.terminate()
        self._process.wait()

    @property
    def monitor(self):
        return f"http://{self.machine.address}:{self.monitor_port}"

    def ask(self, path):
        """What the monitor says, as JSON; OSError while it does not answer."""
        with urllib.request.urlopen(f"{self.monitor}/{path}", timeout=5) as answer:
            return json.load(answer)


class NatsCluster:
    """`servers` nats-servers that know each other, over a folder of their own in `parent`. `settings` as DEFAULTS.
    `machines` and `stores`, if given: where each runs, and the folder for what it keeps of streams."""

    def __init__(self, program, servers=3, parent=None, machines=None, stores=None, **settings):
        self._program, self._count = program, servers
        self._machines, self._stores = machines or [LOOPBACK] * servers, stores or [None] * servers
        self._settings = {**DEFAULTS, **settings}
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chipline-nats-", dir=parent))
        self.credentials = {user: self.folder / f"{user}.credentials" for user in USERS}
        self._accounts = self._signed_accounts() if self._settings["accounts"] == "signed" else self._passwords()
        if self._settings["tls"]:
            nats_secrets.make_certificate(self.folder)
        self.servers = []

    def __enter__(self):
        try:
            self.open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *failure):
        self.close()

    @property
    def urls(self):
        scheme = "tls" if self._settings["tls"] else "nats"
        return [f"{scheme}://{server.machine.address}:{server.port}" for server in self.servers]

    def open(self):
        """Starts all of them and waits until they can make streams."""
        for attempt in range(3):
            self._make_servers()
            try:
                for index in range(self._count):
                    self.start(index)
                self._wait_until_ready()
                return
            except RuntimeError:
                # Another program may have taken one of the ports meanwhile.
                for server in self.servers:
                    server.kill()
                if attempt == 2:
                    raise

    def close(self):
        for server in self.servers:
            server.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, subject, body=None):
        """An administrator's request to the JetStream API, at whichever server answers first."""
        failure = OSError("no nats-server runs")
        for server in self.servers:
            if not server.alive():
                continue
            try:
                with NatsClient(server.machine.address, server.port, "admin", PASSWORD) as client:
                    return client.request(subject, body)
            except OSError as error:
                failure = error
        raise failure

    def kill(self, index):
        self.servers[index].kill()

    def pause(self, index):
        self.servers[index].pause()

    def resume(self, index):
        self.servers[index].resume()

    def start(self, index):
        """Starts one that does not run, and waits until it can be connected to; not until it takes part. Of servers
        that start for the first time at the same moment the leader may count only two, for ever, though all are
        connected; it then finds "no suitable peers" for a stream (nats-server 2.10.27)."""
        server = self.servers[index]
        server.start()
        server.wait_until_it_listens(server.port if self._count == 1 else server.route_port)

    def withdraw(self, index):
        """The next start of this server knows another password for all users."""
        path = self.folder / self.servers[index].name / "nats.conf"
        path.write_text(path.read_text().replace(PASSWORD, PASSWORD + "-changed"))

    def wipe(self, index):
        """Removes what a server that does not run keeps of streams."""
        store = self.servers[index].store
        for path in store.iterdir() if store.exists() else ():
            # A disk of its own inside of it stays, empty.
            shutil.rmtree(path, ignore_errors=True)

    def stated(self):
        """Where everything is, for other languages."""
        return {"servers": [{"name": server.name, "url": url, "pid": server.pid,
                             "monitor": server.monitor}
                            for server, url in zip(self.servers, self.urls)],
                # Of each user, <user>.credentials.
                "folder": str(self.folder),
                "version": ".".join(map(str, nats_package.version_of(self._program)))}

    def _make_servers(self):
        ports = free_ports(3 * self._count)
        self.servers = []
        for i in range(self._count):
            folder = self.folder / f"n{i + 1}"
            # What an attempt before it has left would count.
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            self.servers.append(NatsServer(self._program, f"n{i + 1}", folder, ports[3 * i:3 * i + 3],
                                           self._machines[i], self._stores[i]))
            self.wipe(i)
        for i, server in enumerate(self.servers):
            (self.folder / f"n{i + 1}" / "nats.conf").write_text(self._configuration(server))

    def _configuration(self, server):
        sync = self._settings["sync_interval"]
        lines = [
            f"server_name: {server.name}", f'listen: "{server.machine.address}:{server.port}"',
            f'http: "{server.machine.address}:{server.monitor_port}"', f"max_payload: {self._settings['max_payload']}",
            "jetstream {", f'  store_dir: "{server.store}"',
            f"  max_file_store: {self._settings['max_file_store']}", "  max_memory_store: 64MB",
            *([f"  sync_interval: {sync}"] if sync else []), "}", self._accounts]
        if self._settings["tls"]:
            lines.append(f'tls {{ cert_file: "{self.folder / "tls.crt"}", key_file: "{self.folder / "tls.key"}" }}')
        if self._count > 1:
            routes = ", ".join(f'"nats://{other.machine.address}:{other.route_port}"' for other in self.servers)
            lines.append(f'cluster {{ name: test, listen: "{server.machine.address}:{server.route_port}", '
                         f'routes: [{routes}] }}')
        return "\n".join(lines) + "\n"

    def _signed_accounts(self):
        lines, texts = nats_secrets.signed_accounts(self.folder, USERS)
        for user, text in texts.items():
            self.credentials[user].write_text(text)
        return lines

    def _passwords(self):
        written = {"SYS": [], "APP": []}
        for user, (account, publish, subscribe) in USERS.items():
            self.credentials[user].write_text(f"user: {user}\npassword: {PASSWORD}\n")
            permissions = "" if publish is None else (
                f", permissions: {{ publish: {{ allow: {json.dumps(publish)} }}, "
                f"subscribe: {{ allow: {json.dumps(subscribe)} }} }}")
            written[account].append(f'{{ user: {user}, password: "{PASSWORD}"{permissions} }}')
        file_bytes = self._settings["account_max_file"]
        limits = "enabled" if file_bytes == "-1" else f"{{ max_file: {file_bytes}, max_mem: 64MB }}"
        return (f"accounts {{\n  SYS: {{ users: [{', '.join(written['SYS'])}] }}\n  APP: {{ jetstream: {limits}, "
                f"users: [{', '.join(written['APP'])}] }}\n}}\nsystem_account: SYS")

    def _wait_until_ready(self):
        deadline = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError, ValueError):
                if all(self._ready(server) for server in self.servers):
                    return
            for server in self.servers:
                if not server.alive():
                    raise RuntimeError(f"{server.name} ended; it said:\n{server.said()}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"no leader after {START_SECONDS} s: {self._meta()}; n1 said:\n"
                                   f"{self.servers[0].said()}")
            time.sleep(0.05)

    def ailments(self):
        """What keeps servers from having what the leaders have, and from doing their work: by server, as they say."""
        found = {}
        for index, server in enumerate(self.servers):
            try:
                server.ask("healthz")
            except urllib.error.HTTPError as failure:
                found[index] = failure.read().decode(errors="replace")
            except OSError as failure:
                found[index] = repr(failure)
        return found

    def _meta(self):
        """What each server knows of the cluster, for whoever looks why there is none."""
        found = {}
        for server in self.servers:
            try:
                found[server.name] = server.ask("jsz").get("meta_cluster")
            except (OSError, ValueError) as failure:
                found[server.name] = repr(failure)
        return found

    def _ready(self, server):
        # The monitor answers before clients can connect.
        socket.create_connection((server.machine.address, server.port), 5).close()
        if self._count == 1:
            return True
        # Every server knows a leader of the cluster and its peers.
        meta = server.ask("jsz").get("meta_cluster", {})
        return bool(meta.get("leader")) and meta.get("cluster_size") == self._count


def _obey(cluster):
    actions = {"kill": cluster.kill, "pause": cluster.pause, "resume": cluster.resume, "start": cluster.start,
               "withdraw": cluster.withdraw}
    for line in sys.stdin:
        try:
            action, index = line.split()
            actions[action](int(index))
            print("ok", flush=True)
        except (KeyError, IndexError, ValueError, OSError) as failure:
            print(f"error: {line.strip()}: {failure!r}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--suite", default=nats_package.FLOOR, help="of Debian, whose nats-server is used [%(default)s]")
    parser.add_argument("--cache", default=nats_package.CACHE, type=pathlib.Path)
    parser.add_argument("--servers", default=3, type=int, choices=(1, 3))
    parser.add_argument("--set", default=[], action="append", metavar="KEY=VALUE", help=f"one of {', '.join(DEFAULTS)}")
    options = parser.parse_args()
    settings = dict(text.split("=", 1) for text in options.set)
    if unknown := set(settings) - set(DEFAULTS):
        parser.error(f"there is no setting {', '.join(sorted(unknown))}")
    program = nats_package.find(options.suite, options.cache)
    if program is None:
        print(json.dumps({"missing": f"nats-server of Debian's {options.suite} is not in {options.cache}: "
                                     "deploy/test fetches it"}), flush=True)
        return 0
    # Ends as at the end of the input.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        with NatsCluster(program, options.servers, **settings) as cluster:
            print(json.dumps(cluster.stated()), flush=True)
            _obey(cluster)
    except RuntimeError as failure:
        print(json.dumps({"failed": str(failure)}), flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
