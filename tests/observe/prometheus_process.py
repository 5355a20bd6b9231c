"""Debian's Prometheus on a free port of loopback, over a folder of its own: scrapes servers and answers queries."""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

from nats_cluster import dies_with_us

PROGRAM = shutil.which("prometheus")
# Patience for a machine that is busy.
WAIT_SECONDS = 60
SCRAPE_INTERVAL = "500ms"


def wait_for(condition, what):
    """Waits until the condition holds, and answers what it said. `what`: the condition in words, or what makes them."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not (held := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"after {WAIT_SECONDS} s still not: {what() if callable(what) else what}")
        time.sleep(0.1)
    return held


class Prometheus:
    """`targets`: of each instance the address, http://HOST:PORT or https://HOST:PORT; they need not answer yet, since
    Prometheus takes 5 s to learn of another. `ca`: a PEM file with the authority of those by https. `job`: a whole job
    in their place, as Prometheus' configuration has it. To be closed."""

    def __init__(self, targets=None, ca=None, job=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chipline-prometheus-"))
        job = job or {"job_name": "chipline", "static_configs": []}
        for instance, address in (targets or {}).items():
            scheme, _, host = address.partition("://")
            job["static_configs"].append({"targets": [host], "labels": {"instance": instance, "__scheme__": scheme}})
        if ca is not None:
            job["tls_config"] = {"ca_file": str(ca)}
        # JSON is YAML.
        every = {"scrape_interval": SCRAPE_INTERVAL, "scrape_timeout": SCRAPE_INTERVAL}
        (self.folder / "prometheus.yaml").write_text(json.dumps({"global": every, "scrape_configs": [job]}))
        self._output = self.folder / "output"
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [*dies_with_us(), PROGRAM, f"--config.file={self.folder / 'prometheus.yaml'}", "--web.listen-address=127.0.0.1:0",
                 f"--storage.tsdb.path={self.folder / 'data'}", "--log.level=info"],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            self._address = wait_for(self._listens, lambda: f"prometheus listens; it said:\n{self.said()}")
            wait_for(self._ready, lambda: f"prometheus is ready; it said:\n{self.said()}")
        except BaseException:
            self.close()
            raise

    def said(self):
        return self._output.read_text(errors="replace")

    def query(self, expression, at=None):
        """(labels, value) of each sample of an instant vector. `at`: seconds since 1970; now if not given."""
        parameters = {"query": expression, **({} if at is None else {"time": f"{at:.3f}"})}
        data = urllib.parse.urlencode(parameters).encode()
        try:
            with urllib.request.urlopen(f"http://{self._address}/api/v1/query", data, timeout=30) as answer:
                result = json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{expression}\n{json.load(error).get('error')}") from None
        if result["resultType"] == "scalar":
            return [({}, float(result["result"][1]))]
        return [(sample["metric"], float(sample["value"][1])) for sample in result["result"]]

    def instances(self, expression):
        """For which instances the expression holds."""
        return {labels.get("instance", "") for labels, _ in self.query(expression)}

    def problems(self):
        """Why targets cannot be scraped, by instance."""
        with urllib.request.urlopen(f"http://{self._address}/api/v1/targets", timeout=30) as answer:
            targets = json.load(answer)["data"]["activeTargets"]
        return {target["labels"]["instance"]: target["lastError"] for target in targets if target["lastError"]}

    def close(self):
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder)

    def _listens(self):
        if self._process.poll() is not None:
            raise AssertionError(f"prometheus ended; it said:\n{self.said()}")
        found = re.search(r'msg="Listening on" address=(\S+)', self.said())
        return found.group(1) if found else None

    def _ready(self):
        try:
            with urllib.request.urlopen(f"http://{self._address}/-/ready", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False
