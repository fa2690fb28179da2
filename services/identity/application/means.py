"""What every use case works with: registers, clock, ids, tokens, rules. Built once per process."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from services.common.values import IdNumber, PersonId
from services.identity.application.face_ports import FaceProvider
from services.identity.application.ports import (
    Authority,
    BankCards,
    Clock,
    Commitments,
    NewId,
    Passwords,
    Reads,
    Sealing,
    Tokens,
    WechatCodes,
    Works,
)
from services.identity.domain.account import SharedMobile
from services.identity.domain.counter_check import DEFAULT_VALIDITY
from services.identity.domain.face_line import PLACES_PER_ENGINE
from services.identity.domain.face_policy import DEFAULT_POLICY, FacePolicy
from services.identity.domain.sms_code import CodeLimits


@dataclass(frozen=True)
class Rules:
    """What a deployment may set."""

    code_limits: CodeLimits = field(default_factory=CodeLimits)
    shared_mobile: SharedMobile = SharedMobile.WARN
    counter_validity: dt.timedelta = DEFAULT_VALIDITY
    face_may_sign: bool = True
    face_policy: FacePolicy = DEFAULT_POLICY
    face_places: int = PLACES_PER_ENGINE


@dataclass(frozen=True)
class Means:
    """The tools of the trade. `randbelow` must be unpredictable. Without a provider the face is compared by the embedded engine."""

    works: Works
    read: Reads
    now: Clock
    new_id: NewId
    randbelow: Callable[[int], int]
    person_id_of: Callable[[IdNumber], PersonId]
    tokens: Tokens
    passwords: Passwords
    sealing: Sealing
    wechat: WechatCodes
    authority: Authority
    bank_cards: BankCards
    commitments: Commitments
    rules: Rules = field(default_factory=Rules)
    face_provider: FaceProvider | None = None
