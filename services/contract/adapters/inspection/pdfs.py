"""Makes a clean copy of an uploaded PDF: its pages as they look, and nothing that acts.

Decides what a PDF may not hold (encryption, scripts, launch and other acts, embedded files, forms of their own) and how
much it may unpack to. A copy is written anew from the pages alone, so what hides before, between or behind them is gone.
"""

import io
import itertools
import re
import zlib
from typing import Any

import pikepdf
import pypdfium2

from services.common.kit.engine_child import EngineError
from services.contract.adapters.inspection.pictures import MOST_PIXELS

MOST_PAGES = 20
MOST_UNPACKED = 192 * 1024 * 1024
"""Bytes all packed streams of a file may hold together: ten megabytes of scans hold far less, a bomb a thousand times as much."""
MOST_OBJECTS = 20_000
MOST_NESTED = 60
LONGEST_EDGE = 5_000
"""Points, 1.76 m."""
CHECKED_SIDE = 160
_STREAM = re.compile(rb"stream\r?\n")
_STEP = 1024 * 1024
_PACKERS = frozenset({"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"})
_ACTING_KEYS = frozenset(
    {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent", "/RichMediaSettings"}
)
_ACTS = frozenset(
    [
        "/JavaScript",
        "/Launch",
        "/ImportData",
        "/SubmitForm",
        "/ResetForm",
        "/GoToR",
        "/GoToE",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/RichMediaExecute",
        "/Hide",
        "/SetOCGState",
        "/Trans",
        "/GoTo3DView",
    ]
)
_ACTING_SUBTYPES = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
_DROPPED = ("/Annots", "/AA", "/Metadata", "/PieceInfo", "/Thumb", "/StructParents", "/B", "/Tabs")


def clean_pdf(data: bytes) -> tuple[bytes, int]:
    """Return the copy and its number of pages.

    Raises EngineError `contract.file_broken`, `.file_locked`, `.file_active`, `.file_too_complex`, `.too_many_pages`.
    """
    _refuse_bombs(data)
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise EngineError("contract.file_locked")
            pages = _count(pdf)
            _inspect(pdf)
            copy = _written_anew(pdf)
    except pikepdf.PasswordError as wrong:
        raise EngineError("contract.file_locked") from wrong
    except (MemoryError, RecursionError) as wrong:
        raise EngineError("contract.file_too_complex") from wrong
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError) as wrong:
        raise EngineError("contract.file_broken") from wrong
    _show_once(copy, pages)
    return copy, pages


def _refuse_bombs(data: bytes) -> None:
    """Unpack whatever looks like a packed stream, into nothing and with a limit, before a library unpacks it into memory."""
    left, whole = MOST_UNPACKED, memoryview(data)
    for number, found in enumerate(_STREAM.finditer(data)):
        if number > MOST_OBJECTS:
            raise EngineError("contract.file_too_complex")
        unpacker, at = zlib.decompressobj(), found.end() + _STEP
        rest: bytes | memoryview = whole[found.end() : at]
        try:
            while rest and not unpacker.eof:
                left -= len(unpacker.decompress(rest, _STEP))
                if left < 0:
                    raise EngineError("contract.file_too_complex")
                rest = unpacker.unconsumed_tail or whole[at : at + _STEP]
                at += 0 if unpacker.unconsumed_tail else _STEP
        except zlib.error:
            continue  # not packed this way


def _count(pdf: pikepdf.Pdf) -> int:
    pages = len(pdf.pages)
    if not pages:
        raise EngineError("contract.file_broken")
    if pages > MOST_PAGES:
        raise EngineError("contract.too_many_pages", most=MOST_PAGES)
    for page in pdf.pages:
        left, low, right, high = (float(edge) for edge in page.mediabox)
        if not 1 <= abs(right - left) <= LONGEST_EDGE or not 1 <= abs(high - low) <= LONGEST_EDGE:
            raise EngineError("contract.file_too_complex")
    return pages


def _inspect(pdf: pikepdf.Pdf) -> None:
    """Look at every object, also those no page shows."""
    if len(pdf.objects) > MOST_OBJECTS:
        raise EngineError("contract.file_too_complex")
    seen = itertools.count()
    for one in (pdf.trailer, *pdf.objects):
        waiting: list[tuple[Any, int]] = [(one, 0)]
        while waiting:
            value, depth = waiting.pop()
            if depth > MOST_NESTED or next(seen) > MOST_OBJECTS * 20:
                raise EngineError("contract.file_too_complex")
            if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
                _inspect_one(value)
                waiting += [(value[name], depth + 1) for name in value.keys() if _own(value[name])]  # noqa: SIM118
            elif isinstance(value, pikepdf.Array):
                waiting += [(child, depth + 1) for child in value if _own(child)]


def _own(value: Any) -> bool:
    """Whether it stands inside its holder: what has a number of its own comes by itself."""
    return isinstance(value, pikepdf.Object) and not value.is_indirect


def _inspect_one(value: Any) -> None:
    names = set(value.keys())
    acts = str(value.get("/S", "")) in _ACTS or str(value.get("/Subtype", "")) in _ACTING_SUBTYPES
    if names & _ACTING_KEYS or acts or str(value.get("/Type", "")) == "/EmbeddedFile":
        raise EngineError("contract.file_active")
    if isinstance(value, pikepdf.Stream):
        _inspect_stream(value)


def _inspect_stream(stream: pikepdf.Stream) -> None:
    given = stream.get("/Filter")
    filters = [str(given)] if isinstance(given, pikepdf.Name) else [str(one) for one in given or ()]
    if sum(one in _PACKERS for one in filters) > 1:  # packed twice: the size after one unpacking says nothing
        raise EngineError("contract.file_too_complex")
    if {"/LZWDecode", "/LZW"} & set(filters) and len(stream.read_raw_bytes()) > MOST_UNPACKED // 1500:
        raise EngineError("contract.file_too_complex")
    if str(stream.get("/Subtype", "")) == "/Image":
        width, height = int(stream.get("/Width", 0)), int(stream.get("/Height", 0))
        if width < 0 or height < 0 or width * height > MOST_PIXELS:
            raise EngineError("contract.file_too_complex")


def _written_anew(pdf: pikepdf.Pdf) -> bytes:
    """Keep the pages and what they show; what was filled in or stamped becomes part of the page."""
    pdf.generate_appearance_streams()
    pdf.flatten_annotations("screen")
    copy = pikepdf.new()
    copy.pages.extend(pdf.pages)
    for page in copy.pages:
        for name in _DROPPED:
            if name in page.obj:
                del page.obj[name]
    made = io.BytesIO()
    copy.save(made, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return made.getvalue()


def _show_once(copy: bytes, pages: int) -> None:
    """Draw every page small: what cannot be drawn cannot be reviewed."""
    try:
        with pypdfium2.PdfDocument(copy) as shown:
            if len(shown) != pages:
                raise EngineError("contract.file_broken")
            for page in shown:
                page.render(scale=CHECKED_SIDE / max(page.get_size())).close()
    except MemoryError as wrong:
        raise EngineError("contract.file_too_complex") from wrong
    except (pypdfium2.PdfiumError, ValueError) as wrong:
        raise EngineError("contract.file_broken") from wrong
