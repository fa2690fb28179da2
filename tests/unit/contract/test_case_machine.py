"""Random acts by random people, with reports twice, late and out of order, against the model of `case_model`.

After every step the case is where the model says; no state follows another that must not; nothing of the past is rewritten;
each fact is told once; and from wherever the case stands there is a way to an end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.common.kit.calls import Call
from services.common.kit.errors import DomainError
from services.common.messages import contract
from services.common.messages.contract import DocumentsFrozen, Instalment, Side
from services.common.messages.review import FilingPushed, ReviewApproved, ReviewClaimed, ReviewRejected, ReviewReturned
from services.common.messages.signing import EnvelopeEnded, EnvelopeOpened, EnvelopeSealed, EnvelopeSigned, SignerSigned
from services.common.values import Money
from services.contract.domain.case import Case
from tests.support import contract_builders as make
from tests.support.contract_fakes import FakeCases
from tests.support.contract_materials import bring
from tests.support.contract_world import NOTICE, World
from tests.unit.contract.case_model import DONE, ENDS, LEFT_TO_BOTH, NEXT, NOTHING, REFUSED, UNDER_REVIEW, CaseModel

PEOPLE = {"S": make.SELLER, "SC": make.SELLER_2, "B": make.BUYER, "BC": make.BUYER_2, "X": make.STRANGER}
NAMES = {one.person_id: name for name, one in PEOPLE.items()}
WHO = st.sampled_from([*PEOPLE, "STAFF"])
BACK = st.sampled_from([0, 0, 1])
PRICES = st.sampled_from(["1000000.00", "1200000.00", "0.00"])
ACTS = (
    *("save_sellers", "save_terms", "join", "save_buyers", "generate", "confirm", "start", "reopen"),
    *("submit", "withdraw", "revoke", "rescind", "take_back"),
)
REPORTS = (
    *("drawn", "opened", "one_signed", "all_signed", "refused", "expired"),
    *("claimed", "approved", "returned", "rejected", "sealed", "pushed"),
)
FILING = "42HS20261122000001"
CLOCK = make.service_call_of("contract")


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
    )


class CaseMachine(RuleBasedStateMachine):
    """One house, its cases one after the other, and whoever wants something of them."""

    @initialize(owners=st.sampled_from([("S",), ("S", "SC")]), far=st.integers(0, 22), again=st.booleans())
    def begin(self, owners: tuple[str, ...], far: int, again: bool) -> None:
        self.world = World()
        self.owners, self.jti = owners, 0
        self.world.opened(*(PEOPLE[one] for one in owners), jti="open-0")
        self._renew()
        while again and self.model.state != "SIGNING":
            self.what_is_waited_for()
        if again:  # so that there is a former version, whose signatures and confirmations come late
            self.envelope_ended("REFUSED", 0)
        for _ in range(far):
            self.what_is_waited_for()

    def _renew(self) -> None:
        self.model = CaseModel(self.owners, self.world.at)
        self.before: Case = self.case
        self.world.store.events = self.world.store.events[-1:]
        self.world.register.bar(self.case.title.title_id)

    @property
    def case(self) -> Case:
        return self.world.case

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
        else:
            assert (after.revision, after.history, after.state) == (before.revision, before.history, before.state)
            assert expected == NOTHING or after.drawing == before.drawing

    @rule(times=st.integers(1, 4), echoes=st.booleans())
    def it_goes_on(self, times: int, echoes: bool) -> None:
        """Chance alone rarely gets beyond the first states. `echoes`: everything of the former version arrives once more."""
        for _ in range(times):
            self.what_is_waited_for()
            if echoes:
                self._everything_late()

    def _everything_late(self) -> None:
        people = [one for one in PEOPLE if one in self.model.parties]
        for one in people:
            self.confirm(one, 1)
            self.start(one, 1)
        if self.model.version > 1:
            self.drawn(1)
            self.envelope_opened(1)
            for one in people:
                self.one_signed(one, 1)
            self.all_signed(1)
            self.envelope_ended("REFUSED", 1)
        if self.model.closed:
            self.claimed(late=True)
            self.decided("REJECTED", late=True)

    def what_is_waited_for(self) -> None:
        """One step of the straight way."""
        model = self.model
        steps: dict[str, Callable[[], None]] = {
            "SELLER_DRAFT": self._fill_in,
            "WAIT_BUYER": lambda: self.join("B"),
            "BUYER_DRAFT": self._make_text,
            "CONFIRMING": lambda: self.confirm(min(model.must_confirm - model.confirmed), 0),
            "READY_TO_SIGN": lambda: self.start("S", 0),
            "FROZEN": self._free_house_and_start,
            "FREEZING": lambda: self.envelope_opened(0) if model.drawn else self.drawn(0),
            "SIGNING": self._sign,
            "SIGNED": lambda: self.submit("S"),
            "SUBMITTED": lambda: self.claimed(late=False),
            "REVIEWING": lambda: self.decided("FILING", late=False),
            "RETURNED": lambda: self.submit("S"),
            "FILING": self.sealed,
            "FILED": self.pushed,
        }
        steps.get(model.state, self.another_case_is_opened_for_the_house)()

    @rule(who=WHO, act=st.sampled_from(ACTS), back=BACK, price=PRICES)
    def somebody_acts(self, who: str, act: str, back: int, price: str) -> None:
        """Anybody tries anything, `back` versions or revisions late."""
        stale, acts = back > 0, self._acts(who, back)
        acts["save_terms"] = lambda: self.save_terms(who, price, stale)
        acts[act]()

    def _acts(self, who: str, back: int) -> dict[str, Callable[[], None]]:
        stale = back > 0
        return {
            "save_sellers": lambda: self.save_sellers(who, stale),
            "join": lambda: self.join(who),
            "save_buyers": lambda: self.save_buyers(who, with_co_owner=not stale),
            "generate": lambda: self.generate(who, stale),
            "confirm": lambda: self.confirm(who, back),
            "start": lambda: self.start(who, back),
            "reopen": lambda: self.reopen(who, stale),
            "submit": lambda: self.submit(who),
            "withdraw": lambda: self.withdraw(who),
            "revoke": lambda: self.revoke(who) if back else None,
            "rescind": lambda: self.rescind(who),
            "take_back": lambda: self.take_back(who),
        }

    @rule(report=st.sampled_from(REPORTS), who=WHO, back=BACK)
    def something_is_reported(self, report: str, who: str, back: int) -> None:
        """Of this version or round, or of a former one; as often as it likes."""
        late, reviewed, drawn = back > 0, self.model.round > 0, self.model.drawn or self.model.version > 1
        reports: dict[str, tuple[bool, Callable[[], None]]] = {
            "drawn": (True, lambda: self.drawn(back)),
            "opened": (drawn, lambda: self.envelope_opened(back)),
            "one_signed": (drawn, lambda: self.one_signed(who, back)),
            "all_signed": (drawn, lambda: self.all_signed(back)),
            "refused": (drawn, lambda: self.envelope_ended("REFUSED", back)),
            "expired": (drawn, lambda: self.envelope_ended("EXPIRED", back)),
            "claimed": (reviewed, lambda: self.claimed(late)),
            "approved": (reviewed, lambda: self.decided("FILING", late)),
            "returned": (reviewed, lambda: self.decided("RETURNED", late)),
            "rejected": (reviewed and late, lambda: self.decided("REJECTED", late)),
            "sealed": (reviewed, self.sealed),
            "pushed": (reviewed, self.pushed),
        }
        possible, tell = reports[report]
        if possible:
            tell()

    @rule(pick=st.integers(0, 11))
    def it_goes_another_way(self, pick: int) -> None:
        """One of the ways back or out that this state has."""
        ways = self._other_ways()
        if ways:
            ways[pick % len(ways)]()

    def _other_ways(self) -> list[Callable[[], object]]:
        buyer = self.model.buyers[0] if self.model.buyers else "B"
        revoked: list[Callable[[], object]] = [lambda: self.revoke("S"), lambda: self.revoke(buyer)]
        lapsed: list[Callable[[], object]] = [lambda: (self.time_passes(24), self.time_passes(7))]
        back: list[Callable[[], object]] = [
            lambda: self.reopen("S", stale=False),
            lambda: self.reopen(buyer, stale=False),
        ]
        by_buyer: list[Callable[[], object]] = [lambda: self.start(buyer, 0)]
        decided: list[Callable[[], object]] = [
            lambda: self.decided("RETURNED", late=False),
            lambda: self.decided("FILING", late=False),
            lambda: self.decided("REJECTED", late=False),
            lambda: self.withdraw("S"),
        ]
        given_up: list[Callable[[], object]] = [
            lambda: self.rescind(buyer),
            lambda: self.rescind("S"),
            lambda: self.take_back(buyer),
        ]
        ended: list[Callable[[], object]] = [
            lambda outcome=one: self.envelope_ended(outcome, 0) for one in ("REFUSED", "EXPIRED", "RECALLED")
        ]
        return {
            "WAIT_BUYER": [*lapsed, *back],
            "BUYER_DRAFT": [*revoked, *lapsed, *back],
            "CONFIRMING": [
                *back,
                *revoked[:1],
                *lapsed,
                lambda: self.confirm(buyer, 0),
                lambda: self.confirm(buyer, 1),
            ],
            "READY_TO_SIGN": [
                *by_buyer,
                *back,
                *revoked,
                lambda: (self.register_changes_its_mind(), self.start("S", 0)),
            ],
            "FROZEN": [*by_buyer, *lapsed, *revoked],
            "FREEZING": revoked,
            "SIGNING": [*ended, *revoked[:1], lambda: self.one_signed(buyer, 1), lambda: self.one_signed(buyer, 0)],
            "SIGNED": [*given_up, lambda: self.submit("S"), lambda: self.time_passes(7)],
            "SUBMITTED": decided,
            "REVIEWING": decided,
            "RETURNED": [*given_up, lambda: self.submit("S")],
        }.get(self.model.state, [])

    def _fill_in(self) -> None:
        if self.model.sellers_saved:
            self.save_terms("S", "1000000.00", stale=False)
        else:
            self.save_sellers("S", stale=False)

    def _make_text(self) -> None:
        main = self.model.buyers[0]
        if self.model.buyers_saved:
            self.generate(main, stale=False)
        else:
            self.save_buyers(main, with_co_owner=True)

    def _free_house_and_start(self) -> None:
        self.model.barred = False
        self.world.register.bar(self.case.title.title_id)
        self.start("S", 0)

    def _sign(self) -> None:
        left = set(self.model.parties) - self.model.signed
        if left:
            self.one_signed(min(left), 0)
        else:
            self.all_signed(0)

    # ---- people ------------------------------------------------------------------------------------------------------
    def save_sellers(self, who: str, stale: bool) -> None:
        message = self._parties(Side.SELLER, self.owners, stale)
        expected = REFUSED if stale else self.model.save_sellers(who)
        self._check(expected, lambda: self.world.save_parties(message, call_of(who)))
        self._bring(Side.SELLER)

    def save_terms(self, who: str, price: str, stale: bool) -> None:
        message = contract.SaveTerms(case_no=self.case.no, revision=self._revision(stale), terms=terms(price))
        expected = REFUSED if stale or price == "0.00" else self.model.save_terms(who, price)
        self._check(expected, lambda: self.world.save_terms(message, call_of(who)))

    def join(self, who: str) -> None:
        self.world.store.failures = []
        jti = self._next_jti()
        person = PEOPLE.get(who, make.BUYER)
        message = contract.JoinCase(
            case_no=self.case.no,
            seller_name=make.SELLER.name,
            seller_id_number=make.SELLER.id_number,
            proof=f"JOIN_CASE:{person.person_id}:{jti}",
            notice_version=NOTICE,
        )
        self._check(self.model.join(who), lambda: self.world.join_case(message, call_of(who)))

    def save_buyers(self, who: str, with_co_owner: bool) -> None:
        main = self.model.buyers[0] if self.model.buyers else "B"
        buyers = (main, "BC") if with_co_owner else (main,)
        message = self._parties(Side.BUYER, buyers, stale=False)
        self._check(self.model.save_buyers(who, buyers), lambda: self.world.save_parties(message, call_of(who)))
        self._bring(Side.BUYER)

    def generate(self, who: str, stale: bool) -> None:
        message = contract.GenerateContract(case_no=self.case.no, revision=self._revision(stale))
        expected = REFUSED if stale else self.model.generate(who)
        self._check(expected, lambda: self.world.generate_contract(message, call_of(who)))

    def confirm(self, who: str, back: int) -> None:
        version = max(self.case.version - back, 0)
        message = contract.ConfirmContract(case_no=self.case.no, version=version)
        self._check(self.model.confirm(who, version), lambda: self.world.confirm_contract(message, call_of(who)))

    def start(self, who: str, back: int) -> None:
        version = max(self.case.version - back, 0)
        message = contract.StartSigning(case_no=self.case.no, version=version)
        self._check(self.model.start(who, version), lambda: self.world.start_signing(message, call_of(who)))

    @rule()
    def register_changes_its_mind(self) -> None:
        self.model.barred = not self.model.barred
        self.world.register.bar(self.case.title.title_id, *(("HOUSE_SEALED",) if self.model.barred else ()))

    def reopen(self, who: str, stale: bool) -> None:
        message = contract.ReopenCase(case_no=self.case.no, revision=self._revision(stale))
        expected = REFUSED if stale else self.model.reopen(who)
        self._check(expected, lambda: self.world.reopen_case(message, call_of(who)))

    def submit(self, who: str) -> None:
        message = contract.SubmitCase(case_no=self.case.no)
        self._check(self.model.submit(who), lambda: self.world.submit_case(message, call_of(who)))

    def withdraw(self, who: str) -> None:
        self.world.review_desk.claimed = self.model.state == "REVIEWING"
        message = contract.WithdrawSubmission(case_no=self.case.no)
        self._check(self.model.withdraw(who), lambda: self.world.withdraw_submission(message, call_of(who)))

    def revoke(self, who: str) -> None:
        message = contract.RevokeCase(case_no=self.case.no, reason="双方未谈妥")
        self._check(self.model.revoke(who), lambda: self.world.revoke_case(message, call_of(who)))

    def rescind(self, who: str) -> None:
        message = contract.RescindCase(case_no=self.case.no)
        self._check(self.model.rescind(who), lambda: self.world.rescind_case(message, call_of(who)))

    def take_back(self, who: str) -> None:
        message = contract.WithdrawRescission(case_no=self.case.no)
        self._check(self.model.take_back(who), lambda: self.world.withdraw_rescission(message, call_of(who)))

    # ---- reports: of this version or a former one, as often as they like -----------------------------------------------
    def drawn(self, back: int) -> None:
        version = self.case.version - back
        event = DocumentsFrozen(case_no=self.case.no, version=version)
        self._check(self.model.draw(version), lambda: self.world.draw_documents(event, CLOCK))

    def envelope_opened(self, back: int) -> None:
        if (version := self._told_version(back)) is not None:
            event = EnvelopeOpened(envelope_id=_envelope(version), case_no=self.case.no, version=version, task_ids=())
            self._check(self.model.opened(version), lambda: self.world.envelope(event))

    def one_signed(self, who: str, back: int) -> None:
        version = self._told_version(back)
        if version is not None and who in self.model.parties:
            event = SignerSigned(envelope_id=_envelope(version), case_no=self.case.no, person_id=PEOPLE[who].person_id)
            self._check(self.model.one_signed(version, who), lambda: self.world.envelope(event))

    def all_signed(self, back: int) -> None:
        if (version := self._told_version(back)) is not None:
            event = EnvelopeSigned(envelope_id=_envelope(version), case_no=self.case.no, version=version)
            self._check(self.model.all_signed(version), lambda: self.world.envelope(event))

    def envelope_ended(self, outcome: str, back: int) -> None:
        version = self._told_version(back)
        if version is not None and self.model.state != "FREEZING":
            event = EnvelopeEnded(envelope_id=_envelope(version), case_no=self.case.no, version=version, state=outcome)
            self._check(self.model.ended(version, outcome), lambda: self.world.envelope(event))

    def _told_version(self, back: int) -> int | None:
        """A version of which signing can know: the present one once drawn, or a former one."""
        version = self.case.version - back
        return version if version > 0 and (back or self.model.drawn) else None

    def claimed(self, late: bool) -> None:
        event = ReviewClaimed(case_no=self.case.no, review_id=self._review(late))
        self._check(self.model.claimed(event.review_id), lambda: self.world.review(event))

    def decided(self, decision: str, late: bool) -> None:
        review, no = self._review(late), self.case.no
        events = {
            "FILING": ReviewApproved(
                case_no=no, review_id=review, envelope_id="e", filing_no=FILING, approved_at=self.world.at
            ),
            "RETURNED": ReviewReturned(case_no=no, review_id=review, items=()),
            "REJECTED": ReviewRejected(case_no=no, review_id=review, reason="不符", remedies="复议"),
        }
        self._check(self.model.decided(review, decision), lambda: self.world.review(events[decision]))  # type: ignore[arg-type]

    def _review(self, late: bool) -> str:
        """The review of this round, or one that was decided or withdrawn."""
        return min(self.model.closed) if late and self.model.closed else f"v{self.model.round}"

    def sealed(self) -> None:
        version = self.case.version
        event = EnvelopeSealed(
            envelope_id=_envelope(version), case_no=self.case.no, filing_no=FILING, document_sha256="f" * 64
        )
        self._check(self.model.sealed(version), lambda: self.world.envelope(event))

    def pushed(self) -> None:
        event = FilingPushed(case_no=self.case.no, filing_no=FILING, receipt_no="R1")
        self._check(self.model.pushed(), lambda: self.world.review(event))

    @rule(days=st.sampled_from([0, 1, 2, 5, 7, 7, 24]))
    def time_passes(self, days: int) -> None:
        before = self.case
        self.world.at += dt.timedelta(days=days)
        self.model.clock(days)
        self.world.keep_deadlines(CLOCK)
        ended = self.model.state == "EXPIRED" and before.state.value != "EXPIRED"
        assert self.case.revision == before.revision + ended
        assert self.case.history[: len(before.history)] == before.history

    @rule()
    def another_case_is_opened_for_the_house(self) -> None:
        ended, former = self.model.state in ENDS, self.case.no
        message = contract.OpenCase(
            city="huangshi",
            title_id=self.case.title.title_id,
            proof=f"OPEN_CASE:{make.SELLER.person_id}:{self._next_jti()}",
            notice_version=NOTICE,
        )
        if not ended:
            self._check(REFUSED, lambda: self.world.open_case(message, call_of("S")))
            return
        self.world.register.bar(self.case.title.title_id)
        answer = self.world.open_case(message, call_of("S"))
        assert answer.case_no != former
        del self.world.store.cases[former]
        self._renew()

    # ---- what always holds -----------------------------------------------------------------------------------------------
    @invariant()
    def the_case_is_where_the_model_says(self) -> None:
        case, model = self.case, self.model
        assert case.state.value == model.state
        assert case.version == model.version
        assert {NAMES[one.person_id] for one in case.drawing.confirmed} == model.confirmed
        assert {NAMES[one] for one in case.drawing.signed_by} == model.signed
        assert {NAMES[one.person_id] for one in case.parties} == set(model.parties)
        assert {NAMES[one.person_id] for one in case.consents} == (model.agreed or set())
        assert (str(case.terms.total_price) if case.terms else "") == model.price, "only saving terms changes the money"

    @invariant()
    def each_fact_is_told_once_and_nothing_else(self) -> None:
        told = [(type(one).__name__, getattr(one, "state", "")) for one in self.world.store.events]
        assert told == self.model.facts

    @invariant()
    def nothing_of_the_past_is_rewritten(self) -> None:
        case, before = self.case, self.before
        assert case.revision >= before.revision
        assert case.history[: len(before.history)] == before.history
        assert case.revision == len(case.history)
        self.before = case

    @invariant()
    def there_is_a_way_to_an_end(self) -> None:
        case = FakeCases(self.world.store).get(self.case.no)
        _end(case, self.world.at)
        assert case.state.value in {*ENDS, "PUSHED"}

    # ---- what is typed -----------------------------------------------------------------------------------------------------
    def _revision(self, stale: bool) -> int:
        return self.case.revision - (1 if stale else 0)

    def _parties(self, side: Side, people: tuple[str, ...], stale: bool) -> contract.SaveParties:
        typed = tuple(make.typed(PEOPLE[one]) for one in people)
        return contract.SaveParties(case_no=self.case.no, revision=self._revision(stale), side=side, parties=typed)

    def _bring(self, side: Side) -> None:
        bring(self.world.store, self.case.no, side)


def _envelope(version: int) -> str:
    return f"envelope-{version}"


def _end(case: Case, now: dt.datetime) -> None:
    """Go to an end from wherever the case is, by what parties, review, signing and register can do by themselves."""
    seller = make.SELLER.person_id
    if case.state.value in UNDER_REVIEW:
        case.rejected("last", "不符", now)
    elif case.state.value == "FILING":
        case.sealed(case.drawing.envelope_id, case.submission.filing_no, "f" * 64, now)
        case.pushed(case.submission.filing_no, "R1", now)
    elif case.state.value == "FILED":
        case.pushed(case.submission.filing_no, "R1", now)
    elif case.state.value in LEFT_TO_BOTH:
        for one in (seller, case.buyers[0].person_id):
            if case.state.value in LEFT_TO_BOTH:
                case.rescind(one, "s", now)
    elif case.state.value not in {*ENDS, "PUSHED"}:
        case.revoke(seller, "不卖了", now)


CaseMachine.TestCase.settings = settings(
    max_examples=80,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
TestCaseMachine = CaseMachine.TestCase
