"""The manifests build, are what Kubernetes' schemas allow, and fit each other."""

import copy
import unittest

import manifests
from manifests import of_kind, pods
from package_case import PackageCase


def selected(selector, labels):
    return all(labels.get(key) == value for key, value in selector.items())


class SchemaTest(PackageCase):
    def test_everything_is_as_the_schemas_of_kubernetes_allow(self):
        for name in manifests.KUSTOMIZATIONS:
            self.assertEqual(manifests.check_schemas(manifests.built(name)), [], name)
        self.assertEqual(manifests.check_schemas(manifests.secrets()), [])

    def test_an_unknown_field_a_wrong_type_and_an_unknown_kind_would_be_found(self):
        objects = manifests.built("base")
        container = of_kind(objects, "StatefulSet", "chipline")["spec"]["template"]["spec"]["containers"][0]
        container["readynessProbe"] = {}
        container["resources"]["limits"]["memory"] = ["2Gi"]
        of_kind(objects, "Service", "chipline")["kind"] = "Servise"
        faults = "\n".join(manifests.check_schemas(objects))
        self.assertIn("StatefulSet chipline: /spec/template/spec/containers/0/readynessProbe is not known", faults)
        self.assertIn("/spec/template/spec/containers/0/resources/limits/memory", faults)
        self.assertIn("Servise chipline: v1 has no such kind", faults)


    def test_with_tls_everything_is_asked_for_over_tls(self):
        for name in ("base", "cluster"):
            objects = manifests.with_component(name, "tls", self.folder())
            self.assertEqual(manifests.check_schemas(objects), [])
            container = of_kind(objects, "StatefulSet", "chipline")["spec"]["template"]["spec"]["containers"][0]
            self.assertIn("--insecure=false", container["args"])
            without = of_kind(manifests.built(name), "StatefulSet", "chipline")
            plain = without["spec"]["template"]["spec"]["containers"][0]
            self.assertEqual(container["args"][:len(plain["args"])], plain["args"])
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                expected = {**plain[probe]["httpGet"], "scheme": "HTTPS"}
                self.assertEqual(container[probe]["httpGet"], expected)

    def test_what_scrapes_the_nodes_is_as_the_operator_allows_and_finds_them(self):
        for name in ("base", "cluster"):
            objects = manifests.with_component(name, "monitor", self.folder())
            self.assertEqual(manifests.check_schemas(objects), [])
            monitor = of_kind(objects, "ServiceMonitor", "chipline")["spec"]
            found = [each for each in of_kind(objects, "Service")
                     if selected(monitor["selector"]["matchLabels"], each["metadata"]["labels"])]
            self.assertEqual([each["metadata"]["name"] for each in found], ["chipline"])
            ports = {port["name"]: port["port"] for port in found[0]["spec"]["ports"]}
            self.assertEqual(ports[monitor["endpoints"][0]["port"]], 7418)


