"""`guohu`: staff, seed data, dead events, profiles, a look at the whole. `python -m deploy.cli --help`."""

from __future__ import annotations

import json
import os
import secrets
import sys
from pathlib import Path
from typing import Any

import click
import pyotp

from deploy.cli.bus import Bus
from services.common.kit import wire
from services.common.kit.errors import DomainError, InvalidValue, Unavailable, to_wire
from services.common.kit.settings import SettingMissing
from services.common.messages.identity import AddStaff
from services.common.messages.operations import ListDeadEvents, ReplayEvents
from services.common.messages.property import SeedTitles
from services.common.messages.shapes import RPC_OF
from services.common.profiles.loader import load_profiles
from services.common.profiles.problems import ProfileInvalid
from services.common.values import IdNumber

ROLES = (
    "REVIEWER",
    "REGISTRY_OFFICER",
    "TAX_OFFICER",
    "BANK_CLERK",
    "COUNTER_CLERK",
    "OFFICE_ADMIN",
    "OPERATOR",
    "AUDITOR",
)
WITH_EVENTS = ("property", "contract", "signing", "review", "notice")


def environment() -> dict[str, str]:
    """The caller's environment, or the one-machine stack's where that is running and nothing else is said."""
    if os.environ.keys() & {"GUOHU_AMQP_URL", "GUOHU_AMQP_URL_FILE"}:
        return dict(os.environ)
    from deploy.local.layout import Layout, StackError
    from deploy.local.stack import Stack

    try:
        return {**os.environ, **Stack(Layout.from_environment().var).environments.operator()}
    except StackError as missing:
        raise click.ClickException(
            "GUOHU_AMQP_URL is not set and no stack was started here: run `make up`"
        ) from missing


def say(context: click.Context, data: Any, text: str) -> None:
    """Print JSON or words."""
    click.echo(json.dumps(data, ensure_ascii=False, default=str) if context.obj["json"] else text)


def ask(work: Any) -> Any:
    """Run, turning refusals into a line on stderr and exit code 1."""
    try:
        return work(Bus.from_environment(environment()))
    except SettingMissing as missing:
        raise click.ClickException(str(missing)) from missing
    except DomainError as refused:
        raise click.ClickException(f"{refused.code} {refused.context or ''}".strip()) from refused


@click.group()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def guohu(context: click.Context, *, as_json: bool) -> None:
    """Operate Guohu 过户."""
    context.obj = {"json": as_json}


@guohu.group()
def staff() -> None:
    """Staff accounts."""


@staff.command("add")
@click.argument("login")
@click.option("--role", "roles", type=click.Choice(ROLES), multiple=True, required=True)
@click.option("--office", required=True, help="Office id, as in the city profile.")
@click.option("--id-number", help="Own ID number, so that a conflict of interest is seen.")
@click.pass_context
def staff_add(context: click.Context, login: str, roles: tuple[str, ...], office: str, id_number: str | None) -> None:
    """Create a staff account; password and TOTP address are shown once."""
    password, totp = secrets.token_urlsafe(15), pyotp.random_base32()
    try:
        own = IdNumber(id_number) if id_number else None
    except InvalidValue as wrong:
        raise click.BadParameter(wrong.code, param_hint="--id-number") from wrong
    message = AddStaff(login=login, password=password, totp_secret=totp, roles=roles, office=office, id_number=own)
    added = ask(lambda bus: bus.ask(message))
    address = pyotp.TOTP(totp).provisioning_uri(name=login, issuer_name="Guohu")
    say(
        context,
        {"staff_id": added.staff_id, "login": login, "password": password, "totp": address},
        f"{login}\n  password  {password}\n  TOTP      {address}\nShown this once only.",
    )


@guohu.command()
@click.option("--city", default="huangshi", show_default=True)
@click.option("--titles", default=200, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--seed", "seed_", default=20261122, show_default=True, help="The same seed gives the same titles.")
@click.pass_context
def seed(context: click.Context, city: str, titles: int, seed_: int) -> None:
    """Fill the embedded register with generated titles."""
    done = ask(lambda bus: bus.ask(SeedTitles(city=city, count=titles, seed=seed_), seconds=60.0))
    say(context, {"added": done.added, "total": done.total}, f"{done.added} titles added, {done.total} in all")


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


if __name__ == "__main__":
    guohu(prog_name="guohu")
