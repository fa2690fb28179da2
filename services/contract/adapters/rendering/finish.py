"""Decides how drawn pages become the file people sign: overlay, title, fixed dates and ID, empty signature fields.

Leaves to others: the pages (converter), the overlay's content, and every signature. Equal input gives equal bytes: the
only date is the document's own, the file ID is computed from the content, names of resources are ours.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from services.contract.adapters.rendering.places import Place

_PRINT_AND_LOCKED = 132
"""Annotation flags: printed, and not to be moved or deleted by a reader."""
_SIGNATURES_APPEND_ONLY = 3
"""SigFlags: there are signature fields, and the file is only appended to."""
_SEAL = "seal"


@dataclass(frozen=True)
class Pages:
    """Converted pages, open for the finish."""

    pdf: pikepdf.Pdf

    @classmethod
    def open(cls, converted: bytes) -> "Pages":
        """Open what the converter gave."""
        return cls(pikepdf.open(io.BytesIO(converted)))

    def sizes(self) -> list[tuple[float, float]]:
        """Return width and height of each page in points."""
        return [
            (float(page.mediabox[2]) - float(page.mediabox[0]), float(page.mediabox[3]) - float(page.mediabox[1]))
            for page in self.pdf.pages
        ]

    def lay_over(self, overlay: bytes) -> None:
        """Draw page n of `overlay` over page n."""
        with pikepdf.open(io.BytesIO(overlay)) as marks:
            for page, mark in zip(self.pdf.pages, marks.pages, strict=True):
                form = self.pdf.copy_foreign(mark.as_form_xobject())
                if Name.Resources not in page.obj:
                    page.obj.Resources = Dictionary()
                page.add_resource(form, Name.XObject, name=Name.FxFinish)
                page.contents_add(b"q", prepend=True)
                page.contents_add(b"Q q /FxFinish Do Q")

    def add_signature_fields(self, places: Sequence[Place]) -> None:
        """Append an empty signature field with a widget at each of `places`, named as the place."""
        fields = [self._signature_field(place) for place in places]
        self.pdf.Root.AcroForm = Dictionary(Fields=Array(fields), SigFlags=_SIGNATURES_APPEND_ONLY)

    def _signature_field(self, place: Place) -> pikepdf.Object:
        page = self.pdf.pages[place.page - 1]
        field = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(place.name),
            Rect=Array(list(place.rect)),
            F=_PRINT_AND_LOCKED,
            P=page.obj,
        )
        if place.name == _SEAL:
            # the seal is the last signature: once it stands, nothing but validation data may follow
            field.Lock = self.pdf.make_indirect(Dictionary(Type=Name.SigFieldLock, Action=Name.All, P=1))
        widget = self.pdf.make_indirect(field)
        if Name.Annots not in page.obj:
            page.obj.Annots = Array()
        page.obj.Annots.append(widget)
        return widget

    def save(self, title: str, drafted_on: date) -> bytes:
        """Set title and dates, and return the bytes of the file."""
        stamp = String(f"D:{drafted_on:%Y%m%d}000000+08'00'")
        self.pdf.trailer.Info = self.pdf.make_indirect(
            Dictionary(Title=String(title), Creator=String("Guohu"), CreationDate=stamp, ModDate=stamp)
        )
        root = self.pdf.Root
        root.Lang = String("zh-CN")
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        out = io.BytesIO()
        self.pdf.save(
            out, min_version="1.7", deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable
        )
        return out.getvalue()
