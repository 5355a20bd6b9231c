"""What the manifests of a cluster say is run, without Kubernetes: the commands, variables, files and probes of each
pod, each at an address of its own in a network of this test's own, with names as Kubernetes gives them."""

import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
import unittest
import urllib.request

import manifests
import nats_package
from chipline_process import environment
from manifests import of_kind
from package_case import BINARY, ROOT, PackageCase, output_of

EVENTS = (ROOT / "deploy" / "demo" / "events.ndjson").read_bytes()
HEAD = len(EVENTS.splitlines())
PATIENCE = 60
PORT = 7417
ALONE = "CHIPLINE_TEST_IN_OWN_NETWORK"


def own_network():
    """Starts this program again where nobody else listens, and where we say which names there are."""
    if os.environ.get(ALONE) or os.geteuid() != 0:
        return
    os.execvp("unshare", ["unshare", "--net", "--mount", "--", "env", f"{ALONE}=1", sys.executable, "-B", *sys.argv])


class Pod:
    """One pod of a workload, as a process of this machine."""

    def __init__(self, workload, index, address, objects, folder, program):
        self.template = workload["spec"]["template"]["spec"]
        self.container = self.template["containers"][0]
        name = workload["metadata"]["name"]
        self.name = f"{name}-{index}" if workload["kind"] == "StatefulSet" else name
        self.address, self.folder, self._program = address, folder / self.name, program
        self.folder.mkdir()
        self.process, self._objects = None, objects
        self.places = {mount["mountPath"]: self._mounted(mount["name"]) for mount in self.container["volumeMounts"]}
        # What is at a path of the pod is at one of ours, also where a file says so.
        for path in (each for place in self.places.values() for each in place.rglob("*") if each.is_file()):
            path.write_text(self._here(path.read_text()))

    def _files(self, source):
        """{name: text} of a ConfigMap or a Secret."""
        kind, key = ("ConfigMap", "data") if "configMap" in source else ("Secret", "stringData")
        reference = source.get("configMap") or source["secret"]
        texts = of_kind(self._objects, kind, reference.get("name") or reference["secretName"])[key]
        items = reference.get("items") or [{"key": name, "path": name} for name in texts]
        return {item["path"]: texts[item["key"]] for item in items}

    def _mounted(self, name):
        place = self.folder / "volumes" / name
        place.mkdir(parents=True)
        volume = next((each for each in self.template.get("volumes", []) if each["name"] == name), None)
        for source in [] if volume is None else volume.get("projected", {}).get("sources", [volume]):
            for path, text in self._files(source).items():
                (place / path).write_text(text)
        return place

    def _here(self, text):
        for path, place in self.places.items():
            text = re.sub(rf"(?<![\w/.]){re.escape(path)}(?=[/\s]|$)", str(place), text, flags=re.MULTILINE)
        return text

    def variables(self):
        values = {}
        for each in self.container.get("env", []):
            source = each["valueFrom"]
            if "fieldRef" in source:
                values[each["name"]] = {"metadata.name": self.name, "status.podIP": self.address}[
                    source["fieldRef"]["fieldPath"]]
            else:
                reference = source["configMapKeyRef"]
                values[each["name"]] = of_kind(self._objects, "ConfigMap", reference["name"])["data"][reference["key"]]
        return values

    def start(self):
        values = self.variables()
        words = [re.sub(r"\$\((\w+)\)", lambda found: values[found.group(1)], word) for word in self.container["args"]]
        # Every pod has all of its addresses to itself; here they have one each.
        words = [self._here(word).replace("0.0.0.0", self.address) for word in words]
        with (self.folder / "output").open("ab") as output:
            self.process = subprocess.Popen([self._program, *words], stdout=output, stderr=output,
                                            stdin=subprocess.DEVNULL, env=environment(**values))

    def said(self):
        return (self.folder / "output").read_text(errors="replace")[-3000:]

    def probe(self, which):
        """Whether the pod passes one of its probes."""
        probe = self.container[which]
        ports = {port["name"]: port["containerPort"] for port in self.container["ports"]}
        try:
            if "tcpSocket" in probe:
                socket.create_connection((self.address, ports[probe["tcpSocket"]["port"]]), 1).close()
            elif "httpGet" in probe:
                ask = probe["httpGet"]
                scheme = ask.get("scheme", "HTTP").lower()
                # As the kubelet, which looks at no certificate.
                urllib.request.urlopen(f"{scheme}://{self.address}:{ports[ask['port']]}{ask['path']}", timeout=5,
                                       context=ssl._create_unverified_context()).close()
            else:
                raise AssertionError(f"a probe that this test does not know: {probe}")
        except OSError:
            return False
        return True

    def await_ready(self):
        deadline = time.monotonic() + PATIENCE
        while not self.probe("readinessProbe"):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{self.name} is not ready; it said:\n{self.said()}")
            time.sleep(0.1)

    def end(self, number):
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.end(signal.SIGKILL)


