"""Whom the use cases ask outside identity's database, as protocols: authority, banks, WeChat, neighbours, the drawer of captchas."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from services.common.kit.calls import Call
from services.common.values import IdNumber, Mobile, PersonId, PersonName
from services.identity.domain.bank_card import BankAnswer, CardNumber
from services.identity.domain.erasure import Ties


class NameVerdict(StrEnum):
    """What an authority says about a name and an ID number."""

    MATCH = "MATCH"
    MISMATCH = "MISMATCH"
    UNKNOWN = "UNKNOWN"


class Authority(Protocol):
    """Whoever knows which name belongs to an ID number."""

    def check_name(self, request_id: str, name: PersonName, id_number: IdNumber) -> NameVerdict:
        """Return its word; UNKNOWN also where it does not answer. The same `request_id` is one question, asked again."""


class BankCards(Protocol):
    """Banks, asked whether four things belong together."""

    @property
    def offered(self) -> bool:
        """Whether there is anybody to ask."""

    def match(
        self, request_id: str, name: PersonName, id_number: IdNumber, card: CardNumber, mobile: Mobile
    ) -> BankAnswer:
        """Return the bank's word. Raises Unavailable. The same `request_id` is one question, asked again."""


class WechatCodes(Protocol):
    """WeChat's exchange of a mini program's code."""

    def openid(self, code: str) -> str:
        """Return the account's id for this program. Raises InvalidValue (`identity.wechat_code_wrong`), Unavailable, Conflict."""


class CaptchaPictures(Protocol):
    """Draws and speaks digits. Raises Unavailable."""

    def draw(self, digits: str) -> bytes:
        """Return a PNG."""

    def speak(self, digits: str, language: str) -> bytes:
        """Return a WAV."""


class Commitments(Protocol):
    """Who knows what ties a person to others."""

    def ties_of(self, person_id: PersonId, call: Call) -> Ties:
        """Return it. Raises Unavailable."""
