"""`guohu`: seed data, dead events, profiles, a look at the whole; staff, identity, field keys in their own files. `python -m deploy.cli --help`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from deploy.cli import verify
from deploy.cli.audit import audit
from deploy.cli.bus import Bus
from deploy.cli.console import ask, environment, say
from deploy.cli.field_key import field_key
from deploy.cli.identity import bank_card, person
from deploy.cli.pki import pki
from deploy.cli.register import register_commands
from deploy.cli.signing import signing
from deploy.cli.staff import staff
from services.common.kit import wire
from services.common.kit.errors import DomainError, Unavailable, to_wire
from services.common.kit.settings import SettingMissing
from services.common.messages.operations import ListDeadEvents, ReplayEvents
from services.common.messages.shapes import RPC_OF
from services.common.profiles.loader import load_profiles
from services.common.profiles.problems import ProfileInvalid

WITH_EVENTS = ("identity", "property", "contract", "signing", "review", "notice")


@click.group()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@click.pass_context
def guohu(context: click.Context, *, as_json: bool) -> None:
    """Operate Guohu 过户, over the bus, in the name of the operators.

    Without GUOHU_AMQP_URL and GUOHU_ACTOR_KEY_FILE the stack running on this machine is meant. A refusal is one line on
    stderr with its code, and exit code 1. Every command explains itself: --help after its name.
    """
    context.obj = {"json": as_json}


for group in (staff, person, bank_card, field_key, audit, pki, signing):
    guohu.add_command(group)


@guohu.group()
def events() -> None:
    """Events that handlers gave up on."""


@events.command("dead")
@click.option("--service", type=click.Choice(WITH_EVENTS), multiple=True, help="Only these services.")
@click.pass_context
def events_dead(context: click.Context, service: tuple[str, ...]) -> None:
    """List dead events: which, whose, why."""
    found = [
        {"service": one, **wire.to_plain(dead)}
        for one in service or WITH_EVENTS
        for dead in ask(lambda bus, one=one: bus.operate(one, ListDeadEvents())).events
    ]
    lines = [
        f"{one['service']:9} {one['handler_id']:28} {one['event_id']} {one['case_no']} {one['error_code']}"
        for one in found
    ]
    say(context, found, "\n".join(lines) or "no dead events")


@events.command("replay")
@click.argument("service", type=click.Choice(WITH_EVENTS))
@click.argument("event_id", default="")
@click.pass_context
def events_replay(context: click.Context, service: str, event_id: str) -> None:
    """Try again: one event of a service, or all its dead ones."""
    done = ask(lambda bus: bus.operate(service, ReplayEvents(event_id=event_id)))
    say(context, {"count": done.count}, f"{done.count} put back")


@guohu.group()
def profile() -> None:
    """City profiles."""


@profile.command("check")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path("deploy/cities"))
@click.pass_context
def profile_check(context: click.Context, folder: Path) -> None:
    """Check all profiles of a folder; mistakes are named with file, line and remedy."""
    try:
        found = [one.city for one in load_profiles(folder)]
    except ProfileInvalid as wrong:
        click.echo(str(wrong), err=True)
        sys.exit(1)
    say(context, found, f"good: {', '.join(found)}")


@guohu.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--root", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The platform's root certificate."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def verify_file(context: click.Context, file: Path, root: Path | None, *, as_json: bool) -> None:
    """Verify a signed PDF or an evidence package; needs neither network nor database.

    Exit codes: 0 accepted, 1 not accepted, 2 cannot be judged, 3 accepted by the root found in the file itself.
    """
    context.obj["json"] |= as_json
    content = file.read_bytes()
    anchor, given = verify.read_root(root, content)
    if anchor is None:
        click.echo("no root certificate in the file: give --root", err=True)
        sys.exit(verify.UNREADABLE)
    found = verify.judge(content, anchor)
    say(context, found, verify.words(found, root_given=given))
    sys.exit(verify.exit_code(found, root_given=given))


@guohu.command("ask")
@click.argument("name")
@click.option("--request-id", help="Carried out once, however often it is asked.")
@click.option("--seconds", type=click.FloatRange(0.1, 600.0), help="How long the answer is waited for.")
def ask_anything(name: str, request_id: str | None, seconds: float | None) -> None:
    """Ask one question of the bus by NAME: its fields as JSON on standard input, `reply` or `refused` on standard output."""
    shape = next((shape for shape, one in RPC_OF.items() if one.name == name), None)
    if shape is None:
        raise click.BadParameter("no such question", param_hint="NAME")
    try:
        message: Any = wire.from_plain(shape, wire.loads(sys.stdin.buffer.read()))
        reply = Bus.from_environment(environment()).ask(message, request_id=request_id, seconds=seconds)
    except SettingMissing as missing:
        raise click.ClickException(str(missing)) from missing
    except (DomainError, OSError) as wrong:  # OSError: the broker itself does not answer
        refused = wrong if isinstance(wrong, DomainError) else Unavailable()
        click.echo(wire.dumps({"refused": to_wire(refused)}))
        sys.exit(1)
    click.echo(wire.dumps({"reply": wire.to_plain(reply)}))


@guohu.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Ask every service whether it answers, and count dead events."""
    report: dict[str, Any] = {}
    for one in WITH_EVENTS:
        try:
            report[one] = len(Bus.from_environment(environment()).operate(one, ListDeadEvents()).events)
        except DomainError as refused:
            report[one] = refused.code
    lines = [
        f"{one:9} {'answers, ' + str(state) + ' dead events' if isinstance(state, int) else state}"
        for one, state in report.items()
    ]
    say(context, report, "\n".join(lines))
    if not all(state == 0 for state in report.values()):
        sys.exit(1)


register_commands(guohu, ask, say)

if __name__ == "__main__":
    guohu(prog_name="guohu")
