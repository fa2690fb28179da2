"""Titles to rows and back. Decides what is sealed and how names are looked up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from services.common.kit.fields import FieldCipher, blind_index
from services.common.values import CaseNo, CertificateNo, CompanyName, IdNumber, PersonId, PersonName, UnitNo, Uscc
from services.property.adapters.tables import ENCUMBRANCES, FILINGS, HOLDS, OWNERS
from services.property.domain.owners import EnterpriseOwner, Owner, Representative
from services.property.domain.title import Encumbrance, House, OwnershipMode, RegisteredTitle

Values = dict[str, Any]
_PERSON, _ENTERPRISE = "PERSON", "ENTERPRISE"


@dataclass(frozen=True)
class TitleRows:
    """Seals with `cipher`, indexes names under `person_key`."""

    cipher: FieldCipher
    person_key: bytes

    def name_index(self, name: PersonName | CompanyName) -> str:
        """Return what equal names have in common."""
        return blind_index(f"name:{name}", self.person_key)

    def number_index(self, number: IdNumber | Uscc) -> str:
        """Return how a number is found: a person's pseudonym, or a blind index of an enterprise's code."""
        if isinstance(number, IdNumber):
            return PersonId.of(number, self.person_key).value
        return blind_index(f"uscc:{number}", self.person_key)

    def of_title(self, title: RegisteredTitle) -> Values:
        """Return the row of a title."""
        house = vars(title.house) | {"unit_no": str(title.house.unit_no) if title.house.unit_no else None}
        return house | {
            "title_id": title.title_id,
            "city": title.city,
            "certificate_no": title.certificate_no.value,
            "new_form": title.certificate_no.is_new_form,
            "mode": title.mode.value,
            "owner_count": len(title.owners) + len(title.enterprises),
            "generated": title.generated,
        }

    def of_owners(self, title: RegisteredTitle) -> list[Values]:
        """Return the rows of its owners: people, then enterprises, in the order of the register."""
        rows = [self._of_person(owner) for owner in title.owners]
        rows += [self._of_enterprise(owner) for owner in title.enterprises]
        return [row | {"title_id": title.title_id, "position": position} for position, row in enumerate(rows)]

    def _of_person(self, owner: Owner) -> Values:
        return {
            "kind": _PERSON,
            "person_id": owner.person_id.value,
            "name_index": self.name_index(owner.name),
            "name_sealed": self.cipher.seal(owner.name.value),
            "id_number_sealed": self.cipher.seal(owner.id_number.value),
            "share": None if owner.share is None else str(owner.share),
            "deceased": owner.deceased,
            "acting_person_id": None,
            "acting_name_sealed": None,
            "acting_id_number_sealed": None,
        }

    def _of_enterprise(self, owner: EnterpriseOwner) -> Values:
        acting = owner.representative
        return {
            "kind": _ENTERPRISE,
            "person_id": self.number_index(owner.uscc),
            "name_index": self.name_index(owner.name),
            "name_sealed": self.cipher.seal(owner.name.value),
            "id_number_sealed": self.cipher.seal(owner.uscc.value),
            "share": None if owner.share is None else str(owner.share),
            "deceased": False,
            "acting_person_id": acting.person_id.value,
            "acting_name_sealed": self.cipher.seal(acting.name.value),
            "acting_id_number_sealed": self.cipher.seal(acting.id_number.value),
        }

    def of_encumbrances(self, title: RegisteredTitle) -> list[Values]:
        """Return the rows of what is noted on it."""
        return [{"title_id": title.title_id, "kind": one.value} for one in title.encumbrances]

    def load(self, session: Session, titles: Select[Any]) -> list[RegisteredTitle]:
        """Return the titles a query of TITLES selects, in its order, with owners and notes in two further queries."""
        rows = session.execute(titles).all()
        ids = [row.title_id for row in rows]
        owners = _grouped(
            session.execute(
                select(OWNERS).where(OWNERS.c.title_id.in_(ids)).order_by(OWNERS.c.title_id, OWNERS.c.position)
            )
        )
        notes = _grouped(session.execute(select(ENCUMBRANCES).where(ENCUMBRANCES.c.title_id.in_(ids))))
        return [self._title(row, owners.get(row.title_id, []), notes.get(row.title_id, [])) for row in rows]

    def _title(self, row: Row[Any], owners: list[Row[Any]], notes: list[Row[Any]]) -> RegisteredTitle:
        return RegisteredTitle(
            title_id=row.title_id,
            city=row.city,
            certificate_no=CertificateNo(row.certificate_no),
            mode=OwnershipMode(row.mode),
            owners=tuple(self._owner(one) for one in owners if one.kind == _PERSON),
            house=_house(row),
            encumbrances=frozenset(Encumbrance(one.kind) for one in notes),
            generated=row.generated,
            enterprises=tuple(self._enterprise(one) for one in owners if one.kind == _ENTERPRISE),
        )

    def _owner(self, row: Row[Any]) -> Owner:
        return Owner(
            person_id=PersonId(row.person_id),
            name=PersonName(self.cipher.open(row.name_sealed)),
            id_number=IdNumber(self.cipher.open(row.id_number_sealed)),
            share=_share(row),
            deceased=row.deceased,
        )

    def _enterprise(self, row: Row[Any]) -> EnterpriseOwner:
        return EnterpriseOwner(
            name=CompanyName(self.cipher.open(row.name_sealed)),
            uscc=Uscc(self.cipher.open(row.id_number_sealed)),
            share=_share(row),
            representative=Representative(
                person_id=PersonId(row.acting_person_id),
                name=PersonName(self.cipher.open(row.acting_name_sealed)),
                id_number=IdNumber(self.cipher.open(row.acting_id_number_sealed)),
            ),
        )


def holders_of(session: Session, title_ids: Iterable[str]) -> dict[str, tuple[CaseNo, ...]]:
    """Return for each title the cases with a live hold or a live filing on it."""
    ids = list(title_ids)
    held = select(HOLDS.c.title_id, HOLDS.c.case_no).where(HOLDS.c.title_id.in_(ids), HOLDS.c.released.is_(False))
    filed = select(FILINGS.c.title_id, FILINGS.c.case_no).where(FILINGS.c.title_id.in_(ids), FILINGS.c.live)
    grouped = _grouped(session.execute(held.union(filed)))
    return {title_id: tuple(CaseNo.parse(row.case_no) for row in rows) for title_id, rows in grouped.items()}


def _grouped(rows: Iterable[Row[Any]]) -> dict[str, list[Row[Any]]]:
    groups: dict[str, list[Row[Any]]] = {}
    for row in rows:
        groups.setdefault(row.title_id, []).append(row)
    return groups


def _share(row: Row[Any]) -> Fraction | None:
    return None if row.share is None else Fraction(row.share)


def _house(row: Row[Any]) -> House:
    return House(
        unit_no=UnitNo(row.unit_no) if row.unit_no else None,
        location=row.location,
        building_area=row.building_area,
        use=row.use,
        nature=row.nature,
        structure=row.structure,
        floor=row.floor,
        total_floors=row.total_floors,
        year_built=row.year_built,
        land_obtained=row.land_obtained,
        land_use=row.land_use,
        land_term_end=row.land_term_end,
    )
