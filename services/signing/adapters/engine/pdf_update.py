"""Appends one signed revision to a PDF: the mechanics every signature, seal and document time stamp share.

Decides how a field is found, filled and written, on pyHanko's embedder. The CMS message comes from `cms` as finished
DER, so the library's own, slower path (size estimate, object tree, event loop) is not entered.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.form_tools import get_single_field_annot
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import constants
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp, PdfSignedData

from services.common.kit.errors import Kind
from services.signing.adapters.engine import asn1_patch
from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.revisions import extendable

MD = "sha256"
RESERVED = 9216
"""Hex digits kept free for a message: a signature with its time stamp takes about 7,000, and a reader pays for every
spare one."""
DRAWING = Callable[[IncrementalPdfFileWriter, generic.DictionaryObject], generic.Reference]
_LOCKED = b"/FieldMDP"
"""Stands only in the signature dictionary of a seal, which is never compressed."""

asn1_patch.apply()


def open_update(document: bytes) -> IncrementalPdfFileWriter:
    """Open a document for one more revision. Raises EngineError `signing.document_damaged`, `.document_encrypted`."""
    try:
        writer = IncrementalPdfFileWriter(BytesIO(extendable(document)))
    except (PdfError, ValueError, KeyError, TypeError, RecursionError) as wrong:
        raise EngineError("signing.document_damaged", reason="structure") from wrong
    if writer.prev.encrypted:
        raise EngineError("signing.document_encrypted")
    return writer


def refuse_locked(document: bytes) -> None:
    """Raise EngineError `signing.document_locked` if the authority's seal is already on the document."""
    if _LOCKED in document:
        raise EngineError("signing.document_locked", Kind.CONFLICT)


def field_names(document: bytes) -> tuple[list[str], list[str]]:
    """Return the names of all signature fields and of the signed. Raises EngineError `signing.document_damaged`."""
    try:
        reader = PdfFileReader(BytesIO(document))
        found = [(str(name), bool(value)) for name, value, _ in enumerate_sig_fields(reader)]
    except (PdfError, ValueError, KeyError, TypeError, RecursionError) as wrong:
        raise EngineError("signing.document_damaged", reason="structure") from wrong
    return [name for name, _ in found], [name for name, signed in found if signed]


def refuse_unsigned(writer: IncrementalPdfFileWriter, besides: str) -> None:
    """Raise EngineError `signing.fields_unsigned` if a field other than `besides` is empty: the seal would lock it."""
    empty = [str(name) for name, _, _ in enumerate_sig_fields(writer, filled_status=False) if name != besides]
    if empty:
        raise EngineError("signing.fields_unsigned", Kind.CONFLICT, fields=empty)


def fill_field(
    writer: IncrementalPdfFileWriter,
    field: str,
    placeholder: PdfSignedData,
    message: Callable[[bytes], bytes],
    *,
    drawing: DRAWING,
    lock: bool = False,
) -> bytes:
    """Sign in an existing empty field and return the whole document.

    `message` makes the CMS message from the document's SHA-256 digest; `drawing` makes the widget's appearance; `lock`
    forbids every later change but proof of long-term validity. Raises EngineError `signing.field_missing`,
    `.field_signed`, `.field_damaged`.
    """
    embedder = PdfCMSEmbedder().write_cms(field, writer, existing_fields_only=True)
    sig_field = _field(writer, embedder, field)
    _declare_pades(writer)
    widget = get_single_field_annot(sig_field)
    appearance = drawing(writer, widget)
    widget[pdf_name("/AP")] = generic.DictionaryObject(  # type: ignore[no-untyped-call]
        {pdf_name("/N"): generic.IndirectObject(appearance.idnum, appearance.generation, writer)}  # type: ignore[no-untyped-call]
    )
    writer.update_container(widget)
    mdp = None
    if lock:
        mdp = SigMDPSetup(MD, field_lock=FieldMDPSpec(FieldMDPAction.ALL), docmdp_perms=MDPPerm.NO_CHANGES)
    embedder.send(SigObjSetup(placeholder, mdp_setup=mdp))
    return _write(embedder, message)


def add_document_timestamp(writer: IncrementalPdfFileWriter, field: str, message: Callable[[bytes], bytes]) -> bytes:
    """Time-stamp the document in a new invisible field and return it; `message` makes the token from the digest."""
    spec = SigFieldSpec(sig_field_name=field, readable_field_name="Timestamp")
    embedder = PdfCMSEmbedder(new_field_spec=spec).write_cms(field, writer)
    next(embedder)
    _declare_pades(writer)
    embedder.send(SigObjSetup(DocumentTimestamp(bytes_reserved=RESERVED)))  # type: ignore[no-untyped-call]
    return _write(embedder, message)


def _field(
    writer: IncrementalPdfFileWriter, embedder: Generator[Any, Any, None], field: str
) -> generic.DictionaryObject:
    try:
        found: generic.DictionaryObject = next(embedder).get_object()
    except SigningError as refused:
        filled = {name for name, _, _ in enumerate_sig_fields(writer, filled_status=True)}
        if field in filled:
            raise EngineError("signing.field_signed", Kind.CONFLICT, field=field) from refused
        raise EngineError("signing.field_missing", field=field) from refused
    except (PdfError, KeyError, TypeError, ValueError) as wrong:
        raise EngineError("signing.document_damaged", reason="form") from wrong
    return found


def _declare_pades(writer: IncrementalPdfFileWriter) -> None:
    # PAdES in PDF 1.7 asks for the ESIC extension (ETSI EN 319 142-1); signatures on named curves for PDF 2.0 (ISO/TS
    # 32002).
    writer.ensure_output_version(version=(2, 0))  # type: ignore[no-untyped-call]
    writer.register_extension(constants.ESIC_EXTENSION_1)
    writer.register_extension(constants.ISO32002)


def _write(embedder: Generator[Any, Any, None], message: Callable[[bytes], bytes]) -> bytes:
    prepared, output = embedder.send(SigIOSetup(MD, in_place=True))
    encoded = message(prepared.document_digest)
    if len(encoded) * 2 > prepared.reserved_region_end - prepared.reserved_region_start - 2:
        raise EngineError("signing.message_too_large", Kind.INTERNAL, size=len(encoded))
    embedder.send(encoded)
    written: bytes = output.getvalue()
    return written
