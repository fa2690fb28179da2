"""The settings of signing. Decides which variables are read; the values come from whoever deploys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from services.common.kit.settings import Environment


@dataclass(frozen=True)
class ServiceSettings:
    """Of the service: `proof_public_key` is identity's, `public_url` stands in codes.

    `verifications_per_hour`: files one address may have verified.
    """

    proof_public_key: bytes
    public_url: str
    verifications_per_hour: int

    @classmethod
    def read(cls, values: Environment) -> Self:
        """Read the environment. Raises SettingMissing with the variable's name."""
        return cls(
            proof_public_key=values.pem("GUOHU_PROOF_PUBLIC_KEY_FILE"),
            public_url=values.text("GUOHU_PUBLIC_URL").rstrip("/"),
            verifications_per_hour=values.integer("GUOHU_VERIFICATIONS_PER_SOURCE_HOUR", 60),
        )


@dataclass(frozen=True)
class WorkerSettings:
    """Of the worker: `pki` is the folder of certificates and keys, `passphrase` opens the keys, `engines` counts PDF processes.

    `keys`: `file`, or `pkcs11:token=LABEL?module-path=FILE`; then `passphrase` is the token's PIN.

    `public_engines` counts those that read what strangers bring.
    `makes_platform`: whether a missing platform is made on the spot, with plain keys; never in production.
    """

    pki: str
    passphrase: str
    keys: str
    makes_platform: bool
    engines: int
    public_engines: int

    @classmethod
    def read(cls, values: Environment, env: str) -> Self:
        """Read the environment. Raises SettingMissing with the variable's name; in production also for plain keys."""
        production = env == "production"
        return cls(
            pki=values.text("GUOHU_PKI"),
            passphrase=values.text("GUOHU_PKI_PASSPHRASE", None if production else ""),
            keys=(keys := values.text("GUOHU_PKI_KEYS", "file")),
            makes_platform=not production and keys == "file",
            engines=values.integer("GUOHU_ENGINES", 2),
            public_engines=values.integer("GUOHU_PUBLIC_ENGINES", 1),
        )

    @property
    def engine(self) -> dict[str, str | None]:
        """What an engine process is told."""
        return {"pki": self.pki, "keys": self.keys, "key_passphrase": self.passphrase or None}
