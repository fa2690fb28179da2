"""Who must sell: the registered owners, people and enterprises alike, and the person through whom each of them acts.

Decides that an enterprise stands in the contract under its 统一社会信用代码 and acts through its 法定代表人 (decision 9).
Leaves to property who owns, and to the city whether an enterprise may sell online.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from services.common.messages.property import Title
from services.common.values import CompanyName, IdNumber, PersonId, PersonName, Uscc

BY_SHARES = "SHARES"
"""The register's word for 按份共有."""


@dataclass(frozen=True, kw_only=True)
class RegisteredSeller:
    """An owner who must sell. For an enterprise, person, name and number are its legal representative's."""

    person_id: PersonId
    name: PersonName
    id_number: IdNumber
    share: Fraction | None
    company: CompanyName | None = None
    uscc: Uscc | None = None


def registered_sellers(title: Title) -> tuple[RegisteredSeller, ...]:
    """Return everybody who must sell, in the order of the register; shares only under 按份共有."""
    people = (
        RegisteredSeller(
            person_id=one.person_id, name=one.name, id_number=one.id_number, share=_share(title, one.share)
        )
        for one in title.owners
    )
    enterprises = (
        RegisteredSeller(
            person_id=one.representative_id,
            name=one.representative_name,
            id_number=one.representative_id_number,
            share=_share(title, one.share),
            company=one.name,
            uscc=one.uscc,
        )
        for one in title.enterprise_owners
    )
    return (*people, *enterprises)


def owner_of(title: Title, person_id: PersonId) -> RegisteredSeller | None:
    """Return the registered owner who is, or acts through, that person."""
    return next((one for one in registered_sellers(title) if one.person_id == person_id), None)


def names_seller(title: Title, name: PersonName | CompanyName, number: IdNumber | Uscc) -> bool:
    """Whether name and number together are those of one registered owner (decision 23: any seller's).

    An enterprise is named by itself and its code; its representative's name and number name no seller.
    """
    people = {(one.name, one.id_number) for one in title.owners}
    enterprises = {(one.name, one.uscc) for one in title.enterprise_owners}
    return (name, number) in people or (name, number) in enterprises


def _share(title: Title, share: str) -> Fraction | None:
    return Fraction(share) if title.ownership_mode == BY_SHARES and share else None
