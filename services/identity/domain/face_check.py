"""One identity check (身份核验): the face challenge while it runs, the other ways beside it, the verdict that stays.

Decides the states and what is forgotten when; the thresholds are `face_policy`'s, the person's way of getting here
(consent, portrait, counter) is asked by the application. Frames never reach this object; the neutral frame's template
does, because later frames are compared with it, and it goes the moment the challenge ends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from services.common.messages.identity import Assurance, ProofMethod, ProofPurpose
from services.common.values import PersonId
from services.identity.domain.face_challenge import AcceptedStep, Action, Challenge, Fingerprint
from services.identity.domain.face_check_parts import (
    ALTERNATIVE_WINDOW,
    BY_DECISION,
    BY_PROVIDER,
    Asked,
    CheckState,
    Due,
    Measured,
    Neutral,
    Secrets,
)
from services.identity.domain.face_errors import CheckOver, StepTokenInvalid
from services.identity.domain.face_line import NOT_ASKED, Turn
from services.identity.domain.face_policy import FacePolicy, due_step, judge_check, judge_step
from services.identity.domain.face_provider import VISIT_LIFETIME, ProviderDecision, ProviderVerdict, Visit
from services.identity.domain.face_verdict import FaceVerdict, Reason, StepOutcome, StepVerdict
from services.identity.domain.proof import ASSURANCE, IdentityProof

SUPERSEDED = "identity.face_superseded"


@dataclass
class FaceCheck:
    """The aggregate."""

    check_id: str
    person_id: PersonId
    purpose: ProofPurpose
    subject: str
    by_link: bool
    started_at: dt.datetime
    methods: tuple[ProofMethod, ...]
    reason: str | None = None
    challenge: Challenge | None = None
    secrets: Secrets | None = None
    lifetime: dt.timedelta = ALTERNATIVE_WINDOW
    state: CheckState = CheckState.RUNNING
    accepted: tuple[AcceptedStep, ...] = ()
    neutral: Neutral | None = None
    tried: int = 0
    frames: int = 0
    ended_at: dt.datetime | None = None
    method: ProofMethod | None = None
    verdict: FaceVerdict | None = None
    proof_id: str | None = None
    assurance: Assurance | None = None  # where another way than usual vouches for it
    visit: Visit | None = None  # to an outside provider, while it runs
    outside: ProviderVerdict | None = None
    turn: Turn = NOT_ASKED

    @classmethod
    def with_face(cls, asked: Asked, challenge: Challenge, secrets: Secrets, policy: FacePolicy) -> Self:
        """Begin a challenge; the other ways stay open beside it."""
        methods = (ProofMethod.FACE, *asked.others)
        started, lifetime = challenge.started_at, policy.lifetime
        return cls(*asked.head, started, methods, challenge=challenge, secrets=secrets, lifetime=lifetime)

    @classmethod
    def at_provider(cls, asked: Asked, visit: Visit, now: dt.datetime) -> Self:
        """Begin a check whose face is taken at an outside provider; the other ways stay open beside it."""
        methods = (ProofMethod.FACE, *asked.others)
        return cls(*asked.head, now, methods, lifetime=VISIT_LIFETIME, visit=visit)

    @classmethod
    def without_face(cls, asked: Asked, reason: str, now: dt.datetime) -> Self:
        """Begin a check that only another way can end; `reason` says why not by face."""
        return cls(*asked.head, now, asked.others, reason)

    @property
    def expires_at(self) -> dt.datetime:
        """The end of the challenge, or of the whole check where there is none."""
        return self.started_at + self.lifetime

    @property
    def due(self) -> Due | None:
        """The step asked for now, None when no frame is expected."""
        if self.state is not CheckState.RUNNING or self.challenge is None:
            return None
        action = due_step(self.challenge, self.accepted)
        return None if action is None else Due(len(self.accepted) + 1, action, self.frames + 1)

    @property
    def is_last_step(self) -> bool:
        """Whether the frame asked for now completes the challenge, so that the card is compared with it."""
        return self.challenge is not None and len(self.accepted) + 1 == len(self.challenge.steps)

    @property
    def proof(self) -> IdentityProof | None:
        """The proof of an accepted check."""
        if (
            self.state is not CheckState.ACCEPTED
            or self.proof_id is None
            or self.method is None
            or self.ended_at is None
        ):
            return None
        return IdentityProof(
            self.proof_id,
            self.person_id,
            self.purpose,
            self.method,
            self.assurance or ASSURANCE[self.method],
            self.subject,
            self.ended_at,
        )

    def require_due(self, attempt: int) -> Due:
        """Return the step this attempt is for. Raises CheckOver, or StepTokenInvalid where another frame was faster."""
        due = self.due
        if due is None:
            raise CheckOver(state=self.state.value)
        if due.attempt != attempt:
            raise StepTokenInvalid
        return due

    def let_in(self, policy: FacePolicy, arrived_at: dt.datetime, now: dt.datetime) -> None:
        """Give it a place at the engine. The clocks of one that had to wait start with this frame: nothing was shown before."""
        if self.challenge is None:
            raise CheckOver(state=self.state.value)
        begun = self.started_at
        if self.turn.queued_at is not None:
            begun = arrived_at - policy.min_step_time
            self.challenge = replace(self.challenge, started_at=begun)
            self.lifetime = begun - self.started_at + policy.lifetime
        self.turn = self.turn.begin(begun, now + policy.max_step_time)

    def put_off(self, policy: FacePolicy, now: dt.datetime, seconds: int) -> None:
        """Turned away for load: it stays as it is, and lives on while the person may come back."""
        self.turn = self.turn.wait(now, seconds)
        if self.turn.held_until is not None:
            self.lifetime = min(ALTERNATIVE_WINDOW, self.turn.held_until - self.started_at + policy.lifetime)

    def give_back(self, lost: dt.timedelta) -> None:
        """Leave time in which the engine kept a frame waiting without an answer out of all clocks: it is nobody's fault."""
        if self.state is not CheckState.RUNNING or self.challenge is None:
            return
        self._leave_out(lost)
        if self.accepted:
            last = self.accepted[-1]
            self.accepted = (*self.accepted[:-1], replace(last, counted_at=last.counted_at + lost))

    def judge(
        self,
        policy: FacePolicy,
        measured: Measured,
        arrived_at: dt.datetime,
        *,
        counted_at: dt.datetime,
        seen: Sequence[Fingerprint],
        card_distance: float | None,
        proof_id: str,
    ) -> StepVerdict:
        """Let one frame count, ask for another, or end the challenge. `card_distance` is needed with the last step.

        `counted_at` is now: the next step's clock starts with its telling, not with the wait for the engine before it.
        """
        if self.challenge is None:
            raise CheckOver(state=self.state.value)
        verdict = judge_step(policy, self.challenge, self.accepted, measured.metrics, arrived_at, self.tried, seen)
        self.frames += 1
        self.reason = str(verdict.reasons[0]) if verdict.reasons else None
        if verdict.outcome is StepOutcome.FAILED:
            self._end(CheckState.EXPIRED if Reason.EXPIRED in verdict.reasons else CheckState.REJECTED, arrived_at)
        elif verdict.outcome is StepOutcome.RETRY:
            self.tried += 1
        elif verdict.action is not None:
            self._leave_out(counted_at - arrived_at)
            self._accept(policy, verdict.action, measured, counted_at)
            self._conclude(policy, card_distance, arrived_at, proof_id)
        return verdict

    def count_unusable(self, policy: FacePolicy, code: str, arrived_at: dt.datetime) -> None:
        """Count a frame without anything to measure (no face, no picture): it uses up one of the step's frames."""
        self.frames += 1
        self.tried += 1
        self.reason = code
        if arrived_at > self.expires_at:
            self.reason = str(Reason.EXPIRED)
            self._end(CheckState.EXPIRED, arrived_at)
        elif self.tried >= policy.max_frames_per_step:
            self.reason = str(Reason.TOO_MANY_FRAMES)
            self._end(CheckState.REJECTED, arrived_at)

    def conclude_visit(self, verdict: ProviderVerdict, now: dt.datetime, proof_id: str) -> None:
        """End the check by a provider's word, which has an authority behind it. Not finished there: nothing changes.

        A check no longer RUNNING stays as it is: the same result may be fetched twice. Raises CheckOver without a visit.
        """
        if self.state is not CheckState.RUNNING or verdict.decision is ProviderDecision.PENDING:
            return
        if self.visit is None:
            raise CheckOver(state=self.state.value)
        if now >= self.expires_at:
            self.expire(now)
            return
        self.outside, self.frames = verdict, 1  # what was shown there uses up a try like a frame shown here
        self.reason = None if verdict.reason is None else str(verdict.reason)
        state = BY_PROVIDER[verdict.decision]
        if state is CheckState.ACCEPTED:
            self.method, self.assurance, self.proof_id = ProofMethod.FACE, Assurance.AUTHORITATIVE, proof_id
        self._end(state, now)

    def accept_after_review(self, now: dt.datetime, proof_id: str) -> None:
        """A clerk found the doubt unfounded: from now on there is a proof. Raises CheckOver for a check not in REVIEW."""
        if self.state is not CheckState.REVIEW:
            raise CheckOver(state=self.state.value)
        self.method, self.proof_id, self.reason = ProofMethod.FACE, proof_id, None
        self._end(CheckState.ACCEPTED, now)

    def require_open_to_others(self, now: dt.datetime) -> None:
        """Raise CheckOver when another way than the face can no longer end it."""
        if self.state is not CheckState.ACCEPTED and now >= self.started_at + ALTERNATIVE_WINDOW:
            raise CheckOver(state=self.state.value)

    def accept_by(self, method: ProofMethod, assurance: Assurance, now: dt.datetime, proof_id: str) -> None:
        """End the check by another way. Already accepted: nothing changes. Raises CheckOver after the window."""
        if self.state is CheckState.ACCEPTED:
            return
        self.require_open_to_others(now)
        self.method, self.assurance, self.proof_id, self.reason = method, assurance, proof_id, None
        self._end(CheckState.ACCEPTED, now)

    def expire(self, now: dt.datetime, reason: str = str(Reason.EXPIRED)) -> None:
        """End a challenge nobody finished."""
        if self.state is CheckState.RUNNING:
            self.reason = reason if self.challenge or self.visit else self.reason
            self._end(CheckState.EXPIRED, now)

    def _leave_out(self, lost: dt.timedelta) -> None:
        """Time lost to the engine is no part of the challenge's lifetime."""
        self.lifetime = min(ALTERNATIVE_WINDOW, self.lifetime + lost)
        if self.challenge is not None:
            self.challenge = replace(self.challenge, started_at=self.challenge.started_at + lost)
        self.turn = self.turn.give_back(lost)

    def _accept(self, policy: FacePolicy, action: Action, measured: Measured, counted_at: dt.datetime) -> None:
        if action is Action.NEUTRAL:
            self.neutral = Neutral(measured.template, measured.landmarks)
        self.accepted = (*self.accepted, AcceptedStep(action, measured.metrics, counted_at))
        self.turn = self.turn.hold(counted_at + policy.max_step_time)
        self.tried = 0

    def _conclude(self, policy: FacePolicy, card_distance: float | None, now: dt.datetime, proof_id: str) -> None:
        if self.challenge is None or due_step(self.challenge, self.accepted) is not None:
            return
        if card_distance is None:
            raise StepTokenInvalid
        self.verdict = judge_check(policy, self.challenge, self.accepted, card_distance)
        state = BY_DECISION[self.verdict.decision]
        told = (*self.verdict.reasons, *self.verdict.signals)
        self.reason = str(told[0]) if told and state is not CheckState.ACCEPTED else None
        if state is CheckState.ACCEPTED:
            self.method, self.proof_id = ProofMethod.FACE, proof_id
        self._end(state, now)

    def _end(self, state: CheckState, now: dt.datetime) -> None:
        """Forget everything that was only needed while it ran."""
        self.state, self.ended_at = state, now
        self.secrets = self.neutral = self.visit = None
        self.accepted = ()
