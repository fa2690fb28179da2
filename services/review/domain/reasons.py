"""What a reviewer tells the parties: complete, each reason of the catalogue, bounded, without numbers that identify a person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from services.common.values import refuse_hidden
from services.review.domain.errors import ReasonRequired, ReasonUnfit, ReasonUnknown
from services.review.domain.rules import Rule, Use, find_rule

LONGEST = 500
MOST_ITEMS = 50
_PERSONAL = re.compile(
    r"(?<![0-9])(?:[1-9][0-9]{5}[ -]?[0-9]{8}[ -]?[0-9]{3}[0-9Xx]|1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4})(?![0-9])"
)
"""居民身份证号 or a mobile number standing for itself; case and filing numbers are longer than the one, shorter than the other."""


@dataclass(frozen=True)
class Point:
    """One reason: what it is about, the rule it falls under, what the reviewer adds, and for a rejection what can be done."""

    item: str
    rule: str
    reason: str
    remedies: str = ""


def checked(text: str, field: str) -> str:
    """Return the text without outer blanks. Raises ReasonRequired for none, ReasonUnfit for too much or a personal number."""
    kept = _fit(text, field)
    if not kept:
        raise ReasonRequired(field=field)
    return kept


def checked_points(points: Iterable[Point]) -> tuple[Point, ...]:
    """Return the points of a return. Raises ReasonRequired for an empty list: a return is complete at once (条例 17)."""
    kept = tuple(_checked_point(one, Use.RETURN, f"items[{index}].") for index, one in enumerate(points))
    if not kept:
        raise ReasonRequired(field="items")
    if len(kept) > MOST_ITEMS:
        raise ReasonUnfit(field="items", most=MOST_ITEMS)
    return kept


def checked_rejection(point: Point, use: Use) -> Point:
    """Return rule, reason and remedies of a rejection. Raises ReasonRequired, ReasonUnfit."""
    reason, remedies = checked(point.reason, "reason"), checked(point.remedies, "remedies")
    return Point("", _rule(point.rule, use, "").id, reason, remedies)


def _checked_point(point: Point, use: Use, path: str) -> Point:
    rule = _rule(point.rule, use, path)
    item = checked(point.item, f"{path}item")
    read = checked if rule.text_needed else _fit
    return Point(item, rule.id, read(point.reason, f"{path}reason"))


def _rule(rule_id: str, use: Use, path: str) -> Rule:
    if not rule_id:
        raise ReasonRequired(field=f"{path}rule")
    rule = find_rule(rule_id, use)
    if rule is None:
        raise ReasonUnknown(field=f"{path}rule")
    return rule


def _fit(text: str, field: str) -> str:
    kept = refuse_hidden(text.replace("\n", " ").strip(), field)
    if len(kept) > LONGEST or _PERSONAL.search(_in_plain_digits(kept)):
        raise ReasonUnfit(field=field, longest=LONGEST)
    return kept


def _in_plain_digits(text: str) -> str:
    """Return the text as a person reads it: `１３８` is a mobile number's beginning, too."""
    return "".join(str(unicodedata.digit(sign, sign)) for sign in unicodedata.normalize("NFKC", text))
