"""The settings of review. Decides which variables are read; the values come from whoever deploys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from services.common.kit.settings import Environment


@dataclass(frozen=True)
class ReviewSettings:
    """`person_key` makes the pseudonyms under which reviewers' relatives are kept."""

    person_key: bytes

    @classmethod
    def read(cls, values: Environment) -> Self:
        """Read the environment. Raises SettingMissing with the variable's name."""
        return cls(person_key=values.key("GUOHU_PERSON_KEY"))
