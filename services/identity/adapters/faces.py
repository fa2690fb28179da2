"""The port `Faces` over the embedded engine: plain child processes that alone load native libraries.

Decides which of the engine's refusals are the picture's fault; every other failure is `Unavailable` and uses up no try.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from services.common.kit.errors import DomainError, Unavailable
from services.identity.adapters.face_engine.answers import card_metrics, frame_metrics
from services.identity.application.face_ports import CardReading, UnusablePicture
from services.identity.domain.face_check_parts import Measured, Neutral

ENGINE = "services.identity.adapters.face_engine.jobs"
SECONDS = 10.0
"""A frame takes about 0.15 CPU-seconds; the rest is room for a queue. Less than the 15 s a caller waits."""

CARDS_AT_ONCE = 4
"""Cards a process takes at once, held in memory: they must not keep those waiting whose check is under way."""

CARD_RETRY = 5

TEMPLATE = struct.Struct("<128f")

PICTURE_FAULTS = frozenset(
    {
        "identity.face_no_face",
        "identity.face_several",
        "identity.face_too_small",
        "identity.image_unreadable",
        "identity.image_too_large",
    }
)


class Engines(Protocol):
    """What of the engine pool is used."""

    def run(self, job: str, args: dict[str, Any], timeout: float) -> dict[str, Any]:
        """Return the job's result."""


class EmbeddedFaces:
    """Asks the engine; judges nothing."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._cards = 0

    @contextmanager
    def card_place(self) -> Iterator[None]:
        """Count the cards in hand. Raises Unavailable."""
        if self._cards >= CARDS_AT_ONCE:
            raise Unavailable("engine.busy", retry_after=CARD_RETRY)
        self._cards += 1
        try:
            yield
        finally:
            self._cards -= 1

    def read_card(self, image: bytes) -> CardReading:
        """Measure a card. Raises UnusablePicture, Unavailable."""
        answer = self._run("card_template", {"image": image})
        return CardReading(card_metrics(answer), _bytes(answer, "template"))

    def read_frame(self, image: bytes, action: str, neutral: Neutral | None) -> Measured:
        """Measure a frame, against the neutral one where there is one. Raises UnusablePicture, Unavailable."""
        args: dict[str, Any] = {"image": image, "action": action}
        if neutral is not None:
            args |= {"neutral_template": neutral.template, "neutral_metrics": {"landmarks": neutral.landmarks}}
        answer = self._run("frame", args)
        return Measured(frame_metrics(answer), _bytes(answer, "template"), _bytes(answer, "landmarks"))

    def distance(self, one: bytes, other: bytes) -> float:
        """Compare two templates: 128 differences need no engine, and nobody waits for one with the last frame."""
        return math.dist(_numbers(one), _numbers(other))

    def _run(self, job: str, args: dict[str, Any]) -> Mapping[str, Any]:
        try:
            return self._engines.run(job, args, SECONDS)
        except Unavailable:
            raise
        except DomainError as refusal:
            if refusal.code in PICTURE_FAULTS:
                raise UnusablePicture(refusal.code) from refusal
            raise Unavailable("identity.face_engine_failed") from refusal


def _numbers(template: bytes) -> tuple[float, ...]:
    """Read a template. Raises Unavailable for anything else, or for numbers that are none: no distance is ever guessed."""
    if len(template) == TEMPLATE.size and all(map(math.isfinite, numbers := TEMPLATE.unpack(template))):
        return numbers
    raise Unavailable("identity.face_engine_failed")


def _bytes(answer: Mapping[str, Any], name: str) -> bytes:
    value = answer.get(name)
    if not isinstance(value, bytes):
        raise Unavailable("identity.face_engine_failed")
    return value
