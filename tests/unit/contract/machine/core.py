"""A case as the manual and the decisions tell it, written a second time without the code under test: what it holds.

Every act answers DONE, NOTHING (an echo: nothing changes) or REFUSED, and says in `facts` what must have been told.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

DONE, NOTHING, REFUSED = "done", "nothing", "refused"
TEXTLESS = ("SELLER_DRAFT", "WAIT_BUYER", "BUYER_DRAFT")
DRAFTS = (*TEXTLESS, "CONFIRMING", "READY_TO_SIGN", "FROZEN")
REVOCABLE_BY_BOTH = ("CONFIRMING", "READY_TO_SIGN", "FREEZING", "SIGNING", "FROZEN")
LEFT_TO_BOTH = ("SIGNED", "RETURNED")
UNDER_REVIEW = ("SUBMITTED", "REVIEWING")
FILED = ("FILED", "PUSHED")
ENDS = ("REVOKED", "REJECTED", "EXPIRED", "CANCELLED")
NEXT: dict[str, tuple[str, ...]] = {
    "SELLER_DRAFT": ("WAIT_BUYER", "BUYER_DRAFT", "REVOKED", "EXPIRED"),
    "WAIT_BUYER": ("SELLER_DRAFT", "BUYER_DRAFT", "REVOKED", "EXPIRED"),
    "BUYER_DRAFT": ("SELLER_DRAFT", "CONFIRMING", "REVOKED", "EXPIRED"),
    "CONFIRMING": ("SELLER_DRAFT", "BUYER_DRAFT", "READY_TO_SIGN", "REVOKED", "EXPIRED"),
    "READY_TO_SIGN": ("SELLER_DRAFT", "BUYER_DRAFT", "CONFIRMING", "FROZEN", "FREEZING", "REVOKED", "EXPIRED"),
    "FROZEN": ("BUYER_DRAFT", "CONFIRMING", "FREEZING", "REVOKED", "EXPIRED"),
    "FREEZING": ("SIGNING", "CONFIRMING", "READY_TO_SIGN", "REVOKED"),
    "SIGNING": ("SIGNED", "CONFIRMING", "READY_TO_SIGN", "REVOKED"),
    "SIGNED": ("SUBMITTED", "REVOKED"),
    "SUBMITTED": ("SIGNED", "REVIEWING", "FILING", "RETURNED", "REJECTED"),
    "REVIEWING": ("SIGNED", "FILING", "RETURNED", "REJECTED"),
    "RETURNED": ("SUBMITTED", "REVOKED"),
    "FILING": ("FILED",),
    "FILED": ("PUSHED", "CANCEL_PENDING"),
    "PUSHED": ("CANCEL_PENDING",),
    "CANCEL_PENDING": ("FILED", "PUSHED", "CANCELLED"),
}
"""Which states may follow one another at all (8.1 as amended by the decisions)."""


@dataclass
class ModelCore:
    """People are named by their place: S, SC (sellers), B, BC (buyers); anybody else is no party."""

    owners: tuple[str, ...]
    now: dt.datetime
    notes: tuple[str, ...] = ()
    """What the register notes of the house, as the text knows it; `registered` is what it notes by now."""
    registered: tuple[str, ...] = ()
    state: str = "SELLER_DRAFT"
    sellers_saved: bool = False
    price: str = ""
    main_buyer: str = ""
    buyers: tuple[str, ...] = ()
    buyers_saved: bool = False
    acknowledged: set[tuple[str, str]] = field(default_factory=set)
    version: int = 0
    generated: bool = False
    seller_asked: bool = False
    confirmed: set[str] = field(default_factory=set)
    by_start: set[str] = field(default_factory=set)
    """Whose start counted as a confirmation, for that start alone."""
    unprintable: bool = False
    drawn: bool = False
    signed: set[str] = field(default_factory=set)
    round: int = 0
    closed: set[str] = field(default_factory=set)
    agreed: set[str] = field(default_factory=set)
    in_register: bool = False
    applied: set[str] = field(default_factory=set)
    """The sides that applied to have the filing cancelled: S, B."""
    cancel_round: int = 0
    cancel_closed: set[str] = field(default_factory=set)
    barred: bool = False
    passed_on: bool = False
    """The register names other owners by now."""
    facts: list[tuple[str, str]] = field(default_factory=lambda: [("CaseOpened", "")])
    touched: dt.datetime = field(init=False)
    entered: dt.datetime = field(init=False)
    warned: dt.datetime | None = None

    def __post_init__(self) -> None:
        self.touched = self.entered = self.now

    @property
    def parties(self) -> tuple[str, ...]:
        return (*(self.owners if self.sellers_saved else self.owners[:1]), *self.buyers)

    @property
    def mains(self) -> tuple[str, ...]:
        return ("S", *self.buyers[:1])

    @property
    def must_confirm(self) -> set[str]:
        return {one for one in self.parties if one != "S" or self.seller_asked}

    def concerns(self, note: str, who: str) -> bool:
        return who in self.parties and (note == "MORTGAGED" or who in self.buyers)

    def to_acknowledge(self, who: str) -> list[str]:
        return [one for one in self.notes if self.concerns(one, who) and (who, one) not in self.acknowledged]

    def _to(self, state: str, *facts: tuple[str, str], tell: bool = True) -> str:
        self.touched = self.now
        if state != self.state:
            self.entered = self.now
        self.state = state
        self.facts += facts
        if tell:
            self.facts.append(("CaseAdvanced", state))
        return DONE

    def _end(self, state: str) -> str:
        self.facts.append(("CaseEnded", state))
        return self._to(state, tell=False)

    def _fresh_text(self) -> None:
        self.generated, self.seller_asked, self.unprintable, self.drawn = False, False, False, False
        self.confirmed, self.by_start, self.signed = set(), set(), set()
