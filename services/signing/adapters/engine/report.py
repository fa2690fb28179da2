"""Draws the evidence report (证据报告): what a court reads, with the whole record for machines attached to the same file.

Decides layout and words. What is reported is given; signing it is `signatures`' business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from reportlab.pdfbase import pdfmetrics, ttfonts
from reportlab.pdfgen.canvas import Canvas

from services.signing.adapters.engine.lettering import TEXT_FAMILIES, installed_file

FIELD = "platform"
ATTACHMENT = "evidence.json"
_FONT = "guohu-report"
_PAGE = (595.0, 842.0)
_LEFT, _TOP, _BOTTOM, _RIGHT = 56.0, 780.0, 70.0, 539.0
_BOX = (339, 28, 539, 64)
ACTS = {
    "opened": "文件冻结，签署开始",
    "link_issued": "签发签署链接",
    "link_sent": "签署链接已交短信通道",
    "link_delivered": "手机确认收到签署链接",
    "link_undelivered": "签署链接未送达手机",
    "identified": "核验身份",
    "document_opened": "打开文件",
    "signature_requested": "手写签名并同意签署",
    "signed": "签名写入文件",
    "all_signed": "全部签署完成",
    "sealed": "主管部门盖章并归档",
    "stamped": "补加时间戳",
    "refused": "拒签",
    "recalled": "撤回",
    "expired": "逾期终止",
}


def draw(evidence: Mapping[str, Any], attached: bytes) -> bytes:
    """Return the report with an empty signature field and the record attached. Raises KeyError for a record of another form."""
    drawn = BytesIO()
    canvas = Canvas(drawn, pagesize=_PAGE, invariant=1)
    _write(canvas, _lines(evidence))
    canvas.save()
    whole = BytesIO()
    with pikepdf.open(drawn) as pdf:
        pdf.attachments[ATTACHMENT] = _spec(pdf, attached)
        pdf.save(whole, deterministic_id=True)
    writer = IncrementalPdfFileWriter(whole)
    append_signature_field(writer, SigFieldSpec(FIELD, on_page=-1, box=_BOX))
    with_field, flat = BytesIO(), BytesIO()
    writer.write(with_field)
    with pikepdf.open(with_field) as pdf:
        pdf.save(flat, deterministic_id=True)
    return flat.getvalue() + (b"" if flat.getvalue().endswith(b"\n") else b"\n")


def attached(report: bytes) -> bytes:
    """Return the record attached to a report. Raises KeyError, pikepdf.PdfError."""
    with pikepdf.open(BytesIO(report)) as pdf:
        return bytes(pdf.attachments[ATTACHMENT].get_file().read_bytes())


def _spec(pdf: pikepdf.Pdf, attached: bytes) -> pikepdf.AttachedFileSpec:
    return pikepdf.AttachedFileSpec(
        pdf, attached, description="", filename=ATTACHMENT, mime_type="application/json", creation_date="", mod_date=""
    )


def _lines(evidence: Mapping[str, Any]) -> Iterator[tuple[float, str]]:
    """Yield size and text of each line."""
    yield 17, "电子签署证据报告"
    yield 9, f"业务编号 {evidence['case_no']}    版本 {evidence['version']}    状态 {evidence['state']}"
    yield 9, f"签署任务 {evidence['envelope_id']}    核验码 {evidence['verification_code']}"
    yield 9, f"主管部门 {evidence['office_name'] or '无'}    备案编号 {evidence['filing_no'] or '无'}"
    yield 9, f"出具时间 {evidence['made_at']}（协调世界时）"
    yield from _documents(evidence["documents"])
    yield from _signers(evidence["signers"])
    yield 12, "签署过程（每条记录含前一条的摘要，改动、删除、插入、调换均可发现）"
    for one in evidence["chain"]:
        yield 8.5, f"{one['number']}  {one['at']}  {ACTS.get(one['act'], one['act'])}"
        yield from ((6.5, f"    {name}: {value}") for name, value in sorted(one["facts"].items()))
        yield 6.5, f"    本条摘要 {one['hash']}"
    yield 9, "本报告所附 evidence.json 为完整记录。核验：guohu verify 文件名，无需联网。"


def _documents(documents: Sequence[Mapping[str, Any]]) -> Iterator[tuple[float, str]]:
    yield 12, "文件"
    for one in documents:
        yield 9, f"{one['kind']}    {one['pages']} 页"
        for place, digest in enumerate(one["revisions"]):
            yield 6.5, f"    第 {place} 版 SHA-256 {digest}"
        for name, digest in sorted(one.get("digests", {}).items()):
            yield 6.5, f"    最终文件 {name.upper()} {digest}"


def _signers(signers: Sequence[Mapping[str, Any]]) -> Iterator[tuple[float, str]]:
    yield 12, "签署人"
    for one in signers:
        yield 9, f"{one['name']}    {one['side']}    {one['state']}    身份核验方式 {one['method'] or '无'}"
        if one.get("company"):
            yield 9, f"    代表 {one['company']}    统一社会信用代码 {one['uscc']}"
        yield 6.5, f"    手机 {one['mobile']}    签署时间 {one['signed_at'] or '无'}    签名域 {one['field']}"
        for kind, serial in sorted(one["certificates"].items()):
            yield 6.5, f"    证书序列号（{kind}）{serial}"


def _write(canvas: Canvas, lines: Iterator[tuple[float, str]]) -> None:
    font, at = _font(), _TOP
    for size, text in lines:
        for part in _folded(text, size, font):
            if at < _BOTTOM:
                canvas.showPage()
                at = _TOP
            canvas.setFont(font, size)
            canvas.drawString(_LEFT, at, part)
            at -= size * 1.5
    canvas.showPage()


def _folded(text: str, size: float, font: str) -> Iterator[str]:
    """Yield the text in pieces that fit the width."""
    line = ""
    for character in text:
        if pdfmetrics.stringWidth(line + character, font, size) > _RIGHT - _LEFT:
            yield line
            line = "    "
        line += character
    yield line


@cache
def _font() -> str:
    path, number = installed_file(TEXT_FAMILIES)
    pdfmetrics.registerFont(ttfonts.TTFont(_FONT, str(path), subfontIndex=number))
    return _FONT
