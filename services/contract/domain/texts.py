"""How typed text is tidied: composed form, outer blanks gone, every character visible. Punctuation stays as typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from services.common.kit.errors import InvalidValue
from services.common.values import refuse_hidden
from services.contract.domain.errors import Fault


def tidy(text: str) -> str:
    """Return one line in NFC without outer blanks. NFKC would turn Chinese punctuation into Latin."""
    return unicodedata.normalize("NFC", text).strip()


def tidy_lines(text: str) -> str:
    """Return several lines, each tidied, with plain line feeds."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(tidy(line) for line in lines).strip()


def faults_of(path: str, text: str, longest: int, *, several_lines: bool = False) -> Iterator[Fault]:
    """Yield the faults of a text: too long, or with characters nobody sees; line breaks only where there may be several lines."""
    if len(text) > longest:
        yield Fault(path, "text_too_long")
    try:
        for line in text.split("\n") if several_lines else (text,):
            refuse_hidden(line, path)
    except InvalidValue:
        yield Fault(path, "hidden_character")
