"""`guohu audit`: whether what was kept of the staff's acts is still what was told."""

from __future__ import annotations

from dataclasses import dataclass

import click

from deploy.cli.bus import Bus
from deploy.cli.console import ask, say
from services.common.kit import wire
from services.common.messages.identity import AuditVerified, ChainFault, VerifyAudit

PAGE = 2000
SECONDS = 30.0
WORDS = {
    ChainFault.CHANGED: "the act there is not the one that was sealed",
    ChainFault.MISSING: "the act there is missing",
    ChainFault.MOVED: "the act there was sealed at another place",
    ChainFault.RECORD: "the record of where the chain begins and ends was changed",
}


class Head(click.ParamType):
    """`PLACE:SEAL`, as this command prints it."""

    name = "place:seal"

    def convert(self, value: str, param: click.Parameter | None, context: click.Context | None) -> tuple[int, str]:
        """Read it. Fails with what is wrong."""
        place, _, seal = value.partition(":")
        if not place.isdecimal() or len(seal) != 64:
            self.fail("is not PLACE:SEAL as `guohu audit verify` prints it", param, context)
        return int(place), seal


@dataclass(frozen=True)
class Found:
    """The last stretch read, and whether the chain goes through a head noted earlier."""

    page: AuditVerified
    goes_through: bool

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return self.goes_through and self.page.fault is None


@click.group()
def audit() -> None:
    """The audit of staff: who saw or changed whose data, sealed into a hash chain."""


@audit.command("verify")
@click.option("--noted", type=Head(), help="A head printed earlier: the chain must still go through it.")
@click.pass_context
def verify(context: click.Context, noted: tuple[int, str] | None) -> None:
    """Check every kept act against the chain, and tell the first that was changed, dropped or moved (exit code 1).

    Prints the head as PLACE:SEAL. Note it somewhere else: an older copy of the whole database put back is a true chain too,
    and only a head noted later than that copy tells it. Acts the sealer has not reached yet (a minute at most) are counted,
    not checked. Progress goes to stderr.
    """
    found = ask(lambda bus: _read_all(bus, noted))
    page: AuditVerified = found.page
    plain = {"intact": found.intact, "goes_through_noted": found.goes_through, **wire.to_plain(page)}
    say(context, plain, _words(found, noted))
    if not found.intact:
        context.exit(1)


def _read_all(bus: Bus, noted: tuple[int, str] | None) -> Found:
    place, seal, goes_through = 0, "", noted is None
    limit = 1  # the first answer tells where the chain begins
    while True:
        page: AuditVerified = bus.ask(VerifyAudit(after=place, seal=seal, limit=limit), seconds=SECONDS)
        place, seal = page.place, page.seal
        limit = (
            min(PAGE, noted[0] - place) if noted and place < noted[0] else PAGE
        )  # one stretch ends at the noted place
        goes_through = goes_through or (place, seal) == noted
        click.echo(f"{place - page.floor} of {page.head - page.floor} acts are good", err=True)
        if noted and page.floor >= noted[0]:
            raise click.ClickException(
                f"acts up to place {page.floor} are forgotten: that head is too old to compare with"
            )
        if page.fault or page.place >= page.head:
            return Found(page, goes_through)


def _words(found: Found, noted: tuple[int, str] | None) -> str:
    page = found.page
    lines = [
        f"{page.place - page.floor} acts are good, {page.unsealed} wait to be sealed",
        f"head {page.place}:{page.seal}",
    ]
    if page.fault is not None:
        lines.append(f"WRONG at place {page.fault_place}: {WORDS[page.fault]} {page.act_id}".rstrip())
    elif noted and not found.goes_through:
        lines.append(f"WRONG: the chain does not go through {noted[0]}:{noted[1]}")
    return "\n".join(lines)
