"""Which papers answer a note of the register (property's `papers_needed`), and which are still missing.

Decides what documents make up each paper. Leaves to the city which note needs one, and to the uploads what was brought.
"""

from __future__ import annotations

from collections.abc import Iterable

from services.common.profiles.materials import DocumentKind
from services.contract.domain.errors import ActBarred

_K = DocumentKind
MADE_OF: dict[str, tuple[frozenset[DocumentKind], ...]] = {
    "PRENOTICE_HOLDER_CONSENT": (frozenset({_K.PRENOTICE_CONSENT}),),
    "MORTGAGEE_CONSENT": (frozenset({_K.MORTGAGEE_PAPER}),),
    "MORTGAGEE_NOTIFIED": (frozenset({_K.MORTGAGEE_PAPER}),),
    "TENANT_WAIVER": (frozenset({_K.TENANT_WAIVER}),),
    "HABITANT_STATEMENT": (frozenset({_K.HABITANT_STATEMENT}),),
    "REPLACEMENT_CERTIFICATE": (frozenset({_K.TITLE_CERTIFICATE}),),
    "LAND_TRANSFER_APPROVAL": (frozenset({_K.LAND_APPROVAL}),),
    "GUARDIAN_STATEMENT": (frozenset({_K.GUARDIANSHIP_PROOF}),),
    "ENTERPRISE_PAPERS": (frozenset({_K.BUSINESS_LICENCE}), frozenset({_K.REPRESENTATIVE_PROOF})),
}
"""A paper is there when one document of each group is."""


class PapersMissing(ActBarred):
    """Papers the register's notes ask for have not been brought: `papers` which."""

    def __init__(self, papers: tuple[str, ...]) -> None:
        """Take the register's codes."""
        super().__init__("contract.papers_missing", papers=list(papers))


def missing_papers(needed: Iterable[str], provided: frozenset[DocumentKind]) -> tuple[str, ...]:
    """Return the papers not brought yet. One we do not know counts as missing: nothing we have could be it."""
    return tuple(one for one in needed if one not in MADE_OF or not all(group & provided for group in MADE_OF[one]))


def require_papers(needed: Iterable[str], provided: frozenset[DocumentKind]) -> None:
    """Raise PapersMissing unless every paper is there."""
    if missing := missing_papers(needed, provided):
        raise PapersMissing(missing)
