"""deploy/prometheus, deploy/grafana and docs/metrics.md, against what the program exports.

tests/golden/metrics.prom has every metric: a unit test holds it to the program's table, and
test_metrics.py to what a run leaves.
"""

import json
import re
import shutil

import prometheus_text
import pytest
import yaml
from conftest import ROOT
from parties import promtool
from test_runbook import anchor, outside_blocks

RULES = ROOT / "deploy" / "prometheus" / "ssm-backup.rules.yaml"
RULE_TESTS = ROOT / "tests" / "deploy" / "prometheus" / "ssm-backup.test.yaml"
DASHBOARD = ROOT / "deploy" / "grafana" / "ssm-backup.json"
DOCUMENT = ROOT / "docs" / "metrics.md"
EXPORTED = prometheus_text.families((ROOT / "tests" / "golden" / "metrics.prom").read_text())


def rules() -> list[dict]:
    [group] = yaml.safe_load(RULES.read_text())["groups"]
    return group["rules"]


def alerts() -> dict[str, dict]:
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def dashboard() -> dict:
    return json.loads(DASHBOARD.read_text())


def panels() -> list[dict]:
    return [each for each in dashboard()["panels"] if each["type"] != "row"]


def dashboard_exprs() -> list[str]:
    return [target["expr"] for panel in panels() for target in panel["targets"]]


def variable_queries() -> list[str]:
    return [each["query"]["query"] for each in dashboard()["templating"]["list"]
            if each["type"] == "query"]


def exported_labels(name: str) -> set[str]:
    return {key for labels in EXPORTED[name]["samples"] for key, _ in labels}


def wrong_names(expr: str) -> list[str]:
    """Metrics that nobody exports, and labels that the metric does not have."""
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    found = []
    for name, labels in re.findall(r"\b(ssm_backup[\w:]*)(?:\{([^}]*)\})?", expr):
        if name in recorded:
            continue
        if name not in EXPORTED:
            found.append(name)
            continue
        selected = {label for label, _ in re.findall(r'(\w+)\s*(=~|!~|!=|=)\s*"', labels)}
        found += [f"{name}: {label}" for label in sorted(selected - exported_labels(name))]
    return found


def test_rules_are_taken_by_promtool():
    assert f"{len(rules())} rules found" in promtool("check", "rules", str(RULES))


def test_each_alert_fires_and_does_not(tmp_path):
    shutil.copy(RULES, tmp_path)
    shutil.copy(RULE_TESTS, tmp_path)
    assert "SUCCESS" in promtool("test", "rules", RULE_TESTS.name, cwd=tmp_path)
    fires, silent = set(), set()
    for test in yaml.safe_load(RULE_TESTS.read_text())["tests"]:
        for case in test["alert_rule_test"]:
            (fires if case["exp_alerts"] else silent).add(case["alertname"])
    assert fires == silent == set(alerts())


def test_rule_tests_can_fail(tmp_path):
    """Every threshold ten times as large: hardly an alert is left. One test is enough to see it."""
    planted = re.sub(r"(> |>= |== )(\d)", r"\g<1>10 * \2", RULES.read_text())
    assert planted != RULES.read_text()
    (tmp_path / RULES.name).write_text(planted)
    tests = yaml.safe_load(RULE_TESTS.read_text())
    tests["tests"] = tests["tests"][:1]
    (tmp_path / RULE_TESTS.name).write_text(yaml.safe_dump(tests))
    with pytest.raises(AssertionError, match="FAILED"):
        promtool("test", "rules", RULE_TESTS.name, cwd=tmp_path)


@pytest.mark.parametrize("name", alerts())
def test_an_alert_says_what_it_is_and_where_to_read_on(name):
    alert = alerts()[name]
    assert alert["labels"]["severity"] in {"warning", "critical"}
    assert set(alert["annotations"]) == {"summary", "description", "runbook_url"}
    where = re.fullmatch(r"https://git\.example\.com/ssm-backup/docs/(runbook\.md)#(\S+)",
                         alert["annotations"]["runbook_url"])
    assert where, alert["annotations"]["runbook_url"]
    headings = [line for line in outside_blocks(f"docs/{where[1]}") if line.startswith("#")]
    assert where[2] in {anchor(line) for line in headings}
    text = DOCUMENT.read_text()
    assert f"`{name}`" in text, "docs/metrics.md does not tell of it"


def test_rules_use_what_is_exported():
    assert [wrong for rule in rules() for wrong in wrong_names(rule["expr"])] == []


def test_every_expression_of_the_dashboard_is_one(tmp_path):
    """As recording rules, for promtool has no word for an expression alone."""
    exprs = dashboard_exprs()
    assert len(exprs) >= 15
    made = {"groups": [{"name": "dashboard", "rules": [
        {"record": f"panel:{number}", "expr": expr} for number, expr in enumerate(exprs)]}]}
    (tmp_path / "dashboard.yaml").write_text(yaml.safe_dump(made))
    assert f"{len(exprs)} rules found" in promtool("check", "rules", str(tmp_path / "dashboard.yaml"))


def test_the_dashboard_uses_what_is_exported():
    used = dashboard_exprs() + variable_queries()
    assert [wrong for expr in used for wrong in wrong_names(expr)] == []
    for query in variable_queries():
        name, label = re.fullmatch(r"label_values\((\w+)(?:\{[^}]*\})?, (\w+)\)", query).groups()
        assert label in exported_labels(name)


