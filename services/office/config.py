"""The settings of office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from services.common.kit.settings import Environment


@dataclass(frozen=True)
class OfficeSettings:
    """`public_url`: how people reach the gateway, without a slash at the end; deep links of cities begin with it."""

    public_url: str

    @classmethod
    def read(cls, values: Environment) -> Self:
        """Read the environment. Raises SettingMissing."""
        return cls(public_url=values.text("GUOHU_PUBLIC_URL").rstrip("/"))
