"""Rules, dashboard and configuration are well formed, and what they name is there. Needs no server of ours."""

import pathlib
import re
import subprocess
import unittest

import artifacts
from prometheus_process import Prometheus

SEVERITIES = {"critical", "warning"}
# The servers of each test of a rule: one just past the condition, one just short of it.
OVER, UNDER = "over", "under"
COLUMNS = 24


def promtool(*arguments):
    return subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)


class RulesTest(unittest.TestCase):
    def assert_well(self, *arguments):
        done = promtool(*arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_promtool_finds_nothing_wrong(self):
        self.assert_well("check", "rules", "--lint-fatal", artifacts.RULES)
        self.assert_well("check", "config", "--lint-fatal", artifacts.OBSERVE / "prometheus.yaml")

    def test_each_alert_fires_on_its_condition_and_not_just_short_of_it(self):
        self.assert_well("test", "rules", *artifacts.RULE_TESTS)
        firing, short, pending = set(), set(), set()
        for test in artifacts.rule_tests():
            for check in test["alert_rule_test"]:
                name, fires = check["alertname"], check["exp_alerts"]
                if fires:
                    firing.add(name)
                    self.assertNotIn(UNDER, [alert["exp_labels"].get("instance") for alert in fires], name)
                else:
                    pending.add(name)
                if any(f'instance="{UNDER}"' in series["series"] for series in test["input_series"]):
                    short.add(name)
        alerts = artifacts.alerts()
        self.assertEqual(firing, set(alerts), "each alert has a test in which it fires")
        self.assertEqual(short, set(alerts), f"each alert has a test with a server {UNDER} for which it does not fire")
        lasting = {name for name, alert in alerts.items() if "for" in alert}
        self.assertLessEqual(lasting, pending, "an alert that waits has a check before it fires")

    def test_each_alert_says_how_bad_it_is_and_leads_to_its_heading_of_the_runbook(self):
        alerts, anchors = artifacts.alerts(), artifacts.anchors()
        for name, alert in alerts.items():
            self.assertIn(alert["labels"]["severity"], SEVERITIES, name)
            value = "$labels" if "absent(" in alert["expr"] else "$value"
            self.assertIn(value, alert["annotations"]["summary"], name)
            page, _, anchor = alert["annotations"]["runbook_url"].partition("#")
            self.assertTrue((artifacts.ROOT / page).samefile(artifacts.RUNBOOK), name)
            self.assertEqual(anchor, name.lower())
            self.assertEqual(anchors.count(anchor), 1, f"headings of deploy/RUNBOOK.md for {name}")
        told = {anchor for anchor in anchors if anchor.startswith("chipline") and " " not in anchor}
        self.assertEqual(told, {name.lower() for name in alerts}, "a heading of the runbook is of no alert")

    def test_each_alert_is_fired_by_its_own_fault(self):
        here = pathlib.Path(__file__).parent
        text = "".join((here / name).read_text(encoding="utf-8") for name in ("faults_test.py", "cluster_test.py"))
        fired = set(re.findall(r'(?:fires\(|alerts\(\)\[)"(\w+)"', text))
        self.assertEqual(fired, set(artifacts.alerts()))

    def test_the_runbook_says_the_same_severity(self):
        text = artifacts.RUNBOOK.read_text(encoding="utf-8")
        for name, alert in artifacts.alerts().items():
            self.assertIn(f"### {name}\n\n{alert['labels']['severity'].capitalize()}. ", text)


class DashboardTest(unittest.TestCase):
    def test_panels_have_ids_places_and_queries(self):
        dashboard = artifacts.dashboard()
        panels = dashboard["panels"]
        ids = [panel["id"] for panel in panels]
        self.assertEqual(len(set(ids)), len(ids), "ids of panels")
        taken = set()
        for panel in panels:
            place = panel["gridPos"]
            cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                     for y in range(place["y"], place["y"] + place["h"])}
            self.assertLessEqual(place["x"] + place["w"], COLUMNS, panel["title"])
            self.assertFalse(cells & taken, f"{panel['title']} lies over another panel")
            taken |= cells
            if panel["type"] == "row":
                continue
            self.assertEqual(panel["datasource"], {"type": "prometheus", "uid": "${datasource}"}, panel["title"])
            self.assertTrue(panel["targets"], panel["title"])
            self.assertTrue(panel["description"], panel["title"])
            references = [target["refId"] for target in panel["targets"]]
            self.assertEqual(len(set(references)), len(references), panel["title"])
            for target in panel["targets"]:
                self.assertIn("$instance", target["expr"], panel["title"])
        self.assertEqual([variable["name"] for variable in dashboard["templating"]["list"]], ["datasource", "instance"])


class QueriesTest(unittest.TestCase):
    def test_prometheus_takes_every_query(self):
        prometheus = Prometheus()
        self.addCleanup(prometheus.close)
        for where, query in artifacts.queries():
            with self.subTest(where):
                prometheus.query(query)
        with self.assertRaisesRegex(AssertionError, "parse error"):
            prometheus.query("sum(chipline_streams")

    def test_every_metric_is_one_that_servers_tell(self):
        families = artifacts.families_told()
        for where, query in artifacts.queries():
            metrics = artifacts.metrics_of(query)
            self.assertTrue(metrics or "up{" in query, where)
            for metric in metrics:
                self.assertIsNotNone(artifacts.family_of(metric, families), f"{where}: {metric}")

    def test_metrics_are_found_in_queries(self):
        for query, metrics in {
            "sum without (method) (a_total{job=\"x y\"} offset 5m) > 0.8 * b": {"a_total", "b"},
            "histogram_quantile(0.99, sum by (le) (rate(c_bucket[5m]))) or d unless on (e) f": {"c_bucket", "d", "f"},
            "absent(up{job=\"chipline\"})": set(),
        }.items():
            self.assertEqual(artifacts.metrics_of(query), metrics, query)


if __name__ == "__main__":
    unittest.main()
