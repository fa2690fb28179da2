"""How a city writes to people's phones: channels, language, quiet hours, its own words. Decides nothing about when (notice)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

_CLOCK = {"pattern": r"([01]\d|2[0-3]):[0-5]\d"}


class TextingChannel(StrEnum):
    """RCS is 5G 消息, which falls back to what stands behind it (decision 7)."""

    RCS = "RCS"
    SMS = "SMS"


class TextingLanguage(StrEnum):
    """Languages there are texts in."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, kw_only=True)
class OwnText:
    """A text of the city's own in place of the common one; parameters in braces as there."""

    template: str = field(metadata={"pattern": r"[a-z][a-z_]{2,40}"})
    language: TextingLanguage
    text: str = field(metadata={"longest": 300})


@dataclass(frozen=True, kw_only=True)
class Texting:
    """Channels in order; the language of phone texts; hours (Shanghai) in which what can wait waits, empty for none."""

    channels: tuple[TextingChannel, ...] = (TextingChannel.SMS,)
    language: TextingLanguage = TextingLanguage.ZH
    quiet_from: str = field(default="21:30", metadata=_CLOCK)
    quiet_until: str = field(default="07:30", metadata=_CLOCK)
    most_a_day: int = field(default=20, metadata={"least": 1, "most": 200})
    """Texts that can wait, to one phone within 24 hours; the app shows all."""
    texts: tuple[OwnText, ...] = ()
