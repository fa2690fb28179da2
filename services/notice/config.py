"""The settings of notice. Decides which provider may run where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from services.common.kit.settings import Environment, PartnerSettings, SettingMissing
from services.notice.domain.channel import Channel

EMBEDDED = "embedded"
CARRIER = "carrier"


@dataclass(frozen=True)
class NoticeSettings:
    """`public_url`: how people reach the gateway, without a slash at the end. `person_key` indexes mobiles.

    `carriers`: who takes which channel; empty for the embedded outbox, which reaches nobody.
    """

    public_url: str
    person_key: bytes = field(repr=False)
    carriers: Mapping[Channel, PartnerSettings]

    @classmethod
    def read(cls, values: Environment, env: str) -> Self:
        """Read the environment. Raises SettingMissing; in production also for the embedded outbox."""
        texting = values.text("GUOHU_TEXTING", "" if env == "production" else EMBEDDED)
        if texting not in {EMBEDDED, CARRIER} or (texting == EMBEDDED and env == "production"):
            raise SettingMissing("GUOHU_TEXTING must be `carrier`, or outside production `embedded`")
        return cls(
            public_url=values.text("GUOHU_PUBLIC_URL").rstrip("/"),
            person_key=values.key("GUOHU_PERSON_KEY"),
            carriers=_carriers(values) if texting == CARRIER else {},
        )


def _carriers(values: Environment) -> dict[Channel, PartnerSettings]:
    """SMS must have a carrier; a carrier of RCS may be missing, then its messages go out by SMS."""
    values.text(f"GUOHU_{Channel.SMS}_URL")
    read = {channel: PartnerSettings.read(values, f"GUOHU_{channel}") for channel in Channel}
    return {channel: one for channel, one in read.items() if one is not None}
