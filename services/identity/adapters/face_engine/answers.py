"""Turns the engine's answers into the domain's measures. Standard library only: the service imports this, not the engine."""

import math
from collections.abc import Mapping

from services.identity.domain.face_challenge import Fingerprint, FrameMetrics
from services.identity.domain.face_policy import CardMetrics


def frame_metrics(answer: Mapping[str, object]) -> FrameMetrics:
    """Read a `frame` answer. Raises ValueError where a measure is missing or not a finite number: nothing is guessed."""
    return FrameMetrics(
        yaw=_number(answer, "yaw"),
        pitch=_number(answer, "pitch"),
        roll=_number(answer, "roll"),
        ear=_number(answer, "ear"),
        mar=_number(answer, "mar"),
        luminance=_number(answer, "luminance"),
        sharpness=_number(answer, "sharpness"),
        face_width=_number(answer, "face_width"),
        moire_bins=int(_number(answer, "moire_bins")),
        fingerprint=Fingerprint(_text(answer, "sha256"), _text(answer, "dhash"), _text(answer, "face_dhash")),
        distance_to_neutral=_number_or_none(answer, "distance_to_neutral"),
        flat_residual=_number_or_none(answer, "flat_residual"),
    )


def card_metrics(answer: Mapping[str, object]) -> CardMetrics:
    """Read a `card_template` answer; raises as `frame_metrics` does."""
    return CardMetrics(
        face_width=_number(answer, "face_width"),
        luminance=_number(answer, "luminance"),
        sharpness=_number(answer, "sharpness"),
    )


def _number(answer: Mapping[str, object], name: str) -> float:
    value = answer.get(name)
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"the face engine's answer has no number {name}")
    return float(value)


def _number_or_none(answer: Mapping[str, object], name: str) -> float | None:
    return None if answer.get(name) is None else _number(answer, name)


def _text(answer: Mapping[str, object], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"the face engine's answer has no text {name}")
    return value
