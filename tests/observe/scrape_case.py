"""Real servers that a real Prometheus scrapes, and the alerts that their metrics would fire."""

import ssl
import time
import unittest
import urllib.request

import artifacts
from chipline_process import Server, run
from nats_cluster import free_ports
from prometheus_process import Prometheus, wait_for

# Since the clock of a test is not that of the alert: `for` is left out, only the expression is looked at.
ALERTS = artifacts.alerts()


def skip_unless_scraped():
    """Skips the test where the program has no HTTP listener."""
    if "--http-port-file" not in run("serve", "--help").stdout:
        raise unittest.SkipTest("this chipline has no --http: nothing can be scraped")


def families_of(text):
    """{family: type} of what a server tells."""
    return dict(line.split()[2:4] for line in text.splitlines() if line.startswith("# TYPE "))


class HttpPort:
    """A server with /metrics; comes before Server among the bases. `http_port`: 0 for a free one at each start. `ca` is
    the authority of its certificate, if it has one."""

    ca = None

    def __init__(self, *arguments, http_port=0, **others):
        self._http_port = http_port
        super().__init__(*arguments, **others)

    @property
    def http_port_file(self):
        return self.folder / "http-port"

    def start(self, *arguments):
        if "--http" not in self.flags:
            self.flags = (*self.flags, "--http", f"127.0.0.1:{self._http_port}", "--http-port-file",
                          self.http_port_file)
        self.http_port_file.unlink(missing_ok=True)
        super().start(*arguments)
        wait_for(self.http_port_file.exists, "the port of --http is told")

    def metrics(self):
        scheme, context = ("https", ssl.create_default_context(cafile=self.ca)) if self.ca else ("http", None)
        address = f"{scheme}://127.0.0.1:{int(self.http_port_file.read_text())}/metrics"
        with urllib.request.urlopen(address, timeout=30, context=context) as answer:
            return answer.read().decode()


class ScrapedServer(HttpPort, Server):
    pass


class AlertCase(unittest.TestCase):
    """One Prometheus for all tests of a class, which scrapes the servers that `start_server` makes."""

    # How many servers there may be.
    places = 1
    # A server of this instance is scraped by https; `ca`: its authority.
    secure = None
    ca = None

    @classmethod
    def setUpClass(cls):
        skip_unless_scraped()
        cls.began = time.time()
        instances = [f"server-{place}" for place in range(cls.places)]
        if cls.secure:
            instances.append(cls.secure)
        cls.ports = dict(zip(instances, free_ports(len(instances))))
        cls.free = iter(instances[:cls.places])
        cls.prometheus = Prometheus({instance: f"{'https' if instance == cls.secure else 'http'}://127.0.0.1:{port}"
                                     for instance, port in cls.ports.items()}, cls.ca)
        cls.addClassCleanup(cls.prometheus.close)

    @classmethod
    def start_server(cls, *arguments, kind=ScrapedServer, instance=None, **others):
        """A server that was scraped; `instance` is what Prometheus calls it. To be closed."""
        instance = instance or next(cls.free)
        server = kind(*arguments, http_port=cls.ports[instance], **others)
        server.instance = instance
        try:
            wait_for(lambda: cls.told(instance, "up") == 1,
                     lambda: f"{instance} is scraped; {cls.prometheus.problems()}; it said:\n{server.said()}")
        except BaseException:
            server.close()
            raise
        return server

    @classmethod
    def told(cls, instance, metric):
        """The sum of what a server told last under this name; None if it told nothing."""
        found = cls.prometheus.query(f'sum by (instance) ({metric}{{instance="{instance}"}})')
        return found[0][1] if found else None

    @classmethod
    def firing(cls, alert):
        return cls.prometheus.instances(ALERTS[alert]["expr"])

    def wait_for_answer(self, query):
        wait_for(lambda: self.prometheus.query(query), f"prometheus answers {query}")

    def assert_quiet(self, instance, *alerts):
        for alert in alerts or ALERTS:
            self.assertNotIn(instance, self.firing(alert), alert)

    def wait_until_quiet(self, instance):
        """Of what has just started: no alert's condition holds, whatever its `for` is."""
        def firing():
            return [alert for alert in ALERTS if instance in self.firing(alert)]
        wait_for(lambda: not firing(), lambda: f"no alert of {instance} fires; {firing()}")

    def assert_fires(self, alert, instance):
        wait_for(lambda: instance in self.firing(alert), f"{alert} fires for {instance}")

    def assert_clears(self, alert, instance):
        wait_for(lambda: instance not in self.firing(alert), f"{alert} does not fire any more for {instance}")
