"""Each alert fires when it must and is silent when it must: Prometheus' own tool plays the made rules on series of ours."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.containers.observation import ALERTS, alert_rules
from deploy.local.layout import REPOSITORY
from deploy.local.processes import PROCESSES

RULES = {rule["alert"]: rule for rule in alert_rules()["groups"][0]["rules"]}
EVERYBODY = {f'up{{job="guohu",service="{one.service}",process="{one.role}"}}': "1x120" for one in PROCESSES}
UP = 'up{job="guohu",service="signing",process="worker"}'
HTTP = 'guohu_http_seconds_count{service="gateway",route="/v1/cases",status="%s"}'
ASKED = 'guohu_rpc_asked_seconds_count{service="gateway",method="contract.get_case",outcome="%s"}'
ANSWERED = 'guohu_rpc_answered_seconds_count{service="contract",method="contract.get_case",outcome="%s",instance="a"}'
OLDEST = 'guohu_inbox_oldest_seconds{service="signing",process="worker",handler="signing.open_envelope",instance="%s"}'
DEAD = 'guohu_inbox_dead{handler="signing.open_envelope",instance="%s"}'
HANDLED = 'guohu_events_handled_total{handler="signing.open_envelope",outcome="%s"}'
OUTBOX = 'guohu_outbox_waiting{service="contract",instance="%s"}'
ENGINE = 'guohu_engine_job_seconds_count{service="contract",job="draw",outcome="%s"}'
MESSAGE = 'guohu_message_seconds_bucket{template="signing.asked",le="%s"}'
GIVEN_UP = 'guohu_messages_given_up_total{service="notice"}'
REVIEWS = 'guohu_reviews_overdue{instance="%s"}'
FILINGS = 'guohu_filings_not_acknowledged{instance="%s"}'
BEHIND = 'guohu_signing_behind{kind="seals",instance="%s"}'
DAYS = 'guohu_certificate_days_left{kind="seal",name="huangshi",instance="%s"}'
AUDIT = 'guohu_audit_unsealed_seconds{instance="%s"}'
CASES = 'guohu_cases_overdue{state="%s"}'
CASES_SINCE = 'guohu_cases_overdue_seconds{state="%s"}'
METHOD, HANDLER = {"method": "contract.get_case"}, {"handler": "signing.open_envelope"}


@dataclass(frozen=True)
class Played:
    """Series, one value a minute in Prometheus' notation; `fires`: the labels it has at `minute`; None: it is silent."""

    alert: str
    what: str
    series: dict[str, str]
    minute: int
    fires: dict[str, str] | None = None


def messages(within: str) -> dict[str, str]:
    """Ten messages a minute, all handed over within so many seconds."""
    edges = ("60", "150", "600", "+Inf")
    return {MESSAGE % edge: "0+10x60" if edges.index(edge) >= edges.index(within) else "0x60" for edge in edges}


