"""A small contract to sign: two pages, four signers' fields and the seal's, and handwriting drawn by formula."""

from __future__ import annotations

import math
from io import BytesIO

import pikepdf
from PIL import Image, ImageDraw
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from reportlab.pdfgen.canvas import Canvas

from services.signing.adapters.engine.tracing import trace

OFFICE = "黄石市住房和城市更新局"
SIGNERS = ("signer_1", "signer_2", "signer_3", "signer_4")
PEOPLE = {field: f"p-{place:08x}" for place, field in enumerate(SIGNERS, start=0x5EED)}


def person_of(field: str) -> str:
    """Return the pseudonym of whoever signs a field."""
    return PEOPLE.get(field, f"p-{field.replace('_', '-')}")


def crowded(signers: tuple[str, ...]) -> bytes:
    """Return a document with small fields for very many people."""
    return contract(signers=signers, step=13, height=21)


def contract(
    seal_box: tuple[int, int, int, int] | None = (380, 60, 530, 220),
    signers: tuple[str, ...] = SIGNERS,
    *,
    step: int = 90,
    height: int = 70,
    price: str = "1,200,000.00",
) -> bytes:
    """Return a reproducible PDF with empty signature fields."""
    drawn = BytesIO()
    canvas = Canvas(drawn, pagesize=(595, 842), invariant=1)
    canvas.drawString(72, 770, f"Contract of sale: the price is {price} yuan.")
    canvas.showPage()
    canvas.drawString(72, 770, "Signatures")
    canvas.showPage()
    canvas.save()
    flat = BytesIO()
    with pikepdf.open(drawn) as pdf:
        pdf.save(flat, deterministic_id=True)
    writer = IncrementalPdfFileWriter(flat)
    for place, name in enumerate(signers):
        low = 710 - height - step * place
        append_signature_field(writer, SigFieldSpec(name, on_page=1, box=(72, low, 252, low + height)))
    if seal_box is not None:
        append_signature_field(writer, SigFieldSpec("seal", on_page=1, box=seal_box))
    with_fields = BytesIO()
    writer.write(with_fields)
    finished = BytesIO()
    with pikepdf.open(with_fields) as pdf:
        pdf.save(finished, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return finished.getvalue()


def ink(seed: int = 1) -> dict[str, object]:
    """Return a plausible scrawl: three strokes of a hundred points."""
    strokes = []
    for stroke in range(3):
        left = 60 + 150 * stroke
        points = [
            [
                left + 1.1 * step + 22 * math.sin(step / (7 + seed) + stroke),
                100 + 55 * math.sin(step / 9 + seed) + 18 * math.cos(step / (3 + stroke)),
            ]
            for step in range(100)
        ]
        strokes.append(points)
    return {"width": 560, "height": 210, "strokes": strokes}


def traced() -> dict[str, object]:
    """Return what is kept of a picture of the same scrawl."""
    drawn = ink()
    image = Image.new("L", (560, 210), 255)
    for stroke in drawn["strokes"]:  # type: ignore[attr-defined]
        ImageDraw.Draw(image).line([(x, y) for x, y in stroke], fill=0, width=4, joint="curve")
    found = trace(image)
    assert found is not None
    return {"width": found.width, "height": found.height, "outlines": found.outlines}
