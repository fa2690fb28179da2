"""`guohu field-key`: the keys that seal names, numbers, phones and contracts in each service's database, changed while all goes on.

"Changing a field key" in services/common/README.md says what is done before and after.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import Any

import click

from deploy.cli.bus import Bus
from deploy.cli.console import ask, say
from services.common.kit.errors import DomainError
from services.common.messages.operations import FieldsResealed, RotateFieldKey

SEALING = ("identity", "property", "contract", "signing", "notice")
"""Services with sealed columns; each has a key of its own."""
HELD_PAUSE = 1.0
HELD_TRIES = 10

_service = click.option("--service", type=click.Choice(SEALING), multiple=True, help="Only these services.")


@click.group("field-key")
def field_key() -> None:
    """The keys that seal personal fields in the services' databases."""


@field_key.command("rotate")
@_service
@click.option("--batch", default=500, show_default=True, type=click.IntRange(1, 2000), help="Rows in one transaction.")
@click.pass_context
def field_key_rotate(context: click.Context, service: tuple[str, ...], batch: int) -> None:
    """Rewrite every sealed row under the newest key, while everything else goes on.

    Before, every process of the service has been restarted with GUOHU_FIELD_KEY (the new key), GUOHU_FIELD_KEY_FORMER
    (the one before) and GUOHU_INDEX_KEY (the first ever): "Changing a field key" in services/common/README.md.
    Afterwards the former key may be dropped. Interrupted, it goes on where it was when run again. Progress goes to stderr.
    """
    done = {one: _Rotation(one, batch).run() for one in service or SEALING}
    lines = [f"{one:9} {rows} rows rewritten; the former key is needed no more" for one, rows in done.items()]
    say(context, {one: {"resealed": rows, "waiting": 0} for one, rows in done.items()}, "\n".join(lines))


@field_key.command("waiting")
@_service
@click.pass_context
def field_key_waiting(context: click.Context, service: tuple[str, ...]) -> None:
    """Count the rows that still need a former key; exit code 1 if there are any."""
    left = {one: ask(lambda bus, one=one: _batch(bus, one, 0, "")).waiting for one in service or SEALING}
    say(context, left, "\n".join(f"{one:9} {rows} rows wait" for one, rows in left.items()))
    sys.exit(1 if any(left.values()) else 0)


@dataclass
class _Rotation:
    """One service's rows, pass after pass until none waits."""

    service: str
    batch: int
    resealed: int = 0

    def run(self) -> int:
        """Return how many rows were rewritten."""
        fruitless = 0
        while waiting := self._pass():
            fruitless = 0 if self.in_pass else fruitless + 1
            if fruitless >= HELD_TRIES:
                raise click.ClickException(f"{self.service}: {waiting} rows are held by others; run the command again")
            if fruitless:
                time.sleep(HELD_PAUSE)
        return self.resealed

    def _pass(self) -> int:
        self.in_pass, after = 0, ""
        while True:
            done = ask(lambda bus, place=after: self._ask(bus, place))
            self.in_pass, self.resealed, after = self.in_pass + done.resealed, self.resealed + done.resealed, done.after
            if not after:
                click.echo(f"{self.service}: {self.resealed} rewritten, {done.waiting} to go", err=True)
                return int(done.waiting)
            click.echo(f"{self.service}: {self.resealed} rewritten", err=True)

    def _ask(self, bus: Bus, after: str) -> Any:
        try:
            return _batch(bus, self.service, self.batch, after)
        except DomainError:
            said = (
                f"{self.service}: interrupted after {self.resealed} rows; nothing is lost, run the same command again"
            )
            click.echo(said, err=True)
            raise


def _batch(bus: Bus, service: str, size: int, after: str) -> FieldsResealed:
    answer: FieldsResealed = bus.operate(service, RotateFieldKey(limit=size, after=after))
    return answer
