"""The settings of contract. Decides which variables are read; the values come from whoever deploys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from services.common.kit.settings import Environment


@dataclass(frozen=True)
class ContractSettings:
    """Keys of contract: `person_key` makes pseudonyms, `proof_public_key` is identity's; the field keys are kit's to read."""

    person_key: bytes
    proof_public_key: bytes

    @classmethod
    def read(cls, values: Environment) -> Self:
        """Read the environment. Raises SettingMissing with the variable's name."""
        return cls(
            person_key=values.key("GUOHU_PERSON_KEY"),
            proof_public_key=values.pem("GUOHU_PROOF_PUBLIC_KEY_FILE"),
        )
