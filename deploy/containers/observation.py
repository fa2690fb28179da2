"""Alert rules, the dashboard and the runbook, all from `deploy/prometheus/observed.yaml`; and what Prometheus needs beside them.

A metric that the code declares and the list does not know is shown in a row of its own, so that none is unseen.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from deploy.containers.dumping import dump
from deploy.containers.plan import ADMIN_PORT
from deploy.local.layout import REPOSITORY
from deploy.local.processes import PROCESSES

LIST = Path("deploy/prometheus/observed.yaml")
ALERTS, RUNBOOK = "deploy/prometheus/alerts.yaml", "deploy/prometheus/runbook.md"
DASHBOARD = "deploy/grafana/guohu.json"
COMPOSE = "deploy/prometheus/compose.yaml"
HEAD = f"# Made by `python -m deploy.containers render` from {LIST}: change that.\n"
KINDS = frozenset({"Counter", "Gauge", "Histogram"})
# Given by Prometheus itself and by its Python client in every process.
NOT_OURS = frozenset({"up", "process_resident_memory_bytes"})
COMMANDS = """\
| Written below | With Compose | In a cluster |
|---|---|---|
| `guohu WORDS` | `docker compose run --rm operator WORDS` | `kubectl -n guohu exec deploy/operator -- python -m deploy.cli WORDS` |
| `logs PROCESS` | `docker compose logs --since 30m PROCESS` | `kubectl -n guohu logs deploy/PROCESS --since=30m` |
| `ready PROCESS` | `docker compose exec PROCESS python -I -S /app/deploy/containers/probe.py` | the same after `kubectl -n guohu exec deploy/PROCESS --` |
| `queues` | `docker compose exec rabbitmq rabbitmqctl list_queues -p guohu name messages consumers` | the same `rabbitmqctl`, on the broker |

`ready` says nothing and ends with 0 when all is well. PROCESS is `contract-worker`, `gateway-serve` ...; there is one `operator` when
`kubectl -n guohu scale deploy/operator --replicas=1` was said.
"""
WIDTH, HEIGHT, COLUMNS = 12, 8, 2


@dataclass(frozen=True)
class Alert:
    """When somebody is called, and how urgently: `page` at once, `ticket` in working hours."""

    name: str
    when: str
    after: str
    severity: str
    says: str

    @property
    def query(self) -> str:
        """What Prometheus asks: `$anybody` is whatever process has no series, because nothing of it was ever started."""
        missing = (f'absent(up{{service="{one.service}",process="{one.role}"}})' for one in PROCESSES)
        return self.when.replace("$anybody", " or ".join(missing))


@dataclass(frozen=True)
class Observed:
    """One entry of the list. `shows`: legend -> query."""

    metric: str
    unit: str
    row: str
    title: str
    shows: dict[str, str]
    runbook: str
    alert: Alert | None = None

    @property
    def queries(self) -> tuple[str, ...]:
        """Every query of the entry."""
        return (*self.shows.values(), *([self.alert.query] if self.alert else []))


@dataclass(frozen=True)
class Metric:
    """A metric as the code declares it."""

    name: str
    kind: str
    title: str
    labels: tuple[str, ...]
    file: str


@cache
def observed() -> tuple[Observed, ...]:
    """Read the list. Raises KeyError or TypeError for an entry that lacks or invents something."""
    found = []
    for raw in yaml.safe_load((REPOSITORY / LIST).read_text()):
        name = raw["metric"]
        shows = {legend: query.replace("$it", name) for legend, query in raw.pop("shows").items()}
        alert = raw.pop("alert", None)
        if alert is not None:
            alert = Alert(**{**alert, "when": alert["when"].replace("$it", name)})
        found.append(Observed(**raw, shows=shows, alert=alert))
    return tuple(found)


@cache
def declared() -> dict[str, Metric]:
    """Return the metrics declared in the sources, by name."""
    found = {}
    for folder in ("services", "gateway"):
        for file in sorted((REPOSITORY / folder).rglob("*.py")):
            source = file.read_text()
            if "prometheus_client" in source:
                for one in _declarations(ast.parse(source), str(file.relative_to(REPOSITORY))):
                    found[one.name] = one
    return found


def _declarations(tree: ast.Module, file: str) -> Iterable[Metric]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS):
            continue
        texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        lists = [one for one in node.args if isinstance(one, ast.List)]
        if len(texts) >= 2 and texts[0].startswith("guohu_"):
            labels = tuple(str(one.value) for one in lists[0].elts if isinstance(one, ast.Constant)) if lists else ()
            yield Metric(texts[0], node.func.id, texts[1], labels, file)


def others() -> tuple[Observed, ...]:
    """Return a plain panel for each metric the list does not name yet."""
    known = {one.metric for one in observed()}
    return tuple(_plain(one) for name, one in sorted(declared().items()) if name not in known)


def _plain(metric: Metric) -> Observed:
    by = ", ".join(("service", *metric.labels))
    legend = " ".join(f"{{{{{one}}}}}" for one in ("service", *metric.labels))
    query = {
        "Counter": f"sum by ({by}) (rate({metric.name}[5m]))",
        "Gauge": f"max by ({by}) ({metric.name})",
        "Histogram": f"histogram_quantile(0.95, sum by (le, {by}) (rate({metric.name}_bucket[5m])))",
    }[metric.kind]
    unit = "s" if metric.name.endswith("_seconds") else "short"
    return Observed(metric.name, unit, "Others", metric.title, {legend: query}, "")


def files() -> dict[str, str]:
    """Return the made files: path from the repository's root -> text."""
    return {
        ALERTS: HEAD + dump(alert_rules()),
        RUNBOOK: runbook(),
        COMPOSE: HEAD + dump(compose_targets()),
        DASHBOARD: json.dumps(dashboard(), indent=1, ensure_ascii=False) + "\n",
    }


