"""Decides the job `render_contract` of an engine process: JSON of a contract document in, finished PDF out.

Leaves to others: the process around it (plain Python, no eventlet, killed and restarted from outside), where the PDF is
stored, and every signature. Fonts, templates and the sandbox are prepared once per process.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.contract.adapters.rendering.document_json import from_json, to_json
from services.contract.adapters.rendering.errors import EngineError, RenderError
from services.contract.adapters.rendering.extraction import mend_text
from services.contract.adapters.rendering.finish import Pages
from services.contract.adapters.rendering.fonts import Fonts
from services.contract.adapters.rendering.html_to_pdf import HtmlToPdf
from services.contract.adapters.rendering.overlay import Marks, draw_overlay
from services.contract.adapters.rendering.places import Place, find_places
from services.contract.adapters.rendering.safe_pdfkit import SafePdfKit
from services.contract.adapters.rendering.sandbox import Limits, Sandbox
from services.contract.adapters.rendering.template import TEMPLATES, ContractTemplate
from services.contract.domain.document import ContractDocument

__all__ = ["ContractRenderer", "EngineError", "RenderError", "Rendered", "build"]

_QR_PLACE = "verification"

Job = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Rendered:
    """A finished file: its bytes and their SHA-256, the number of pages, and the empty signature fields in order."""

    pdf: bytes
    sha256: str
    pages: int
    fields: tuple[Place, ...]


class ContractRenderer:
    """Draws sale contracts: glyph check, template, conversion, finish."""

    def __init__(self, template: ContractTemplate, converter: HtmlToPdf, fonts: Fonts) -> None:
        """Use `converter` for the pages; `template` and `fonts` are kept for the life of the process."""
        self._template = template
        self._converter = converter
        self._fonts = fonts

    def render(self, document: ContractDocument, *, preview: bool = False) -> Rendered:
        """Draw `document`; a preview is marked on every page and has neither signature fields nor a QR code.

        Raises `EngineError` (`contract.glyph_missing`, `contract.template_missing`) and `RenderError`.
        """
        self._fonts.check(to_json(document))
        drawn = self._template.draw(document)
        converted = self._converter.convert(drawn.html)
        places = [] if preview else find_places(converted, drawn.corners)
        code = next((place for place in places if place.name == _QR_PLACE), None)
        fields = tuple(place for place in places if place.name != _QR_PLACE)
        pages = Pages.open(converted)
        mend_text(pages.pdf, self._fonts, drawn.html)
        sizes = pages.sizes()
        pages.lay_over(
            draw_overlay(self._fonts, sizes, Marks(document.case_no, document.verification_url, code, preview=preview))
        )
        if not preview:
            pages.add_signature_fields(fields)
        pdf = pages.save(drawn.title, document.drafted_on)
        return Rendered(pdf, hashlib.sha256(pdf).hexdigest(), len(sizes), fields)


def build(settings: Mapping[str, Any]) -> dict[str, Job]:
    """Return the jobs of this engine by name.

    Settings, all optional: `fonts` (folder, searched below), `templates` (folder), `wkhtmltopdf` (program),
    `timeout_seconds` (20), `sandbox` ("auto" or "required": refuse to draw without isolation).
    `render_contract` takes `document` (JSON of a ContractDocument) and `preview`, and gives {"pdf": bytes, "sha256",
    "pages", "fields": [{"name", "page", "rect"}]}.
    """
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it wonders about the dates of the converter's subsets
    renderer = ContractRenderer(
        ContractTemplate(Path(settings.get("templates", TEMPLATES))),
        SafePdfKit(
            Sandbox.prepare(Limits(), required=settings.get("sandbox") == "required"),
            timeout_seconds=settings.get("timeout_seconds", 20),
            program=settings.get("wkhtmltopdf"),
        ),
        Fonts(Path(settings.get("fonts", "/usr/share/fonts"))),
    )

    def render_contract(document: dict[str, Any], *, preview: bool = False) -> dict[str, Any]:
        rendered = renderer.render(from_json(document), preview=preview)
        fields = [{"name": field.name, "page": field.page, "rect": list(field.rect)} for field in rendered.fields]
        return {"pdf": rendered.pdf, "sha256": rendered.sha256, "pages": rendered.pages, "fields": fields}

    return {"render_contract": render_contract}
