"""`guohu staff`: accounts of staff are made, closed and changed by command alone; there is no other way in."""

from __future__ import annotations

import secrets

import click
import pyotp

from deploy.cli.console import ask, read, say
from services.common.messages.identity import AddStaff, BlockStaff, SetStaffRoles
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
ROLE_HELP = "What the person is there for; repeat it for several. AUDITOR stands alone."
OFFICE_HELP = "Office id, as in the city profile, for example huangshi-1."

_roles = click.option("--role", "roles", type=click.Choice(ROLES), multiple=True, required=True, help=ROLE_HELP)


@click.group()
def staff() -> None:
    """Staff accounts: add, block, unblock, roles.

    A member of staff signs in with login, password and a one-time password (TOTP), in one place at a time.
    """


@staff.command("add")
@click.argument("login")
@_roles
@click.option("--office", required=True, help=OFFICE_HELP)
@click.option("--id-number", help="Own ID number, so that a conflict of interest is seen; kept as a pseudonym.")
@click.pass_context
def staff_add(context: click.Context, login: str, roles: tuple[str, ...], office: str, id_number: str | None) -> None:
    """Create an account. Password and TOTP address are made here and shown once.

    LOGIN: 3 to 40 small letters, digits, dots, hyphens. Put the TOTP address into an authenticator, as text or QR.
    """
    password, totp = secrets.token_urlsafe(15), pyotp.random_base32()
    own = read(IdNumber, id_number, "--id-number") if id_number else None
    message = AddStaff(login=login, password=password, totp_secret=totp, roles=roles, office=office, id_number=own)
    added = ask(lambda bus: bus.ask(message))
    address = pyotp.TOTP(totp).provisioning_uri(name=login, issuer_name="Guohu")
    say(
        context,
        {"staff_id": added.staff_id, "login": login, "password": password, "totp": address},
        f"{login}\n  password  {password}\n  TOTP      {address}\nShown this once only.",
    )


@staff.command("block")
@click.argument("login")
@click.pass_context
def staff_block(context: click.Context, login: str) -> None:
    """Close an account: its sessions end at once, signing in is refused until `unblock`."""
    ask(lambda bus: bus.ask(BlockStaff(login=login, blocked=True)))
    say(context, {"login": login, "blocked": True}, f"{login} is blocked; its sessions have ended")


@staff.command("unblock")
@click.argument("login")
@click.pass_context
def staff_unblock(context: click.Context, login: str) -> None:
    """Open a blocked account again, with password and TOTP as they were."""
    ask(lambda bus: bus.ask(BlockStaff(login=login, blocked=False)))
    say(context, {"login": login, "blocked": False}, f"{login} may sign in again")


@staff.command("roles")
@click.argument("login")
@_roles
@click.option("--office", default="", help=f"{OFFICE_HELP} Without it the office stays.")
@click.pass_context
def staff_roles(context: click.Context, login: str, roles: tuple[str, ...], office: str) -> None:
    """Replace the roles (and office) of an account by those given. Its sessions end; the next has the new ones."""
    done = ask(lambda bus: bus.ask(SetStaffRoles(login=login, roles=roles, office=office)))
    say(
        context,
        {"staff_id": done.staff_id, "login": login, "roles": list(roles)},
        f"{login} is now {', '.join(roles)}{f' at {office}' if office else ''}",
    )
