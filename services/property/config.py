"""The settings of property. Decides which variables are read; the values come from whoever deploys."""

from __future__ import annotations

from collections.abc import Mapping
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

    Without a desk for screening or restrictions the embedded tables answer; cities not in `registers` have the embedded
    register.
    """

    field_key: bytes
    person_key: bytes
    screening: DeskSettings | None = None
    restrictions: DeskSettings | None = None
    registers: Mapping[str, DeskSettings] = field(default_factory=dict)

    @classmethod
    def read(cls, values: Environment) -> Self:
        """Read the environment. Raises SettingMissing with the variable's name."""
        return cls(
            field_key=values.key("GUOHU_FIELD_KEY"),
            person_key=values.key("GUOHU_PERSON_KEY"),
            screening=DeskSettings.read(values, "GUOHU_SCREENING"),
            restrictions=DeskSettings.read(values, "GUOHU_RESTRICTIONS"),
            registers=_registers(values),
        )


def _registers(values: Environment) -> dict[str, DeskSettings]:
    """Read GUOHU_REGISTERS, cities with a register of their own, and how each is reached. Raises SettingMissing."""
    cities = [one.strip() for one in values.text("GUOHU_REGISTERS", "").split(",") if one.strip()]
    prefixes = {city: f"GUOHU_REGISTER_{city.upper()}" for city in cities}
    for prefix in prefixes.values():
        values.text(f"{prefix}_URL")  # listed, so it must be there
    read = {city: DeskSettings.read(values, prefix) for city, prefix in prefixes.items()}
    return {city: one for city, one in read.items() if one is not None}
