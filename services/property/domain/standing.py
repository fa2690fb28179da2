"""Whether a party may buy: 失信被执行人 and 购房资格. Decides the refusal codes; the facts come from outside."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Eligibility(StrEnum):
    """购房资格: not asked for in this city, given, or refused."""

    NOT_REQUIRED = "NOT_REQUIRED"
    PASS = "PASS"  # noqa: S105 - a word of the field, no password
    FAIL = "FAIL"


@dataclass(frozen=True)
class Standing:
    """What is known of a party (建房规〔2019〕5号: neither may be filed for)."""

    defaulter: bool = False
    eligibility: Eligibility = Eligibility.NOT_REQUIRED

    @property
    def barred_by(self) -> tuple[str, ...]:
        """Return why this party may not buy; empty where he may."""
        reasons = (
            ("BUYER_DEFAULTER", self.defaulter),
            ("BUYER_NOT_ELIGIBLE", self.eligibility is Eligibility.FAIL),
        )
        return tuple(code for code, true in reasons if true)
