"""The straight way through a sale, and everything that belongs to a former version, round or application once more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from services.common.messages import contract
from tests.support import contract_builders as make
from tests.support.contract_world import NOTICE
from tests.unit.contract.machine.acting import PEOPLE, call_of
from tests.unit.contract.machine.core import ENDS, REFUSED
from tests.unit.contract.machine.reporting import Reporting

Way: TypeAlias = Callable[[], object]


class Going(Reporting):
    """`terms_first`: the seller fills in the deal before the people."""

    terms_first = False

    # ---- the straight way ----------------------------------------------------------------------------------------------
    def what_is_waited_for(self) -> None:
        """One step of the straight way, to the filing and its cancellation by both."""
        model = self.model
        steps: dict[str, Callable[[], None]] = {
            "SELLER_DRAFT": self._fill_in,
            "WAIT_BUYER": lambda: self.join("B"),
            "BUYER_DRAFT": self._make_text,
            "CONFIRMING": self._confirm_next,
            "READY_TO_SIGN": lambda: self.reopen("S", stale=False) if model.unprintable else self._free_and_start(),
            "FROZEN": self._free_and_start,
            "FREEZING": lambda: self.envelope_opened(0) if model.drawn else self.drawn(0),
            "SIGNING": self._sign,
            "SIGNED": lambda: self.submit("S"),
            "SUBMITTED": lambda: self.claimed(late=False),
            "REVIEWING": lambda: self.decided("FILING", late=False),
            "RETURNED": lambda: self.submit("S"),
            "FILING": self.sealed,
            "FILED": self.pushed,
            "PUSHED": self._apply_next,
            "CANCEL_PENDING": lambda: self.cancellation_decided(approved=True, late=False),
        }
        steps.get(model.state, self.another_case)()

    def _fill_in(self) -> None:
        terms_next = not self.model.price if self.terms_first else self.model.sellers_saved
        if terms_next:
            self.save_terms("S", "1000000.00", stale=False)
        else:
            self.save_sellers("S", stale=False)

    def _make_text(self) -> None:
        main = self.model.buyers[0]
        if self.model.buyers_saved:
            self.generate(main, stale=False)
        else:
            self.save_buyers(main, with_co_owner=True)

    def _confirm_next(self) -> None:
        who = min(self.model.must_confirm - self.model.confirmed)
        self._once_read([who], lambda: self.confirm(who, 0))

    def _once_read(self, people: Iterable[str], then: Callable[[], None]) -> None:
        """First they acknowledge what the register notes, one step each."""
        left = [(one, note) for one in people for note in self.model.to_acknowledge(one)]
        if left:
            self.acknowledge(*left[0], stale=False)
        else:
            then()

    def _free_and_start(self) -> None:
        self.register_bars(False)
        self.title_passes_on(False)
        if self.model.registered == self.model.notes:
            self._once_read(self.model.parties, lambda: self.start("S", 0))
        else:
            self.start("S", 0)

    def _sign(self) -> None:
        left = set(self.model.parties) - self.model.signed
        if left:
            self.one_signed(min(left), 0)
        else:
            self.all_signed(0)

    def _apply_next(self) -> None:
        self.title_passes_on(False)
        self.apply_cancel("S" if "S" not in self.model.applied else self.model.buyers[0])

    def another_case(self) -> None:
        """Opened for the same house: only where the former has ended."""
        ended, former = self.model.state in ENDS, self.case.no
        message = contract.OpenCase(
            city="huangshi",
            title_id=make.TITLE_ID,
            proof=f"OPEN_CASE:{make.SELLER.person_id}:{self._next_jti()}",
            notice_version=NOTICE,
        )
        if not ended:
            self._check(REFUSED, lambda: self.world.open_case(message, call_of("S")))
            return
        self.register_bars(False)
        self.title_passes_on(False)
        answer = self.world.open_case(message, call_of("S"))
        assert answer.case_no != former
        del self.world.store.cases[former]
        self._renew()

    def reach(self, state: str) -> None:
        """Go straight to a state that is no end; the two beside the straight way by what leads there."""
        aside: dict[str, tuple[str, Way]] = {
            "FROZEN": ("READY_TO_SIGN", lambda: (self.register_bars(True), self.start("S", 0))),
            "RETURNED": ("REVIEWING", lambda: self.decided("RETURNED", late=False)),
        }
        before, turn = aside.get(state, (state, lambda: None))
        while self.model.state != before:
            self.what_is_waited_for()
        turn()

    # ---- once more, late -------------------------------------------------------------------------------------------------
    def everything_late(self) -> None:
        """All that belongs to a former version, round or application arrives again."""
        for one in [one for one in PEOPLE if one in self.model.parties]:
            self.confirm(one, 1)
            self.start(one, 1)
        if self.model.version > 1:
            self._version_late()
        if self.model.closed:
            self.claimed(late=True)
            self.decided("REJECTED", late=True)
        if self.model.cancel_closed:
            for approved in (True, False):
                self.cancellation_decided(approved, late=True)

    def _version_late(self) -> None:
        self.drawn(1)
        self.drawing_refused(1)
        self.envelope_opened(1)
        for one in [one for one in PEOPLE if one in self.model.parties]:
            self.one_signed(one, 1)
        self.all_signed(1)
        self.envelope_ended("REFUSED", 1)
