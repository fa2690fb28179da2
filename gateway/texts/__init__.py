"""What a code says to people, in Chinese and English: one YAML file per area beside this module.

Decides words only. A code without a text of its own speaks with the text of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from services.common.kit.errors import Context, Kind

_PLACE = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Texts:
    """All texts: code -> language -> words. `{name}` in a text is filled from the refusal's context."""

    entries: Mapping[str, Mapping[str, str]]

    @classmethod
    def load(cls) -> Texts:
        """Read the files. Raises ValueError for a code told twice or in one language only."""
        entries: dict[str, Mapping[str, str]] = {}
        for file in sorted(Path(__file__).parent.glob("*.yaml")):
            for code, words in yaml.safe_load(file.read_text(encoding="utf-8")).items():
                if code in entries or set(words) != {"zh", "en"}:
                    raise ValueError(f"{file.name}: {code}")
                entries[code] = words
        return cls(entries)

    def find(self, code: str, language: str) -> str | None:
        """Return the text of exactly this code."""
        words = self.entries.get(code)
        return words[language] if words else None

    def text(self, code: str, kind: Kind, language: str, context: Context) -> str:
        """Return the text of the code, or of its kind."""
        words = self.find(code, language) or self.find(f"kind.{kind.value}", language) or code
        return _filled(words, context)

    def words(self, code: str, language: str, context: Context) -> str:
        """Return the text of the code alone; empty where it has none."""
        return _filled(self.find(code, language) or "", context)


def _filled(words: str, context: Context) -> str:
    return _PLACE.sub(lambda place: _shown(context.get(place[1])), words)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "-" if value is None else str(value)
