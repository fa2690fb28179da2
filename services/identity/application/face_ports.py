"""What the use cases of face checks need from outside: the register of checks, the face engine, an outside provider."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from services.common.kit.cursors import Place
from services.common.values import IdNumber, PersonId, PersonName
from services.identity.domain.face_challenge import Fingerprint
from services.identity.domain.face_check import FaceCheck
from services.identity.domain.face_check_parts import Measured, Neutral
from services.identity.domain.face_line import Standing
from services.identity.domain.face_policy import CardMetrics
from services.identity.domain.face_provider import ProviderVerdict, Visit
from services.identity.domain.face_review import FaceReview


class FaceChecks(Protocol):
    """Checks running and ended."""

    def hold_person(self, person_id: PersonId) -> None:
        """Let no other unit of work start or end checks of this person until this one ends."""

    def find(self, check_id: str) -> FaceCheck | None:
        """Return the check; inside a unit of work held until its end."""

    def running_of(self, person_id: PersonId) -> Sequence[FaceCheck]:
        """Those still RUNNING, also when their time is over."""

    def overdue(self, now: dt.datetime, limit: int) -> Sequence[FaceCheck]:
        """Challenges still RUNNING after their time, that nobody else is working on."""

    def hold_line(self) -> None:
        """Let no other unit of work let checks in until this one ends."""

    def standing(self, check: FaceCheck, now: dt.datetime) -> Standing:
        """How this check stands in the line before the engine."""

    def failed_at(self, person_id: PersonId, since: dt.datetime) -> Sequence[dt.datetime]:
        """Return ends of face checks that did not pass, those without a single frame left out."""

    def save(self, check: FaceCheck) -> None:
        """Keep a new or changed check."""

    def remember(self, person_id: PersonId, frame: Fingerprint, now: dt.datetime) -> None:
        """Remember a frame that counted."""

    def remembered(self, person_id: PersonId, since: dt.datetime) -> Sequence[Fingerprint]:
        """Frames that counted in earlier checks."""

    def forget_frames(self, before: dt.datetime) -> None:
        """Drop old fingerprints."""


class FaceReviews(Protocol):
    """Doubtful checks before human eyes."""

    def find(self, check_id: str) -> FaceReview | None:
        """Return it with its pictures; inside a unit of work held until its end."""

    def queue(self, office: str, now: dt.datetime, limit: int, after: Place | None = None) -> Sequence[FaceReview]:
        """What waits for an office, oldest first (those of one moment by id), after that place, without pictures."""

    def open_of(self, person_id: PersonId) -> Sequence[FaceReview]:
        """Those of a person that still hold pictures, or an approval nobody collected."""

    def overdue(self, now: dt.datetime, limit: int) -> Sequence[FaceReview]:
        """Some past their deadline, without pictures, that nobody else is working on."""

    def save(self, review: FaceReview) -> None:
        """Keep a new or changed one, with its pictures or without any."""

    def drop(self, check_id: str) -> None:
        """Forget it altogether."""

    def note_read(self, check_id: str, staff_id: str, office: str, now: dt.datetime) -> None:
        """Write down who looks at the pictures."""

    def readers(self, check_id: str) -> Sequence[str]:
        """Ids of the staff who looked."""


class Prompts(Protocol):
    """A voice. Raises Unavailable."""

    def speak(self, text: str, language: str) -> bytes:
        """Return a WAV."""


class UnusablePicture(Exception):
    """There is nothing on the picture to measure; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class CardReading:
    """The portrait on an ID card as the engine saw it."""

    metrics: CardMetrics
    template: bytes = field(repr=False)


class Faces(Protocol):
    """The face engine. Raises Unavailable when it does not answer."""

    def card_place(self) -> AbstractContextManager[None]:
        """Take one of the few places for cards, which wait in no line. Raises Unavailable `engine.busy` where all are taken."""

    def read_card(self, image: bytes) -> CardReading:
        """Measure a card. Raises UnusablePicture."""

    def read_frame(self, image: bytes, action: str, neutral: Neutral | None) -> Measured:
        """Measure a live frame. Raises UnusablePicture."""

    def distance(self, one: bytes, other: bytes) -> float:
        """Between two templates."""


@dataclass(frozen=True)
class ProviderQuestion:
    """Whom a provider is asked about. `binding` ties its answer to one check, purpose, task and person."""

    binding: str
    name: PersonName
    id_number: IdNumber


class FaceProvider(Protocol):
    """An outside provider whose pages the person visits; it compares with the population register, and keeps nothing here."""

    def begin(self, question: ProviderQuestion) -> Visit:
        """Prepare a visit. Raises Unavailable. Asked twice there are two visits, of which one is never made."""

    def result(self, visit: Visit, question: ProviderQuestion) -> ProviderVerdict:
        """Return what became of the visit. Raises Unavailable. May be asked any number of times."""
