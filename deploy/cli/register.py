"""The commands about the embedded register: generated titles, notes on a title, the standing of a party."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from services.common.kit.errors import InvalidValue
from services.common.messages.property import ListSeededTitles, NoteParty, NoteTitle, SeedTitles
from services.common.values import IdNumber

PART = 5_000
"""Titles of one command over the bus: some two seconds, so that the bar moves and no deadline is near."""
MOST = 1_000_000
NOTES = (
    "SEAL",
    "DISPUTE",
    "PRENOTICE",
    "MORTGAGE",
    "MORTGAGE_WITH_BAN",
    "OBJECTION",
    "POLICY_HOME",
    "LEASE",
    "HABITATION",
    "LOST_CERTIFICATE",
)
ELIGIBILITY = ("NOT_REQUIRED", "PASS", "FAIL")

Ask = Callable[[Any], Any]
Say = Callable[[click.Context, Any, str], None]


def register_commands(group: click.Group, ask: Ask, say: Say) -> None:
    """Add the commands: `ask` runs on the bus, `say` prints."""
    group.add_command(_seed(ask, say))
    group.add_command(_titles(ask, say))
    group.add_command(_note_title(ask, say))
    group.add_command(_note_party(ask, say))


def _seed(ask: Ask, say: Say) -> click.Command:
    @click.command("seed")
    @click.option("--city", default="huangshi", show_default=True)
    @click.option("--titles", default=200, show_default=True, type=click.IntRange(1, MOST))
    @click.option("--seed", "seed_", default=20261122, show_default=True, help="The same seed gives the same titles.")
    @click.pass_context
    def seed(context: click.Context, city: str, titles: int, seed_: int) -> None:
        """Fill the embedded register with generated titles; one that stopped half-way goes on where it is run again."""
        added = total = 0
        with click.progressbar(length=titles, label="titles", file=sys.stderr) as bar:
            for first in range(0, titles, PART):
                count = min(PART, titles - first)
                message = SeedTitles(city=city, count=count, seed=seed_, first=first)
                done = ask(lambda bus, message=message: bus.ask(message, seconds=60.0))
                added, total = added + done.added, done.total
                bar.update(count)
        say(context, {"added": added, "total": total}, f"{added} titles added, {total} in all")

    return seed


def _titles(ask: Ask, say: Say) -> click.Command:
    @click.command("titles")
    @click.option("--city", default="huangshi", show_default=True)
    @click.option("--owners", default=1, show_default=True, type=click.IntRange(1, 3))
    @click.option("--noted", default="", type=click.Choice(("", *NOTES)), help="Only titles that bear this note alone.")
    @click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 500))
    @click.pass_context
    def titles(context: click.Context, city: str, owners: int, noted: str, limit: int) -> None:
        """List generated titles that may be sold, with their made-up owners: what a demonstration needs to play a seller."""
        found = ask(lambda bus: bus.ask(ListSeededTitles(city=city, owners=owners, limit=limit, noted=noted))).titles
        shown = [
            {
                "title_id": one.title_id,
                "certificate_no": str(one.certificate_no),
                "owners": [{"name": str(who.name), "id_number": str(who.id_number)} for who in one.owners],
            }
            for one in found
        ]
        lines = [
            f"{one['title_id']}  {one['certificate_no']}  "
            + ", ".join(f"{who['name']} {who['id_number']}" for who in one["owners"])
            for one in shown
        ]
        say(context, shown, "\n".join(lines) or "no such titles: seed more")

    return titles


def _note_title(ask: Ask, say: Say) -> click.Command:
    @click.command("note-title")
    @click.argument("title_id")
    @click.argument("note", type=click.Choice(NOTES))
    @click.option("--clear", is_flag=True, help="Take the note away.")
    @click.pass_context
    def note_title(context: click.Context, title_id: str, note: str, *, clear: bool) -> None:
        """Write a note on a title of the embedded register, and say what the city makes of it."""
        done = ask(lambda bus: bus.ask(NoteTitle(title_id=title_id, note=note, cleared=clear)))
        effects = {"barred_by": done.barred_by, "warnings": done.warnings, "papers_needed": done.papers_needed}
        words = [f"{name.replace('_', ' ')}: {', '.join(codes)}" for name, codes in effects.items() if codes]
        say(context, effects, "; ".join(words) or "nothing stands against a sale")

    return note_title


def _note_party(ask: Ask, say: Say) -> click.Command:
    @click.command("note-party")
    @click.option("--city", default="huangshi", show_default=True)
    @click.option("--defaulter/--no-defaulter", default=False, show_default=True, help="失信被执行人.")
    @click.option("--eligibility", type=click.Choice(ELIGIBILITY), default="NOT_REQUIRED", show_default=True)
    @click.pass_context
    def note_party(context: click.Context, city: str, eligibility: str, *, defaulter: bool) -> None:
        """Keep a party's standing in the embedded table; the ID number is read from standard input, where no list of processes shows it."""
        try:
            number = IdNumber(click.prompt("ID number", err=True))
        except InvalidValue as wrong:
            raise click.ClickException(wrong.code) from wrong
        message = NoteParty(city=city, id_number=number, defaulter=defaulter, eligibility=eligibility)
        done = ask(lambda bus: bus.ask(message))
        say(context, {"barred_by": done.barred_by}, f"barred by: {', '.join(done.barred_by) or 'nothing'}")

    return note_party
