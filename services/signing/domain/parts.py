"""What an envelope consists of: frozen documents, one task per signer, and the signing session of a task."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from dataclasses import dataclass

from services.common.values import PersonId
from services.signing.domain.errors import DocumentMovedOn, ResendLimit, ResendTooSoon
from services.signing.domain.lifecycle import TaskState

RESEND_PAUSE = dt.timedelta(seconds=60)
RESENDS_A_DAY = 5
DAY = dt.timedelta(days=1)
LINK_ACTS = {"SENT": "link_sent", "DELIVERED": "link_delivered", "UNDELIVERED": "link_undelivered"}
UNSTAMPED, ARCHIVED = "B-B", "B-LTA"
"""PAdES levels (ETSI EN 319 142-1): a signature without time stamp; everything in the file proven for the long term."""


@dataclass(frozen=True)
class Growth:
    """A document as the engine gave it back: the revision it grew from, what was appended, and by whose certificate."""

    kind: str
    before: str
    key: str
    revisions: tuple[str, ...]
    serial: str
    level: str


@dataclass
class Document:
    """A frozen document and what signing has made of it. `revisions`: SHA-256 of every revision, the base first."""

    kind: str
    base_key: str
    base_sha256: str
    pages: int
    fields: tuple[str, ...]
    key: str
    revisions: tuple[str, ...]
    is_unstamped: bool = False
    """Whether it holds a signature that no time stamp covers yet: the time stamper was away when it was made."""

    @classmethod
    def frozen(cls, kind: str, key: str, sha256: str, *, pages: int, fields: tuple[str, ...]) -> Document:
        """Return a document nobody has signed yet, kept under `key`."""
        return cls(kind, key, sha256, pages, fields, key, (sha256,))

    @property
    def sha256(self) -> str:
        """Of the newest revision."""
        return self.revisions[-1]

    def grow(self, growth: Growth) -> None:
        """Take what was appended. Raises DocumentMovedOn when it was made from another revision than the newest."""
        if growth.before != self.sha256:
            raise DocumentMovedOn(document=self.kind)
        self.key, self.revisions = growth.key, (*self.revisions, *growth.revisions)
        self.is_unstamped = growth.level == UNSTAMPED or (self.is_unstamped and growth.level != ARCHIVED)


@dataclass(frozen=True)
class Consented:
    """A consent an identity proof rests on, as identity recorded it: what for, which words, and when."""

    purpose: str
    text: str
    version: str
    sha256: str
    given_at: dt.datetime

    def fact(self) -> str:
        """Return what the evidence keeps of it."""
        return f"{self.text} {self.version} {self.sha256} {self.given_at.astimezone(dt.UTC).isoformat()}"


@dataclass(frozen=True)
class Identification:
    """What an identity proof says: who, how, how surely, the proof's own id, and the consents it rests on if it tells them."""

    person_id: PersonId
    method: str
    assurance: str
    proof_id: str
    consents: tuple[Consented, ...] = ()

    def facts(self) -> dict[str, str]:
        """Return what the evidence keeps of it."""
        agreed = {f"consent:{one.purpose}": one.fact() for one in self.consents}
        return {"method": self.method, "assurance": self.assurance, "proof": self.proof_id, **agreed}


@dataclass(frozen=True)
class LinkReport:
    """What became of a message with a signer's link: by whose id, on which channel, when. Never a number, never words."""

    state: str
    message: str
    reference: str
    channel: str
    at: dt.datetime

    @property
    def act(self) -> str:
        """How the evidence calls it; empty for what is not kept."""
        return LINK_ACTS.get(self.state, "")

    def facts(self, task: Task) -> dict[str, str]:
        """Return what the evidence keeps of it."""
        carried = {"message": self.message, "reference": self.reference, "channel": self.channel}
        return {"task": task.task_id, **carried, "at": self.at.astimezone(dt.UTC).isoformat()}


@dataclass(frozen=True)
class Session:
    """A signing session: for one task alone, sliding. One that a signed-in account opened is that account's alone."""

    until: dt.datetime
    account: str = ""

    def is_open(self, account: str, now: dt.datetime) -> bool:
        """Whether this account (empty: nobody signed in) may act in it now."""
        return now < self.until and self.account in {"", account}


@dataclass
class Task:
    """One signer's task. Name, mobile, handwriting and reason are personal: sealed at rest, never in an event.

    `handwriting` is kept with a signature that counts and erased when the envelope ends without it.
    """

    task_id: str
    person_id: PersonId
    name: str
    mobile: str
    side: str
    field: str
    state: TaskState = TaskState.CREATED
    token_hash: str = ""
    link_issued_at: dt.datetime | None = None
    resends: tuple[dt.datetime, ...] = ()
    session: Session | None = None
    method: str = ""
    opened: dict[str, dt.datetime] = dataclasses.field(default_factory=dict)
    handwriting: str = ""
    requested_at: dt.datetime | None = None
    signed_at: dt.datetime | None = None
    serials: dict[str, str] = dataclasses.field(default_factory=dict)
    reason: str = ""
    company: str = ""
    """The enterprise this person signs for, under its seal (decision 9); empty for somebody who signs for themselves."""
    uscc: str = ""
    """Its 统一社会信用代码."""
    is_main: bool = False
    """Whether this is the first of a side, who looks after the case."""

    def in_session(self, account: str, now: dt.datetime) -> bool:
        """Whether this account may act in the task's session now."""
        return self.session is not None and self.session.is_open(account, now)

    def wish_link(self, now: dt.datetime) -> dt.datetime:
        """A person wants the link sent again: count it and return when the next such wish is granted (domain 8.4).

        Raises ResendTooSoon, ResendLimit; then nothing is counted.
        """
        recent = tuple(one for one in self.resends if now - one < DAY)
        last = max((one for one in (self.link_issued_at, *recent[-1:]) if one is not None), default=None)
        if last is not None and now < (again := last + RESEND_PAUSE):
            raise ResendTooSoon(retry_after=_seconds(again - now))
        if len(recent) >= RESENDS_A_DAY:
            raise ResendLimit(retry_after=_seconds(recent[0] + DAY - now))
        self.resends = (*recent, now)
        return now + RESEND_PAUSE if len(self.resends) < RESENDS_A_DAY else self.resends[0] + DAY

    def take_link(self, token_hash: str, now: dt.datetime) -> None:
        """Replace the link; the former one is void from now on.

        May be repeated at once, because whoever sends it may have died half-way: limits are for wishes (`wish_link`).
        """
        self.token_hash, self.link_issued_at = token_hash, now


def _seconds(length: dt.timedelta) -> int:
    return math.ceil(length.total_seconds())