@unittest.skipUnless(os.environ.get(ALONE), "only root may have a network of its own")
class NetworkCase(PackageCase):
    @classmethod
    def setUpClass(cls):
        output_of("ip", "link", "set", "lo", "up")


class TlsTest(NetworkCase):
    def test_a_node_with_tls_and_tokens_is_probed_and_lets_nobody_in_unasked(self):
        ca = self.folder() / "ca"
        output_of(ROOT / "deploy" / "test-ca", "init", ca)
        objects = manifests.with_component("base", "tls", self.folder())
        objects += [
            {"kind": "Secret", "metadata": {"name": "chipline-tls"}, "stringData": {
                "tls.crt": (ca / "server.pem").read_text(), "tls.key": (ca / "server.key").read_text()}},
            {"kind": "ConfigMap", "metadata": {"name": "chipline-tokens"}, "data": {
                "issuer": "test-ca", "audience": "chipline", "token.pem": (ca / "token.pem").read_text()}}]
        # Where the certificate is for.
        node = Pod(of_kind(objects, "StatefulSet", "chipline"), 0, "127.0.0.1", objects, self.folder(), BINARY)
        self.addCleanup(node.close)
        node.start()
        node.await_ready()
        self.assertTrue(node.probe("startupProbe") and node.probe("livenessProbe"))
        words = ["status", "--server", f"127.0.0.1:{PORT}", "--tls-ca", ca / "ca.pem"]
        self.assertIn("UNAUTHENTICATED", output_of(BINARY, *words, env=environment(), code=1))
        token = ca / "token"
        token.write_text(output_of(ROOT / "deploy" / "test-ca", "token", ca, "me"))
        self.assertIn("head", output_of(BINARY, *words, "--token-file", token, env=environment()))


