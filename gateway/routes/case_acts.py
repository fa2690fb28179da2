"""What parties do with a case: edit, generate, confirm, sign, submit, take back, revoke. Every act answers where the case stands."""

from __future__ import annotations

from gateway.exchange import Exchange, Reply
from gateway.routes.cases import referred
from gateway.routing import route
from gateway.schemas.case_cancellation import CancellationBody
from gateway.schemas.case_contents import PartiesBody, TermsBody
from gateway.schemas.case_notes import AcknowledgementBody
from gateway.schemas.cases import CaseReferenceReply, RevocationBody, VersionBody
from services.common.messages import contract
from services.common.messages.contract import Side

CASE = "/v1/cases/{case}"


@route(
    "PUT", "/v1/cases/{case}/parties/{side}", actor="person", body=PartiesBody, reply=CaseReferenceReply, if_match=True
)
def save_parties(exchange: Exchange, body: PartiesBody) -> Reply:
    """Save all persons of one's own side."""
    side = Side(exchange.parts["side"].upper())
    return referred(exchange.order(body.message(exchange.case_no, side, exchange.revision)))


@route("PUT", "/v1/cases/{case}/terms", actor="person", body=TermsBody, reply=CaseReferenceReply, if_match=True)
def save_terms(exchange: Exchange, body: TermsBody) -> Reply:
    """Save what is agreed (买卖及交付, 争议解决); a complete save shows the case to the buyer."""
    return referred(exchange.order(body.message(exchange.case_no, exchange.revision)))


@route(
    "POST",
    "/v1/cases/{case}/documents",
    actor="person",
    reply=CaseReferenceReply,
    status=201,
    idempotent=True,
    if_match=True,
)
def generate_contract(exchange: Exchange) -> Reply:
    """Fix a version of the contract, to be confirmed by all (生成电子合同)."""
    message = contract.GenerateContract(case_no=exchange.case_no, revision=exchange.revision)
    return referred(exchange.order(message), created=CASE + "/documents/preview")


@route(
    "POST",
    "/v1/cases/{case}/confirmations",
    actor="person",
    body=VersionBody,
    reply=CaseReferenceReply,
    status=201,
    idempotent=True,
)
def confirm_contract(exchange: Exchange, body: VersionBody) -> Reply:
    """Confirm that version of the contract (确认合同)."""
    return referred(exchange.order(body.confirm(exchange.case_no)), created=CASE)


@route(
    "POST",
    "/v1/cases/{case}/acknowledgements",
    actor="person",
    body=AcknowledgementBody,
    reply=CaseReferenceReply,
    status=201,
    idempotent=True,
)
def acknowledge_note(exchange: Exchange, body: AcknowledgementBody) -> Reply:
    """Acknowledge a note of the register after reading the city's text about it (知悉确认)."""
    return referred(exchange.order(body.message(exchange.case_no)), created=CASE)


@route(
    "POST",
    "/v1/cases/{case}/signing",
    actor="person",
    body=VersionBody,
    reply=CaseReferenceReply,
    status=201,
    idempotent=True,
)
def start_signing(exchange: Exchange, body: VersionBody) -> Reply:
    """Freeze the documents of that version and invite all signers (发起签署)."""
    return referred(exchange.order(body.start_signing(exchange.case_no)), created=CASE + "/signing")


@route("POST", "/v1/cases/{case}/submission", actor="person", reply=CaseReferenceReply, status=201, idempotent=True)
def submit_case(exchange: Exchange) -> Reply:
    """Submit the signed contract to the authority (提交合同)."""
    return referred(exchange.order(contract.SubmitCase(case_no=exchange.case_no)), created=CASE)


@route("DELETE", "/v1/cases/{case}/submission", actor="person", reply=CaseReferenceReply)
def withdraw_submission(exchange: Exchange) -> Reply:
    """Take the submission back while no reviewer has claimed it."""
    return referred(exchange.order(contract.WithdrawSubmission(case_no=exchange.case_no)))


@route(
    "POST",
    "/v1/cases/{case}/revocation",
    actor="person",
    body=RevocationBody,
    reply=CaseReferenceReply,
    status=201,
    idempotent=True,
)
def revoke_case(exchange: Exchange, body: RevocationBody) -> Reply:
    """Revoke the case and free the house (撤销合同)."""
    return referred(exchange.order(body.message(exchange.case_no)), created=CASE)


@route(
    "POST",
    "/v1/cases/{case}/reopening",
    actor="person",
    reply=CaseReferenceReply,
    status=201,
    idempotent=True,
    if_match=True,
)
def reopen_case(exchange: Exchange) -> Reply:
    """Go back to one's draft to edit it; confirmations are void."""
    message = contract.ReopenCase(case_no=exchange.case_no, revision=exchange.revision)
    return referred(exchange.order(message), created=CASE)


@route("POST", "/v1/cases/{case}/rescission", actor="person", reply=CaseReferenceReply, status=201, idempotent=True)
def rescind_case(exchange: Exchange) -> Reply:
    """Agree to dissolve a contract signed by all (解除); done when the other side agrees too."""
    return referred(exchange.order(contract.RescindCase(case_no=exchange.case_no)), created=CASE)


@route("DELETE", "/v1/cases/{case}/rescission", actor="person", reply=CaseReferenceReply)
def withdraw_rescission(exchange: Exchange) -> Reply:
    """Take one's agreement to dissolve back, while the other side has not agreed."""
    return referred(exchange.order(contract.WithdrawRescission(case_no=exchange.case_no)))


@route(
    "POST",
    "/v1/cases/{case}/cancellation",
    actor="person",
    body=CancellationBody,
    reply=CaseReferenceReply,
    status=201,
    idempotent=True,
)
def apply_cancellation(exchange: Exchange, body: CancellationBody) -> Reply:
    """Apply to cancel the filing (备案注销): with the other side, or alone with a judgment."""
    return referred(exchange.order(body.message(exchange.case_no)), created=CASE)


@route("DELETE", "/v1/cases/{case}/cancellation", actor="person", reply=CaseReferenceReply)
def take_back_cancellation(exchange: Exchange) -> Reply:
    """Take one's application back while the other side has not applied."""
    return referred(exchange.order(contract.TakeBackCancellation(case_no=exchange.case_no)))
