"""A right request for each route, made from the route itself."""

from __future__ import annotations

from typing import Any

from gateway.routing import JPEG, JSON, PDF, Route
from gateway.schemas import base
from services.common.messages.identity import ProofPurpose
from tests.unit.gateway.samples import Samples, id_number

JPEG_BYTES = b"\xff\xd8\xff\xe0" + b"picture" * 10 + b"\xff\xd9"
PDF_BYTES = b"%PDF-1.7 " + b"document" * 10
PARTS = {
    "issuer": "root",
    "city": "huangshi",
    "case": "huangshi-2023081800001",
    "side": "buyer",
    "purpose": "FACE",
    "check": "check-123456",
    "action": "turn_left",
    "language": "en",
    "office": "hs-01",
    "business_type": "sale_self",
    "handle": "h" * 43,
    "token": "t" * 43,
    "kind": "sale_contract",
    "code": "ABCD-EFGH-JKLM",
    "message": "0123456789abcdef" * 2,
    "review": "r" * 32,
    "file": "0f" * 16,
    "page": "2",
}
UPLOAD = {"person_id": "p-" + "a" * 26, "material_id": "id_card", "kind": "ID_CARD", "version": "4"}
NUMBERS = {"width": 600, "height": 300, "version": 4, "limit": 7}


def path_of(route: Route) -> str:
    """Return the path with every part filled in."""
    path = route.path
    for name in route.parts:
        path = path.replace(f"{{{name}}}", PARTS[name])
    return path


def body_of(route: Route, samples: Samples) -> Any:
    """Return a body dataclass instance, None where the route takes none."""
    if route.body is None:
        return None
    fixed: dict[str, Any] = {name: value for name, value in NUMBERS.items() if name in route.body.__dataclass_fields__}
    name = route.body.__name__
    if name == "FaceCheckBody":
        fixed["purpose"] = ProofPurpose.SIGN
    if name == "CaptchaBody":
        fixed |= {"kind": "SOUND", "language": "en"}
    if name == "DecisionBody":
        fixed |= {"items": (), "rule": "", "reason": "", "remedies": ""}
    if name == "TitleSearchBody":
        fixed |= {"owner_name": "张三丰", "owner_id_number": str(id_number(7))}
    if name in {"LookUpBody", "JoinBody"}:
        fixed |= {"seller_name": "张三丰", "seller_id_number": str(id_number(8))}
    if name == "AcknowledgementBody":
        fixed |= {"reason": "MORTGAGED", "text_id": "mortgage_notice"}
    if name == "SignatureBody":
        from gateway.schemas.signing import HandwritingBody

        fixed |= {"handwriting": samples.of(HandwritingBody, width=600, height=300), "picture": ""}
    return samples.of(route.body, **fixed)


def request_of(route: Route, samples: Samples) -> dict[str, Any]:
    """Return what `Browser.send` needs for a right request."""
    who = {"anyone": "nobody", "signed_in": "person"}.get(route.actor, route.actor)
    request: dict[str, Any] = {"method": route.method, "path": path_of(route), "who": who}
    body = body_of(route, samples)
    if body is not None:
        request["json_body"] = base.write(body)
    if route.media == JSON and route.body is None:
        request |= {"json_body": {"receipts": []}, "headers": dict.fromkeys(route.headers, "signed")}
    if route.media == JPEG:
        request |= {"data": JPEG_BYTES, "content_type": JPEG}
    if route.operation == "upload_material":
        request |= {"data": JPEG_BYTES, "content_type": JPEG, "query_string": UPLOAD}
    if route.operation in {"verify_file", "show_file_verified"}:
        request |= {"data": PDF_BYTES, "content_type": PDF}
    if "X-Step-Token" in route.headers:
        request["headers"] = {"X-Step-Token": "vv7+kC9mS0L1dWtN0m1zN0vEwVb1Ck8tJ4bQpIhPV2s=~step-1"}
    return request
