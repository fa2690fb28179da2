"""Which papers answer a note of the register (property's `papers_needed`), and which are still missing.

Decides what documents make up each paper and on which row of the list each is brought, so that a city which asks for one need
not list it. Leaves to the city which note needs one, and to the uploads what was brought.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.common.profiles import DocumentKind, Material, PartyRole
from services.contract.domain.errors import ActBarred

_K = DocumentKind


@dataclass(frozen=True)
class Part:
    """One document of a paper: what it is called on the list, and which kinds will do."""

    id: str
    name: str
    kinds: frozenset[DocumentKind]

    @property
    def material(self) -> Material:
        """Return the row of the list on which the main seller brings it."""
        kinds = tuple(kind for kind in DocumentKind if kind in self.kinds)
        return Material(id=f"paper_{self.id}", name=self.name, roles=(PartyRole.SELLER_MAIN,), any_of=kinds)


def _part(name: str, *kinds: DocumentKind) -> Part:
    return Part(kinds[0].value.lower(), name, frozenset(kinds))


MADE_OF: dict[str, tuple[Part, ...]] = {
    "PRENOTICE_HOLDER_CONSENT": (_part("预告登记权利人同意转让的书面材料", _K.PRENOTICE_CONSENT),),
    "MORTGAGEE_CONSENT": (_part("抵押权人同意转让的书面材料", _K.MORTGAGEE_PAPER),),
    "MORTGAGEE_NOTIFIED": (_part("已通知抵押权人的材料", _K.MORTGAGEE_PAPER),),
    "TENANT_WAIVER": (_part("承租人放弃优先购买权的声明或者已通知承租人的材料", _K.TENANT_WAIVER),),
    "HABITANT_STATEMENT": (_part("居住权人知悉转让的声明", _K.HABITANT_STATEMENT),),
    "REPLACEMENT_CERTIFICATE": (_part("补发的不动产权证书", _K.TITLE_CERTIFICATE),),
    "LAND_TRANSFER_APPROVAL": (_part("划拨土地转让批准文件或者出让金缴纳凭证", _K.LAND_APPROVAL),),
    "GUARDIAN_STATEMENT": (_part("监护关系证明和全体监护人为被监护人利益处分的书面保证", _K.GUARDIANSHIP_PROOF),),
    "ENTERPRISE_PAPERS": (
        _part("营业执照", _K.BUSINESS_LICENCE),
        _part("法定代表人身份证明", _K.REPRESENTATIVE_PROOF),
    ),
}
"""A paper is there when each of its parts is. One document may be part of two papers: it is asked for once."""


def parts_of(needed: Iterable[str]) -> tuple[Part, ...]:
    """Return the parts of these papers, each once, in the register's order."""
    parts = {part.id: part for one in reversed(tuple(needed)) for part in reversed(MADE_OF.get(one, ()))}
    return tuple(reversed(parts.values()))


def part_of_row(material_id: str) -> Part | None:
    """Return the part that is brought on a row of that id; None for a row of the city's own list."""
    parts = (part for parts in MADE_OF.values() for part in parts)
    return next((one for one in parts if one.material.id == material_id), None)


class PapersMissing(ActBarred):
    """Papers the register's notes ask for have not been brought: `papers` which."""

    def __init__(self, papers: tuple[str, ...]) -> None:
        """Take the register's codes."""
        super().__init__("contract.papers_missing", papers=list(papers))


def missing_papers(needed: Iterable[str], provided: frozenset[DocumentKind]) -> tuple[str, ...]:
    """Return the papers not brought yet. One we do not know counts as missing: nothing we have could be it."""
    return tuple(one for one in needed if one not in MADE_OF or not all(part.kinds & provided for part in MADE_OF[one]))


def require_papers(needed: Iterable[str], provided: frozenset[DocumentKind]) -> None:
    """Raise PapersMissing unless every paper is there."""
    if missing := missing_papers(needed, provided):
        raise PapersMissing(missing)
