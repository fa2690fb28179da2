"""What identity reads from the environment, once, failing with the variable's name. Keys and passwords have no defaults."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from services.common.kit.settings import PRODUCTION, FieldKeys, PartnerSettings, ProcessSettings, SettingMissing
from services.identity.application.means import Rules
from services.identity.domain.account import SharedMobile
from services.identity.domain.counter_check import LONGEST_VALIDITY
from services.identity.domain.face_line import PLACES_PER_ENGINE
from services.identity.domain.sms_code import CodeLimits

YES, NO = "yes", "no"
EMBEDDED, TENCENT = "embedded", "tencent"
RPC_WORKERS = 20
"""The kit's own default."""

OTHER_WORK = 8
"""Workers that face checks leave to cards, captchas and prompts."""

TENCENT_URL = "https://faceid.tencentcloudapi.com"


@dataclass(frozen=True)
class WechatConfig:
    """The WeChat program of the deployment."""

    url: str
    app_id: str
    secret: str = field(repr=False)

    @classmethod
    def read(cls, settings: ProcessSettings) -> WechatConfig | None:
        """Return None where no program is named. Raises SettingMissing."""
        values = settings.values
        app_id = values.text("GUOHU_WECHAT_APP_ID", "")
        if not app_id:
            return None
        url = values.outside_url("GUOHU_WECHAT_URL", "https://api.weixin.qq.com")
        return cls(url, app_id, values.text("GUOHU_WECHAT_SECRET"))


@dataclass(frozen=True)
class TencentConfig:
    """The agreement with Tencent FaceID."""

    url: str
    secret_id: str
    secret_key: str = field(repr=False)
    rule_id: str
    region: str
    return_url: str

    @classmethod
    def read(cls, settings: ProcessSettings) -> TencentConfig | None:
        """Return None unless GUOHU_FACE_PROVIDER is `tencent`. Raises SettingMissing."""
        if _one_of(settings, "GUOHU_FACE_PROVIDER", (EMBEDDED, TENCENT), EMBEDDED) == EMBEDDED:
            return None
        values = settings.values
        return cls(
            values.outside_url("GUOHU_TENCENT_URL", TENCENT_URL),
            values.text("GUOHU_TENCENT_SECRET_ID"),
            values.text("GUOHU_TENCENT_SECRET_KEY"),
            values.text("GUOHU_TENCENT_RULE_ID"),
            values.text("GUOHU_TENCENT_REGION", ""),
            values.outside_url("GUOHU_FACE_RETURN_URL", ""),
        )


@dataclass(frozen=True)
class IdentityConfig:
    """Keys and rules shared by both processes."""

    index_key: bytes = field(repr=False)
    person_key: bytes = field(repr=False)
    access_key: bytes = field(repr=False)
    proof_key: bytes = field(repr=False)
    rules: Rules
    wechat: WechatConfig | None = None
    authority: PartnerSettings | None = None
    bank: PartnerSettings | None = None
    embedded_cards: bool = True
    tencent: TencentConfig | None = None

    @classmethod
    def read(cls, settings: ProcessSettings) -> IdentityConfig:
        """Raise SettingMissing naming the variable."""
        values = settings.values
        return cls(
            FieldKeys.read(values).index,
            values.key("GUOHU_PERSON_KEY"),
            values.pem("GUOHU_ACCESS_TOKEN_KEY_FILE"),
            values.pem("GUOHU_PROOF_KEY_FILE"),
            _rules(settings),
            WechatConfig.read(settings),
            PartnerSettings.read(values, "GUOHU_AUTHORITY"),
            PartnerSettings.read(values, "GUOHU_BANK"),
            settings.env != PRODUCTION,
            TencentConfig.read(settings),
        )


@dataclass(frozen=True)
class FaceEngineConfig:
    """How the worker runs the engine: the interpreter of the environment that has the native libraries, and how many."""

    python: Path
    size: int

    @classmethod
    def read(cls, settings: ProcessSettings) -> FaceEngineConfig:
        """Raise SettingMissing naming the variable."""
        values = settings.values
        return cls(values.path("GUOHU_FACE_PYTHON"), values.integer("GUOHU_FACE_ENGINES", 1))


def _rules(settings: ProcessSettings) -> Rules:
    values = settings.values
    places = _face_places(settings)
    validity = dt.timedelta(hours=values.integer("GUOHU_COUNTER_CHECK_HOURS", 24))
    if not dt.timedelta(0) < validity <= LONGEST_VALIDITY:
        raise SettingMissing("GUOHU_COUNTER_CHECK_HOURS is not between 1 and 168")
    may_sign = _face_may_sign(settings)
    shared = _one_of(settings, "GUOHU_SHARED_MOBILE", tuple(SharedMobile), SharedMobile.WARN)
    return Rules(
        code_limits=CodeLimits(
            per_source_hour=values.integer("GUOHU_SMS_PER_SOURCE_HOUR", 60),
            unused_per_source=values.integer("GUOHU_SMS_UNUSED_PER_SOURCE_HOUR", 20),
        ),
        shared_mobile=SharedMobile(shared),
        counter_validity=validity,
        face_may_sign=may_sign,
        face_places=places,
    )


def _face_places(settings: ProcessSettings) -> int:
    """How many face checks may be under way at once. Each may hold a worker that captchas and cards need too."""
    values = settings.values
    most = values.integer("GUOHU_RPC_WORKERS", RPC_WORKERS) - OTHER_WORK
    places = values.integer("GUOHU_FACE_PLACES", 0)
    if places > most:
        raise SettingMissing(f"GUOHU_FACE_PLACES is over {most}: it must leave {OTHER_WORK} of GUOHU_RPC_WORKERS free")
    return places or max(1, min(most, PLACES_PER_ENGINE * values.integer("GUOHU_FACE_ENGINES", 1)))


def _face_may_sign(settings: ProcessSettings) -> bool:
    """Whether the embedded comparison may prove a signer. It proves little (`face_policy`), so in production somebody decides."""
    asked = settings.values.text("GUOHU_FACE_PROVIDER", EMBEDDED) == EMBEDDED and settings.env == PRODUCTION
    if asked and not settings.values.text("GUOHU_FACE_MAY_SIGN", ""):
        raise SettingMissing(
            "GUOHU_FACE_MAY_SIGN is missing: in production say no, or yes to sign by the embedded face check"
        )
    return _one_of(settings, "GUOHU_FACE_MAY_SIGN", (YES, NO), YES) == YES


def _one_of(settings: ProcessSettings, name: str, allowed: tuple[str, ...], default: str) -> str:
    value = settings.values.text(name, default)
    if value not in allowed:
        raise SettingMissing(f"{name} is none of {', '.join(allowed)}")
    return value
