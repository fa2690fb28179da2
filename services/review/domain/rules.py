"""The catalogue of reasons: every reason a reviewer can give is a rule with an id. Decides which of them the system sees itself.

What it sees is told to the parties before they submit, by the same functions that fill the reviewer's checklist. The words of
a rule are the gateway's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.common.messages.contract import CaseView, Side
from services.common.messages.property import Title


class Subject(StrEnum):
    """What a rule looks at."""

    PARTIES = "PARTIES"
    TERMS = "TERMS"
    HOUSE = "HOUSE"
    DOCUMENTS = "DOCUMENTS"
    MATERIALS = "MATERIALS"
    APPLICATION = "APPLICATION"


class Use(StrEnum):
    """What a rule is a reason for."""

    RETURN = "RETURN"  # 退回补正
    REJECT = "REJECT"  # 不予备案
    REJECT_CANCELLATION = "REJECT_CANCELLATION"  # 不予注销


@dataclass(frozen=True)
class Seen:
    """What the rules look at: the case as contract shows it, the title as the register has it now, the day."""

    case: CaseView
    title: Title
    today: dt.date


Sees = Callable[[Seen], tuple[str, ...]]
"""Returns details of what is wrong: field paths, papers or codes; nothing where the rule is kept."""


@dataclass(frozen=True)
class Rule:
    """A reason. `sees` is empty where only a person can tell; `text_needed` where the rule says nothing by itself."""

    id: str
    subject: Subject
    uses: frozenset[Use]
    sees: Sees | None = None
    text_needed: bool = False


def _owners_differ(seen: Seen) -> tuple[str, ...]:
    sellers = {one.person_id for one in seen.case.parties if one.side is Side.SELLER}
    return () if sellers == owners_of(seen.title) else ("parties.seller",)


def owners_of(title: Title) -> set[object]:
    """Return who would have to sell: the registered owners, and who acts for enterprises."""
    return {*(one.person_id for one in title.owners), *(one.representative_id for one in title.enterprise_owners)}


def _transfer_date_past(seen: Seen) -> tuple[str, ...]:
    terms = seen.case.terms
    return ("terms.transfer_apply_by",) if terms and terms.transfer_apply_by < seen.today else ()


def _delivery_date_past(seen: Seen) -> tuple[str, ...]:
    terms = seen.case.terms
    return ("terms.delivery_date",) if terms and terms.delivery_date < seen.today else ()


def _release_after_transfer(seen: Seen) -> tuple[str, ...]:
    terms = seen.case.terms
    late = terms and terms.mortgage_release_by and terms.mortgage_release_by > terms.transfer_apply_by
    return ("terms.mortgage_release_by",) if seen.title.mortgaged and late else ()


def _lease_not_told(seen: Seen) -> tuple[str, ...]:
    terms = seen.case.terms
    return ("terms.lease_until",) if seen.title.leased and terms and terms.lease_until is None else ()


def _house_barred(seen: Seen) -> tuple[str, ...]:
    return seen.title.barred_by


def _house_differs(seen: Seen) -> tuple[str, ...]:
    return tuple(field for field, ours, theirs in house_facts(seen.case, seen.title) if ours != theirs)


def house_facts(case: CaseView, title: Title) -> tuple[tuple[str, str, str], ...]:
    """Return field, what the contract says and what the register says, of everything both tell."""
    house = title.house
    return (
        ("location", case.location, house.location),
        ("certificate_no", case.certificate_no, str(house.certificate_no)),
        ("building_area", _area(case.building_area), _area(house.building_area)),
    )


def _area(square_metres: Decimal) -> str:
    return str(square_metres.quantize(Decimal("0.01")))


def _papers_missing(seen: Seen) -> tuple[str, ...]:
    provided = {one.paper for one in seen.case.papers if one.provided}
    return tuple(one for one in seen.title.papers_needed if one not in provided)


def _materials_missing(seen: Seen) -> tuple[str, ...]:
    """Conditions and required marks are the city's; contract has judged them."""
    missing = (one.material_id for one in seen.case.materials if one.required and one.status == "TODO")
    return tuple(dict.fromkeys(missing))


