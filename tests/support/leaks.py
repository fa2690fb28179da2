"""Finds what must not stand anywhere: values of people in every form in which a program might have written them down.

Decides the forms (plain, JSON, URL, base64 at any offset, hex, GBK, UTF-16); leaves to its users where to look and what is allowed.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, quote_plus

SHORTEST = 6
"""A shorter form would be found by chance."""
JFIF = bytes.fromhex("ffd8ffe000104a464946")
EXIF = bytes.fromhex("ffd8ffe1")
WINDOW = 24
"""Bytes of a picture that are looked for, from several places in it: enough to be no chance, short enough to survive a cut."""


@dataclass(frozen=True)
class Needle:
    """One form of one value. `label` says whose and what, never the value itself, for a failing test is read by people."""

    label: str
    forms: tuple[bytes, ...] = ()
    pattern: re.Pattern[bytes] | None = None

    def is_in(self, content: bytes) -> bool:
        """Whether any form stands there. Plain searches are a hundred times as fast as one pattern of them all."""
        if self.pattern is not None and self.pattern.search(content):
            return True
        return any(form in content for form in self.forms)


def in_base64(value: bytes) -> Iterator[bytes]:
    """Yield what a value looks like within base64 of a longer text, at each of the three offsets, in both alphabets."""
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + value)
        begin, end = (0, 2, 3)[offset], (len(value) + offset) // 3 * 4
        whole = encoded[begin:end]
        yield whole
        yield whole.translate(bytes.maketrans(b"+/", b"-_"))


def forms_of(value: str) -> set[bytes]:
    """Return every form of a text, without those too short to mean anything."""
    raw = value.encode()
    escaped = "".join(one if ord(one) < 128 else f"\\u{ord(one):04x}" for one in value)
    found = {
        raw,
        escaped.encode(),
        re.sub(r"\\u([0-9a-f]{4})", lambda code: "\\u" + code[1].upper(), escaped).encode(),
        "".join(one if ord(one) < 128 else f"&#{ord(one)};" for one in value).encode(),
        quote(value, safe="").encode(),
        quote(value, safe="").lower().encode(),
        quote_plus(value).encode(),
        value.encode("gb18030"),
        value.encode("utf-16-le"),
        value.encode("utf-16-be"),
        *(one.encode() for text in (raw, value.encode("gb18030")) for one in (text.hex(), text.hex().upper())),
        *in_base64(raw),
    }
    return {one for one in found if len(one) >= SHORTEST}


class Scanner:
    """Looks for values in bytes."""

    def __init__(self, needles: Iterable[Needle] = ()) -> None:
        """Start with these."""
        self.needles = list(needles)

    def text(self, label: str, value: str) -> Self:
        """Look for a text in every form."""
        self.needles.append(Needle(label, tuple(sorted(forms_of(value)))))
        return self

    def code(self, label: str, digits: str) -> Self:
        """Look for a short number that stands by itself: as a part of a longer one, of a digest or a fraction it is chance."""
        alone = rb"(?<![0-9A-Za-z.+/_-])" + digits.encode() + rb"(?![0-9A-Za-z+/_-]|\.[0-9])"
        self.needles.append(Needle(label, pattern=re.compile(alone)))
        return self

    def picture(self, label: str, content: bytes) -> Self:
        """Look for pieces of a picture, plain, in hex or in base64."""
        pieces = [content[at : at + WINDOW] for at in range(600, len(content) - WINDOW, max(1, len(content) // 4))]
        forms = {form for one in pieces for form in (one, one.hex().encode(), *in_base64(one))}
        self.needles.append(Needle(label, tuple(sorted(forms))))
        return self

    def any_jpeg(self) -> Self:
        """Look for any JPEG at all: the beginning of one, plain, in hex or in base64."""
        forms = {JFIF, JFIF.hex().encode(), base64.b64encode(JFIF)[:13], EXIF + b"\x00", b"/9j/4AAQSkZJRg"}
        self.needles.append(Needle("a picture", tuple(sorted(forms))))
        return self

    def find(self, where: str, content: bytes) -> list[str]:
        """Return `place: label` for everything found."""
        return [f"{where}: {one.label}" for one in self.needles if one.is_in(content)]
