"""The ways back, aside and out of each state."""

from __future__ import annotations

from tests.unit.contract.machine.going import Going, Way


class Leaving(Going):
    """Whoever may turn a case from its straight way."""

    def other_ways(self) -> list[Way]:
        """The ways of the present state; neighbours in the list belong together."""
        state = self.model.state
        if state in {"SELLER_DRAFT", "WAIT_BUYER", "BUYER_DRAFT"}:
            return self._without_text()
        if state in {"CONFIRMING", "READY_TO_SIGN", "FROZEN"}:
            return self._with_text()
        if state in {"FREEZING", "SIGNING"}:
            return self._under_signature()
        if state in {"SIGNED", "RETURNED"}:
            return self._left_to_both()
        if state in {"SUBMITTED", "REVIEWING"}:
            return self._with_review()
        return self._with_a_filing()

    @property
    def buyer(self) -> str:
        return self.model.buyers[0] if self.model.buyers else "B"

    def _any_draft(self) -> list[Way]:
        read: list[Way] = [lambda who=one: self.acknowledge(who, "MORTGAGED", stale=False) for one in ("S", self.buyer)]
        return [*read, lambda: (self.days_pass(24), self.days_pass(7)), lambda: self.revoke("S")]

    def _without_text(self) -> list[Way]:
        saved: list[Way] = [
            lambda: self.save_terms("S", "1200000.00", stale=False),
            lambda: self.save_sellers("S", stale=False),
        ]
        return [*saved, lambda: self.reopen("S", stale=False), lambda: self.revoke(self.buyer), *self._any_draft()]

    def _with_text(self) -> list[Way]:
        people = ("S", self.buyer)
        back: list[Way] = [lambda who=one: self.reopen(who, stale=False) for one in people]
        confirmed: list[Way] = [lambda who=one: self.confirm(who, 0) for one in people]
        started: list[Way] = [
            lambda: self.start(self.buyer, 0),
            lambda: self._freed(lambda: self.start(self.buyer, 0)),
            self.the_seller_is_asked_and_it_lapses,
        ]
        turned: list[Way] = [
            lambda: (self.register_bars(True), self.start("S", 0)),
            lambda: self._freed(self._noted_otherwise),
            lambda: (self.title_passes_on(True), self.start("S", 0)),
        ]
        return [
            *self._any_draft()[:2],
            *confirmed,
            *started,
            *turned,
            *back,
            *self._any_draft()[2:],
            lambda: self.revoke(self.buyer),
        ]

    def the_seller_is_asked_and_it_lapses(self) -> None:
        """His confirmation is one he gave then, and stays like everybody's."""
        for _ in range(12):
            if self.model.state == "READY_TO_SIGN" and not self.model.unprintable:
                self.start(self.buyer, 0)
            elif self.model.state == "SIGNING":
                self.envelope_ended("EXPIRED", 0)
                return
            else:
                self.what_is_waited_for()

    def _freed(self, then: Way) -> None:
        self.register_bars(False)
        self.title_passes_on(False)
        then()

    def _noted_otherwise(self) -> None:
        self.register_notes(*(() if self.model.registered else ("LEASED",)))
        self.start("S", 0)

    def _under_signature(self) -> list[Way]:
        ways: list[Way] = [lambda: self.one_signed(self.buyer, 1), lambda: self.drawing_refused(0)]
        for outcome in ("REFUSED", "EXPIRED", "RECALLED"):
            ways += [lambda: self.drawn(0), lambda outcome=outcome: self.envelope_ended(outcome, 0)]
        return [
            *ways,
            lambda: self.one_signed(self.buyer, 0),
            *(lambda who=one: self.revoke(who) for one in ("S", self.buyer)),
        ]

    def _left_to_both(self) -> list[Way]:
        agreed: list[Way] = [lambda who=one: self.rescind(who) for one in (self.buyer, "S")]
        back: list[Way] = [lambda who=one: self.take_back(who) for one in ("S", self.buyer)]
        return [*back, *agreed, *back, lambda: self.days_pass(7), lambda: self.submit("S")]

    def _with_review(self) -> list[Way]:
        outcomes = ("RETURNED", "FILING", "REJECTED")
        decided: list[Way] = [lambda told=one: self.decided(told, late=False) for one in outcomes]
        return [*decided, lambda: self.withdraw("S", released=True), lambda: self.withdraw("S", released=False)]

    def _with_a_filing(self) -> list[Way]:
        people = ("S", self.buyer)
        applied: list[Way] = [lambda who=one: self.apply_cancel(who) for one in people]
        sued: list[Way] = [lambda who=one: self.apply_cancel(who, "named") for one in people]
        back: list[Way] = [lambda who=one: self.take_back_cancel(who) for one in people]
        answered: list[Way] = [lambda told=one: self.cancellation_decided(told, late=False) for one in (False, True)]
        at_once: list[Way] = [
            lambda: (self.apply_cancel("S", "named"), self.cancellation_decided(approved=False, late=False)),
            lambda: (self.apply_cancel("S", "named"), self.pushed()),
            lambda: (self.title_passes_on(True), self.apply_cancel("S", "named")),
        ]
        return [*applied[:1], *back, *applied[1:], *back, *applied, *sued, *at_once, *answered, self.pushed]
