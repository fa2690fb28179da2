"""Asking through the operators' command: the question goes by standard input, the answer or refusal comes by standard output."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deploy.cli.__main__ import guohu
from deploy.cli.remote import OperatorCommand
from services.common.kit.errors import Kind, ServiceError, Unavailable
from services.common.messages.identity import AddStaff
from services.common.messages.property import SeedTitles, TitlesSeeded

SECRET = "never-in-a-list-of-processes"
STAFF = AddStaff(login="reviewer", password=SECRET, totp_secret=SECRET, roles=("REVIEWER",), office="huangshi-zfj")


def answering(tmp_path: Path, says: str, code: int = 0) -> OperatorCommand:
    """A command that notes how it was asked and says this."""
    file = tmp_path / "command.py"
    file.write_text(
        "import pathlib, sys\n"
        f"pathlib.Path({str(tmp_path / 'argv')!r}).write_text(repr(sys.argv[1:]))\n"
        f"pathlib.Path({str(tmp_path / 'stdin')!r}).write_text(sys.stdin.read())\n"
        f"sys.stdout.write({says!r})\nsys.exit({code})\n"
    )
    return OperatorCommand((sys.executable, str(file)))


def test_reply_is_read_and_the_question_is_named_once(tmp_path: Path) -> None:
    operator = answering(tmp_path, '{"reply": {"added": 3, "total": 200}}')

    reply = operator.ask(SeedTitles(city="huangshi", count=200, seed=1), request_id="r1", seconds=60.0)

    assert (reply.added, reply.total) == (3, 200)
    expected = ["ask", "property.seed_titles.v1", "--request-id", "r1", "--seconds", "60.0"]
    assert (tmp_path / "argv").read_text() == repr(expected)


def test_password_never_stands_in_a_command_line(tmp_path: Path) -> None:
    with pytest.raises(ServiceError):
        answering(tmp_path, "").ask(STAFF)

    assert SECRET not in (tmp_path / "argv").read_text()
    assert SECRET in (tmp_path / "stdin").read_text()


def test_refusal_arrives_as_it_was_said(tmp_path: Path) -> None:
    operator = answering(tmp_path, '{"refused": {"code": "staff.login_taken", "kind": "conflict", "context": {}}}', 1)

    with pytest.raises(ServiceError) as refusal:
        operator.ask(STAFF)

    assert (refusal.value.code, refusal.value.kind) == ("staff.login_taken", Kind.CONFLICT)


def test_silence_of_a_service_may_be_asked_again(tmp_path: Path) -> None:
    operator = answering(
        tmp_path, '{"refused": {"code": "common.unavailable", "kind": "unavailable", "context": {}}}', 1
    )

    with pytest.raises(Unavailable):
        operator.ask(STAFF)


@pytest.mark.parametrize("code", [0, 1])
def test_command_that_says_nothing_is_a_refusal_whatever_its_exit_code(tmp_path: Path, code: int) -> None:
    with pytest.raises(ServiceError):
        answering(tmp_path, "", code).ask(STAFF)


def test_command_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        OperatorCommand(("/nowhere/docker",)).ask(STAFF)


def asked(monkeypatch: pytest.MonkeyPatch, bus: object, said: str) -> Result:
    """The operators' command, asked the way the one above asks it."""
    monkeypatch.setenv("GUOHU_AMQP_URL_FILE", "/run/guohu/values/GUOHU_AMQP_URL")
    monkeypatch.setattr("deploy.cli.__main__.Bus.from_environment", lambda _: bus)
    return CliRunner().invoke(guohu, ["ask", "property.seed_titles.v1", "--request-id", "r1"], input=said)


class Silent:
    """A broker that does not answer."""

    def ask(self, *_: object, **__: object) -> None:
        raise ConnectionRefusedError


class Answers:
    """A bus on which somebody has seeded."""

    def ask(self, message: SeedTitles, *, request_id: str | None, seconds: float | None) -> TitlesSeeded:
        assert (request_id, seconds) == ("r1", None)
        return TitlesSeeded(added=message.count, total=200)


QUESTION = '{"city": "huangshi", "count": 3, "seed": 1}'


def test_command_answers_with_the_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    result = asked(monkeypatch, Answers(), QUESTION)

    assert json.loads(result.output) == {"reply": {"added": 3, "total": 200}}
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("said", "code"), [(QUESTION, "common.unavailable"), ("no json", "message.not_json"), ("{}", "message.invalid")]
)
def test_command_answers_with_the_refusal_as_the_bus_would_say_it(
    monkeypatch: pytest.MonkeyPatch, said: str, code: str
) -> None:
    result = asked(monkeypatch, Silent(), said)

    assert json.loads(result.output)["refused"]["code"] == code
    assert result.exit_code == 1
