"""The settings of property. Decides which variables are read; the values come from whoever deploys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from services.common.kit.settings import Environment, PartnerSettings


@dataclass(frozen=True)
class PropertySettings:
    """`person_key` makes pseudonyms and blind indexes.

    Without a desk for screening or restrictions the embedded tables answer; cities not in `registers` have the embedded
    register.
    """

    person_key: bytes
    screening: PartnerSettings | None = None
    restrictions: PartnerSettings | None = None
    registers: Mapping[str, PartnerSettings] = field(default_factory=dict)

    @classmethod
    def read(cls, values: Environment) -> Self:
        """Read the environment. Raises SettingMissing with the variable's name."""
        return cls(
            person_key=values.key("GUOHU_PERSON_KEY"),
            screening=PartnerSettings.read(values, "GUOHU_SCREENING"),
            restrictions=PartnerSettings.read(values, "GUOHU_RESTRICTIONS"),
            registers=_registers(values),
        )


def _registers(values: Environment) -> dict[str, PartnerSettings]:
    """Read GUOHU_REGISTERS, cities with a register of their own, and how each is reached. Raises SettingMissing."""
    cities = [one.strip() for one in values.text("GUOHU_REGISTERS", "").split(",") if one.strip()]
    prefixes = {city: f"GUOHU_REGISTER_{city.upper()}" for city in cities}
    for prefix in prefixes.values():
        values.text(f"{prefix}_URL")  # listed, so it must be there
    read = {city: PartnerSettings.read(values, prefix) for city, prefix in prefixes.items()}
    return {city: one for city, one in read.items() if one is not None}