def alert_rules() -> dict[str, Any]:
    """Return Prometheus' rule file."""
    rules = [
        {
            "alert": one.alert.name,
            "expr": one.alert.query,
            "for": one.alert.after,
            "labels": {"severity": one.alert.severity},
            "annotations": {
                "summary": one.alert.says,
                "runbook": f"deploy/prometheus/runbook.md#{one.alert.name.lower()}",
            },
        }
        for one in observed()
        if one.alert
    ]
    return {"groups": [{"name": "guohu", "rules": rules}]}


def compose_targets() -> dict[str, Any]:
    """Return the configuration of the Prometheus that `docker compose --profile observe` starts."""
    containers = [f"{one.service}-{one.role}:{ADMIN_PORT}" for one in PROCESSES]
    relabel = [
        {"source_labels": ["__address__"], "regex": "(.+)-(.+):.+", "target_label": label, "replacement": f"${number}"}
        for number, label in ((1, "service"), (2, "process"))
    ]
    job = {"job_name": "guohu", "static_configs": [{"targets": containers}], "relabel_configs": relabel}
    return {
        "global": {"scrape_interval": "15s", "evaluation_interval": "15s"},
        "rule_files": ["alerts.yaml"],
        "scrape_configs": [job],
    }


def runbook() -> str:
    """Return what whoever is called reads."""
    parts = [
        "# Runbook\n",
        f"What each alert means and what to do. Made by `python -m deploy.containers render` from `{LIST}`: change that.\n",
        "`page` calls somebody at once, `ticket` waits for the morning. `$anybody` is a process that Prometheus does not find at all.\n",
        COMMANDS,
    ]
    for one in observed():
        if one.alert:
            parts += [f"## {one.alert.name}\n", f"`{one.alert.when}` for {one.alert.after} ({one.alert.severity})\n"]
            parts.append(f"{one.runbook}\n")
    return "\n".join(parts)


def dashboard() -> dict[str, Any]:
    """Return Grafana's dashboard: a row for each part, two panels beside each other."""
    panels: list[dict[str, Any]] = []
    top = 0
    entries = (*observed(), *others())
    for row in dict.fromkeys(one.row for one in entries):
        panels.append({"type": "row", "title": row, "gridPos": {"x": 0, "y": top, "w": 24, "h": 1}, "panels": []})
        top += 1
        members = [one for one in entries if one.row == row]
        for number, one in enumerate(members):
            place = {"x": WIDTH * (number % COLUMNS), "y": top + HEIGHT * (number // COLUMNS), "w": WIDTH, "h": HEIGHT}
            panels.append(_panel(one, place))
        top += HEIGHT * (-(-len(members) // COLUMNS))
    for number, panel in enumerate(panels, start=1):
        panel["id"] = number
    source = {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}
    return {
        "uid": "guohu",
        "title": "Guohu 过户",
        "schemaVersion": 39,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "templating": {"list": [source]},
        "panels": panels,
    }


def _panel(one: Observed, place: dict[str, int]) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": "${source}"}
    return {
        "type": "timeseries",
        "title": one.title,
        "description": one.runbook,
        "datasource": source,
        "gridPos": place,
        "fieldConfig": {"defaults": {"unit": one.unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + number), "datasource": source, "expr": query, "legendFormat": legend}
            for number, (legend, query) in enumerate(one.shows.items())
        ],
    }
