"""`guohu person`, `guohu bank-card`: what operators do about people's accounts.

Numbers and names are asked for when they are not given as options: what stands on a command line stays in shell histories.
"""

from __future__ import annotations

import click

from deploy.cli.console import ask, read, say
from services.common.messages.identity import AddBankCard, BlockIdNumber
from services.common.values import IdNumber, Mobile, PersonName

_id_number = click.option("--id-number", prompt="ID number", help="Asked for when not given (shell histories keep it).")


@click.group()
def person() -> None:
    """ID numbers nobody may register with."""


@person.command("block")
@_id_number
@click.option("--reason", required=True, help="A short code in capitals, for example LOST_CARD or FRAUD.")
@click.pass_context
def person_block(context: click.Context, id_number: str, reason: str) -> None:
    """Let nobody register with this ID number: a lost card, a fraud, an account about to be won back.

    Only a pseudonym is kept. An account there is stays as it is; its owner wins it back at the counter.
    """
    number = read(IdNumber, id_number, "--id-number")
    ask(lambda bus: bus.ask(BlockIdNumber(id_number=number, blocked=True, reason=reason)))
    say(context, {"blocked": True, "reason": reason}, f"{number.masked} is blocked: {reason}")


@person.command("unblock")
@_id_number
@click.pass_context
def person_unblock(context: click.Context, id_number: str) -> None:
    """Let the holder of this ID number register again."""
    number = read(IdNumber, id_number, "--id-number")
    ask(lambda bus: bus.ask(BlockIdNumber(id_number=number, blocked=False)))
    say(context, {"blocked": False}, f"{number.masked} is no longer blocked")


@click.group("bank-card")
def bank_card() -> None:
    """The embedded table of made-up bank cards, for demonstrations; production asks a provider instead."""


@bank_card.command("add")
@click.option("--name", prompt="Name of the holder", help="As in the holder's account.")
@_id_number
@click.option("--mobile", prompt="Mobile reserved with the bank", help="The code is sent there.")
@click.option("--card", prompt="Card number", help="13 to 19 digits with a right check digit, blanks allowed.")
@click.pass_context
def bank_card_add(context: click.Context, name: str, id_number: str, mobile: str, card: str) -> None:
    """Put a card into the table, in place of what was known of it. Kept are keyed hashes alone."""
    message = AddBankCard(
        name=read(PersonName, name, "--name"),
        id_number=read(IdNumber, id_number, "--id-number"),
        card_number=card,
        mobile=read(Mobile, mobile, "--mobile"),
    )
    ask(lambda bus: bus.ask(message))
    say(context, {"added": True}, f"a card of {message.name.masked} is known")
