"""What a process needs before it starts, what it says when it is missing, and what it says of itself when it runs."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from tests.support.rig import ROOT, Rig, Running, eventually

MODULE = "tests.support.probe"


def start(rig: Rig, *arguments: str, **told: str) -> subprocess.CompletedProcess[str]:
    """Run a process that is expected to end by itself."""
    environment = {name: value for name, value in rig.environment(**told).items() if value}
    return subprocess.run(
        [sys.executable, "-m", MODULE, *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def look(running: Running, path: str) -> tuple[int, dict[str, object]]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{running.admin_port}{path}", timeout=5) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read())


def test_service_refuses_to_start_on_an_older_schema_and_names_the_remedy(rig: Rig) -> None:
    empty = rig.make_database("older")

    ended = start(rig, "serve", GUOHU_DATABASE_URL=empty, GUOHU_START_SECONDS="0.5")

    assert ended.returncode == 1
    assert "migrate" in ended.stderr
    assert "process started" not in ended.stdout


def test_service_that_waits_for_its_schema_starts_when_it_is_there(rig: Rig) -> None:
    empty = rig.make_database("growing")
    waiting = rig.start("serve", ready=False, GUOHU_DATABASE_URL=empty, GUOHU_START_SECONDS="30")
    eventually(lambda: look_or_none(waiting) is not None)
    assert look(waiting, "/healthz")[0] == 200
    assert look(waiting, "/readyz")[0] == 503

    migrated = start(rig, "migrate", GUOHU_DATABASE_OWNER_URL=empty)

    assert migrated.returncode == 0
    eventually(waiting.is_ready)
    waiting.kill()


def look_or_none(running: Running) -> int | None:
    try:
        return look(running, "/healthz")[0]
    except OSError:
        return None


def test_migrating_twice_and_at_once_changes_nothing_more(rig: Rig) -> None:
    empty = rig.make_database("twice")

    runs = [rig.meanwhile(lambda: start(rig, "migrate", GUOHU_DATABASE_OWNER_URL=empty)) for _ in range(2)]
    again = start(rig, "migrate", GUOHU_DATABASE_OWNER_URL=empty)

    assert [one.result().returncode for one in runs] == [0, 0]
    assert (again.returncode, again.stdout.strip()) == (0, "tests.support.probe: 0001")


@pytest.mark.parametrize(
    "name",
    ["GUOHU_AMQP_URL", "GUOHU_DATABASE_URL", "GUOHU_ACTOR_KEYS", "GUOHU_ACTOR_KEY_FILE", "GUOHU_OBJECTS", "GUOHU_ENV"],
)
def test_missing_setting_is_named(rig: Rig, name: str) -> None:
    ended = start(rig, "serve", **{name: ""})

    assert ended.returncode == 1
    assert f"{name} is not set" in ended.stderr


def test_default_secret_is_refused_in_production(rig: Rig) -> None:
    good = base64.b64encode(hashlib.sha256(b"a key as chance makes it").digest()).decode()
    ended = start(
        rig,
        "serve",
        GUOHU_ENV="production",
        GUOHU_FIELD_KEY=good,
        GUOHU_PERSON_KEY=good,
        GUOHU_S3_SECRET_KEY="changeme",
    )

    assert ended.returncode == 1
    assert "GUOHU_S3_SECRET_KEY" in ended.stderr
    assert "changeme" not in ended.stderr


@pytest.mark.parametrize("arguments", [[], ["run"], ["serve", "now"]])
def test_usage_is_told(rig: Rig, arguments: list[str]) -> None:
    ended = start(rig, *arguments)

    assert ended.returncode == 2
    assert "serve|worker|migrate" in ended.stderr


def test_running_process_tells_health_readiness_and_what_it_depends_on(rig: Rig) -> None:
    serve, worker = rig.crew()

    status, ready = look(serve, "/readyz")

    assert look(serve, "/healthz")[0] == 200
    assert (status, ready["ready"]) == (200, True)
    assert {"client", "database", "outbox", "questions", "objects"} <= set(ready["checks"])  # type: ignore[call-overload]
    assert "inbox" in look(worker, "/readyz")[1]["checks"]  # type: ignore[operator]
    assert look(serve, "/nothing")[0] == 404


def test_admin_port_is_open_where_it_is_told_and_nowhere_else(rig: Rig) -> None:
    running = rig.start("serve", ready=False, GUOHU_ADMIN_HOST="127.0.0.2")

    def answered(host: str) -> bool:
        try:
            with urllib.request.urlopen(f"http://{host}:{running.admin_port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    eventually(lambda: answered("127.0.0.2"))
    assert not answered("127.0.0.1")
    assert running.terminate() < 12


def test_process_takes_its_secrets_from_files(rig: Rig) -> None:
    told = rig.environment()
    names = ("GUOHU_AMQP_URL", "GUOHU_DATABASE_URL", "GUOHU_FIELD_KEY")
    for name in names:
        (rig.var / name).write_text(told[name] + "\n")

    running = rig.start("serve", **{f"{name}_FILE": str(rig.var / name) for name in names}, **dict.fromkeys(names, ""))

    assert running.is_ready()
    assert running.terminate() < 12
