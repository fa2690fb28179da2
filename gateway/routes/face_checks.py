"""Identity checks: a face in steps, or another way; in the end a proof to spend on one act."""

from __future__ import annotations

import base64

from gateway.exchange import Exchange, Reply
from gateway.routing import JPEG, MIB, route
from gateway.schemas.face_checks import (
    AlternativeBody,
    BankCardBody,
    FaceCheckBody,
    FaceCheckReply,
    split_step_token,
)
from services.common.kit.calls import ActorKind
from services.common.kit.errors import InvalidValue
from services.common.kit.sealing import seal
from services.common.messages import identity, signing
from services.common.values import PersonId

LONGEST_STEP_TOKEN = 2048
PROMPT_SECONDS = 86_400
"""How long a browser or cache may keep a spoken prompt."""


@route("POST", "/v1/face-checks", actor="anyone", body=FaceCheckBody, reply=FaceCheckReply, status=201, idempotent=True)
def start_face_check(exchange: Exchange, body: FaceCheckBody) -> Reply:
    """Begin an identity check for one purpose; all methods are offered, the face is one of them (人脸识别)."""
    handle = body.require_task()
    subject, person_id = _signer(exchange, handle) if handle else ("", None)
    return Reply(FaceCheckReply.of(exchange.order(body.message(subject, person_id)), exchange.say))


def _signer(exchange: Exchange, handle: str) -> tuple[str, PersonId | None]:
    """Return the task and, for a signer without a session, the person it names: never what a client says."""
    task = exchange.ask(signing.GetTask(handle=handle))
    return task.task_id, task.person_id if exchange.actor.kind is ActorKind.ANONYMOUS else None


@route(
    "POST",
    "/v1/face-checks/{check}/frames",
    actor="anyone",
    media=JPEG,
    max_body=MIB,
    reply=FaceCheckReply,
    headers=("X-Step-Token",),
    errors=("http.not_jpeg", "identity.step_token_invalid"),
)
def submit_frame(exchange: Exchange) -> Reply:
    """Send one JPEG frame for the step asked for, with its token as X-Step-Token; answers with the next step or the end."""
    given = exchange.headers.get("X-Step-Token", "")
    if len(given) > LONGEST_STEP_TOKEN:
        raise InvalidValue("identity.step_token_invalid")
    key, token = split_step_token(given)
    frame = seal(exchange.raw_body, key)
    message = identity.SubmitFrame(check_id=exchange.parts["check"], step_token=token, frame=frame)
    return Reply(FaceCheckReply.of(exchange.order(message, fresh=True), exchange.say))


@route("GET", "/v1/face-checks/{check}", actor="anyone", reply=FaceCheckReply)
def get_face_check(exchange: Exchange) -> Reply:
    """Show a check as it stands: the step asked for, what happens next, or the proof."""
    return Reply(FaceCheckReply.of(exchange.ask(identity.GetFaceCheck(check_id=exchange.parts["check"])), exchange.say))


@route("POST", "/v1/face-checks/{check}/result", actor="anyone", reply=FaceCheckReply)
def fetch_face_result(exchange: Exchange) -> Reply:
    """Fetch what became of the visit to the provider's `url`, after coming back or while waiting; any number of times."""
    message = identity.FetchFaceResult(check_id=exchange.parts["check"])
    return Reply(FaceCheckReply.of(exchange.order(message, fresh=True), exchange.say))


@route(
    "POST",
    "/v1/face-checks/{check}/reviews/{office}",
    actor="anyone",
    media=JPEG,
    max_body=MIB,
    reply=FaceCheckReply,
    errors=("http.not_jpeg",),
)
def request_face_review(exchange: Exchange) -> Reply:
    """Have a doubtful check judged by a clerk: the portrait on the ID card as JPEG, and the office (人工复核)."""
    key = exchange.ask(identity.GetSealingKey()).key
    card = seal(exchange.raw_body, key)
    message = identity.RequestFaceReview(check_id=exchange.parts["check"], office=exchange.parts["office"], card=card)
    return Reply(FaceCheckReply.of(exchange.order(message, fresh=True), exchange.say))


@route("GET", "/v1/face-prompts/{action}/{language}", actor="anyone", produces="audio/wav")
def get_face_prompt(exchange: Exchange) -> Reply:
    """Speak a step of the face check, or `done`; the same sound for everybody (语音提示)."""
    message = identity.GetFacePrompt(action=exchange.parts["action"], language=exchange.parts["language"])
    spoken = exchange.ask(message)
    headers = {"Cache-Control": f"public, max-age={PROMPT_SECONDS}", "Vary": "Accept-Encoding"}
    return Reply(content=base64.b64decode(spoken.content), media_type=spoken.media_type, headers=headers)


@route(
    "POST",
    "/v1/face-checks/{check}/alternatives",
    actor="anyone",
    body=AlternativeBody,
    reply=FaceCheckReply,
    idempotent=True,
)
def use_alternative(exchange: Exchange, body: AlternativeBody) -> Reply:
    """End the check by another method, such as a check at the counter."""
    return Reply(FaceCheckReply.of(exchange.order(body.message(exchange.parts["check"])), exchange.say))


@route(
    "POST",
    "/v1/face-checks/{check}/bank-card",
    actor="anyone",
    body=BankCardBody,
    reply=FaceCheckReply,
    idempotent=True,
)
def prove_by_bank_card(exchange: Exchange, body: BankCardBody) -> Reply:
    """End the check by a bank card: four elements compared by the bank, and a code to the reserved mobile (银行卡核验)."""
    message = body.message(exchange.parts["check"], exchange.source)
    return Reply(FaceCheckReply.of(exchange.order(message), exchange.say))
