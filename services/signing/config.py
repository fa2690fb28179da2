"""What signing reads from the environment, once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.kit.settings import Environment


@dataclass(frozen=True)
class SigningConfig:
    """Settings of signing. Keys have no defaults."""

    field_key: bytes
    proof_public_key: bytes
    public_url: str
    pki: str
    engines: int
    envelope_lifetime: dt.timedelta
    session: dt.timedelta

    @classmethod
    def read(cls, values: Environment) -> SigningConfig:
        """Read. Raises SettingMissing with the variable's name."""
        return cls(
            field_key=values.key("GUOHU_FIELD_KEY"),
            proof_public_key=values.pem("GUOHU_PROOF_PUBLIC_KEY_FILE"),
            public_url=values.text("GUOHU_PUBLIC_URL").rstrip("/"),
            pki=values.text("GUOHU_PKI"),
            engines=values.integer("GUOHU_ENGINES", 2),
            envelope_lifetime=dt.timedelta(days=values.integer("GUOHU_ENVELOPE_DAYS", 7)),
            session=dt.timedelta(minutes=values.integer("GUOHU_SIGNING_SESSION_MINUTES", 30)),
        )
