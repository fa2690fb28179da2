"""The settings of property. Decides which variables are read; the values come from whoever deploys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from services.common.kit.settings import Environment


@dataclass(frozen=True)
class DeskSettings:
    """How an authority's desk is reached: address, our key's name, and the key shared with it."""

    url: str
    key_id: str
    key: bytes = field(repr=False)

    @classmethod
    def read(cls, values: Environment, prefix: str) -> Self | None:
        """Read `<prefix>_URL`, `_KEY_ID`, `_KEY`; None without address. Raises SettingMissing where one of three is missing."""
        url = values.text(f"{prefix}_URL", "")
        if not url:
            return None
        return cls(url, values.text(f"{prefix}_KEY_ID"), values.key(f"{prefix}_KEY"))


@dataclass(frozen=True)
class PropertySettings:
    """Keys of property: `field_key` seals owners' names and numbers, `person_key` makes pseudonyms and blind indexes.

    Without a desk for screening or restrictions the embedded tables answer.
    """

    field_key: bytes
    person_key: bytes
    screening: DeskSettings | None = None
    restrictions: DeskSettings | None = None

    @classmethod
    def read(cls, values: Environment) -> Self:
        """Read the environment. Raises SettingMissing with the variable's name."""
        return cls(
            field_key=values.key("GUOHU_FIELD_KEY"),
            person_key=values.key("GUOHU_PERSON_KEY"),
            screening=DeskSettings.read(values, "GUOHU_SCREENING"),
            restrictions=DeskSettings.read(values, "GUOHU_RESTRICTIONS"),
        )
