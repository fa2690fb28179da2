"""Both identity processes on a stack of their own, asked over the broker as gateway, notice and command ask."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import psycopg2
import pyotp
import pytest
from click.testing import CliRunner

from deploy.cli.__main__ import guohu
from deploy.local.processes import ROSTER, Roster, ServiceProcess
from deploy.local.stack import Stack
from services.common.kit.actors import ActorSigner
from services.common.kit.blocking import BlockingClient
from services.common.kit.calls import Actor, ActorKind, new_id
from services.common.kit.errors import DomainError
from services.common.kit.sealing import SealingPair, open_sealed, seal
from services.common.messages import identity as messages
from services.common.messages.operations import FieldsResealed, RotateFieldKey, operation
from services.common.values import IdNumber, Mobile, PersonId, PersonName
from tests.adapters.identity.conftest import Person
from tests.adapters.identity.test_face_engine import jpeg, photographed_screen, picture
from tests.stack.waiting import hold_still, until
from tests.unit.identity.world import PASSWORD, TEXT_HASH, id_number, refused

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]
VISITOR = Actor(ActorKind.ANONYMOUS, "visitor")
NAME = PersonName("测试甲")
NUMBERS = itertools.count(1)


class Bus:
    """Questions in the name of the issuers identity hears."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.gateway, self.notice = self._client("gateway"), self._client("notice")
        self.cli, self.contract = self._client("cli"), self._client("contract")

    def _client(self, issuer: str) -> BlockingClient:
        pem = self.stack.secrets.private_key(f"actors/{issuer}").read_bytes()
        return BlockingClient(self.stack.environments.topology()["GUOHU_AMQP_URL"], ActorSigner.from_pem(issuer, pem))

    def code(self, mobile: Mobile, purpose: messages.CodePurpose) -> tuple[str, str]:
        ask = messages.RequestSmsCode(mobile=mobile, purpose=purpose, source=new_id())
        code_id = self.gateway.ask(ask, actor=VISITOR).code_id
        return code_id, self.notice.ask(messages.GetSmsCode(code_id=code_id)).code

    def newcomer(self) -> Newcomer:
        number = next(NUMBERS)
        days, sequence = divmod(number, 1000)
        return Newcomer(self, id_number(sequence, f"198001{days + 1:02d}"), Mobile(f"139{number:08d}"))


class Newcomer:
    """Registers, signs in, and acts."""

    def __init__(self, bus: Bus, number: IdNumber, mobile: Mobile) -> None:
        self.bus, self.number, self.mobile = bus, number, mobile
        code_id, code = bus.code(mobile, messages.CodePurpose.REGISTER)
        entry = messages.Register(name=NAME, id_number=number, mobile=mobile, code_id=code_id, code=code)
        self.person_id: PersonId = bus.gateway.ask(entry, actor=VISITOR).person_id
        code_id, code = bus.code(mobile, messages.CodePurpose.SIGN_IN)
        self.sign_in = messages.SignIn(mobile=mobile, code_id=code_id, code=code)
        self.request_id = new_id()
        self.session: messages.Session = bus.gateway.ask(self.sign_in, actor=VISITOR, request_id=self.request_id)
        self.actor = Actor(ActorKind.PERSON, str(self.person_id), session=self.session.session_id)

    def ask(self, message: object) -> Any:
        return self.bus.gateway.ask(message, actor=self.actor)

    def consent(self, purpose: str = "FACE") -> None:
        self.ask(
            messages.RecordConsent(
                purpose=purpose, text_id="face", text_version="1", text_hash=TEXT_HASH, channel="app"
            )
        )

    def enrol(self, card: bytes) -> None:
        key = self.bus.gateway.ask(messages.GetSealingKey(), actor=self.actor).key
        self.ask(messages.EnrolPortrait(image=seal(card, key)))

    def doubtful_check(self, frames: dict[str, bytes]) -> messages.FaceCheck:
        """Carry a check through whose neutral frame looks like a photographed screen: a doubt, and no refusal."""
        gridded = {**frames, "neutral": jpeg(photographed_screen(picture(frames["neutral"])))}
        start = messages.StartFaceCheck(purpose=messages.ProofPurpose.OPEN_CASE, subject="")
        return self.carry_through(gridded, start)

    def carry_through(
        self, frames: dict[str, bytes], start: messages.StartFaceCheck, actor: Actor | None = None
    ) -> messages.FaceCheck:
        actor = actor or self.actor
        check: messages.FaceCheck = self.bus.gateway.ask(start, actor=actor)
        while check.step is not None and check.sealing_key is not None:
            hold_still(0.5)  # the policy refuses a step shown faster than a person can
            frame = seal(frames[check.step.action], check.sealing_key)
            message = messages.SubmitFrame(check_id=check.check_id, step_token=check.step.step_token, frame=frame)
            check = self.bus.gateway.ask(message, actor=actor)
        return check