class ClusterTest(NetworkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nats = nats_package.find(nats_package.NEWEST) or nats_package.find(nats_package.FLOOR)

    def setUp(self):
        if self.nats is None:
            self.skipTest("there is no nats-server; deploy/test fetches it")
        self.objects = [*manifests.built("cluster"), *manifests.secrets()]
        self.runs_in = self.folder()
        self.servers = self.pods("nats", "127.0.1", self.nats)
        self.nodes = self.pods("chipline", "127.0.2", BINARY)
        hosts = "".join(f"{pod.address} {pod.name}.{pod.name.rsplit('-', 1)[0]}\n" for pod in self.servers + self.nodes)
        (self.runs_in / "hosts").write_text("127.0.0.1 localhost\n" + hosts)
        output_of("mount", "--bind", self.runs_in / "hosts", "/etc/hosts")
        self.addCleanup(output_of, "umount", "/etc/hosts")

    def pods(self, name, network, program):
        workload = of_kind(self.objects, "StatefulSet", name)
        made = [Pod(workload, index, f"{network}.{index + 1}", self.objects, self.runs_in, program)
                for index in range(workload["spec"]["replicas"])]
        for pod in made:
            self.addCleanup(pod.close)
        return made

    def create_log(self):
        workload = of_kind(manifests.built("create-log"), "Job", "create-log")
        job = Pod(workload, 0, "127.0.3.1", self.objects, self.runs_in, BINARY)
        self.addCleanup(job.close)
        deadline = time.monotonic() + PATIENCE
        while True:
            job.start()
            if job.process.wait(PATIENCE) == 0:
                return job
            # As the Job is tried again until the servers have a leader.
            self.assertLess(time.monotonic(), deadline, job.said())
            time.sleep(1)

    def client(self, node, *arguments, **options):
        return output_of(BINARY, *arguments, "--server", f"{node.address}:{PORT}", env=environment(), **options)

    def position(self, node):
        return int(re.search(r"(?m)^\s*head\s+([\d,]+)", self.client(node, "status")).group(1).replace(",", ""))

    def test_the_pods_of_the_manifests_are_a_cluster(self):
        for server in self.servers:
            server.start()
        for server in self.servers:
            server.await_ready()
        self.a_node_without_a_stream_ends_and_says_so()
        self.a_node_with_a_wrong_option_ends_and_says_which()
        job = self.create_log()
        for node in self.nodes:
            node.start()
        for pod in self.nodes + self.servers:
            pod.await_ready()
            self.assertTrue(pod.probe("startupProbe") and pod.probe("livenessProbe"), pod.name)
        with urllib.request.urlopen(f"http://{self.nodes[0].address}:7418/metrics", timeout=5) as answer:
            self.assertIn("chipline_", answer.read().decode())
        self.client(self.nodes[0], "import", "-", input=EVENTS)
        self.await_everywhere()
        self.await_heard_of(self.nodes[1])
        self.a_node_comes_back(self.nodes[2])
        self.the_servers_come_back_after_all_were_lost()
        # The stream is made once.
        job.start()
        self.assertEqual(job.process.wait(PATIENCE), 1)
        self.assertIn("STREAM_EXISTS", job.said())

    def a_node_without_a_stream_ends_and_says_so(self):
        node = self.nodes[0]
        node.start()
        self.assertEqual(node.process.wait(PATIENCE), 1)
        # The second while the servers have no leader yet.
        self.assertRegex(node.said(), "STREAM_MISSING|STREAM_UNREACHABLE")
        self.assertFalse(node.probe("readinessProbe"))

    def a_node_with_a_wrong_option_ends_and_says_which(self):
        node = self.nodes[0]
        settings = node.places["/etc/chipline"] / "chipline.toml"
        good = settings.read_text()
        for wrong, named in (("nobody = 1", "chipline.toml: [serve] nobody is no option"),
                             ('drain = "soon"', "--drain: soon is no duration")):
            settings.write_text(f"{good}\n{wrong}\n")
            node.start()
            self.assertEqual(node.process.wait(PATIENCE), 2, node.said())
            self.assertIn(named, node.said())
        settings.write_text(good)

    def the_servers_come_back_after_all_were_lost(self):
        first, *others = self.servers
        first.end(signal.SIGKILL)
        for server in others:
            self.assertTrue(server.probe("readinessProbe"), server.name)
            server.end(signal.SIGKILL)
        first.start()
        self.await_probe(first, "livenessProbe")
        # Not ready alone, so none may be waited for before the next is started.
        self.assertFalse(first.probe("readinessProbe"))
        for server in others:
            server.start()
        for pod in self.servers + self.nodes:
            pod.await_ready()
        self.client(self.nodes[0], "import", "-", input=EVENTS)
        self.await_everywhere()

    def await_probe(self, pod, which):
        deadline = time.monotonic() + PATIENCE
        while not pod.probe(which):
            self.assertLess(time.monotonic(), deadline, pod.said())
            time.sleep(0.1)

    def await_everywhere(self):
        deadline = time.monotonic() + PATIENCE
        while {self.position(node) for node in self.nodes} != {HEAD}:
            self.assertLess(time.monotonic(), deadline, [self.position(node) for node in self.nodes])

    def await_heard_of(self, asked):
        """Nodes tell each other of themselves once a second."""
        deadline = time.monotonic() + PATIENCE
        while missing := [node.name for node in self.nodes
                          if node.name not in (said := self.client(asked, "cluster", "status"))]:
            self.assertLess(time.monotonic(), deadline, f"{missing} in {said}")
            time.sleep(0.2)

    def a_node_comes_back(self, node):
        self.assertEqual(node.end(signal.SIGTERM), 0, node.said())
        self.assertFalse(node.probe("readinessProbe"))
        node.start()
        node.await_ready()
        self.await_everywhere()


if __name__ == "__main__":
    own_network()
    unittest.main()
