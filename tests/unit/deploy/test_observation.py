"""Every alert and panel asks for metrics and labels that exist, and whoever is called finds what to do."""

from __future__ import annotations

import re

import pytest
import yaml

from deploy.containers.observation import (
    ALERTS,
    DASHBOARD,
    NOT_OURS,
    RUNBOOK,
    Observed,
    compose_targets,
    dashboard,
    declared,
    files,
    observed,
    others,
)
from deploy.local.processes import PROCESSES

ENTRIES = (*observed(), *others())
EVERYWHERE = {"service", "process", "instance", "job", "le"}
SUFFIXES = {"Histogram": ("_bucket", "_count", "_sum"), "Counter": ("",), "Gauge": ("",)}
SEVERITIES = {"page", "ticket"}


def names(query: str) -> set[str]:
    """The metric names of a query."""
    return set(re.findall(r"\b(?:guohu_[a-z_]+|up\b|process_[a-z_]+)", query))


def labels(query: str) -> set[str]:
    """The labels a query chooses or groups by."""
    grouped = {one.strip() for part in re.findall(r"by \(([^)]*)\)", query) for one in part.split(",")}
    return grouped | set(re.findall(r"([a-z_]+)\s*(?:=~|!=|!~|=)\"", query))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda one: one.metric)
def test_queries_ask_for_series_that_the_code_declares(entry: Observed) -> None:
    assert entry.queries
    for query in entry.queries:
        assert names(query), query
        for name in names(query) - NOT_OURS:
            metric = declared()[entry.metric]
            assert name in {metric.name + suffix for suffix in SUFFIXES[metric.kind]}, query


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda one: one.metric)
def test_queries_and_texts_use_labels_that_the_series_carry(entry: Observed) -> None:
    known = EVERYWHERE | (set(declared()[entry.metric].labels) if entry.metric not in NOT_OURS else set())
    for legend, query in entry.shows.items():
        assert labels(query) <= known
        assert set(re.findall(r"{{(\w+)}}", legend)) <= labels(query)
    if entry.alert:
        said = set(re.findall(r"{{ \$labels\.(\w+) }}", entry.alert.says))
        assert said <= (labels(entry.alert.query) or known) & known


def test_no_declared_metric_is_unseen() -> None:
    assert set(declared()) <= {one.metric for one in ENTRIES}
    assert len(ENTRIES) == len({one.metric for one in ENTRIES})


def test_metric_of_the_code_that_is_read_by_nobody_yet_gets_a_panel_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    unnamed = tuple(one for one in observed() if one.metric != "guohu_http_seconds")
    monkeypatch.setattr("deploy.containers.observation.observed", lambda: unnamed)

    (found,) = [one for one in others() if one.metric == "guohu_http_seconds"]

    assert found.row == "Others"
    assert "route" in labels(next(iter(found.shows.values())))


def test_every_alert_has_a_paragraph_and_a_link_to_it() -> None:
    rules = yaml.safe_load(files()[ALERTS])["groups"][0]["rules"]
    text = files()[RUNBOOK]
    paragraphs = {title.lower(): body for title, body in re.findall(r"## (\w+)\n\n(.+?)(?=\n## |\Z)", text, re.DOTALL)}

    assert len(rules) == len({one["alert"] for one in rules}) >= 10
    for rule in rules:
        assert rule["labels"]["severity"] in SEVERITIES
        assert re.fullmatch(r"\d+m", rule["for"])
        anchor = rule["annotations"]["runbook"].split("#")[1]
        assert len(paragraphs[anchor]) > 100, anchor


def test_dashboard_shows_each_entry_once_without_overlap() -> None:
    panels = dashboard()["panels"]
    places = {(one["gridPos"]["x"], one["gridPos"]["y"]) for one in panels}

    assert [one["title"] for one in panels if one["type"] == "timeseries"] == [one.title for one in _in_rows()]
    assert len(places) == len(panels) == len({one["id"] for one in panels})
    assert DASHBOARD in files()


def _in_rows() -> list[Observed]:
    rows = dict.fromkeys(one.row for one in ENTRIES)
    return [one for row in rows for one in ENTRIES if one.row == row]


def test_every_process_is_asked() -> None:
    (job,) = compose_targets()["scrape_configs"]

    assert job["job_name"] == "guohu"
    assert job["static_configs"][0]["targets"] == [f"{one.service}-{one.role}:9100" for one in PROCESSES]
