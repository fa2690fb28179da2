"""People act on the real use cases and on the model, and what changed is held against what should have."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from hypothesis.stateful import RuleBasedStateMachine

from services.common.kit.calls import Call
from services.common.kit.errors import DomainError
from services.common.messages import contract
from services.common.messages.contract import Instalment, Judgment, Side
from services.common.values import Money
from services.contract.domain.case import Case
from tests.support import contract_builders as make
from tests.support.contract_materials import bring
from tests.support.contract_world import NOTICE, World
from tests.unit.contract.machine.core import DONE, NEXT, NOTHING, REFUSED
from tests.unit.contract.machine.neighbours import CaseModel

PEOPLE = {"S": make.SELLER, "SC": make.SELLER_2, "B": make.BUYER, "BC": make.BUYER_2, "X": make.STRANGER}
TEXTS = {"MORTGAGED": "mortgage_notice", "LEASED": "lease_notice"}
JUDGMENTS = {
    "none": None,
    "named": Judgment(kind="COURT_JUDGMENT", number="（2026）鄂0204民初123号", court="黄石市下陆区人民法院"),
    "unnamed": Judgment(kind="COURT_JUDGMENT", number=" ", court=""),
}
DRIVEN: set[tuple[str, str, str]] = set()
"""What was done in all runs: state, act, next state."""


def call_of(who: str) -> Call:
    """The call of a person, or of a member of staff of the city."""
    return make.staff_call() if who == "STAFF" else make.call_of(PEOPLE[who])


def terms(price: str) -> contract.Terms:
    """Terms whose days do not pass while the clock runs."""
    whole, later = Money.parse(price), dt.date(2035, 1, 1)
    return make.terms(
        total_price=whole,
        deposit=Money.parse("0.00"),
        instalments=(Instalment(amount=whole, due=later, condition="过户前付清"),),
        transfer_apply_by=later,
        delivery_date=later,
        late_penalty_per_10k=Decimal(5),
        leased=True,
        lease_until=later,
    )


class Acting(RuleBasedStateMachine):
    """One house, its cases one after the other, and what people do with them."""

    world: World
    model: CaseModel
    before: Case
    owners: tuple[str, ...]
    jti: int = 0
    used: str = ""
    """The proof spent on the last application to cancel a filing."""

    @property
    def case(self) -> Case:
        return self.world.case

    def _renew(self) -> None:
        noted = self.world.register.titles[make.TITLE_ID].warnings
        self.model = CaseModel(self.owners, self.world.at, notes=noted, registered=noted)
        self.before, self.used = self.case, ""
        self.world.store.events = self.world.store.events[-1:]

    def _next_jti(self) -> str:
        self.jti += 1
        return f"t{self.jti}"

    def _check(self, expected: str, act: Callable[[], object]) -> None:
        """Do it, and hold the change against what the model expects."""
        before = self.case
        try:
            act()
        except DomainError as refused:
            assert expected == REFUSED, f"refused with {refused.code} in {before.state}"
            assert refused.code != "common.internal"
        else:
            assert expected != REFUSED, f"accepted in {before.state}"
        after = self.case
        if expected == DONE:
            assert after.revision == before.revision + 1
            assert after.history[:-1] == before.history
            assert after.history[-1].state == after.state.value
            assert after.state is before.state or after.state.value in NEXT[before.state.value]
            DRIVEN.add((before.state.value, after.history[-1].act, after.state.value))
        else:
            assert (after.revision, after.history, after.state) == (before.revision, before.history, before.state)
            assert expected == NOTHING or after.drawing == before.drawing

    # ---- the register ------------------------------------------------------------------------------------------------
    def register_says(self, **changed: object) -> None:
        """The register tells of the house otherwise from now on."""
        titles = self.world.register.titles
        titles[make.TITLE_ID] = dataclasses.replace(titles[make.TITLE_ID], **changed)

    def register_bars(self, barred: bool) -> None:
        self.model.barred = barred
        self.register_says(barred_by=("HOUSE_SEALED",) if barred else ())

    def register_notes(self, *notes: str) -> None:
        self.model.registered = notes
        self.register_says(warnings=notes)

    def title_passes_on(self, passed_on: bool) -> None:
        """The register names the buyer, or the sellers again."""
        self.model.passed_on = passed_on
        people = [make.BUYER] if passed_on else [PEOPLE[one] for one in self.owners]
        self.register_says(owners=make.title(*people).owners)

    # ---- people ------------------------------------------------------------------------------------------------------
    def save_sellers(self, who: str, stale: bool) -> None:
        message = self._parties(Side.SELLER, self.owners, stale)
        expected = REFUSED if stale else self.model.save_sellers(who)
        self._check(expected, lambda: self.world.save_parties(message, call_of(who)))
        bring(self.world.store, self.case.no, Side.SELLER)

    def save_terms(self, who: str, price: str, stale: bool) -> None:
        message = contract.SaveTerms(case_no=self.case.no, revision=self._revision(stale), terms=terms(price))
        expected = REFUSED if stale or price == "0.00" else self.model.save_terms(who, price)
        self._check(expected, lambda: self.world.save_terms(message, call_of(who)))

    def join(self, who: str) -> None:
        self.world.store.failures = []
        message = contract.JoinCase(
            case_no=self.case.no,
            seller_name=make.SELLER.name,
            seller_id_number=make.SELLER.id_number,
            proof=f"JOIN_CASE:{PEOPLE.get(who, make.BUYER).person_id}:{self._next_jti()}",
            notice_version=NOTICE,
        )
        self._check(self.model.join(who), lambda: self.world.join_case(message, call_of(who)))

    def save_buyers(self, who: str, with_co_owner: bool) -> None:
        main = self.model.buyers[0] if self.model.buyers else "B"
        buyers = (main, "BC") if with_co_owner else (main,)
        message = self._parties(Side.BUYER, buyers, stale=False)
        self._check(self.model.save_buyers(who, buyers), lambda: self.world.save_parties(message, call_of(who)))
        bring(self.world.store, self.case.no, Side.BUYER)

    def generate(self, who: str, stale: bool) -> None:
        message = contract.GenerateContract(case_no=self.case.no, revision=self._revision(stale))
        expected = REFUSED if stale else self.model.generate(who)
        self._check(expected, lambda: self.world.generate_contract(message, call_of(who)))

    def acknowledge(self, who: str, note: str, stale: bool) -> None:
        """`stale`: after an old text about the note."""
        message = contract.AcknowledgeNote(
            case_no=self.case.no, reason=note, text_id=TEXTS[note], text_version="2020.1" if stale else "2026.1"
        )
        expected = REFUSED if stale else self.model.acknowledge(who, note)
        self._check(expected, lambda: self.world.acknowledge_note(message, call_of(who)))

    def confirm(self, who: str, back: int) -> None:
        version = max(self.case.version - back, 0)
        message = contract.ConfirmContract(case_no=self.case.no, version=version)
        self._check(self.model.confirm(who, version), lambda: self.world.confirm_contract(message, call_of(who)))

    def start(self, who: str, back: int) -> None:
        version = max(self.case.version - back, 0)
        message = contract.StartSigning(case_no=self.case.no, version=version)
        self._check(self.model.start(who, version), lambda: self.world.start_signing(message, call_of(who)))

    def reopen(self, who: str, stale: bool) -> None:
        message = contract.ReopenCase(case_no=self.case.no, revision=self._revision(stale))
        expected = REFUSED if stale else self.model.reopen(who)
        self._check(expected, lambda: self.world.reopen_case(message, call_of(who)))

    def submit(self, who: str) -> None:
        message = contract.SubmitCase(case_no=self.case.no)
        self._check(self.model.submit(who), lambda: self.world.submit_case(message, call_of(who)))

    def withdraw(self, who: str, released: bool) -> None:
        self.world.review_desk.claimed = self.model.state == "REVIEWING" and not released
        message = contract.WithdrawSubmission(case_no=self.case.no)
        expected = self.model.withdraw(who, released=released)
        self._check(expected, lambda: self.world.withdraw_submission(message, call_of(who)))

    def revoke(self, who: str) -> None:
        message = contract.RevokeCase(case_no=self.case.no, reason="双方未谈妥")
        self._check(self.model.revoke(who), lambda: self.world.revoke_case(message, call_of(who)))

    def rescind(self, who: str) -> None:
        message = contract.RescindCase(case_no=self.case.no)
        self._check(self.model.rescind(who), lambda: self.world.rescind_case(message, call_of(who)))

    def take_back(self, who: str) -> None:
        message = contract.WithdrawRescission(case_no=self.case.no)
        self._check(self.model.take_back(who), lambda: self.world.withdraw_rescission(message, call_of(who)))

    def apply_cancel(self, who: str, judgment: str = "none", proof: str = "fresh") -> None:
        """`proof`: fresh, used (spent on an application before), or another person's."""
        owner = "SC" if proof == "another's" else who
        jti = self.used if proof == "used" and self.used else self._next_jti()
        message = contract.ApplyCancellation(
            case_no=self.case.no,
            proof=f"CANCEL_FILING:{PEOPLE.get(owner, make.STRANGER).person_id}:{jti}",
            ground="AGREED" if judgment == "none" else "JUDGMENT",
            judgment=JUDGMENTS[judgment],
        )
        own, fresh = proof != "another's", jti != self.used
        expected = self.model.apply_cancel(who, judgment=judgment, own_proof=own, fresh_proof=fresh)
        self._check(expected, lambda: self.world.apply_cancellation(message, call_of(who)))
        self.used = jti if expected == DONE else self.used

    def take_back_cancel(self, who: str) -> None:
        message = contract.TakeBackCancellation(case_no=self.case.no)
        self._check(self.model.take_back_cancel(who), lambda: self.world.take_back_cancellation(message, call_of(who)))

    # ---- what is typed -------------------------------------------------------------------------------------------------
    def _revision(self, stale: bool) -> int:
        return self.case.revision - (1 if stale else 0)

    def _parties(self, side: Side, people: tuple[str, ...], stale: bool) -> contract.SaveParties:
        typed = tuple(make.typed(PEOPLE[one]) for one in people)
        return contract.SaveParties(case_no=self.case.no, revision=self._revision(stale), side=side, parties=typed)
