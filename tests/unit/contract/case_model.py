"""A case as the manual and the decisions tell it, written a second time without the code under test: what each act must do.

Every act answers DONE, NOTHING (an echo: nothing changes) or REFUSED, and says in `facts` what must have been told.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

DONE, NOTHING, REFUSED = "done", "nothing", "refused"
DAY = dt.timedelta(days=1)
TEXTLESS = ("SELLER_DRAFT", "WAIT_BUYER", "BUYER_DRAFT")
DRAFTS = (*TEXTLESS, "CONFIRMING", "READY_TO_SIGN", "FROZEN")
REVOCABLE_BY_BOTH = ("CONFIRMING", "READY_TO_SIGN", "FREEZING", "SIGNING", "FROZEN")
LEFT_TO_BOTH = ("SIGNED", "RETURNED")
UNDER_REVIEW = ("SUBMITTED", "REVIEWING")
ENDS = ("REVOKED", "REJECTED", "EXPIRED")
NEXT: dict[str, tuple[str, ...]] = {
    "SELLER_DRAFT": ("WAIT_BUYER", "BUYER_DRAFT", "REVOKED", "EXPIRED"),
    "WAIT_BUYER": ("SELLER_DRAFT", "BUYER_DRAFT", "REVOKED", "EXPIRED"),
    "BUYER_DRAFT": ("SELLER_DRAFT", "CONFIRMING", "REVOKED", "EXPIRED"),
    "CONFIRMING": ("SELLER_DRAFT", "BUYER_DRAFT", "READY_TO_SIGN", "REVOKED", "EXPIRED"),
    "READY_TO_SIGN": ("SELLER_DRAFT", "BUYER_DRAFT", "CONFIRMING", "FROZEN", "FREEZING", "REVOKED", "EXPIRED"),
    "FROZEN": ("CONFIRMING", "FREEZING", "REVOKED", "EXPIRED"),
    "FREEZING": ("SIGNING", "CONFIRMING", "READY_TO_SIGN", "REVOKED"),
    "SIGNING": ("SIGNED", "CONFIRMING", "READY_TO_SIGN", "REVOKED"),
    "SIGNED": ("SUBMITTED", "REVOKED"),
    "SUBMITTED": ("SIGNED", "REVIEWING", "FILING", "RETURNED", "REJECTED"),
    "REVIEWING": ("SIGNED", "FILING", "RETURNED", "REJECTED"),
    "RETURNED": ("SUBMITTED", "REVOKED"),
    "FILING": ("FILED",),
    "FILED": ("PUSHED",),
}
"""Which states may follow one another at all (8.1 as amended by the decisions)."""


@dataclass
class CaseModel:
    """People are named by their place: S, SC (sellers), B, BC (buyers); anybody else is no party."""

    owners: tuple[str, ...]
    now: dt.datetime
    state: str = "SELLER_DRAFT"
    sellers_saved: bool = False
    price: str = ""
    main_buyer: str = ""
    buyers: tuple[str, ...] = ()
    buyers_saved: bool = False
    version: int = 0
    generated: bool = False
    seller_asked: bool = False
    confirmed: set[str] = field(default_factory=set)
    drawn: bool = False
    signed: set[str] = field(default_factory=set)
    round: int = 0
    closed: set[str] = field(default_factory=set)
    agreed: set[str] = field(default_factory=set)
    barred: bool = False
    facts: list[tuple[str, str]] = field(default_factory=lambda: [("CaseOpened", "")])
    touched: dt.datetime = field(init=False)
    entered: dt.datetime = field(init=False)
    warned: dt.datetime | None = None

    def __post_init__(self) -> None:
        self.touched = self.entered = self.now

    # ---- helpers ---------------------------------------------------------------------------------------------------
    @property
    def parties(self) -> tuple[str, ...]:
        return (*(self.owners if self.sellers_saved else self.owners[:1]), *self.buyers)

    @property
    def mains(self) -> tuple[str, ...]:
        return ("S", *self.buyers[:1])

    @property
    def must_confirm(self) -> set[str]:
        return {one for one in self.parties if one != "S" or self.seller_asked}

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
        self.generated, self.seller_asked, self.confirmed, self.drawn, self.signed = False, False, set(), False, set()

    # ---- people ----------------------------------------------------------------------------------------------------
    def save_sellers(self, who: str) -> str:
        if who != "S" or self.state not in {"SELLER_DRAFT", "WAIT_BUYER"}:
            return REFUSED
        self.sellers_saved = True
        return self._published()

    def save_terms(self, who: str, price: str) -> str:
        if who != "S" or self.state not in {"SELLER_DRAFT", "WAIT_BUYER"}:
            return REFUSED
        self.price = price
        return self._published()

    def _published(self) -> str:
        if self.state == "WAIT_BUYER" or not (self.sellers_saved and self.price):
            return self._to(self.state, tell=False)
        return self._to("BUYER_DRAFT" if self.buyers else "WAIT_BUYER")

    def join(self, who: str) -> str:
        if self.state != "WAIT_BUYER" or who in self.owners or who == "STAFF":
            return REFUSED
        self.buyers, self.buyers_saved = (who,), False
        return self._to("BUYER_DRAFT")

    def save_buyers(self, who: str, buyers: tuple[str, ...]) -> str:
        if self.state != "BUYER_DRAFT" or who != self.buyers[0]:
            return REFUSED
        self.buyers, self.buyers_saved = buyers, True
        return self._to("BUYER_DRAFT", tell=False)

    def generate(self, who: str) -> str:
        if self.state != "BUYER_DRAFT" or who != self.buyers[0] or not self.buyers_saved:
            return REFUSED
        self._fresh_text()
        self.generated, self.version = True, self.version + 1
        return self._to("CONFIRMING")

    def confirm(self, who: str, version: int) -> str:
        open_text = self.generated and self.state in {"CONFIRMING", "READY_TO_SIGN"}
        if not open_text or version != self.version or who not in self.parties:
            return REFUSED
        if who in self.confirmed:
            return NOTHING
        self.confirmed.add(who)
        all_have = self.state == "CONFIRMING" and self.must_confirm <= self.confirmed
        return self._to("READY_TO_SIGN") if all_have else self._to(self.state, tell=False)

    def start(self, who: str, version: int) -> str:
        if self.state not in {"READY_TO_SIGN", "FROZEN"} or who not in self.mains or version != self.version:
            return REFUSED
        if self.barred:
            return self._to("FROZEN")
        if who != "S" and "S" not in self.confirmed:
            self.seller_asked = True
            return self._to("CONFIRMING")
        self.confirmed.add(who)
        return self._to("FREEZING", ("DocumentsFrozen", ""), tell=False)

    def reopen(self, who: str) -> str:
        if who == "S" and self.state == "WAIT_BUYER":
            self._fresh_text()
            return self._to("SELLER_DRAFT", tell=False)
        states = {"S": ("BUYER_DRAFT", "CONFIRMING", "READY_TO_SIGN")}.get(who, ("CONFIRMING", "READY_TO_SIGN"))
        if who not in self.mains or self.state not in states:
            return REFUSED
        self._fresh_text()
        return self._to("SELLER_DRAFT" if who == "S" else "BUYER_DRAFT")

    def submit(self, who: str) -> str:
        if who != "S" or self.state not in LEFT_TO_BOTH:
            return REFUSED
        self.round, self.agreed = self.round + 1, set()
        return self._to("SUBMITTED", ("CaseSubmitted", ""))

    def withdraw(self, who: str) -> str:
        if who != "S" or self.state != "SUBMITTED":  # a claimed one is refused by review
            return REFUSED
        self.closed.add(f"v{self.round}")
        return self._to("SIGNED", ("SubmissionWithdrawn", ""))

    def revoke(self, who: str) -> str:
        seller_may = who == "S" and self.state in (*TEXTLESS, *REVOCABLE_BY_BOTH)
        if not seller_may and not (who in self.mains and self.state in REVOCABLE_BY_BOTH):
            return REFUSED
        return self._end("REVOKED")

    def rescind(self, who: str) -> str:
        if who not in self.mains or self.state not in LEFT_TO_BOTH:
            return REFUSED
        if who in self.agreed:
            return NOTHING
        self.agreed.add(who)
        if len(self.agreed) > 1:
            return self._end("REVOKED")
        return self._to(self.state, ("RescissionAsked", ""), tell=False)

    def take_back(self, who: str) -> str:
        if who not in self.mains or self.state not in LEFT_TO_BOTH:
            return REFUSED
        if who not in self.agreed:
            return NOTHING
        self.agreed.remove(who)
        return self._to(self.state, ("RescissionWithdrawn", ""), tell=False)

    # ---- reports ---------------------------------------------------------------------------------------------------
    def draw(self, version: int) -> str:
        if self.state != "FREEZING" or version != self.version or self.drawn:
            return NOTHING
        self.drawn = True
        return self._to("FREEZING", ("DocumentsReady", ""), tell=False)

    def opened(self, version: int) -> str:
        if self.state != "FREEZING" or version != self.version:
            return NOTHING
        return self._to("SIGNING")

    def one_signed(self, version: int, who: str) -> str:
        if self.state == "FREEZING" and self.drawn:
            return REFUSED  # it overtook the opening, and is tried again
        if self.state != "SIGNING" or version != self.version or who in self.signed:
            return NOTHING
        self.signed.add(who)
        return self._to("SIGNING", tell=False)

    def all_signed(self, version: int) -> str:
        if self.state == "FREEZING" and self.drawn:
            return REFUSED
        if self.state != "SIGNING" or version != self.version:
            return NOTHING
        self.signed = set(self.parties)
        return self._to("SIGNED")

    def ended(self, version: int, outcome: str) -> str:
        if self.state not in {"FREEZING", "SIGNING"} or version != self.version:
            return NOTHING
        kept = set() if outcome == "REFUSED" else self.confirmed - {"S"}
        self._fresh_text()
        self.generated, self.version, self.confirmed = True, self.version + 1, kept
        return self._to("CONFIRMING" if outcome == "REFUSED" else "READY_TO_SIGN")

    def claimed(self, review: str) -> str:
        return self._to("REVIEWING") if self.state == "SUBMITTED" and review not in self.closed else NOTHING

    def decided(self, review: str, decision: str) -> str:
        if self.state not in UNDER_REVIEW or review in self.closed:
            return NOTHING
        self.closed.add(review)
        if decision == "REJECTED":
            return self._end("REJECTED")
        return self._to(decision, tell=decision == "RETURNED")

    def sealed(self, version: int) -> str:
        if self.state in {"FILED", "PUSHED", *ENDS} or version != self.version or not self.drawn:
            return NOTHING
        return self._to("FILED") if self.state == "FILING" else REFUSED

    def pushed(self) -> str:
        if self.state in {"PUSHED", *ENDS}:
            return NOTHING
        return self._to("PUSHED") if self.state == "FILED" else REFUSED

    # ---- the clock -------------------------------------------------------------------------------------------------
    def clock(self, days: int) -> None:
        """Time passes, then the clock looks once."""
        self.now += days * DAY
        if self.state in DRAFTS:
            self._draft_clock()
        elif self.state == "SIGNING":
            if not self._told_since(self.entered) and self.now >= self.entered + 5 * DAY:
                self._near()
        elif self.state in LEFT_TO_BOTH:
            last = self.warned if self._told_since(self.entered) and self.warned else self.entered
            if self.now >= last + 7 * DAY:
                self._near()

    def _draft_clock(self) -> None:
        if not self._told_since(self.touched):
            if self.now >= self.touched + 23 * DAY:
                self._near()
        elif self.warned and self.now >= max(self.touched + 30 * DAY, self.warned + 7 * DAY):
            self._end("EXPIRED")

    def _told_since(self, moment: dt.datetime) -> bool:
        return self.warned is not None and self.warned > moment

    def _near(self) -> None:
        self.warned = self.now
        self.facts.append(("DeadlineNear", self.state))
