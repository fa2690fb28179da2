"""The model's people: who may do what when, and what comes of it."""

from __future__ import annotations

from tests.unit.contract.machine.core import (
    DRAFTS,
    FILED,
    LEFT_TO_BOTH,
    NOTHING,
    REFUSED,
    REVOCABLE_BY_BOTH,
    TEXTLESS,
    ModelCore,
)


class People(ModelCore):
    """From 创建合同 to 备案注销."""

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

    def acknowledge(self, who: str, note: str) -> str:
        if self.state not in DRAFTS or note not in self.notes or not self.concerns(note, who):
            return REFUSED
        if (who, note) in self.acknowledged:
            return NOTHING
        self.acknowledged.add((who, note))
        return self._to(self.state, tell=False)

    def confirm(self, who: str, version: int) -> str:
        open_text = self.generated and self.state in {"CONFIRMING", "READY_TO_SIGN"}
        if not open_text or version != self.version or who not in self.parties:
            return REFUSED
        if who in self.confirmed:
            return NOTHING
        if self.to_acknowledge(who):
            return REFUSED
        self.confirmed.add(who)
        all_have = self.state == "CONFIRMING" and self.must_confirm <= self.confirmed
        return self._to("READY_TO_SIGN") if all_have else self._to(self.state, tell=False)

    def start(self, who: str, version: int) -> str:
        ready = self.state in {"READY_TO_SIGN", "FROZEN"} and not self.unprintable
        if not ready or who not in self.mains or version != self.version:
            return REFUSED
        if self.barred or self.passed_on:
            return self._to("FROZEN")
        if self.notes != self.registered:
            self._fresh_text()
            self.notes = self.registered
            return self._to("BUYER_DRAFT")
        if who != "S" and "S" not in self.confirmed:
            self.seller_asked = True
            return self._to("CONFIRMING")
        if any(self.to_acknowledge(one) for one in self.parties):
            return REFUSED
        if who not in self.confirmed:
            self.confirmed.add(who)
            self.by_start.add(who)
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

    def withdraw(self, who: str, *, released: bool) -> str:
        """`released`: no reviewer has it in hand, or his time with it has run out."""
        with_review = self.state == "SUBMITTED" or (self.state == "REVIEWING" and released)
        if who != "S" or not with_review:
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

    def apply_cancel(self, who: str, *, judgment: str, own_proof: bool, fresh_proof: bool) -> str:
        """`judgment`: none (both sides agree), named, or unnamed (claimed, without number and court)."""
        if who not in self.mains or self.state not in FILED or self.passed_on or not own_proof:
            return REFUSED
        side = "S" if who == "S" else "B"
        if judgment == "unnamed":
            return REFUSED
        if judgment == "none" and side in self.applied:
            return NOTHING
        if not fresh_proof:
            return REFUSED
        self.applied.add(side)
        if judgment == "none" and len(self.applied) == 1:
            return self._to(self.state, ("CaseAdvanced", "CANCEL_ASKED"), tell=False)
        self.cancel_round += 1
        return self._to("CANCEL_PENDING", ("CancellationApplied", ""))

    def take_back_cancel(self, who: str) -> str:
        if who not in self.mains or self.state not in FILED:
            return REFUSED
        side = "S" if who == "S" else "B"
        if side not in self.applied:
            return NOTHING
        self.applied.remove(side)
        return self._to(self.state, tell=False)