def _notes_not_acknowledged(seen: Seen) -> tuple[str, ...]:
    told = {one.reason: {who.person_id for who in one.acknowledged} for one in seen.case.warnings}
    sides = {one.reason: one.sides for one in seen.case.warnings}

    def by_all(reason: str) -> bool:
        asked = {one.person_id for one in seen.case.parties if one.side in sides.get(reason, tuple(Side))}
        return asked <= told.get(reason, set())

    return tuple(one for one in seen.title.warnings if not by_all(one))


_RETURN, _REJECT, _NO_CANCEL = frozenset({Use.RETURN}), frozenset({Use.REJECT}), frozenset({Use.REJECT_CANCELLATION})
_BOTH = _RETURN | _REJECT

CATALOGUE: tuple[Rule, ...] = (
    Rule("OWNERS_DIFFER", Subject.PARTIES, _BOTH, _owners_differ),
    Rule("PARTY_DATA_WRONG", Subject.PARTIES, _RETURN),
    Rule("BUYER_BARRED", Subject.PARTIES, _REJECT),  # 建房规〔2019〕5号
    Rule("HOUSE_BARRED", Subject.HOUSE, _BOTH, _house_barred),
    Rule("HOUSE_DIFFERS", Subject.HOUSE, _RETURN, _house_differs),
    Rule("NOTE_NOT_ACKNOWLEDGED", Subject.HOUSE, _RETURN, _notes_not_acknowledged),
    Rule("TRANSFER_DATE_PAST", Subject.TERMS, _RETURN, _transfer_date_past),
    Rule("DELIVERY_DATE_PAST", Subject.TERMS, _RETURN, _delivery_date_past),
    Rule("RELEASE_AFTER_TRANSFER", Subject.TERMS, _RETURN, _release_after_transfer),
    Rule("LEASE_NOT_TOLD", Subject.TERMS, _RETURN, _lease_not_told),  # 民法典 725-728
    Rule("TERMS_UNCLEAR", Subject.TERMS, _RETURN, text_needed=True),
    Rule("TERMS_UNLAWFUL", Subject.TERMS, _BOTH, text_needed=True),
    Rule("SIGNATURE_UNFIT", Subject.DOCUMENTS, _RETURN),
    Rule("PAPER_MISSING", Subject.MATERIALS, _RETURN, _papers_missing),
    Rule("MATERIAL_MISSING", Subject.MATERIALS, _RETURN, _materials_missing),
    Rule("MATERIAL_ILLEGIBLE", Subject.MATERIALS, _RETURN),
    Rule("MATERIAL_EXPIRED", Subject.MATERIALS, _RETURN),
    Rule("MATERIAL_DOES_NOT_MATCH", Subject.MATERIALS, _RETURN),
    Rule("MARITAL_PROOF_UNFIT", Subject.MATERIALS, _RETURN),
    Rule("FALSE_MATERIALS", Subject.MATERIALS, _REJECT | _NO_CANCEL, text_needed=True),
    Rule("OUT_OF_SCOPE", Subject.APPLICATION, _REJECT),  # domain 1.2
    Rule("CANCEL_NEEDS_BOTH", Subject.APPLICATION, _NO_CANCEL),  # domain 1.9: both sides, or a judgment
    Rule("JUDGMENT_UNFIT", Subject.APPLICATION, _NO_CANCEL),
    Rule("ALREADY_TRANSFERRED", Subject.APPLICATION, _NO_CANCEL),
    Rule("FUNDS_NOT_RETURNED", Subject.APPLICATION, _NO_CANCEL),  # domain 8.1: supervised money first
    Rule("OTHER", Subject.APPLICATION, _BOTH | _NO_CANCEL, text_needed=True),
)
_BY_ID = {one.id: one for one in CATALOGUE}


def find_rule(rule_id: str, use: Use) -> Rule | None:
    """Return the rule if it is a reason for that, or None."""
    rule = _BY_ID.get(rule_id)
    return rule if rule is not None and use in rule.uses else None
