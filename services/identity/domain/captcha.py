"""The captcha (图形/语音验证码): when it is asked for, what it consists of, how long it is good. One try each."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from services.common.messages.identity import CaptchaKind
from services.common.values import normalise

LENGTH = 5
LIFETIME = dt.timedelta(minutes=5)
AFTER_FAILURES = 3
"""Failures of the account or name, within the memory of its lock, after which a captcha is asked for: two before it closes."""
PER_SOURCE_HOUR = 120
DIGITS = "23456789"
"""Without 0 and 1, which look like letters."""


def draw_answer(randbelow: Callable[[int], int]) -> str:
    """Draw the digits; `randbelow` must be unpredictable."""
    return "".join(DIGITS[randbelow(len(DIGITS))] for _ in range(LENGTH))


@dataclass(frozen=True)
class Captcha:
    """One captcha. The first try uses it up, right or wrong, so it is forgotten then."""

    captcha_id: str
    kind: CaptchaKind
    language: str
    answer: str = field(repr=False)
    source: str
    made_at: dt.datetime

    @property
    def expires_at(self) -> dt.datetime:
        """From this moment on it is worthless."""
        return self.made_at + LIFETIME

    def is_right(self, answer: str, source: str, now: dt.datetime) -> bool:
        """Whether that is the answer, in time, and from where it was asked for: a solver elsewhere helps nobody."""
        typed = normalise(answer).replace(" ", "")
        return (
            now < self.expires_at
            and source == self.source
            and hmac.compare_digest(self.answer.encode(), typed.encode())
        )
