"""What contract's messages share: sides, marital state, a case referred to, links to files, what is to be mended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.common.values import CaseNo


class Side(StrEnum):
    """卖方 or 买方."""

    SELLER = "SELLER"
    BUYER = "BUYER"


class Marital(StrEnum):
    """婚姻状况."""

    SINGLE = "SINGLE"
    MARRIED = "MARRIED"
    DIVORCED = "DIVORCED"
    WIDOWED = "WIDOWED"


@dataclass(frozen=True, kw_only=True)
class CaseReference:
    """A case as kept with a request. `version` is the version of the contract's text, 0 before 生成."""

    case_no: CaseNo
    state: str
    revision: int
    version: int


@dataclass(frozen=True, kw_only=True)
class Judgment:
    """生效法律文书 that ends a contract: kind (COURT_JUDGMENT, COURT_MEDIATION), 案号, court."""

    kind: str
    number: str
    court: str


@dataclass(frozen=True, kw_only=True)
class ReturnItem:
    """One point of a return by the reviewer: what it is about, what he wrote, and the rule of review's catalogue it falls under."""

    item: str
    reason: str
    rule: str = ""


@dataclass(frozen=True, kw_only=True)
class Download:
    """A 60-second internal link to stored bytes, and how to name them."""

    link: str
    file_name: str
    media_type: str
    size: int
    sha256: str
