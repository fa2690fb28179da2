"""The settings of property. Decides which variables are read; the values come from whoever deploys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from services.common.kit.settings import Environment


@dataclass(frozen=True)
class PropertySettings:
    """Keys of property: `field_key` seals owners' names and numbers, `person_key` makes pseudonyms and blind indexes."""

    field_key: bytes
    person_key: bytes

    @classmethod
    def read(cls, values: Environment) -> Self:
        """Read the environment. Raises SettingMissing with the variable's name."""
        return cls(field_key=values.key("GUOHU_FIELD_KEY"), person_key=values.key("GUOHU_PERSON_KEY"))
