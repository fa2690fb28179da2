"""How titles look in messages. Decides who sees what of an owner: finders masked names, services everything."""

from __future__ import annotations

from services.common.messages import property as messages
from services.common.values import CaseNo
from services.property.application.ports import Held
from services.property.domain.title import Encumbrance, House, Owner, RegisteredTitle

_MORTGAGES = {Encumbrance.MORTGAGE, Encumbrance.MORTGAGE_WITH_BAN}


def summary_of(held: Held) -> messages.TitleSummary:
    """Return the title as its finder sees it."""
    title, barred_by = held.title, held.title.barred_by(held.holders)
    return messages.TitleSummary(
        title_id=title.title_id,
        certificate_no=title.certificate_no,
        location=title.house.location,
        building_area=title.house.building_area,
        use=title.house.use,
        owners_masked=tuple(owner.name.masked for owner in title.owners),
        saleable=not barred_by,
        barred_by=tuple(bar.value for bar in barred_by),
    )


def title_of(held: Held, except_case: CaseNo | None) -> messages.Title:
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
        barred_by=tuple(bar.value for bar in title.barred_by(held.holders, except_case)),
    )


def owners_of(title: RegisteredTitle) -> tuple[messages.Owner, ...]:
    """Return the owners in the order of the register."""
    return tuple(_owner_of(owner) for owner in title.owners)


def _owner_of(owner: Owner) -> messages.Owner:
    share = "" if owner.share is None else f"{owner.share.numerator}/{owner.share.denominator}"
    return messages.Owner(person_id=owner.person_id, name=owner.name, id_number=owner.id_number, share=share)


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
