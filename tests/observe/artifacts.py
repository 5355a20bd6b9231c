"""What deploy/observe has: rules, their tests, the dashboard; and the headings of the runbook that they name."""

import json
import pathlib
import re

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
OBSERVE = ROOT / "deploy" / "observe"
RULES = OBSERVE / "alerts.yaml"
RULE_TESTS = sorted(OBSERVE.glob("alerts*_test.yaml"))
DASHBOARD = OBSERVE / "dashboard.json"
TEST_CA = ROOT / "deploy" / "test-ca"
RUNBOOK = ROOT / "deploy" / "RUNBOOK.md"
FAMILIES = pathlib.Path(__file__).with_name("families.txt")

# What Grafana puts in for a variable of ours or of its own.
VARIABLES = {"$__rate_interval": "1m", "$instance": ".*"}
# Words of PromQL that are neither functions, which a parenthesis follows, nor metrics.
WORDS = {"and", "or", "unless", "offset", "bool", "by", "without", "on", "ignoring", "group_left", "group_right"}
# Series that Prometheus itself makes of each scrape.
OF_PROMETHEUS = {"up"}


def alerts():
    """Every alert of the rules, by name, as a dictionary; `group` is added."""
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return {rule["alert"]: {**rule, "group": group["name"]} for group in groups for rule in group["rules"]}


def rule_tests():
    """Every test of the rules."""
    return [test for path in RULE_TESTS for test in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]]


def dashboard():
    return json.loads(DASHBOARD.read_text(encoding="utf-8"))


def panel_queries():
    """(panel, query) of each query of the dashboard, with the variables filled in."""
    found = []
    for panel in dashboard()["panels"]:
        for target in panel.get("targets", ()):
            query = target["expr"]
            for name, value in VARIABLES.items():
                query = query.replace(name, value)
            found.append((panel["title"], query))
    return found


def queries():
    """(where, query) of everything that is asked of Prometheus."""
    return [(name, alert["expr"]) for name, alert in alerts().items()] + panel_queries()


def metrics_of(query):
    """The names of the metrics in a query."""
    query = re.sub(r'"(?:\\.|[^"\\])*"', '""', query)
    query = re.sub(r"\{[^}]*\}|\[[^]]*\]", "", query)
    query = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", "", query)
    # Numbers with a unit, as of an offset, begin with a digit.
    names = re.findall(r"(?<![\w.])[a-zA-Z_:][\w:]*\b(?!\s*\()", query)
    return {name for name in names if name not in WORDS | OF_PROMETHEUS}


def family_of(metric, families):
    """The family that a metric belongs to: a histogram has several metrics. None if there is none."""
    for name in (metric, re.sub(r"_(bucket|sum|count)$", "", metric)):
        if name in families:
            return name
    return None


def families_told(*places):
    """{family: type} of what FAMILIES says of these kinds of server; of all of them if none is named."""
    lines = [line.split() for line in FAMILIES.read_text(encoding="utf-8").splitlines()
             if line and not line.startswith("#")]
    return {name: kind for name, kind, place in lines if not places or place in places}


def anchors():
    """What a link to a heading of the runbook ends in, as web pages of repositories make it."""
    headings = re.findall(r"^#+ (.*)$", RUNBOOK.read_text(encoding="utf-8"), re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
