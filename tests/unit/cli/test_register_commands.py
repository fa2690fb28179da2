"""The operators' commands about the embedded register: what they ask of the bus, and what they print."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import click
from click.testing import CliRunner

from deploy.cli.__main__ import say
from deploy.cli.register import MOST, PART, register_commands
from services.common.messages.property import NoteParty, NoteTitle, PartyNoted, SeedTitles, TitleNoted, TitlesSeeded
from tests.support.contract_builders import id_number


@dataclass
class FakeBus:
    """Answers as property would, and keeps what it was asked."""

    asked: list[Any] = field(default_factory=list)

    def ask(self, message: Any, *, seconds: float | None = None) -> Any:
        del seconds
        self.asked.append(message)
        if isinstance(message, SeedTitles):
            return TitlesSeeded(added=message.count, total=message.first + message.count)
        if isinstance(message, NoteParty):
            return PartyNoted(barred_by=("BUYER_DEFAULTER",) if message.defaulter else ())
        return TitleNoted(barred_by=() if message.cleared else ("HOUSE_SEALED",), warnings=(), papers_needed=())


def run(*words: str, typed: str = "") -> tuple[FakeBus, Any]:
    bus = FakeBus()

    @click.group()
    @click.option("--json", "as_json", is_flag=True)
    @click.pass_context
    def group(context: click.Context, *, as_json: bool) -> None:
        context.obj = {"json": as_json}

    register_commands(group, lambda work: work(bus), say)
    return bus, CliRunner().invoke(group, words, input=typed)


def test_a_large_register_is_seeded_in_parts_that_cover_every_title_once() -> None:
    bus, result = run("--json", "seed", "--titles", str(2 * PART + 7))

    assert [(one.first, one.count) for one in bus.asked] == [(0, PART), (PART, PART), (2 * PART, 7)]
    assert json.loads(result.stdout) == {"added": 2 * PART + 7, "total": 2 * PART + 7}


def test_more_titles_than_a_register_takes_and_none_are_refused() -> None:
    for count in ("0", str(MOST + 1)):
        bus, result = run("seed", "--titles", count)
        assert (result.exit_code, bus.asked) == (2, [])


def test_a_note_is_written_and_cleared_and_its_effect_told() -> None:
    bus, result = run("note-title", "t1", "SEAL")
    _, cleared = run("note-title", "t1", "SEAL", "--clear")

    assert bus.asked == [NoteTitle(title_id="t1", note="SEAL")]
    assert "HOUSE_SEALED" in result.stdout
    assert "nothing stands against a sale" in cleared.stdout


def test_a_defaulter_is_noted_by_a_number_that_stands_in_no_list_of_processes() -> None:
    bus, result = run("note-party", "--defaulter", typed=f"{id_number(3)}\n")

    assert bus.asked == [NoteParty(city="huangshi", id_number=id_number(3), defaulter=True, eligibility="NOT_REQUIRED")]
    assert "BUYER_DEFAULTER" in result.stdout


def test_a_number_that_is_none_is_refused_before_anybody_is_asked() -> None:
    bus, result = run("note-party", "--defaulter", typed="123\n")

    assert (bus.asked, result.exit_code) == ([], 1)
    assert "value.id_number_invalid" in result.output
