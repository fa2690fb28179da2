"""What a round looked at, as one digest a part, and what of it is another the next time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from services.common.messages.contract import CaseView, Materials
from services.common.messages.review import Change


def parts_of(case: CaseView, uploaded: Materials) -> dict[str, str]:
    """Return part -> digest: the terms, who the parties are, each signed document, paper brought and material uploaded."""
    return dict(_parts(case, uploaded))


def _parts(case: CaseView, uploaded: Materials) -> Iterator[tuple[str, str]]:
    yield "terms", _digest(case.terms)
    yield "parties", _digest(sorted(str(one.person_id) for one in case.parties))
    for document in case.documents:
        yield f"document:{document.kind}", document.sha256
    for paper in case.papers:
        if paper.provided:
            yield f"paper:{paper.paper}", "provided"
    for material in uploaded.materials:
        if material.files:
            files = sorted(one.sha256 for one in material.files)
            yield f"material:{material.material_id}:{material.person_id}", _digest(files)


def _digest(part: object) -> str:
    return hashlib.sha256(repr(part).encode()).hexdigest()


def changes(before: dict[str, str], after: dict[str, str]) -> tuple[Change, ...]:
    """Return what was added, removed or changed, in the order of the names."""
    found = []
    for part in sorted(before.keys() | after.keys()):
        if before.get(part) != after.get(part):
            change = "ADDED" if part not in before else "REMOVED" if part not in after else "CHANGED"
            found.append(Change(part=part, change=change))
    return tuple(found)