class ManifestTest(unittest.TestCase):
    """What no schema says."""

    @classmethod
    def setUpClass(cls):
        cls.all = {name: manifests.built(name) for name in manifests.KUSTOMIZATIONS}
        cls.secrets = manifests.secrets()

    def test_selectors_select_the_pods_that_they_are_for(self):
        for name in ("base", "cluster", "given-nats"):
            objects = self.all[name]
            workloads = {each["metadata"]["name"]: each for each in of_kind(objects, "StatefulSet")}
            for workload in workloads.values():
                labels = workload["spec"]["template"]["metadata"]["labels"]
                self.assertTrue(selected(workload["spec"]["selector"]["matchLabels"], labels))
                service = of_kind(objects, "Service", workload["spec"]["serviceName"])
                self.assertEqual(service["spec"]["clusterIP"], "None")
            for kind in ("Service", "PodDisruptionBudget", "NetworkPolicy"):
                for each in of_kind(objects, kind):
                    spec = each["spec"]
                    selector = spec.get("podSelector") or spec["selector"]
                    selector = selector.get("matchLabels", selector)
                    for other, workload in workloads.items():
                        labels = workload["spec"]["template"]["metadata"]["labels"]
                        meant = other == each["metadata"]["name"]
                        self.assertEqual(selected(selector, labels), meant, f"{kind} {other}")

    def test_every_pod_is_confined_and_bounded(self):
        for name in self.all:
            for workload, template in pods(self.all[name]):
                pod = template["spec"]
                self.assertFalse(pod["automountServiceAccountToken"])
                self.assertTrue(pod["securityContext"]["runAsNonRoot"])
                self.assertEqual(pod["securityContext"]["runAsUser"], 65532)
                self.assertEqual(pod["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"})
                for container in pod["containers"]:
                    self.assertEqual(container["securityContext"], {
                        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                        "capabilities": {"drop": ["ALL"]}}, workload["metadata"]["name"])
                    self.assertIn("memory", container["resources"]["limits"])
                    self.assertLessEqual({"cpu", "memory"}, set(container["resources"]["requests"]))

    def test_every_reference_leads_to_something(self):
        given = {"create-log": self.all["cluster"], "given-nats": []}
        for name in self.all:
            objects = [*self.all[name], *self.secrets, *given.get(name, [])]
            for _, template in pods(self.all[name]):
                self.references_lead_somewhere(template["spec"], objects)

    def references_lead_somewhere(self, pod, objects):
        def keys(kind, name):
            each = of_kind(objects, kind, name)
            return {*each.get("data", {}), *each.get("stringData", {})}
        claims = {each["metadata"]["name"] for workload in of_kind(objects, "StatefulSet")
                  for each in workload["spec"]["volumeClaimTemplates"]}
        volumes = {volume["name"] for volume in pod.get("volumes", [])}
        for volume in pod.get("volumes", []):
            for source in volume.get("projected", {}).get("sources", [volume]):
                if "configMap" in source:
                    self.assertTrue(keys("ConfigMap", source["configMap"]["name"]))
                if "secret" in source:
                    secret = source["secret"]
                    have = keys("Secret", secret.get("secretName") or secret["name"])
                    self.assertLessEqual({item["key"] for item in secret.get("items", [])}, have)
        for container in pod["containers"]:
            for mount in container["volumeMounts"]:
                self.assertIn(mount["name"], volumes | claims)
            ports = {port["name"] for port in container.get("ports", [])}
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                for kind in ("tcpSocket", "httpGet"):
                    if kind in container.get(probe, {}):
                        self.assertIn(container[probe][kind]["port"], ports)
            for variable in container.get("env", []):
                reference = variable["valueFrom"].get("configMapKeyRef")
                if reference:
                    self.assertIn(reference["key"], keys("ConfigMap", reference["name"]))

    def test_nobody_but_who_is_named_reaches_the_pods(self):
        for name in ("base", "cluster", "given-nats"):
            policy = of_kind(self.all[name], "NetworkPolicy", "chipline")["spec"]
            clients, scrapers = policy["ingress"]
            self.assertEqual(clients, {"from": [{"podSelector": {"matchLabels": {"chipline-client": "true"}}}],
                                       "ports": [{"port": 7417}, {"port": 7418}]})
            self.assertEqual(scrapers, {"from": [{"namespaceSelector": {"matchLabels": {"chipline-scraper": "true"}}}],
                                        "ports": [{"port": 7418}]})
        self.assertEqual(of_kind(self.all["base"], "NetworkPolicy", "chipline")["spec"]["egress"], [])
        policy = of_kind(self.all["cluster"], "NetworkPolicy", "nats")["spec"]
        nodes, servers = policy["ingress"]
        for labels, allowed in (({"app.kubernetes.io/name": "nats"}, servers), (self.labels("create-log"), nodes),
                                (self.labels("cluster"), nodes)):
            let_in = [each["podSelector"]["matchLabels"] for each in allowed["from"]]
            self.assertTrue(any(selected(each, labels) for each in let_in), labels)

    def labels(self, name):
        return pods(self.all[name])[0][1]["metadata"]["labels"]

    def test_a_node_is_never_killed_while_it_may_drain_nor_for_a_slow_disk(self):
        for name in ("base", "cluster", "given-nats"):
            pod = of_kind(self.all[name], "StatefulSet", "chipline")["spec"]["template"]["spec"]
            # --drain, twice five seconds to close.
            self.assertGreaterEqual(pod["terminationGracePeriodSeconds"], 20)
            container = pod["containers"][0]
            # Readiness is health, which is NOT_SERVING for a slow disk and while an index is made anew.
            for probe in ("livenessProbe", "startupProbe"):
                self.assertEqual(container[probe]["httpGet"], {"path": "/livez", "port": "http"})
            self.assertEqual(container["readinessProbe"]["httpGet"], {"path": "/readyz", "port": "http"})

    def test_nats_servers_that_were_all_lost_find_each_other_again(self):
        # None of them is ready before two are there (kubernetes_run_test.py sees it).
        self.assertEqual(of_kind(self.all["cluster"], "StatefulSet", "nats")["spec"]["podManagementPolicy"], "Parallel")
        self.assertTrue(of_kind(self.all["cluster"], "Service", "nats")["spec"]["publishNotReadyAddresses"])

    def test_one_image_and_one_version_everywhere(self):
        images = {container["image"] for name in self.all for _, template in pods(self.all[name])
                  for container in template["spec"]["containers"] if "nats" not in container["image"]}
        version = (manifests.ROOT / "CMakeLists.txt").read_text().split("project(chipline VERSION ")[1].split()[0]
        self.assertEqual(images, {f"registry.example/chipline:{version}"})

    def test_secrets_are_new_each_time_and_in_no_file(self):
        again = copy.deepcopy(manifests.secrets())
        for one, other in zip(self.secrets, again):
            for key in one["stringData"]:
                self.assertNotEqual(one["stringData"][key], other["stringData"][key])
        self.assertFalse([each for name in self.all for each in of_kind(self.all[name], "Secret")])


if __name__ == "__main__":
    unittest.main()