PLANTED = [
    ('max(ssm_backup_last_sucess_timestamp_seconds)', ["ssm_backup_last_sucess_timestamp_seconds"]),
    ('ssm_backup_copies{state="failed",zone=~"a"} > 0', ["ssm_backup_copies: zone"]),
    ('sum by (env) (ssm_backup:age_seconds) + ssm_backup_success{env="dev"}', []),
]


@pytest.mark.parametrize("row", PLANTED, ids=lambda row: row[0])
def test_a_name_that_nobody_exports_is_found(row):
    expr, found = row
    assert wrong_names(expr) == found


def test_every_metric_of_a_region_is_shown():
    """What is not on the dashboard, or in a rule, nobody would look at."""
    used = " ".join(dashboard_exprs() + [rule["expr"] for rule in rules()])
    seen = set(re.findall(r"\bssm_backup_\w+", used))
    unseen = set(EXPORTED) - seen
    # Beside what is shown: the first is the time of RPO's snapshot, the second part of what is proven.
    assert unseen == {"ssm_backup_drill_snapshot_timestamp_seconds",
                      "ssm_backup_drill_doubtful_parameters", "ssm_backup_drill_sample_parameters",
                      "ssm_backup_drill_duration_seconds"}


def told_by(agent: str, name: str, value: int) -> list[dict]:
    return [{"series": f"{name}{{" + ",".join(f'{label}="{text}"' for label, text in labels)
                       + f',instance="{agent}"}}', "values": f"{value}x10"}
            for labels in EXPORTED[name]["samples"]]


@pytest.mark.parametrize("stale", [2, 8])
def test_the_dashboard_shows_what_the_newest_run_said(tmp_path, stale):
    """Of two agents; what the older one says is more, or less. Ages are of the newest known anyway."""
    exprs = [expr.replace("$env", ".*").replace("$region", ".*") for expr in dashboard_exprs()
             if not expr.startswith("time()")]
    assert len(exprs) >= 15
    tests = []
    for expr in exprs:
        metrics = sorted(set(re.findall(r"\bssm_backup_\w+", expr)))
        times = [name for name in metrics if name.endswith("_timestamp_seconds")]
        assert len(times) == 1, expr
        series = [each for name in metrics for agent, when, value in [("a", 30, stale), ("b", 60, 5)]
                  for each in told_by(agent, name, when if name in times else value)]
        shown = 5 * (len(metrics) - 1)
        tests.append({"interval": "1m", "input_series": series, "promql_expr_test": [
            {"expr": f"{of}({expr})", "eval_time": "5m", "exp_samples": [{"labels": "{}", "value": shown}]}
            for of in ("max", "min")]})
    (tmp_path / "shown.yaml").write_text(yaml.safe_dump({"rule_files": [], "tests": tests}))
    assert "SUCCESS" in promtool("test", "rules", "shown.yaml", cwd=tmp_path)


def test_the_dashboard_is_laid_out():
    made = dashboard()
    assert made["schemaVersion"] >= 39 and made["uid"] == "ssm-backup"
    assert made["templating"]["list"][0]["type"] == "datasource"
    ids = [each["id"] for each in made["panels"]]
    assert len(set(ids)) == len(ids)
    taken = set()
    for panel in made["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"])
                 for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24 and not cells & taken, panel["title"]
        taken |= cells
    for panel in panels():
        assert panel["title"]
        for part in (panel, *panel["targets"]):
            assert part["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert all(target["legendFormat"] for target in panel["targets"])


def limit_of(alert: str) -> int:
    """Seconds: "... > 26 * 3600"."""
    count, unit = re.search(r"> (\d+) \* (\d+)\s*$", alerts()[alert]["expr"]).groups()
    return int(count) * int(unit)


def test_ages_are_coloured_by_the_alerts_limits():
    steps = {panel["title"]: [step["value"] for step in
                              panel["fieldConfig"]["defaults"]["thresholds"]["steps"]]
             for panel in panels() if panel["type"] == "bargauge"}
    assert steps["Age of the newest good snapshot"] == [
        None, limit_of("SsmBackupTooOld"), limit_of("SsmBackupNone")]
    assert steps["Time since the last proof"] == [None, limit_of("SsmBackupDrillTooOld")]


def table_of_the_document() -> dict[str, tuple[str, set[str], str]]:
    rows = re.findall(r"^\| `(ssm_backup_\w+)` \| (\w+) \| ([^|]+) \| (.+?) \|$",
                      DOCUMENT.read_text(), re.MULTILINE)
    assert len({name for name, *_ in rows}) == len(rows)
    return {name: (kind, set(re.findall(r"`(\w+)`", labels)), what)
            for name, kind, labels, what in rows}


def test_the_documents_table_is_what_is_exported():
    table = table_of_the_document()
    assert list(table) == list(EXPORTED)
    for name, family in EXPORTED.items():
        kind, labels, what = table[name]
        assert kind == family["type"], name
        assert labels == exported_labels(name), name
        assert what, name


def test_the_documents_table_names_every_value_of_a_label():
    table = table_of_the_document()
    for name, label in [("ssm_backup_copies", "state"), ("ssm_backup_drill_parameters", "result"),
                        ("ssm_backup_unreadable_parameters", "accepted")]:
        values = {dict(labels)[label] for labels in EXPORTED[name]["samples"]}
        assert values <= set(re.findall(r"`(\w+)`", table[name][2])), name