WORKER = {"service": "signing", "process": "worker"}
CASES_PLAYED = (
    Played("ProcessGone", "no replica answers", EVERYBODY | {UP: "1x5 0x20"}, 9, WORKER),
    Played("ProcessGone", "nothing of it was started", {k: v for k, v in EVERYBODY.items() if k != UP}, 3, WORKER),
    Played("ProcessGone", "one of two answers", EVERYBODY | {UP[:-1] + ',instance="b"}': "0x120"}, 30),
    Played("ProcessGone", "a restart of a minute", EVERYBODY | {UP: "1x5 0 1x60"}, 7),
    Played("ProcessGone", "somebody else's target", EVERYBODY | {'up{job="node"}': "0x120"}, 30),
    Played("GatewayFails", "one in twenty", {HTTP % 200: "0+95x60", HTTP % 503: "0+5x60"}, 12, {}),
    Played("GatewayFails", "one in a hundred", {HTTP % 200: "0+99x60", HTTP % 503: "0+1x60"}, 30),
    Played("GatewayFails", "refusals", {HTTP % 200: "0+10x60", HTTP % 409: "0+90x60"}, 30),
    Played("GatewayFails", "nobody asks", {HTTP % 200: "7x60", HTTP % 503: "3x60"}, 30),
    Played("QuestionsUnanswered", "twelve a minute", {ASKED % "unavailable": "0+12x60"}, 12, METHOD),
    Played("QuestionsUnanswered", "one a minute", {ASKED % "unavailable": "0+1x60", ASKED % "done": "0+99x60"}, 30),
    Played(
        "ServiceFaults",
        "the first of its kind",
        {ANSWERED % "internal": "_x10 1x20"},
        12,
        METHOD | {"service": "contract"},
    ),
    Played("ServiceFaults", "one more", {ANSWERED % "internal": "3x20 4x20"}, 22, METHOD | {"service": "contract"}),
    Played("ServiceFaults", "an hour later", {ANSWERED % "internal": "_x10 1x90"}, 70),
    Played("ServiceFaults", "refusals", {ANSWERED % "conflict": "0+9x60"}, 30),
    Played("EventsWait", "two minutes old", {OLDEST % "a": "0+60x30", OLDEST % "b": "0+60x30"}, 5, HANDLER),
    Played("EventsWait", "worked off in time", {OLDEST % "a": "0 50 0 50 0 50 0 50 0 50"}, 9),
    Played("EventsDead", "one", {DEAD % "a": "0x5 1x20", DEAD % "b": "0x5 1x20"}, 8, HANDLER),
    Played("EventsDead", "none", {DEAD % "a": "0x30"}, 20),
    Played("EventsFail", "six a minute", {HANDLED % "failed": "0+6x60"}, 25, HANDLER),
    Played("EventsFail", "one that is tried ten times", {HANDLED % "failed": "0+1x10 10x60"}, 25),
    Played(
        "OutboxStuck",
        "the broker is gone",
        {OUTBOX % "a": "0x3 4x20", OUTBOX % "b": "0x3 4x20"},
        12,
        {"service": "contract"},
    ),
    Played("OutboxStuck", "busy, and emptied again", {OUTBOX % "a": "9 9 9 0 9 9 9 0 9 9 9 0 9 9 9"}, 14),
    Played("EngineJobsFail", "two a minute", {ENGINE % "failed": "0+2x60"}, 25, {"service": "contract", "job": "draw"}),
    Played("EngineJobsFail", "refused files", {ENGINE % "refused": "0+9x60", ENGINE % "failed": "0x60"}, 30),
    Played("SigningMessagesLate", "after four minutes", messages("600"), 18, {}),
    Played("SigningMessagesLate", "within a minute", messages("60"), 30),
    Played("SigningMessagesLate", "nobody is written to", {MESSAGE % "150": "5x60", MESSAGE % "+Inf": "9x60"}, 30),
    Played("MessagesGivenUp", "one", {GIVEN_UP: "0x10 1x20"}, 12, {}),
    Played("MessagesGivenUp", "long ago", {GIVEN_UP: "0x10 1x60"}, 40),
    Played("ReviewsOverdue", "two replicas say so", {REVIEWS % "a": "2x30", REVIEWS % "b": "2x30"}, 12, {}),
    Played("ReviewsOverdue", "none", {REVIEWS % "a": "0x30"}, 20),
    Played("RegisterSilent", "a quarter of an hour", {FILINGS % "a": "3x40", FILINGS % "b": "3x40"}, 20, {}),
    Played("RegisterSilent", "taken after minutes", {FILINGS % "a": "1x6 0 1x6 0 1x6 0"}, 18),
    Played("SigningBehind", "two sweeps", {BEHIND % "a": "0x3 1x20", BEHIND % "b": "0x3 1x20"}, 9, {"kind": "seals"}),
    Played("SigningBehind", "done by the next sweep", {BEHIND % "a": "0 1 0 0 1 0 0 1 0 0"}, 8),
    Played("CertificateRunsOut", "29 days", {DAYS % "a": "29x30"}, 12, {"kind": "seal", "name": "huangshi"}),
    Played("CertificateRunsOut", "31 days", {DAYS % "a": "31x30"}, 20),
    Played("AuditUnsealed", "a quarter of an hour", {AUDIT % "a": "0+60x40", AUDIT % "b": "0+60x40"}, 25, {}),
    Played("AuditUnsealed", "one replica seals", {AUDIT % "a": "0+60x40", AUDIT % "b": "0x40"}, 30),
    Played("CaseStuck", "its seal is missing", {CASES % "FILING": "0x3 1x20"}, 7, {"state": "FILING"}),
    Played("CaseStuck", "people are asked", {CASES % "SIGNING": "4x30", CASES % "FILING": "0x30"}, 20),
    Played("CaseLeftLying", "two days", {CASES_SINCE % "REVIEWING": "172800x30"}, 12, {"state": "REVIEWING"}),
    Played("CaseLeftLying", "an hour", {CASES_SINCE % "REVIEWING": "3600x30"}, 20),
    Played("CaseLeftLying", "ours, called by another", {CASES_SINCE % "FILING": "172800x30"}, 20),
)


def test_every_alert_is_played_firing_and_silent() -> None:
    for name in RULES:
        assert {one.fires is None for one in CASES_PLAYED if one.alert == name} == {True, False}, name
    assert {one.alert for one in CASES_PLAYED} == set(RULES)


@pytest.mark.parametrize("played", CASES_PLAYED, ids=lambda one: f"{one.alert}: {one.what}".replace(" ", "-"))
def test_alert(played: Played, tmp_path: Path) -> None:
    tool = shutil.which("promtool")
    if tool is None:
        pytest.skip("promtool is not installed (Debian: prometheus): the rules are read but not played")
    file = tmp_path / "played.yaml"
    file.write_text(yaml.safe_dump(as_promtool(played)))

    done = subprocess.run([tool, "test", "rules", str(file)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def as_promtool(played: Played) -> dict[str, Any]:
    """Return the tool's own form; what an alert says is filled in from its rule."""
    rule = RULES[played.alert]
    expected = []
    if played.fires is not None:
        texts = dict(rule["annotations"])
        for name, value in played.fires.items():
            texts["summary"] = texts["summary"].replace(f"{{{{ $labels.{name} }}}}", value)
        expected = [{"exp_labels": played.fires | rule["labels"], "exp_annotations": texts}]
    asked = {"eval_time": f"{played.minute}m", "alertname": played.alert, "exp_alerts": expected}
    series = [{"series": name, "values": values} for name, values in played.series.items()]
    test = {"interval": "1m", "input_series": series, "alert_rule_test": [asked]}
    return {"rule_files": [str(REPOSITORY / ALERTS)], "evaluation_interval": "15s", "tests": [test]}
