"""When a name answers to what somebody typed: letters alike in width and case, blanks apart, every word somewhere in it."""

from __future__ import annotations

import unicodedata


def answers_to(typed: str, *names: str) -> bool:
    """Whether every word typed occurs in one of the names. Nothing typed is answered by everything."""
    alike = [_alike(one) for one in names]
    return all(any(_alike(word) in one for one in alike) for word in typed.split())


def _alike(text: str) -> str:
    """Return the text with full-width letters made narrow, in one case, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
