"""What the use cases need for getting in, as protocols: codes, failures, captchas, sessions, tokens, passwords."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.common.messages.identity import Assurance
from services.common.values import Mobile, PersonId
from services.identity.domain.captcha import Captcha
from services.identity.domain.consent import Consent
from services.identity.domain.proof import IdentityProof
from services.identity.domain.session import Session
from services.identity.domain.sms_code import Issued, SmsCode


class SmsCodes(Protocol):
    """Codes on their way."""

    def find(self, code_id: str) -> SmsCode | None:
        """Return the code; inside a unit of work held until its end."""

    def issued_to(self, mobile: Mobile, since: dt.datetime) -> Sequence[Issued]:
        """Codes for a phone; inside a unit of work no other can be added meanwhile."""

    def issued_for_source(self, source: str, since: dt.datetime) -> Sequence[Issued]:
        """Codes an address asked for."""

    def save(self, code: SmsCode) -> None:
        """Keep a new or changed code."""

    def forget_before(self, moment: dt.datetime) -> None:
        """Delete codes issued earlier."""


class Failures(Protocol):
    """Failed sign-ins, by what they were aimed at. A subject is `mobile:...`, `login:...` or `source:...`, kept as a keyed hash."""

    def of(self, subject: str, since: dt.datetime) -> Sequence[dt.datetime]:
        """Moments of failure; inside a unit of work no other can be added meanwhile."""

    def add(self, subject: str, now: dt.datetime) -> None:
        """One more."""

    def clear(self, subject: str) -> None:
        """Forget them after a success."""

    def forget_before(self, moment: dt.datetime) -> None:
        """Delete older ones of all subjects."""


class Captchas(Protocol):
    """Captchas not yet tried."""

    def find(self, captcha_id: str) -> Captcha | None:
        """Return it; inside a unit of work held until its end."""

    def made_for(self, source: str, since: dt.datetime) -> Sequence[dt.datetime]:
        """Moments of captchas an address asked for, the tried ones included; no other can be added meanwhile."""

    def add(self, captcha: Captcha) -> None:
        """Keep one."""

    def delete(self, captcha_id: str) -> None:
        """Use it up."""

    def forget_before(self, moment: dt.datetime) -> None:
        """Delete older ones."""


class FamiliarAddresses(Protocol):
    """From where an account was entered of late."""

    def knows(self, subject: str, source: str, since: dt.datetime) -> bool:
        """Whether the subject was entered from there since."""

    def note(self, subject: str, source: str, now: dt.datetime) -> None:
        """Remember that it was now."""

    def forget(self, subject: str) -> None:
        """Forget all of a subject."""

    def forget_before(self, moment: dt.datetime) -> None:
        """Drop old ones."""


class Sessions(Protocol):
    """Sign-ins."""

    def find(self, session_id: str) -> Session | None:
        """Return the session; inside a unit of work held until its end."""

    def save(self, session: Session) -> None:
        """Keep a new or changed session."""

    def not_ended_of(self, subject_id: str) -> Sequence[Session]:
        """Sessions of a person or member of staff nobody ended, those that ran out included."""

    def ended_since(self, moment: dt.datetime) -> Sequence[str]:
        """Ids of sessions ended at that moment or later."""

    def forget_before(self, moment: dt.datetime) -> None:
        """Delete those last renewed before."""


@dataclass(frozen=True)
class AccountProof:
    """What a proof that identity itself spends says."""

    proof_id: str
    person_id: PersonId
    assurance: Assurance
    expires_at: dt.datetime


class Tokens(Protocol):
    """Makes and reads what is handed out."""

    def access(self, session: Session, now: dt.datetime) -> tuple[str, dt.datetime]:
        """Return an access token and its end."""

    def refresh(self, session_id: str, generation: int) -> str:
        """Return the refresh token of that generation: always the same text, kept nowhere."""

    def read_refresh(self, token: str) -> tuple[str, int]:
        """Session and generation. Raises RefreshTokenInvalid."""

    def step(self, check_id: str, attempt: int, nonce: str) -> str:
        """Return the token that lets one frame in."""

    def read_step(self, token: str, check_id: str, nonce: str) -> int:
        """Return the attempt it is for. Raises StepTokenInvalid."""

    def proof(self, proof: IdentityProof, consents: Sequence[Consent] = ()) -> str:
        """Return the signed identity proof, with the consents it rests on where they are told."""

    def read_account_proof(self, token: str, now: dt.datetime) -> AccountProof:
        """Read a proof for an act on the account. Raises NotAuthenticated `token.invalid`, `token.expired`."""


class Passwords(Protocol):
    """Slow hashes, computed off the event loop."""

    def hash(self, password: str) -> str:
        """Return the argon2id hash with its parameters."""

    def fits(self, kept: str | None, password: str) -> bool:
        """Whether it fits; without a kept hash False, after the same time."""
