"""Open a citizen's session by login name, mobile or ID number, and the password."""

from __future__ import annotations

from collections.abc import Sequence

from services.common.kit.calls import Call
from services.common.messages.identity import SessionReference, SignInWithPassword
from services.common.values import IdNumber, Mobile, PersonId
from services.identity.application.captchas import is_asked_for, use_captcha
from services.identity.application.door import Door
from services.identity.application.means import Means
from services.identity.application.open_session import open_session
from services.identity.application.ports import Registers
from services.identity.domain.account import Account
from services.identity.domain.credential import MAX_PASSWORD, Credential, read_name
from services.identity.domain.errors import IdTailNeeded, SignInRefused

MOST_SHARING = 4
"""How many people of one mobile are tried, oldest first: each costs a hash."""


def sign_in_with_password(means: Means, message: SignInWithPassword, call: Call) -> SessionReference:
    """Open a session. Raises SignInRefused (never which part is wrong), IdTailNeeded, TooSoon, CaptchaNeeded.

    The tail is asked for only after a right password, so that asking does not tell who shares a phone. The password is
    hashed between two looks at the database; a name nobody has takes as long as one without a password.
    """
    now = means.now()
    with means.read() as registers:
        meant = _meant(means, registers, message)
        known = [kept for one in meant if (kept := registers.credentials.find(one.person_id)) is not None]
        door = Door.of_account(registers, _subjects(message, meant), message.source, now)
        door.refuse_locked(registers)
        doubtful = is_asked_for(registers, door.subjects, now)
    if doubtful:
        use_captcha(means, call, message.captcha, message.source)
    fitting = _fitting(means, known, message.password[: MAX_PASSWORD + 1])
    with means.works(call) as work:
        door.refuse_locked(work)
        right = [one for one in fitting if work.credentials.find(one.person_id) == one]
        if not right:
            raise door.failed(work, SignInRefused())
        if len(right) > 1 or (len(meant) > 1 and message.id_tail is None):
            raise IdTailNeeded
        door.entered(work)
        return open_session(means, work, right[0].person_id)


def _meant(means: Means, registers: Registers, message: SignInWithPassword) -> Sequence[Account]:
    name = read_name(message.name)
    if isinstance(name, Mobile):
        accounts = registers.accounts.with_mobile(name)[:MOST_SHARING]
    else:
        person_id = _person(means, registers, name)
        found = None if person_id is None else registers.accounts.find(person_id)
        accounts = [] if found is None else [found]
    tail = message.id_tail.upper() if message.id_tail else None
    return [one for one in accounts if tail is None or one.id_tail == tail]


def _person(means: Means, registers: Registers, name: IdNumber | str) -> PersonId | None:
    if isinstance(name, IdNumber):
        return means.person_id_of(name)
    kept = registers.credentials.with_login(name)
    return None if kept is None else kept.person_id


def _subjects(message: SignInWithPassword, meant: Sequence[Account]) -> frozenset[str]:
    """Count against the accounts meant, by whichever name; against the name where nobody is meant."""
    return frozenset(f"account:{one.person_id}" for one in meant) or frozenset({f"name:{read_name(message.name)}"})


def _fitting(means: Means, known: Sequence[Credential], password: str) -> Sequence[Credential]:
    if not known:
        means.passwords.fits(None, password)
    return [one for one in known if means.passwords.fits(one.password_hash, password)]
