"""City profiles and text files behind the port `Cities`: manner and words of each city, read once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from services.common.kit.errors import NotFound
from services.common.profiles.loader import Profiles
from services.common.profiles.texting import Texting
from services.notice.domain.channel import PLAIN, Channel, Manner, QuietHours
from services.notice.domain.voice import Voice
from services.notice.domain.wording import Catalogue

LANGUAGES = ("zh", "en")
TEXTS = Path(__file__).parent.parent / "texts"


@cache
def common_catalogue() -> Catalogue:
    """Return the texts all cities share."""
    read = {one: yaml.safe_load((TEXTS / f"{one}.yaml").read_text(encoding="utf-8")) for one in LANGUAGES}
    return Catalogue(*({one: read[one][part] for one in LANGUAGES} for part in ("phone", "app", "words")))


@dataclass(frozen=True)
class ProfiledCities:
    """Answers from the loaded profiles."""

    profiles: Profiles

    def voice(self, city: str) -> Voice:
        """Return a city's voice; the plain one for `` or a city that is gone."""
        try:
            texting = self.profiles.get(city).texting if city else None
        except NotFound:
            texting = None
        return Voice(PLAIN, common_catalogue()) if texting is None else voice_of(texting)


@cache
def voice_of(texting: Texting) -> Voice:
    """Return manner and words as a profile gives them."""
    quiet = QuietHours(dt.time.fromisoformat(texting.quiet_from), dt.time.fromisoformat(texting.quiet_until))
    manner = Manner(
        channels=tuple(Channel(one.value) for one in texting.channels),
        language=texting.language.value,
        quiet=quiet,
        most_a_day=texting.most_a_day,
    )
    common = common_catalogue()
    own = {
        language: {one.template: one.text for one in texting.texts if one.language == language}
        for language in LANGUAGES
    }
    return Voice(manner, Catalogue(_over(common.phone, own), _over(common.app, own), common.words))


def _over(texts: Mapping[str, Mapping[str, str]], own: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Put a city's own texts where the common ones stand; none is added that nobody sends."""
    return {
        language: {name: own[language].get(name, text) for name, text in known.items()}
        for language, known in texts.items()
    }
