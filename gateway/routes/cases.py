"""Opening, finding, joining and reading cases."""

from __future__ import annotations

from gateway.exchange import Exchange, Reply
from gateway.routing import PDF, route
from gateway.schemas.case_form import FormReply
from gateway.schemas.case_lists import CaseFoundReply, CaseListQuery, CaseListReply
from gateway.schemas.case_views import CaseReply, HistoryReply, SigningReply
from gateway.schemas.cases import CaseReferenceReply, JoinBody, LookUpBody, OpenCaseBody
from gateway.streams import stream
from services.common.kit.calls import ActorKind
from services.common.messages import contract, signing


def referred(case: contract.CaseReference, *, created: str = "") -> Reply:
    """Return the short reply of an act, with the revision as ETag and, for creations, the Location."""
    headers = {"ETag": f'"{case.revision}"'}
    if created:
        headers["Location"] = created.format(case=case.case_no)
    return Reply(CaseReferenceReply.of(case), headers=headers)


@route("POST", "/v1/cases", actor="person", body=OpenCaseBody, reply=CaseReferenceReply, status=201, idempotent=True)
def open_case(exchange: Exchange, body: OpenCaseBody) -> Reply:
    """Open a case for a house one owns (创建合同)."""
    return referred(exchange.order(body.message()), created="/v1/cases/{case}")


@route("POST", "/v1/cases/lookup", actor="person", body=LookUpBody, reply=CaseFoundReply)
def look_up_case(exchange: Exchange, body: LookUpBody) -> Reply:
    """Find a seller's case by name, ID number and case number; five failures an hour."""
    return Reply(CaseFoundReply.of(exchange.ask(body.message(exchange.source))))


@route("GET", "/v1/cases", actor="person", query=CaseListQuery, reply=CaseListReply)
def list_cases(exchange: Exchange, query: CaseListQuery) -> Reply:
    """List one's own cases, newest first (我的合同)."""
    return Reply(CaseListReply.of(exchange.ask(query.message())))


@route("GET", "/v1/cases/{case}", actor="signed_in", reply=CaseReply)
def show_case(exchange: Exchange) -> Reply:
    """Show a case; its revision is the ETag that edits give back as If-Match."""
    case = _case(exchange)
    return Reply(CaseReply.of(case, exchange.say), headers={"ETag": f'"{case.revision}"'})


@route("GET", "/v1/cases/{case}/form", actor="signed_in", reply=FormReply)
def show_form(exchange: Exchange) -> Reply:
    """Show what is to be filled in: fields with labels, limits, options and values, from the rules that validate."""
    form: contract.CaseForm = exchange.ask(contract.GetForm(case_no=exchange.case_no))
    return Reply(FormReply.of(form, exchange.say), headers={"ETag": f'"{form.revision}"'})


@route(
    "POST",
    "/v1/cases/{case}/buyer",
    actor="person",
    body=JoinBody,
    reply=CaseReferenceReply,
    status=201,
    idempotent=True,
)
def join_case(exchange: Exchange, body: JoinBody) -> Reply:
    """Become the main buyer of a case (我是买家)."""
    return referred(exchange.order(body.message(exchange.case_no)), created="/v1/cases/{case}")


@route("GET", "/v1/cases/{case}/history", actor="signed_in", reply=HistoryReply)
def show_history(exchange: Exchange) -> Reply:
    """Show what happened in a case, and its steps."""
    return Reply(HistoryReply.of(_case(exchange)))


@route("GET", "/v1/cases/{case}/documents/preview", actor="signed_in", produces=PDF)
def preview_contract(exchange: Exchange) -> Reply:
    """Draw the contract as it stands, marked as a preview (预览电子合同)."""
    return stream(exchange, exchange.ask(contract.PreviewContract(case_no=exchange.case_no)), inline=True)


@route("GET", "/v1/cases/{case}/documents/contract", actor="signed_in", produces=PDF)
def download_contract(exchange: Exchange) -> Reply:
    """Download the signed contract, sealed once it is filed (合同下载)."""
    return stream(exchange, exchange.ask(contract.DownloadContract(case_no=exchange.case_no)), inline=False)


@route("GET", "/v1/cases/{case}/signing", actor="signed_in", reply=SigningReply)
def show_signing(exchange: Exchange) -> Reply:
    """Show how far signing is, and one's own tasks in it."""
    case = _case(exchange)
    tasks: tuple[signing.TaskView, ...] = ()
    if exchange.actor.kind is ActorKind.PERSON:
        tasks = exchange.ask(signing.ListTasks(case_no=case.case_no)).tasks
    return Reply(SigningReply.of(case, tasks))


def _case(exchange: Exchange) -> contract.CaseView:
    found: contract.CaseView = exchange.ask(contract.GetCase(case_no=exchange.case_no))
    return found
