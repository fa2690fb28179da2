"""City profiles and text files behind the port `Cities`: manner and words of each city, read once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

import yaml

from services.common.kit.errors import NotFound
from services.common.kit.settings import SettingMissing
from services.common.profiles.loader import Profiles
from services.common.profiles.texting import OwnText, Texting
from services.notice.domain.channel import PLAIN, Channel, Manner, QuietHours
from services.notice.domain.voice import Voice
from services.notice.domain.wording import Catalogue

LANGUAGES = ("zh", "en")
TEXTS = Path(__file__).parent.parent / "texts"
PERSONAL = re.compile(r"(?<![0-9])(1[3-9][0-9]{9}|[0-9]{15,17}[0-9Xx]?)(?![0-9])")
"""What may be a mobile or an ID number. Offices are reached by landlines."""


@cache
def common_catalogue() -> Catalogue:
    """Return the texts all cities share."""
    read = {one: yaml.safe_load((TEXTS / f"{one}.yaml").read_text(encoding="utf-8")) for one in LANGUAGES}
    return Catalogue(*({one: read[one][part] for one in LANGUAGES} for part in ("phone", "app", "words")))


@dataclass(frozen=True)
class ProfiledCities:
    """Answers from the loaded profiles. Raises SettingMissing for a city's own text that could not be sent, or may not be."""

    profiles: Profiles

    def __post_init__(self) -> None:
        """Look at every city's own texts before the first message is written."""
        for city in self.profiles:
            if city.texting and (faults := [_fault(one) for one in city.texting.texts if _fault(one)]):
                raise SettingMissing(f"GUOHU_CITIES: {city.city}: texting.texts: {'; '.join(faults)}")

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


def _fault(own: OwnText) -> str:
    """Return what is wrong with a city's text: its template, a parameter nobody gives, a number of a person; empty for nothing."""
    common = common_catalogue()
    known = {name for part in (common.phone, common.app) for texts in part.values() for name in texts}
    if own.template not in known:
        return f"{own.template}: there is no such template"
    every = [part[one].get(own.template, "") for part in (common.phone, common.app) for one in LANGUAGES]
    try:
        asked, given = _parameters(own.text), {name for text in every for name in _parameters(text)}
    except ValueError:
        return f"{own.template}: braces do not match"
    if strange := sorted(asked - given):
        return f"{own.template}: {{{strange[0]}}} is not given; given are {', '.join(sorted(given)) or 'none'}"
    if PERSONAL.search(own.text):
        return f"{own.template}: holds what may be a person's number"
    return ""


def _parameters(text: str) -> set[str]:
    """Return what stands in braces, with whatever is asked of it there. Raises ValueError."""
    parts = [(name, form, turn) for _, name, form, turn in Formatter().parse(text) if name is not None]
    return {name + (f"!{turn}" if turn else "") + (f":{form}" if form else "") for name, form, turn in parts}


def _over(texts: Mapping[str, Mapping[str, str]], own: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Put a city's own texts where the common ones stand; none is added that nobody sends."""
    return {
        language: {name: own[language].get(name, text) for name, text in known.items()}
        for language, known in texts.items()
    }
