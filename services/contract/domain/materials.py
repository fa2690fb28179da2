"""Which materials (申请材料) a case asks of whom, and what is there: rules only.

Decides by role and condition (decision 18) from the city's list as it stood when the case was opened, so that nobody is
asked for more half-way. Any one of a category's document kinds will do. Leaves what a file holds to the inspection, and
when files may come and go to `attaching`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from services.common.messages.contract import Marital, Terms
from services.common.messages.property import Title
from services.common.profiles import BusinessType, Condition, DocumentKind, Material, PartyRole
from services.common.profiles.dated import office_day
from services.common.values import PersonId
from services.contract.domain.errors import ActBarred
from services.contract.domain.papers import Part, part_of_row, parts_of
from services.contract.domain.parties import Party

_MARITAL = {
    Condition.UNMARRIED: Marital.SINGLE,
    Condition.MARRIED: Marital.MARRIED,
    Condition.DIVORCED: Marital.DIVORCED,
    Condition.WIDOWED: Marital.WIDOWED,
}


@dataclass(frozen=True, kw_only=True)
class MaterialFile:
    """An uploaded file as kept: a clean copy. `version` is that of the contract's text when it came (decision 12)."""

    file_id: str
    person_id: PersonId
    material_id: str
    kind: DocumentKind
    version: int
    key: str
    media_type: str
    size: int
    pages: int
    sha256: str
    original_sha256: str
    original_sm3: str
    uploaded_by: PersonId
    uploaded_at: dt.datetime


class Fit(StrEnum):
    """Whether a material is asked of somebody; UNDECIDED while what it depends on is not filled in."""

    ASKED = "ASKED"
    UNDECIDED = "UNDECIDED"
    NOT_ASKED = "NOT_ASKED"


@dataclass(frozen=True)
class Asked:
    """One material of one person."""

    party: Party
    material: Material
    fit: Fit
    files: tuple[MaterialFile, ...]
    for_paper: bool = False
    """Asked for by a note of the register, not by the city's list: `papers` bars the acts that wait for it."""
    elsewhere: bool = False
    """Whether a document that will do is there on another row."""

    @property
    def required(self) -> bool:
        """Whether the case cannot be submitted without it."""
        return self.material.required and self.fit is Fit.ASKED

    @property
    def done(self) -> bool:
        """Whether something that will do is there."""
        return bool(self.files) or self.elsewhere


@dataclass(frozen=True)
class MaterialList:
    """The list of one case: asked by role and condition, person by person."""

    rules: BusinessType
    title: Title
    terms: Terms | None
    parties: tuple[Party, ...]
    files: tuple[MaterialFile, ...]
    opened_at: dt.datetime

    @cached_property
    def rows(self) -> tuple[Asked, ...]:
        """All rows, in the order of parties and of the profile; what is not asked shows only where a file is there.

        Behind them the papers the register's notes ask for, where no row of the city's asks for the same document.
        """
        offered = self.rules.materials_on(office_day(self.opened_at))
        rows = [self._asked(party, one) for party in self.parties for one in offered if party.role in one.roles]
        listed = frozenset(kind for row in rows if row.required for kind in row.material.any_of)
        rows += self._papers(listed)
        return tuple(row for row in rows if row.fit is not Fit.NOT_ASKED or row.files)

    def _papers(self, listed: frozenset[DocumentKind]) -> Iterator[Asked]:
        needed = {part.id: part for part in parts_of(self.title.papers_needed) if not part.kinds & listed}
        left = (part_of_row(one.material_id) for one in self.files)
        parts = {**needed, **{one.id: one for one in left if one and one.id not in needed}}
        for party in self.parties:
            for part in parts.values():
                if party.role in part.material.roles:
                    yield self._paper(party, part, Fit.ASKED if part.id in needed else Fit.NOT_ASKED)

    def _paper(self, party: Party, part: Part, fit: Fit) -> Asked:
        here = self._files(party, part.material)
        people = {one.person_id for one in self.parties}
        elsewhere = any(one.kind in part.kinds and one.person_id in people for one in self.files)
        return Asked(party, part.material, fit, here, for_paper=True, elsewhere=elsewhere)

    def row(self, person_id: PersonId, material_id: str) -> Asked | None:
        """Return the row of a person and a material, None where it is not asked of that person."""
        return next(
            (one for one in self.rows if (one.party.person_id, one.material.id) == (person_id, material_id)), None
        )

    def missing(self, roles: frozenset[PartyRole]) -> tuple[Asked, ...]:
        """Return the rows of the city's list that are required of these roles and where nothing is there."""
        asked = (one for one in self.rows if one.party.role in roles and one.required and not one.for_paper)
        return tuple(one for one in asked if not one.done)

    def _asked(self, party: Party, material: Material) -> Asked:
        return Asked(party, material, self._fit(party, material.when), self._files(party, material))

    def _files(self, party: Party, material: Material) -> tuple[MaterialFile, ...]:
        place = (party.person_id, material.id)
        return tuple(one for one in self.files if (one.person_id, one.material_id) == place)

    def _fit(self, party: Party, when: Condition) -> Fit:
        if when in _MARITAL:
            if party.company is not None:
                return Fit.NOT_ASKED
            if party.marital is None:
                return Fit.UNDECIDED
            holds = party.marital is _MARITAL[when]
        elif when is Condition.LEASED:
            if self.terms is None:
                return Fit.UNDECIDED
            holds = self.terms.lease_until is not None
        else:
            company = party.company is not None
            known = {
                Condition.MORTGAGED: self.title.mortgaged,
                Condition.ENTERPRISE: company,
                Condition.PERSON: not company,
            }
            holds = known.get(when, True)
        return Fit.ASKED if holds else Fit.NOT_ASKED


class MaterialsMissing(ActBarred):
    """Required materials are not there. The context's lists go in step: role and material, the person's pseudonym, the name."""

    code = "contract.materials_missing"

    def __init__(self, act: str, state: str, missing: Iterable[Asked]) -> None:
        """Take what is missing, in the order of the list."""
        rows = tuple(missing)
        self.names = tuple(dict.fromkeys(one.material.name for one in rows))
        super().__init__(
            act=act,
            state=state,
            missing=[f"{one.party.role.value}:{one.material.id}" for one in rows],
            persons=[str(one.party.person_id) for one in rows],
            materials=[one.material.name for one in rows],
        )
