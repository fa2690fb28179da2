"""Decides where on the finished pages something is drawn or signed later: between the two corner texts of a place.

Leaves to others: what the corner texts are (template), and what is put there. No coordinate is written in code: the
template's box decides, and a place whose corners are not found exactly once stops the document.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pypdfium2

from services.contract.adapters.rendering.errors import RenderError

_GAP = 1.0
"""Points left free between a corner text and the place, so that a mark never covers the text."""


@dataclass(frozen=True)
class Place:
    """A rectangle on a page: page counted from 1; left, bottom, right, top in PDF points."""

    name: str
    page: int
    rect: tuple[float, float, float, float]


@dataclass(frozen=True)
class _Found:
    page: int
    left: float
    bottom: float
    right: float
    top: float


def find_places(pdf: bytes, corners: Mapping[str, tuple[str, str]]) -> list[Place]:
    """Return the place of each name in `corners`, in their order.

    Raises `RenderError` `place_unclear` when a corner is missing, doubled, or the two lie on different pages.
    """
    wanted = [text for pair in corners.values() for text in pair]
    found = _search(pdf, wanted)
    return [_between(name, found[start], found[end]) for name, (start, end) in corners.items()]


def _search(pdf: bytes, wanted: list[str]) -> dict[str, list[_Found]]:
    """Search from the last page back until every corner is found: places stand at the end, and reading a page costs.

    No earlier page can carry another: a corner's code is made of the hash of everything that was typed.
    """
    found: dict[str, list[_Found]] = {text: [] for text in wanted}
    document = pypdfium2.PdfDocument(pdf)
    try:
        for index in reversed(range(len(document))):
            if all(found.values()):
                break
            page = document[index]
            text_page = page.get_textpage()
            for text in wanted:
                found[text] += _matches(text_page, text, index + 1)
            text_page.close()
            page.close()
    finally:
        document.close()
    return found


def _matches(text_page: pypdfium2.PdfTextPage, text: str, page: int) -> list[_Found]:
    searcher = text_page.search(text, match_case=True)
    matches = []
    while (hit := searcher.get_next()) is not None:
        boxes = [text_page.get_charbox(hit[0] + offset) for offset in range(hit[1])]
        lefts, bottoms, rights, tops = zip(*boxes, strict=True)
        matches.append(_Found(page, min(lefts), min(bottoms), max(rights), max(tops)))
    searcher.close()
    return matches


def _between(name: str, starts: list[_Found], ends: list[_Found]) -> Place:
    if len(starts) != 1 or len(ends) != 1:
        raise RenderError("place_unclear", place=name)
    start, end = starts[0], ends[0]
    rect = (start.left, end.top + _GAP, end.right, start.bottom - _GAP)
    if start.page != end.page or rect[0] >= rect[2] or rect[1] >= rect[3]:
        raise RenderError("place_unclear", place=name)
    left, bottom, right, top = (round(edge, 2) for edge in rect)
    return Place(name, start.page, (left, bottom, right, top))
