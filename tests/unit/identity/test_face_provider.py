"""The face at an outside provider: what a check becomes of every verdict, and what happens while the provider is away."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from services.common.kit.calls import Call
from services.common.kit.errors import Unavailable
from services.common.messages import identity as messages
from services.common.messages.identity import ProofPurpose
from services.common.values import PersonId
from services.identity.application.at_provider import fetch_face_result
from services.identity.application.face_ports import ProviderQuestion
from services.identity.application.show_face_check import show_face_check
from services.identity.application.withdraw_consent import withdraw_consent
from services.identity.domain.face_provider import ProviderDecision, ProviderReason, ProviderVerdict, Visit
from tests.unit.identity.told_faces import Booth, ToldFaces, claims
from tests.unit.identity.world import World, anonymous, as_person, id_number, person_id_of, refused

PENDING = ProviderVerdict("told", ProviderDecision.PENDING, None, "", "trace")
PASS = ProviderVerdict("told", ProviderDecision.PASS, None, "0", "trace", 88, billed=True)
FAIL = ProviderVerdict("told", ProviderDecision.FAIL, ProviderReason.LOW_SIMILARITY, "x", "trace", 40)
REVIEW = ProviderVerdict("told", ProviderDecision.REVIEW, ProviderReason.NO_PHOTO, "y", "trace")


@dataclass
class ToldProvider:
    """A provider as told; `away` does not answer."""

    verdict: ProviderVerdict = PENDING
    away: bool = False
    asked: list[ProviderQuestion] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def begin(self, question: ProviderQuestion) -> Visit:
        self._answer(question)
        return Visit("told", f"token-{len(self.asked)}", "https://provider.test/visit")

    def result(self, visit: Visit, question: ProviderQuestion) -> ProviderVerdict:
        self._answer(question)
        self.meanwhile()
        return self.verdict

    def _answer(self, question: ProviderQuestion) -> None:
        self.asked.append(question)
        if self.away:
            raise Unavailable("identity.face_provider_unavailable")


@pytest.fixture
def provider() -> ToldProvider:
    return ToldProvider()


@pytest.fixture
def desk(world: World, provider: ToldProvider) -> Booth:
    world.face_provider = provider
    return Booth(world, ToldFaces())


def ready(desk: Booth, sequence: int = 1) -> PersonId:
    """Registered and consented; no portrait is needed."""
    person = desk.world.register(id_number(sequence), mobile=f"138000000{sequence:02d}")
    desk.world.consent(person)
    return person


def fetch(desk: Booth, who: Call, check: messages.FaceCheck) -> messages.FaceCheck:
    reference = fetch_face_result(desk.world.means, messages.FetchFaceResult(check_id=check.check_id), who)
    return show_face_check(desk.world.means, reference, who)


def test_a_check_begins_with_the_providers_address_and_every_other_way(desk: Booth) -> None:
    check = desk.start(as_person(ready(desk)))

    assert (check.state, check.url) == ("RUNNING", "https://provider.test/visit")
    assert check.methods == ("FACE", "COUNTER", "BANK_CARD")
    assert (check.step, check.sealing_key, check.proof) == (None, None, None)


def test_the_provider_is_told_name_number_and_a_binding_without_person_or_task(
    desk: Booth, provider: ToldProvider
) -> None:
    person = ready(desk)
    check = desk.start(as_person(person), ProofPurpose.SIGN, "task-1")

    [asked] = provider.asked
    assert (str(asked.name), asked.id_number) == ("测试甲", id_number())
    assert asked.binding.startswith(check.check_id)
    assert "task-1" not in asked.binding
    assert str(person) not in asked.binding


def test_the_binding_differs_by_purpose_task_and_person(desk: Booth, provider: ToldProvider) -> None:
    one, other = ready(desk), ready(desk, 2)
    desk.start(as_person(one), ProofPurpose.SIGN, "task-1")
    desk.start(as_person(one), ProofPurpose.SIGN, "task-2")
    desk.start(as_person(one))
    desk.start(as_person(other))

    assert len({asked.binding.partition(".")[2] for asked in provider.asked}) == 4


def test_a_pass_is_an_authoritative_proof_for_that_task_alone(
    desk: Booth, provider: ToldProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = ready(desk)
    check = desk.start(as_person(person), ProofPurpose.SIGN, "task-1")
    provider.verdict = PASS

    ended = fetch(desk, as_person(person), check)

    read = claims(ended, "signing", monkeypatch)
    assert (ended.state, ended.reason, ended.url) == ("ACCEPTED", None, None)
    assert (read["sub"], read["method"], read["assurance"], read["subject"]) == (
        str(person), "FACE", "AUTHORITATIVE", "task-1"
    )  # fmt: skip


def test_a_pass_fetched_again_is_the_same_proof_and_the_provider_is_not_asked_again(
    desk: Booth, provider: ToldProvider
) -> None:
    person = ready(desk)
    check = desk.start(as_person(person))
    provider.verdict = PASS
    first = fetch(desk, as_person(person), check)
    asked = len(provider.asked)

    assert fetch(desk, as_person(person), check).proof == first.proof
    assert len(provider.asked) == asked


def test_a_visit_not_finished_leaves_the_check_running(desk: Booth) -> None:
    person = ready(desk)
    check = desk.start(as_person(person))

    assert fetch(desk, as_person(person), check).state == "RUNNING"


@pytest.mark.parametrize(
    ("verdict", "state", "reason"),
    [
        (FAIL, "REJECTED", "identity.face_provider_low_similarity"),
        (REVIEW, "REVIEW", "identity.face_provider_no_photo"),
    ],
)
def test_no_pass_gives_no_proof_but_the_reason_and_the_other_ways(
    desk: Booth, provider: ToldProvider, verdict: ProviderVerdict, state: str, reason: str
) -> None:
    person = ready(desk)
    check = desk.start(as_person(person))
    provider.verdict = verdict

    ended = fetch(desk, as_person(person), check)

    assert (ended.state, ended.reason, ended.proof) == (state, reason, None)
    assert {"COUNTER", "BANK_CARD"} <= set(ended.methods)


def test_a_provider_that_is_down_is_told_and_the_embedded_engine_never_steps_in(
    desk: Booth, provider: ToldProvider
) -> None:
    provider.away = True
    person = ready(desk)
    desk.enrol(person)

    check = desk.start(as_person(person))

    assert check.reason == "identity.face_provider_unavailable"
    assert (check.methods, check.step, check.sealing_key, check.url) == (("COUNTER", "BANK_CARD"), None, None, None)


def test_a_provider_that_fails_when_the_result_is_fetched_uses_up_nothing(desk: Booth, provider: ToldProvider) -> None:
    person = ready(desk)
    check = desk.start(as_person(person))
    provider.away = True
    with refused("identity.face_provider_unavailable"):
        fetch(desk, as_person(person), check)

    provider.away, provider.verdict = False, PASS
    assert fetch(desk, as_person(person), check).state == "ACCEPTED"


def test_three_failed_visits_close_the_face_for_half_an_hour_but_nothing_else(
    desk: Booth, provider: ToldProvider
) -> None:
    person, provider.verdict = ready(desk), FAIL
    for _ in range(3):
        fetch(desk, as_person(person), desk.start(as_person(person)))

    closed = desk.start(as_person(person))
    assert (closed.reason, closed.methods) == ("identity.face_cool_down", ("COUNTER", "BANK_CARD"))
    desk.world.pass_time(minutes=31)
    assert desk.start(as_person(person)).url


def test_without_consent_nobody_is_sent_to_a_provider(desk: Booth, provider: ToldProvider) -> None:
    person = desk.world.register(id_number())

    check = desk.start(as_person(person))

    assert (check.reason, check.methods) == ("identity.face_consent_missing", ("COUNTER", "BANK_CARD"))
    assert not provider.asked


def test_a_signer_by_link_without_account_is_told_to_register_or_go_to_the_counter(desk: Booth) -> None:
    stranger = person_id_of(id_number(9))

    check = desk.start(anonymous(), ProofPurpose.SIGN, "task-1", stranger)

    assert (check.reason, check.methods) == ("identity.face_not_registered", ("COUNTER",))


def test_where_the_embedded_face_may_not_sign_a_provider_may(desk: Booth) -> None:
    desk.world.with_rules(face_may_sign=False)

    assert desk.start(as_person(ready(desk)), ProofPurpose.SIGN, "task-1").url


def test_a_consent_withdrawn_while_the_provider_answers_ends_the_check(desk: Booth, provider: ToldProvider) -> None:
    person = ready(desk)
    check = desk.start(as_person(person))
    provider.verdict = PASS
    message = messages.WithdrawConsent(purpose="FACE")
    provider.meanwhile = lambda: withdraw_consent(desk.world.means, message, as_person(person))

    ended = fetch(desk, as_person(person), check)

    assert (ended.state, ended.reason, ended.proof) == ("EXPIRED", "identity.face_consent_withdrawn", None)


def test_a_pass_that_comes_after_half_an_hour_is_too_late(desk: Booth, provider: ToldProvider) -> None:
    person = ready(desk)
    check = desk.start(as_person(person))
    provider.verdict = PASS
    desk.world.pass_time(minutes=30)

    ended = fetch(desk, as_person(person), check)

    assert (ended.state, ended.proof) == ("EXPIRED", None)


def test_a_newer_check_makes_the_former_visit_worthless(desk: Booth, provider: ToldProvider) -> None:
    person = ready(desk)
    first = desk.start(as_person(person))
    desk.start(as_person(person))
    provider.verdict = PASS

    assert fetch(desk, as_person(person), first).reason == "identity.face_superseded"


def test_nobody_fetches_anothers_result(desk: Booth, provider: ToldProvider) -> None:
    check = desk.start(as_person(ready(desk)))
    provider.verdict = PASS

    with refused("identity.face_check_unknown"):
        fetch(desk, as_person(ready(desk, 2)), check)


def test_of_an_ended_visit_nothing_remains_but_verdict_score_and_trace(desk: Booth, provider: ToldProvider) -> None:
    person = ready(desk)
    check = desk.start(as_person(person))
    provider.verdict = PASS
    fetch(desk, as_person(person), check)

    kept = desk.world.store.memory.face_checks[check.check_id]
    assert (kept.visit, kept.secrets, kept.neutral, kept.outside) == (None, None, None, PASS)
    assert dataclasses.asdict(PASS).keys() == {"provider", "decision", "reason", "code", "trace_id", "score", "billed"}


def test_a_visit_nobody_finished_is_forgotten_by_the_sweep(desk: Booth) -> None:
    person = ready(desk)
    check = desk.start(as_person(person))
    desk.world.pass_time(minutes=31)

    ended = show_face_check(desk.world.means, messages.FaceCheckReference(check_id=check.check_id), as_person(person))

    assert (ended.state, ended.url) == ("EXPIRED", None)