@pytest.fixture(scope="module")
def stack(face_interpreter: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    del face_interpreter  # without it the worker cannot start
    processes = (ServiceProcess("identity", "serve"), ServiceProcess("identity", "worker"))
    roster = Roster(processes, ROSTER.topology, {"identity": ROSTER.migrations["identity"]})
    stack = Stack(tmp_path_factory.mktemp("identity") / "var", roster)
    try:
        stack.up()
        yield stack
    finally:
        stack.down()


@pytest.fixture(scope="module")
def bus(stack: Stack) -> Bus:
    return Bus(stack)


def claims(token: str, key: Path, audience: str) -> dict[str, object]:
    return jwt.decode(token, key.read_bytes(), algorithms=["EdDSA"], audience=audience)


def test_a_newcomer_registers_and_signs_in_with_a_token_the_gateway_can_check(bus: Bus) -> None:
    one = bus.newcomer()

    read = claims(one.session.access_token, bus.stack.secrets.public_key("access_token"), "gateway")

    assert (read["sub"], read["sid"], read["kind"]) == (str(one.person_id), one.session.session_id, "PERSON")
    assert bus.contract.ask(messages.GetPerson(person_id=one.person_id)).id_number == one.number


def test_the_same_sign_in_arriving_twice_opens_one_session_and_shows_it_again(bus: Bus) -> None:
    one = bus.newcomer()

    again = bus.gateway.ask(one.sign_in, actor=VISITOR, request_id=one.request_id)

    assert (again.session_id, again.refresh_token) == (one.session.session_id, one.session.refresh_token)


def test_a_wrong_code_stays_counted_when_the_refused_command_arrives_again(bus: Bus) -> None:
    mobile = Mobile("13700000001")
    code_id, code = bus.code(mobile, messages.CodePurpose.SIGN_IN)
    wrong = messages.SignIn(mobile=mobile, code_id=code_id, code="000000" if code != "000000" else "000001")
    for _ in range(5):
        with refused("identity.sms_code_wrong"):
            bus.gateway.ask(wrong, actor=VISITOR, request_id="the same")

    with refused("identity.locked"):
        bus.gateway.ask(wrong, actor=VISITOR, request_id="the same")


def test_a_face_check_over_the_bus_ends_in_a_proof_the_spending_service_can_check(
    bus: Bus, people: list[Person]
) -> None:
    one = bus.newcomer()
    one.consent()
    one.enrol(people[0].card)
    start = messages.StartFaceCheck(purpose=messages.ProofPurpose.OPEN_CASE, subject="")

    ended = one.carry_through(people[0].takes[0], start)

    assert (ended.state, ended.reason) == ("ACCEPTED", None)
    read = claims(str(ended.proof), bus.stack.secrets.public_key("identity_proof"), "contract")
    assert (read["sub"], read["method"], read["purpose"]) == (str(one.person_id), "FACE", "OPEN_CASE")


def test_a_recording_of_an_accepted_check_is_refused_and_a_fresh_one_by_link_is_not(
    bus: Bus, people: list[Person]
) -> None:
    one = bus.newcomer()
    one.consent()
    one.enrol(people[0].card)
    one.carry_through(people[0].takes[0], messages.StartFaceCheck(purpose=messages.ProofPurpose.OPEN_CASE, subject=""))
    sign = messages.StartFaceCheck(purpose=messages.ProofPurpose.SIGN, subject="task-1", person_id=one.person_id)

    recorded = one.carry_through(people[0].takes[0], sign, VISITOR)
    fresh = one.carry_through(people[0].takes[1], sign, VISITOR)

    assert (recorded.state, recorded.reason) == ("REJECTED", "identity.face_frame_replayed")
    read = claims(str(fresh.proof), bus.stack.secrets.public_key("identity_proof"), "signing")
    assert (read["sub"], read["subject"]) == (str(one.person_id), "task-1")


def test_another_persons_face_is_rejected_by_the_real_engine(bus: Bus, people: list[Person]) -> None:
    one = bus.newcomer()
    one.consent()
    one.enrol(people[0].card)
    start = messages.StartFaceCheck(purpose=messages.ProofPurpose.OPEN_CASE, subject="")

    ended = one.carry_through(people[1].takes[0], start)

    assert (ended.state, ended.reason, ended.proof) == ("REJECTED", "identity.face_not_card_holder", None)


def test_a_doubtful_check_goes_to_a_clerk_and_comes_back_as_a_proof(bus: Bus, people: list[Person]) -> None:
    one = bus.newcomer()
    one.consent()
    one.consent("FACE_REVIEW")
    one.enrol(people[0].card)
    check = one.doubtful_check(people[0].takes[0])
    assert (check.state, check.review) == ("REVIEW", "OFFERED")

    key = bus.gateway.ask(messages.GetSealingKey(), actor=one.actor).key
    card = seal(people[0].card, key)
    asked = one.ask(messages.RequestFaceReview(check_id=check.check_id, office="hs-01", card=card))
    assert asked.review == "QUEUED"
    clerk = Actor(ActorKind.STAFF, "clerk-1", ("COUNTER_CLERK",), "hs-01")
    [waiting] = bus.gateway.ask(messages.ListFaceReviews(), actor=clerk).items
    reader = SealingPair.generate()
    look = messages.LookAtFaceReview(check_id=waiting.check_id, reader_key=reader.public)
    shown = bus.gateway.ask(look, actor=clerk, request_id=new_id())
    assert open_sealed(shown.card, reader.private) == people[0].card
    assert open_sealed(shown.frame, reader.private).startswith(b"\xff\xd8")
    decision = messages.DecideFaceReview(check_id=waiting.check_id, approve=True)
    bus.gateway.ask(decision, actor=clerk, request_id=new_id())

    ended = one.ask(messages.FetchFaceResult(check_id=check.check_id))

    assert ended.state == "ACCEPTED"
    read = claims(ended.proof, bus.stack.secrets.public_key("identity_proof"), "contract")
    assert (read["sub"], read["method"]) == (str(one.person_id), "FACE")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_step_is_spoken_by_the_worker(bus: Bus, language: str) -> None:
    spoken = bus.gateway.ask(messages.GetFacePrompt(action="turn_left", language=language), actor=VISITOR)

    assert base64.b64decode(spoken.content).startswith(b"RIFF")


def test_whoever_refuses_the_face_proves_identity_at_the_counter(bus: Bus) -> None:
    one, secret, login = bus.newcomer(), pyotp.random_base32(), f"clerk.{new_id()[:10]}"
    account = messages.AddStaff(
        login=login, password=PASSWORD, totp_secret=secret, roles=("COUNTER_CLERK",), office="huangshi-1"
    )
    bus.cli.ask(account)
    entry = messages.SignInStaff(login=login, password=PASSWORD, totp=pyotp.TOTP(secret).now())
    session = bus.gateway.ask(entry, actor=VISITOR)
    clerk = Actor(ActorKind.STAFF, session.person_id, session.roles, "huangshi-1", session.session_id)
    bus.gateway.ask(messages.CheckAtCounter(name=NAME, id_number=one.number), actor=clerk)

    check = one.ask(messages.StartFaceCheck(purpose=messages.ProofPurpose.JOIN_CASE, subject=""))
    assert isinstance(check, messages.FaceCheck)
    ended = one.ask(messages.UseAlternative(check_id=check.check_id, method=messages.ProofMethod.COUNTER))

    assert isinstance(ended, messages.FaceCheck)
    assert (check.reason, check.methods) == ("identity.face_consent_missing", ("COUNTER", "BANK_CARD"))
    assert claims(str(ended.proof), bus.stack.secrets.public_key("identity_proof"), "contract")["method"] == "COUNTER"


def test_a_password_signs_in_after_a_captcha_and_everywhere_is_signed_out(bus: Bus) -> None:
    one = bus.newcomer()
    one.ask(messages.SetPassword(password="eight ch", login=f"l{new_id()[:12]}"))
    source = new_id()

    def entry(password: str, captcha: messages.SolvedCaptcha) -> messages.SignInWithPassword:
        return messages.SignInWithPassword(name=str(one.number), password=password, source=source, captcha=captcha)

    for _ in range(3):
        with refused("identity.sign_in_refused"):
            bus.gateway.ask(entry("wrong one", messages.SolvedCaptcha()), actor=VISITOR)
    with refused("identity.captcha_needed"):
        bus.gateway.ask(entry("eight ch", messages.SolvedCaptcha()), actor=VISITOR)
    for kind, head in ((messages.CaptchaKind.IMAGE, "iVBORw0KGgo"), (messages.CaptchaKind.SOUND, "UklGR")):
        ask = messages.CreateCaptcha(kind=kind, language="zh", source=source)
        shown = bus.gateway.ask(ask, actor=VISITOR)
        assert shown.content.startswith(head)
        wrong = messages.SolvedCaptcha(captcha_id=shown.captcha_id, answer="00000")
        with refused("identity.captcha_wrong"):
            bus.gateway.ask(entry("eight ch", wrong), actor=VISITOR)
    one.ask(messages.SignOutEverywhere())
    ended = bus.gateway.ask(messages.ListEndedSessions(), actor=VISITOR).session_ids
    assert one.session.session_id in ended


def test_a_bank_card_of_the_embedded_table_proves_its_holder(bus: Bus) -> None:
    one, reserved, card = bus.newcomer(), Mobile("13600000001"), "6222020200000000014"
    bus.cli.ask(messages.AddBankCard(name=NAME, id_number=one.number, card_number=card, mobile=reserved))
    check = one.ask(messages.StartFaceCheck(purpose=messages.ProofPurpose.OPEN_CASE, subject=""))
    assert isinstance(check, messages.FaceCheck)
    code_id, code = bus.code(reserved, messages.CodePurpose.BANK_CARD)

    ended = one.ask(
        messages.ProveByBankCard(check_id=check.check_id, card_number=card, mobile=reserved, code_id=code_id, code=code)
    )

    assert isinstance(ended, messages.FaceCheck)
    assert claims(str(ended.proof), bus.stack.secrets.public_key("identity_proof"), "contract")["method"] == "BANK_CARD"


def test_the_field_key_command_finds_everything_under_the_newest_key(bus: Bus) -> None:
    bus.newcomer()

    assert bus.cli.ask_as(operation("identity", RotateFieldKey), RotateFieldKey()) == FieldsResealed(
        resealed=0, waiting=0
    )


def test_what_a_clerk_did_is_sealed_and_the_command_tells_whether_it_still_stands(bus: Bus) -> None:
    one = bus.newcomer()
    clerk = Actor(ActorKind.STAFF, "clerk-2", ("COUNTER_CLERK",), "huangshi-1")
    for _ in range(2):
        bus.gateway.ask(messages.CheckAtCounter(name=NAME, id_number=one.number), actor=clerk)
    bus.stack.restart("identity.worker")  # it sweeps when it starts, and then every minute
    until(lambda: bus.cli.ask(messages.VerifyAudit()).unsealed == 0)

    intact, found = audit_verify(bus)
    noted, _ = audit_verify(bus, "--noted", f"{found['head']}:{found['seal']}")
    elsewhere, other = audit_verify(bus, "--noted", f"{found['head']}:{'0' * 64}")
    statement = "UPDATE staff_acts SET subject = %s WHERE place = %s RETURNING act_id"
    [(spoilt,)] = sql(bus, statement, "somebody else", found["head"])
    changed, told = audit_verify(bus)
    sql(bus, statement, str(one.person_id), found["head"])

    assert (intact, noted, elsewhere, changed) == (0, 0, 1, 1)
    assert (found["intact"], other["goes_through_noted"]) == (True, False)
    assert (told["fault"], told["fault_place"], told["act_id"]) == ("CHANGED", found["head"], spoilt)
    assert audit_verify(bus)[0] == 0


def audit_verify(bus: Bus, *options: str) -> tuple[int, dict[str, Any]]:
    arguments = ["--json", "audit", "verify", *options]
    done = CliRunner().invoke(guohu, arguments, env=bus.stack.environments.operator())
    return done.exit_code, json.loads(done.stdout)


def sql(bus: Bus, statement: str, *values: object) -> list[Any]:
    connection = psycopg2.connect(bus.stack.environments.migration("identity")["GUOHU_DATABASE_OWNER_URL"])
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())
    finally:
        connection.close()


def test_sessions_outlive_a_restart_of_the_process(bus: Bus) -> None:
    one = bus.newcomer()
    bus.stack.restart("identity.serve")

    renewed = bus.gateway.ask(messages.RefreshSession(refresh_token=one.session.refresh_token), actor=VISITOR)

    assert renewed.session_id == one.session.session_id


def test_nothing_personal_is_in_the_logs(bus: Bus) -> None:
    one = bus.newcomer()
    logs = "".join(path.read_text(errors="replace") for path in bus.stack.layout.root.rglob("*.log"))

    assert "process started" in logs
    known: tuple[Callable[[], str], ...] = (lambda: str(one.number), lambda: str(one.mobile), lambda: str(NAME))
    assert not [secret() for secret in known if secret() in logs]


def test_a_service_that_may_not_ask_is_refused(bus: Bus) -> None:
    code = messages.RequestSmsCode(mobile=Mobile("13700000002"), purpose=messages.CodePurpose.SIGN_IN, source=new_id())
    sent = bus.gateway.ask(code, actor=VISITOR)

    with pytest.raises(DomainError, match=r"actor\.service_only"):
        bus.contract.ask(messages.GetSmsCode(code_id=sent.code_id))
