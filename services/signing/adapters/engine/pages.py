"""Pictures of pages for screens.

Decides resolution limits and encoding. A picture is a convenience; the proof is the PDF and its recorded hash.
"""

from __future__ import annotations

from io import BytesIO

import pypdfium2
from pypdfium2 import PdfiumError

from services.common.kit.errors import Kind
from services.signing.adapters.engine.errors import EngineError

LOWEST_DPI, HIGHEST_DPI = 36, 220
MOST_PIXELS = 25_000_000
_POINTS_PER_INCH = 72
_QUALITY = 78


def page_image(document: bytes, page: int, dpi: int) -> bytes:
    """Return a page (counted from 1) as JPEG, with its signatures and seal.

    Raises EngineError `signing.page_missing`, `signing.dpi_invalid`, `signing.document_damaged`.
    """
    if not isinstance(dpi, int) or not LOWEST_DPI <= dpi <= HIGHEST_DPI:
        raise EngineError("signing.dpi_invalid", lowest=LOWEST_DPI, highest=HIGHEST_DPI)
    pdf = _opened(document)
    try:
        if not isinstance(page, int) or not 1 <= page <= len(pdf):
            raise EngineError("signing.page_missing", Kind.NOT_FOUND, pages=len(pdf))
        pdf.init_forms()  # before a page is opened, or no widget is drawn
        opened = pdf[page - 1]
        width, height = opened.get_size()
        scale = dpi / _POINTS_PER_INCH
        if width * height * scale * scale > MOST_PIXELS:
            raise EngineError("signing.page_too_large", page=page)
        encoded = BytesIO()
        opened.render(scale=scale).to_pil().convert("RGB").save(encoded, "JPEG", quality=_QUALITY)
        return encoded.getvalue()
    except PdfiumError as wrong:
        raise EngineError("signing.document_damaged", reason="page") from wrong
    finally:
        pdf.close()


def page_count(document: bytes) -> int:
    """Return the number of pages. Raises EngineError `signing.document_damaged`."""
    pdf = _opened(document)
    try:
        return len(pdf)
    finally:
        pdf.close()


def _opened(document: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(document)
    except PdfiumError as wrong:
        raise EngineError("signing.document_damaged", reason="structure") from wrong
