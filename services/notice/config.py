"""The settings of notice. Decides which provider may run where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from services.common.kit.settings import Environment, SettingMissing

EMBEDDED = "embedded"


@dataclass(frozen=True)
class NoticeSettings:
    """`public_url`: how people reach the gateway, without a slash at the end. Keys seal and index mobiles and texts."""

    public_url: str
    field_key: bytes
    person_key: bytes
    texting: str

    @classmethod
    def read(cls, values: Environment, env: str) -> Self:
        """Read the environment. Raises SettingMissing; in production also for the embedded outbox, which reaches nobody."""
        texting = values.text("GUOHU_TEXTING", "" if env == "production" else EMBEDDED)
        if texting != EMBEDDED or env == "production":
            raise SettingMissing(
                "GUOHU_TEXTING must name a provider; the only one yet is `embedded`, outside production"
            )
        return cls(
            public_url=values.text("GUOHU_PUBLIC_URL").rstrip("/"),
            field_key=values.key("GUOHU_FIELD_KEY"),
            person_key=values.key("GUOHU_PERSON_KEY"),
            texting=texting,
        )
