"""Materials of a case (申请材料): uploaded one file a request, listed, shown page by page, downloaded, taken away."""

from __future__ import annotations

import hashlib

from gateway.exchange import Exchange, Reply
from gateway.routing import JPEG, route
from gateway.schemas.materials import SIZES, CaseMaterialsReply, MaterialReferenceReply, PageQuery, UploadQuery
from gateway.streams import stream
from gateway.uploads import BODY_BYTES, FORM, read_file
from services.common.messages import contract

REFUSALS = (
    "http.file_too_large",
    "http.one_file_only",
    "contract.file_type",
    "contract.file_broken",
    "contract.file_ambiguous",
    "contract.file_locked",
    "contract.file_active",
    "contract.file_too_complex",
    "contract.too_many_pages",
    "contract.material_not_asked",
    "contract.kind_not_accepted",
    "contract.stale_version",
)


@route(
    "POST",
    "/v1/cases/{case}/materials",
    actor="person",
    query=UploadQuery,
    media=FORM,
    max_body=BODY_BYTES,
    too_large="http.file_too_large",
    reply=MaterialReferenceReply,
    status=201,
    errors=REFUSALS,
    idempotent=True,
)
def upload_material(exchange: Exchange, query: UploadQuery) -> Reply:
    """Upload one file (JPEG, PNG, HEIC, WebP, PDF; at most 10,485,760 bytes) for a person's material (上传材料)."""
    sent = read_file(exchange.headers, exchange.raw_body)
    upload_id = _upload_id(exchange, sent.sha256)
    exchange.incoming.put(upload_id, sent.data)
    message = query.message(exchange.case_no, upload_id, sent.sha256, sent.media_type)
    kept: contract.MaterialReference = exchange.order(message)
    location = f"/v1/cases/{kept.case_no}/materials/{kept.file_id}"
    return Reply(MaterialReferenceReply.of(kept), headers={"Location": location})


@route("GET", "/v1/cases/{case}/materials", actor="signed_in", reply=CaseMaterialsReply)
def list_materials(exchange: Exchange) -> Reply:
    """List what is asked of whom, and the files of one's own side; a reviewer sees all from the submission on."""
    found: contract.Materials = exchange.ask(contract.ListMaterials(case_no=exchange.case_no))
    return Reply(CaseMaterialsReply.of(found, exchange.say))


@route("GET", "/v1/cases/{case}/materials/{file}", actor="signed_in", produces="*/*")
def download_material(exchange: Exchange) -> Reply:
    """Download an uploaded file as kept: a JPEG or a PDF."""
    message = contract.DownloadMaterial(case_no=exchange.case_no, file_id=exchange.parts["file"])
    return stream(exchange, exchange.ask(message), inline=False)


@route(
    "GET",
    "/v1/cases/{case}/materials/{file}/pages/{page}",
    actor="signed_in",
    query=PageQuery,
    produces=JPEG,
    errors=("contract.page_unknown",),
)
def show_material_page(exchange: Exchange, query: PageQuery) -> Reply:
    """Show one page of an uploaded file as a picture, the first is 1."""
    message = contract.GetMaterialPage(
        case_no=exchange.case_no,
        file_id=exchange.parts["file"],
        page=int(exchange.parts["page"]),
        longest=SIZES[query.size],
    )
    return stream(exchange, exchange.ask(message), inline=True)


@route("DELETE", "/v1/cases/{case}/materials/{file}", actor="person", reply=MaterialReferenceReply)
def remove_material(exchange: Exchange) -> Reply:
    """Take an uploaded file away, by the person or the main party of the side."""
    message = contract.RemoveMaterial(case_no=exchange.case_no, file_id=exchange.parts["file"])
    return Reply(MaterialReferenceReply.of(exchange.order(message)))


def _upload_id(exchange: Exchange, sha256: str) -> str:
    """The same for a repeat of the same request, so that it is the same message, and never another's."""
    key = exchange.headers.get("Idempotency-Key", "")
    return hashlib.sha256(f"{exchange.actor.id}:{key}:{sha256}".encode()).hexdigest()
