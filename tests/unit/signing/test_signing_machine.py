"""Random acts of random signers, the worker, the clock and the case: no signature is lost, doubled, or made after an end."""

from __future__ import annotations

import datetime as dt

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.common.kit.errors import DomainError, Unavailable
from services.common.messages.signing import (
    EnvelopeEnded,
    EnvelopeSealed,
    EnvelopeSigned,
    SignatureRequested,
    SignerSigned,
)
from services.signing.domain.evidence import is_whole
from services.signing.domain.lifecycle import ENDED, EnvelopeState, TaskState
from tests.unit.signing.desk import DOCUMENT, NOW, PEOPLE, Desk, person

WHO = st.integers(0, 3)


class Signing(RuleBasedStateMachine):
    """Signers act in any order, also out of turn; every event of the worker may come twice, late, or while the engine is away."""

    @initialize(kinds=st.sampled_from([1, 2]))
    def begin(self, kinds: int) -> None:
        self.desk = Desk(kinds)
        self.desk.open()
        self.accepted: set[int] = set()
        self.ended: tuple[EnvelopeState, tuple[str, ...]] | None = None

    @rule(who=WHO, by_account=st.booleans())
    def identify(self, who: int, by_account: bool) -> None:
        self._try(lambda: self.desk.identify(who, call=person(who) if by_account else None))

    @rule(who=WHO, other=WHO)
    def identify_as_somebody_else(self, who: int, other: int) -> None:
        if who != other:
            assert not self._try(lambda: self.desk.identify(who, self.desk.proof(other, task=who)))

    @rule(who=WHO, by_account=st.booleans())
    def read(self, who: int, by_account: bool) -> None:
        for kind in self.desk.kinds:
            self._try(lambda kind=kind: self.desk.view(who, kind, call=person(who) if by_account else None))

    @rule(who=WHO, by_account=st.booleans())
    def sign(self, who: int, by_account: bool) -> None:
        before = self.desk.envelope
        if self._try(lambda: self.desk.sign(who, call=person(who) if by_account else None)):
            assert before.state is EnvelopeState.SIGNING
            assert self.desk.time < before.expires_at
            assert who not in self.accepted, "nobody signs twice"
            self.accepted.add(who)

    @rule(who=WHO)
    def read_and_sign(self, who: int) -> None:
        self.identify(who, by_account=False)
        self.read(who, by_account=False)
        self.sign(who, by_account=False)

    @rule(order=st.permutations(range(4)), some=st.integers(1, 4), worked=st.lists(WHO, max_size=6))
    def several_sign_at_the_same_second(self, order: list[int], some: int, worked: list[int]) -> None:
        for who in order[:some]:
            self.identify(who, by_account=False)
            self.read(who, by_account=False)
        for who in order[:some]:
            self.sign(who, by_account=False)
        for who in worked:
            self.work_on_a_signature(who)

    @rule(who=WHO)
    def work_on_a_signature(self, who: int) -> None:
        self._try(lambda: self.desk.apply(who))

    @rule(order=st.permutations(range(4)))
    def the_worker_catches_up(self, order: list[int]) -> None:
        for who in order:
            self.work_on_a_signature(who)

    @precondition(lambda self: len(self.accepted) > 2)
    @rule(order=st.permutations(range(4)), approved=st.booleans())
    def the_others_follow(self, order: list[int], approved: bool) -> None:
        for who in order:
            self.read_and_sign(who)
        self.the_worker_catches_up(order)
        if approved:
            self.review_approves()

    @rule(who=WHO)
    def the_engine_dies_over_a_signature(self, who: int) -> None:
        self.desk.engine.away = True
        self._try(lambda: self.desk.apply(who))
        self.desk.engine.away = False

    @rule(who=WHO, other=WHO, what=st.sampled_from(["refuse", "apply", "apply", "case ends", "sweep"]))
    def something_happens_while_a_signature_is_being_applied(self, who: int, other: int, what: str) -> None:
        def meanwhile() -> None:
            self.desk.engine.meanwhile = lambda: None
            if what == "refuse":
                self.identify(other, by_account=False)
                self._try(lambda: self.desk.refuse(other))
            elif what == "apply":
                self.read_and_sign(other)
                self._try(lambda: self.desk.apply(other))
            elif what == "case ends":
                self.desk.end_case()
            else:
                self.desk.wait(days=7)
                self.desk.sweep()

        self.read_and_sign(who)
        self.desk.engine.meanwhile = meanwhile
        self._try(lambda: self.desk.apply(who))
        self.desk.engine.meanwhile = lambda: None

    @precondition(lambda self: len(self.accepted) > 1)
    @rule(who=WHO, dice=st.integers(0, 2))
    def refuse(self, who: int, dice: int) -> None:
        if dice == 0:
            self.identify(who, by_account=False)
            self._try(lambda: self.desk.refuse(who))

    @precondition(lambda self: self.accepted)
    @rule(who=WHO, dice=st.integers(0, 2))
    def somebody_is_slow(self, who: int, dice: int) -> None:
        if dice == 0:
            self.desk.time = max(self.desk.time, self.desk.envelope.expires_at - dt.timedelta(minutes=10))
            self.identify(who, by_account=False)
            self.read(who, by_account=False)
            self.desk.wait(minutes=20)
            self.sign(who, by_account=False)

    @precondition(lambda self: self.accepted)
    @rule(dice=st.integers(0, 2))
    def a_week_passes(self, dice: int) -> None:
        if dice == 0:
            self.desk.wait(days=7)
            self.desk.sweep()

    @precondition(lambda self: len(self.accepted) > 2)
    @rule(dice=st.integers(0, 5))
    def the_case_ends(self, dice: int) -> None:
        if dice == 0:
            self.desk.end_case()

    @rule()
    def the_sweep_runs(self) -> None:
        self.desk.sweep()

    @rule()
    def review_approves(self) -> None:
        self._try(self.desk.seal)

    @rule(who=WHO)
    def a_link_is_sent_again(self, who: int) -> None:
        self._try(lambda: self.desk.ask_again(who))

    @precondition(lambda self: self.desk.time < NOW + dt.timedelta(days=8))
    @rule(minutes=st.sampled_from([1, 1, 20, 45, 60 * 24 * 3]))
    def time_passes(self, minutes: int) -> None:
        self.desk.wait(minutes=minutes)

    @staticmethod
    def _try(act: object) -> bool:
        try:
            act()
        except DomainError as refused:
            assert isinstance(refused, Unavailable) or refused.code.startswith(("signing.", "proof.")), refused.code
            return False
        return True

    @invariant()
    def every_accepted_signature_is_waiting_or_in_the_documents_once(self) -> None:
        envelope = self.desk.envelope
        assert not (envelope.state is EnvelopeState.EXPIRED and len(self.accepted) == 4), "all signed in time"
        for who in range(4):
            task = self.desk.task(who)
            marks = [
                self.desk.document(kind).decode().count(f"\n{task.field} by {PEOPLE[who]}") for kind in self.desk.kinds
            ]
            assert marks == [int(task.state is TaskState.SIGNED)] * len(self.desk.kinds)
            if who in self.accepted and envelope.state not in ENDED:
                assert task.state in {TaskState.SIGNING, TaskState.SIGNED}
            if who not in self.accepted:
                assert task.state not in {TaskState.SIGNING, TaskState.SIGNED}

    @invariant()
    def nothing_happens_after_an_end(self) -> None:
        envelope = self.desk.envelope
        now = (envelope.state, tuple(one.key for one in envelope.documents))
        if self.ended is not None:
            assert now == self.ended
        elif envelope.state in ENDED or envelope.state is EnvelopeState.SEALED:
            self.ended = now

    @invariant()
    def each_document_is_its_base_with_what_is_recorded_appended(self) -> None:
        for one in self.desk.envelope.documents:
            assert self.desk.objects.get(one.key).startswith(DOCUMENT)
            assert self.desk.objects.stat(one.key)[1] == one.sha256

    @invariant()
    def nothing_is_kept_that_nobody_refers_to(self) -> None:
        envelope = self.desk.envelope
        recorded = {sha for one in envelope.documents for sha in one.revisions}
        for key in self.desk.objects.kept:
            if key.startswith("signing/"):
                assert self.desk.objects.stat(key)[1] in recorded

    @invariant()
    def each_fact_is_told_once(self) -> None:
        envelope, desk = self.desk.envelope, self.desk
        signed = sum(one.signed_at is not None for one in envelope.tasks)
        made = "all_signed" in desk.acts()
        assert len(desk.told(SignatureRequested)) == len(self.accepted)
        assert len({one.person_id for one in desk.told(SignerSigned)}) == len(desk.told(SignerSigned)) == signed
        assert len(desk.told(EnvelopeSigned)) == int(made)
        assert made == (signed == 4)
        assert len(desk.told(EnvelopeEnded)) == int(envelope.state in ENDED)
        assert len(desk.told(EnvelopeSealed)) == int(envelope.state is EnvelopeState.SEALED)

    @invariant()
    def the_evidence_is_whole(self) -> None:
        envelope = self.desk.envelope
        assert is_whole(self.desk.memory.evidence[envelope.envelope_id], envelope.head)


TestSigning = Signing.TestCase
TestSigning.settings = settings(max_examples=80, stateful_step_count=30, deadline=None, database=None, derandomize=True)
