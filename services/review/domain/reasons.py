"""What a reviewer writes to the parties: complete, bounded, and without numbers that identify a person."""

from __future__ import annotations

import re
from collections.abc import Iterable

from services.common.values import refuse_hidden
from services.review.domain.errors import ReasonRequired, ReasonUnfit

LONGEST = 500
MOST_ITEMS = 50
_PERSONAL = re.compile(r"(?<!\d)(?:[1-9]\d{16}[\dXx]|1[3-9]\d{9})(?!\d)")
"""居民身份证号 or a mobile number standing for itself; case and filing numbers are longer than the one, shorter than the other."""


def checked(text: str, field: str) -> str:
    """Return the text without outer blanks. Raises ReasonRequired for none, ReasonUnfit for too much or a personal number."""
    kept = refuse_hidden(text.replace("\n", " ").strip(), field)
    if not kept:
        raise ReasonRequired(field=field)
    if len(kept) > LONGEST or _PERSONAL.search(kept):
        raise ReasonUnfit(field=field, longest=LONGEST)
    return kept


def checked_items(items: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return item and reason of each point. Raises ReasonRequired for an empty list: a return is complete at once (条例 17)."""
    kept = tuple(
        (checked(item, f"items[{index}].item"), checked(reason, f"items[{index}].reason"))
        for index, (item, reason) in enumerate(items)
    )
    if not kept:
        raise ReasonRequired(field="items")
    if len(kept) > MOST_ITEMS:
        raise ReasonUnfit(field="items", most=MOST_ITEMS)
    return kept
