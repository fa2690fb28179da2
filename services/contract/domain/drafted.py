"""Makes the printed contract's content out of a case: what the parties typed, what the register says, nothing else.

Decides how the register's encumbrances are worded and whose details a preview masks. Leaves the layout to templates.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from services.common.messages.contract import Side, Terms
from services.common.messages.property import Title
from services.contract.domain import agreed
from services.contract.domain import document as printed
from services.contract.domain import document_kinds as kinds
from services.contract.domain.core import CaseCore
from services.contract.domain.errors import ActBarred
from services.contract.domain.parties import Party

_LAND = {"出让": kinds.LandObtain.GRANTED, "划拨": kinds.LandObtain.ALLOCATED}
_REGISTERED_MORTGAGEE = "不动产登记簿记载的抵押权人"
_REGISTERED_HABITATION = "已设立，内容以不动产登记簿的记载为准"


def contract_document(
    case: CaseCore, *, code: str, url: str, drafted_on: dt.date, masked: frozenset[Side] = frozenset()
) -> printed.ContractDocument:
    """Return the document of the present text; the details of `masked` sides are shown as stars.

    Raises ActBarred `contract.terms_missing` while the seller has agreed on nothing.
    """
    terms = case.terms
    if terms is None:
        raise ActBarred("contract.terms_missing")
    return printed.ContractDocument(
        case_no=case.no.number,
        city=case.no.city,
        version=max(case.version, 1),
        drafted_on=drafted_on,
        parties=tuple(_party(one, masked=one.side in masked) for one in case.parties),
        ownership_mode=_ownership(case),
        house=_house(case.title, terms),
        encumbrances=_encumbrances(case.title, terms),
        price=terms.total_price.amount,
        price_includes=tuple(
            printed.IncludedItem(name=one.name, amount=one.amount.amount if one.amount else None)
            for one in terms.price_includes
        ),
        payment=agreed.payment(terms, hidden=Side.SELLER in masked),
        fund_supervision=agreed.supervision(terms),
        taxes=tuple(printed.TaxShare(kinds.TaxKind(one.tax), kinds.Bearer(one.bearer)) for one in terms.taxes),
        transfer_apply_by=terms.transfer_apply_by,
        delivery=printed.Delivery(
            due=terms.delivery_date,
            condition=terms.delivery_condition,
            meters=terms.meters or None,
            fees_cleared=terms.fees_cleared,
        ),
        household=agreed.household(terms),
        breach=agreed.breach(terms),
        dispute=agreed.dispute(terms),
        revoke_terms=terms.revoke_terms or None,
        extra_terms=terms.extra_terms or None,
        attachments=agreed.attachments(terms, by_enterprise=any(one.company for one in case.parties)),
        copies=terms.copies or max(len(case.parties), 2),
        verification_code=code,
        verification_url=url,
        certificates=agreed.certificates(case.holding),
        buyer_account=agreed.account(case.holding.account if case.holding else None, hidden=Side.BUYER in masked),
    )


def _party(party: Party, *, masked: bool) -> printed.Party:
    """Return a person, or the enterprise he acts for (its code in place of an ID number, he as 法定代表人)."""
    person = party.name.masked if masked else str(party.name)
    number = party.id_number.masked if masked else str(party.id_number)
    one = printed.Party(
        side=kinds.Side(party.side.value),
        role=kinds.PartyRole.MAIN if party.is_main else kinds.PartyRole.CO_OWNER,
        name=person,
        id_type=kinds.IdType.RESIDENT_ID,
        id_number=number,
        mobile=party.mobile.masked if masked else str(party.mobile),
        address="***" if masked else party.address,
        postcode=None if masked else party.postcode or None,
        nationality=None if masked else party.nationality,
        sex=None if masked else kinds.Sex(party.sex),
        born=None if masked else party.id_number.born,
        id_valid_until=None if masked else party.id_valid_until,
        id_valid_long=party.id_valid_long and not masked,
        marital_status=kinds.MaritalStatus(party.marital.value) if party.marital and not masked else None,
        share=party.share,
    )
    if party.company is None:
        return one
    company = party.company.masked if masked else str(party.company)
    return replace(
        one,
        name=company,
        id_type=kinds.IdType.USCC,
        id_number=str(party.uscc),
        legal_representative=person,
        nationality=None,
        sex=None,
        born=None,
    )


def _ownership(case: CaseCore) -> kinds.OwnershipMode:
    """How the buyers will hold the title: as they say, otherwise what their number and shares say."""
    if case.holding and case.holding.ownership_mode:
        return kinds.OwnershipMode(case.holding.ownership_mode)
    if any(one.share is not None for one in case.buyers):
        return kinds.OwnershipMode.BY_SHARES
    return kinds.OwnershipMode.JOINT if len(case.buyers) > 1 else kinds.OwnershipMode.SOLE


def _house(title: Title, terms: Terms) -> printed.House:
    house = title.house
    return printed.House(
        certificate_no=str(house.certificate_no),
        unit_no=str(house.unit_no) if house.unit_no else None,
        location=house.location,
        building_area=house.building_area,
        use=house.use,
        nature=house.nature,
        land_obtain=_LAND.get(house.land_obtained, kinds.LandObtain.OTHER),
        land_use=house.land_use,
        structure=house.structure or None,
        floor=house.floor or None,
        total_floors=house.total_floors or None,
        year=house.year_built or None,
        land_term_end=house.land_term_end,
        inner_area=terms.inner_area,
        shared_area=terms.shared_area,
    )


def _encumbrances(title: Title, terms: Terms) -> printed.Encumbrances:
    """Refer to the register, which tells that there is a mortgage or a right of habitation, not whose."""
    mortgage = lease = None
    if title.mortgaged:
        release_by = terms.mortgage_release_by or terms.transfer_apply_by
        debt = terms.mortgage_debt.amount if terms.mortgage_debt else None
        mortgage = printed.Mortgage(terms.mortgagee or _REGISTERED_MORTGAGEE, debt, release_by)
    if terms.leased and terms.lease_until is not None:
        lease = printed.Lease(until=terms.lease_until, tenant_waived=terms.tenant_waived)
    habitation = _REGISTERED_HABITATION if title.habitation_right else None
    return printed.Encumbrances(mortgage=mortgage, lease=lease, habitation=habitation)
