"""What must be acknowledged (知悉确认) before a house with a note in the register is sold, and by whom.

Decides which side each note concerns, and that everybody of that side acknowledges for himself. Leaves to the city which
notes it lets pass with an acknowledgement, and which text is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from services.common.messages.contract import Side
from services.common.messages.property import Title
from services.common.values import PersonId
from services.contract.domain.errors import ActBarred

BOTH = frozenset(Side)
BUYER = frozenset({Side.BUYER})
CONCERNED: dict[str, frozenset[Side]] = {
    "MORTGAGED": BOTH,  # 民法典 406: sold with the mortgage on it, the mortgagee is told
    "LEASED": BUYER,  # 民法典 725: the lease goes on against the buyer
    "HABITATION_RIGHT": BUYER,  # 民法典 366: the right goes on against the buyer
    "OBJECTION_EXISTS": BUYER,  # 实施细则 84: the applicant states that he bears the risk
}
"""Whom a note concerns; one that is not named here concerns both sides."""


@dataclass(frozen=True, kw_only=True)
class Acknowledged:
    """One person has read the text of that version about one note (`reason`: the register's code)."""

    person_id: PersonId
    reason: str
    text_id: str
    text_version: str
    at: dt.datetime


class AcknowledgementMissing(ActBarred):
    """Notes of the register that somebody has not acknowledged: `reasons` which, `roles` whose."""

    def __init__(self, reasons: Iterable[str], roles: Iterable[str]) -> None:
        """Take codes and places, each named once."""
        super().__init__(
            "contract.acknowledgement_missing", reasons=list(dict.fromkeys(reasons)), roles=list(dict.fromkeys(roles))
        )


def concerned(reason: str) -> frozenset[Side]:
    """Return the sides whose people acknowledge that note."""
    return CONCERNED.get(reason, BOTH)


def still_to_acknowledge(
    title: Title, side: Side, person_id: PersonId, acknowledged: Iterable[Acknowledged]
) -> tuple[str, ...]:
    """Return the notes this person of that side has not acknowledged yet, in the register's order."""
    done = {one.reason for one in acknowledged if one.person_id == person_id}
    return tuple(one for one in title.warnings if side in concerned(one) and one not in done)
