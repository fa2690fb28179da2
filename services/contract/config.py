"""The settings of contract. Decides which variables are read; the values come from whoever deploys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from services.common.kit.settings import Environment


@dataclass(frozen=True)
class ContractSettings:
    """Keys of contract: `field_key` seals personal details, `person_key` makes pseudonyms, `proof_public_key` is identity's."""

    field_key: bytes
    person_key: bytes
    proof_public_key: bytes

    @classmethod
    def read(cls, values: Environment) -> Self:
        """Read the environment. Raises SettingMissing with the variable's name."""
        return cls(
            field_key=values.key("GUOHU_FIELD_KEY"),
            person_key=values.key("GUOHU_PERSON_KEY"),
            proof_public_key=values.pem("GUOHU_PROOF_PUBLIC_KEY_FILE"),
        )
