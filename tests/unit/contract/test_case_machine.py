"""Random acts by random people, with reports twice, late and out of order, against the model in `machine`.

After every step the case is where the model says; no state follows another that must not; nothing of the past is rewritten;
each fact is told once; the house is held exactly while the case lives; and from wherever the case stands there is a way to an end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from services.contract.domain.case import Case
from services.contract.domain.errors import HouseTaken
from services.contract.domain.lifecycle import ENDED, TABLE, Act, Guard, State
from tests.support import contract_builders as make
from tests.support.contract_fakes import FakeCases
from tests.support.contract_world import World
from tests.unit.contract.machine.acting import DRIVEN, JUDGMENTS, PEOPLE, TEXTS
from tests.unit.contract.machine.core import ENDS, FILED, LEFT_TO_BOTH, UNDER_REVIEW
from tests.unit.contract.machine.leaving import Leaving

NAMES = {one.person_id: name for name, one in PEOPLE.items()}
WHO = st.sampled_from([*PEOPLE, "STAFF"])
BACK = st.sampled_from([0, 0, 1])
PRICES = st.sampled_from(["1000000.00", "1200000.00", "0.00"])
NOTES = st.sampled_from(sorted(TEXTS))
ACTS = (
    *("save_sellers", "save_terms", "join", "save_buyers", "generate", "acknowledge", "confirm", "start", "reopen"),
    *("submit", "withdraw", "revoke", "rescind", "take_back", "take_back_cancel"),
)
REPORTS = (
    *("drawn", "undrawable", "opened", "one_signed", "all_signed", "refused", "expired"),
    *("claimed", "approved", "returned", "rejected", "sealed", "pushed", "cancelled", "not_cancelled"),
)


class CaseMachine(Leaving):
    """Who is picked and what they try."""

    @initialize(
        owners=st.sampled_from([("S",), ("S", "SC")]),
        notes=st.sampled_from([(), ("MORTGAGED",), ("MORTGAGED", "LEASED")]),
        far=st.integers(0, 28),
        again=st.booleans(),
        terms_first=st.booleans(),
    )
    def begin(self, owners: tuple[str, ...], notes: tuple[str, ...], far: int, again: bool, terms_first: bool) -> None:
        self.world, self.owners, self.terms_first = World(), owners, terms_first
        self.world.opened(*(PEOPLE[one] for one in owners), jti="open-0", warnings=notes)
        self._renew()
        while again and self.model.state != "SIGNING":
            self.what_is_waited_for()
        if again:  # so that there is a former version, whose signatures and confirmations come late
            self.envelope_ended("REFUSED", 0)
        for _ in range(far):
            self.what_is_waited_for()

    @rule(times=st.integers(1, 4), echoes=st.booleans())
    def it_goes_on(self, times: int, echoes: bool) -> None:
        """`echoes`: everything of the former version arrives once more."""
        for _ in range(times):
            self.what_is_waited_for()
            if echoes:
                self.everything_late()

    @rule(who=WHO, act=st.sampled_from(ACTS), back=BACK, price=PRICES, note=NOTES)
    def somebody_acts(self, who: str, act: str, back: int, price: str, note: str) -> None:
        """Anybody tries anything, `back` versions or revisions late."""
        stale = back > 0
        acts: dict[str, Callable[[], object]] = {
            "save_sellers": lambda: self.save_sellers(who, stale),
            "save_terms": lambda: self.save_terms(who, price, stale),
            "join": lambda: self.join(who),
            "save_buyers": lambda: self.save_buyers(who, with_co_owner=not stale),
            "generate": lambda: self.generate(who, stale),
            "acknowledge": lambda: self.acknowledge(who, note, stale),
            "confirm": lambda: self.confirm(who, back),
            "start": lambda: self.start(who, back),
            "reopen": lambda: self.reopen(who, stale),
            "submit": lambda: self.submit(who),
            "withdraw": lambda: self.withdraw(who, released=not stale),
            "revoke": lambda: self.revoke(who) if back else None,
            "rescind": lambda: self.rescind(who),
            "take_back": lambda: self.take_back(who),
            "take_back_cancel": lambda: self.take_back_cancel(who),
        }
        acts[act]()

    @rule(who=WHO, judgment=st.sampled_from(sorted(JUDGMENTS)), proof=st.sampled_from(["fresh", "used", "another's"]))
    def somebody_wants_the_filing_cancelled(self, who: str, judgment: str, proof: str) -> None:
        if proof != "another's" or who != "SC":
            self.apply_cancel(who, judgment, proof)

    @rule(report=st.sampled_from(REPORTS), who=WHO, back=BACK)
    def something_is_reported(self, report: str, who: str, back: int) -> None:
        """Of this version or round, or of a former one; as often as it likes."""
        late, reviewed, drawn = back > 0, self.model.round > 0, self.model.drawn or self.model.version > 1
        applied = self.model.cancel_round > 0
        reports: dict[str, tuple[bool, Callable[[], None]]] = {
            "drawn": (True, lambda: self.drawn(back)),
            "undrawable": (True, lambda: self.drawing_refused(back)),
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
            "cancelled": (applied, lambda: self.cancellation_decided(approved=True, late=late)),
            "not_cancelled": (applied, lambda: self.cancellation_decided(approved=False, late=late)),
        }
        possible, tell = reports[report]
        if possible:
            tell()

    @rule(pick=st.integers(0, 11))
    def it_goes_another_way(self, pick: int) -> None:
        ways = self.other_ways()
        if ways:
            ways[pick % len(ways)]()

    @rule(noted=st.sampled_from([(), ("LEASED",), ("MORTGAGED",)]), barred=st.booleans(), passed_on=st.booleans())
    def the_register_changes_its_mind(self, noted: tuple[str, ...], barred: bool, passed_on: bool) -> None:
        self.register_bars(barred)
        self.title_passes_on(passed_on)
        self.register_notes(*noted)

    @rule(days=st.sampled_from([0, 1, 2, 5, 7, 7, 24]))
    def time_passes(self, days: int) -> None:
        self.days_pass(days)

    @rule()
    def another_case_is_opened_for_the_house(self) -> None:
        self.another_case()

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
        assert {one.side.value[0] for one in case.cancellation.consents} == model.applied
        assert {(NAMES[one.person_id], one.reason) for one in case.acknowledged} == model.acknowledged
        assert case.title.warnings == model.notes
        assert (str(case.terms.total_price) if case.terms else "") == model.price, "only saving terms changes the money"

    @invariant()
    def each_fact_is_told_once_and_nothing_else(self) -> None:
        told = [(type(one).__name__, getattr(one, "state", "")) for one in self.world.store.events]
        assert told == self.model.facts

    @invariant()
    def the_house_is_held_exactly_while_the_case_lives(self) -> None:
        told = [kind for kind, _ in self.model.facts]
        cases = FakeCases(self.world.store)
        assert told.count("CaseEnded") == (self.model.state in ENDS)
        try:
            cases.add(cases.get(self.case.no))
        except HouseTaken:
            assert self.model.state not in ENDS
        else:
            assert self.model.state in ENDS

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
        assert case.state.value in ENDS


def _end(case: Case, now: dt.datetime) -> None:
    """Go to an end from wherever the case is, by what parties, review, signing and register can do by themselves."""
    seller, buyer = make.SELLER.person_id, case.buyers[0].person_id if case.buyers else None
    if case.state.value in UNDER_REVIEW:
        case.rejected("last", "不符", now)
    if case.state.value == "FILING":
        case.sealed(case.drawing.envelope_id, case.submission.filing_no, "f" * 64, now)
    for one in (seller, buyer):
        if case.state.value in FILED and one:
            case.apply_cancel(one, "AGREED", None, "proof", now)
    if case.state.value == "CANCEL_PENDING":
        case.filing_cancelled("last", now, now)
    if case.state.value in LEFT_TO_BOTH and buyer:
        for one in {seller, buyer} - {one.person_id for one in case.consents}:
            case.rescind(one, "s", now)
    if case.state.value not in ENDS:
        case.revoke(seller, "不卖了", now)


def machine(terms_first: bool = False) -> CaseMachine:
    """A case of two owners whose register notes a mortgage."""
    one = CaseMachine()
    one.begin(("S", "SC"), ("MORTGAGED",), 0, again=False, terms_first=terms_first)
    return one


def check(one: CaseMachine) -> None:
    """Everything that always holds."""
    one.the_case_is_where_the_model_says()
    one.each_fact_is_told_once_and_nothing_else()
    one.the_house_is_held_exactly_while_the_case_lives()
    one.nothing_of_the_past_is_rewritten()
    one.there_is_a_way_to_an_end()


@cache
def walked(state: str) -> None:
    """Take each way out of a state; where one leads nowhere, also the two behind it in the list."""
    for first in range(len(_at(state, terms_first=False).other_ways())):
        one = _at(state, terms_first=bool(first % 2))
        for pick in range(first, first + 3):
            ways = one.other_ways()
            ways[pick % len(ways)]()
            check(one)
            one.everything_late()
            check(one)
            if one.model.state != state:
                break
        one.what_is_waited_for()
        check(one)


def _at(state: str, *, terms_first: bool) -> CaseMachine:
    one = machine(terms_first)
    one.reach(state)
    return one


@cache
def played() -> None:
    """Let chance decide."""
    run_state_machine_as_test(
        CaseMachine,
        settings=settings(
            max_examples=50,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_people_and_neighbours_do_the_case_is_where_the_manual_says() -> None:
    played()


@pytest.mark.parametrize("state", [one.value for one in State if one not in ENDED and one is not State.FILING])
def test_each_way_out_of_a_state_leads_where_the_manual_says(state: str) -> None:
    walked(state)


@pytest.mark.parametrize("act", [one for one in Act if one is not Act.OPEN])
def test_the_machine_drives_every_row_of_the_act(act: Act) -> None:
    wanted = {
        (row.state.value, row.act.value, row.to.value)
        for row in TABLE
        if row.act is act and row.guard is not Guard.BUYERS_SIDE_COMPLETE_AND_NOBODY_CONFIRMS  # no rule of Huangshi
    }
    played()
    for state in {row.state for row in TABLE} - {State.FILING}:
        walked(state.value)

    assert wanted - DRIVEN == set()
