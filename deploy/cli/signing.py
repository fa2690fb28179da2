"""The operators' look at signing: what is behind, which certificates run out."""

from __future__ import annotations

import sys

import click

from deploy.cli.console import ask, say
from services.common.kit import wire
from services.common.messages.signing import ListBehind, ListCertificates

SOON = 30
"""Days."""


@click.group()
def signing() -> None:
    """Envelopes that wait, certificates that run out."""


@signing.command()
@click.pass_context
def behind(context: click.Context) -> None:
    """List signatures given, seals owed and time stamps missing for longer than half a minute; exit code 1 if there are any."""
    left = ask(lambda bus: bus.ask(ListBehind())).left
    lines = [f"{one.kind:10} {one.envelope_id} {one.task_id}" for one in left]
    say(context, [wire.to_plain(one) for one in left], "\n".join(lines) or "nothing is behind")
    sys.exit(1 if left else 0)


@signing.command()
@click.pass_context
def certificates(context: click.Context) -> None:
    """List certificates and lists by the days they have left; exit code 1 if one has fewer than 30."""
    found = ask(lambda bus: bus.ask(ListCertificates())).certificates
    lines = [f"{one.days_left:6} days  {one.expires_at:%Y-%m-%d}  {one.kind:12} {one.name}" for one in found]
    say(context, [wire.to_plain(one) for one in found], "\n".join(lines))
    sys.exit(1 if any(one.days_left < SOON for one in found) else 0)
