"""How titles look in messages. Decides who sees what of an owner: finders masked names, services everything."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from fractions import Fraction

from services.common.messages import property as messages
from services.property.application.ports import Held
from services.property.domain.owners import EnterpriseOwner, Owner
from services.property.domain.title import Encumbrance, House, RegisteredTitle
from services.property.domain.verdict import Verdict

_MORTGAGES = {Encumbrance.MORTGAGE, Encumbrance.MORTGAGE_WITH_BAN}


def summary_of(held: Held, verdict: Verdict) -> messages.TitleSummary:
    """Return the title as its finder sees it."""
    title = held.title
    names = (*(owner.name.masked for owner in title.owners), *(owner.name.masked for owner in title.enterprises))
    return messages.TitleSummary(
        title_id=title.title_id,
        certificate_no=title.certificate_no,
        location=title.house.location,
        building_area=title.house.building_area,
        use=title.house.use,
        owners_masked=names,
        saleable=not verdict.barred_by,
        barred_by=_codes(verdict.barred_by),
        warnings=_codes(verdict.warnings),
        papers_needed=_codes(verdict.papers_needed),
    )


def title_of(held: Held, verdict: Verdict) -> messages.Title:
    """Return the title in full."""
    title = held.title
    return messages.Title(
        title_id=title.title_id,
        city=title.city,
        ownership_mode=title.mode.value,
        owners=owners_of(title),
        house=_house_of(title, title.house),
        mortgaged=bool(title.encumbrances & _MORTGAGES),
        leased=Encumbrance.LEASE in title.encumbrances,
        habitation_right=Encumbrance.HABITATION in title.encumbrances,
        barred_by=_codes(verdict.barred_by),
        warnings=_codes(verdict.warnings),
        papers_needed=_codes(verdict.papers_needed),
        enterprise_owners=tuple(_enterprise_of(one) for one in title.enterprises),
    )


def _codes(found: Iterable[StrEnum]) -> tuple[str, ...]:
    return tuple(one.value for one in found)


def owners_of(title: RegisteredTitle) -> tuple[messages.Owner, ...]:
    """Return the owners in the order of the register."""
    return tuple(_owner_of(owner) for owner in title.owners)


def _owner_of(owner: Owner) -> messages.Owner:
    return messages.Owner(
        person_id=owner.person_id, name=owner.name, id_number=owner.id_number, share=_share_of(owner.share)
    )


def _enterprise_of(owner: EnterpriseOwner) -> messages.EnterpriseOwner:
    acting = owner.representative
    return messages.EnterpriseOwner(
        name=owner.name,
        uscc=owner.uscc,
        share=_share_of(owner.share),
        representative_id=acting.person_id,
        representative_name=acting.name,
        representative_id_number=acting.id_number,
    )


def _share_of(share: Fraction | None) -> str:
    return "" if share is None else f"{share.numerator}/{share.denominator}"


def _house_of(title: RegisteredTitle, house: House) -> messages.House:
    return messages.House(
        certificate_no=title.certificate_no,
        unit_no=house.unit_no,
        location=house.location,
        building_area=house.building_area,
        use=house.use,
        nature=house.nature,
        structure=house.structure,
        floor=house.floor,
        total_floors=house.total_floors,
        year_built=house.year_built,
        land_obtained=house.land_obtained,
        land_use=house.land_use,
        land_term_end=house.land_term_end,
    )
