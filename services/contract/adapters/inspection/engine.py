"""Decides the jobs of the engine that looks into uploads: `inspect_file` and `draw_page`.

Leaves to others: the process around it (plain Python, killed and restarted from outside), where files are kept, and who
may see them. The process bounds its own memory, so that a file that unpacks without end ends the job and nothing else.
"""

import hashlib
import io
import resource
from collections.abc import Callable, Mapping
from typing import Any

import pypdfium2
from cryptography.hazmat.primitives import hashes
from PIL import Image

from services.common.kit.engine_child import EngineError
from services.contract.adapters.inspection.kinds import FileKind, kind_of
from services.contract.adapters.inspection.pdfs import clean_pdf
from services.contract.adapters.inspection.pictures import clean_picture, jpeg

__all__ = ["EngineError", "build", "draw_page", "inspect_file"]
MEMORY_BYTES = 2 * 1024**3
"""Address space of one engine process: 64 million pixels, decoded and copied, took it to 1.3 GB (measured)."""
SMALLEST, LARGEST = 64, 2400

Job = Callable[..., dict[str, Any]]


def inspect_file(*, data: bytes, declared: str) -> dict[str, Any]:
    """Return the clean copy with its type and pages, and the hashes of both: SHA-256, and SM3 (GB/T 32905) of the original.

    Raises EngineError with a code of `kinds`, `pictures` or `pdfs`.
    """
    kind = kind_of(data, declared)
    if kind is FileKind.PDF:
        copy, pages = clean_pdf(data)
        media_type = FileKind.PDF.value
    else:
        copy, pages, media_type = clean_picture(data, kind), 1, FileKind.JPEG.value
    return {
        "data": copy,
        "media_type": media_type,
        "pages": pages,
        "sha256": hashlib.sha256(copy).hexdigest(),
        "original_type": kind.value,
        "original_sha256": hashlib.sha256(data).hexdigest(),
        "original_sm3": _sm3(data),
    }


def draw_page(*, data: bytes, media_type: str, page: int, longest: int) -> dict[str, Any]:
    """Return one page (from 1) of a clean copy as a JPEG of at most `longest` pixels a side.

    Raises EngineError `contract.page_unknown`.
    """
    longest = min(max(longest, SMALLEST), LARGEST)
    if media_type == FileKind.PDF:
        picture = _pdf_page(data, page, longest)
    elif page == 1:
        picture = Image.open(io.BytesIO(data), formats=["JPEG"])
        picture.draft("RGB", (longest, longest))
    else:
        raise EngineError("contract.page_unknown")
    made = jpeg(picture, longest)
    return {"data": made, "sha256": hashlib.sha256(made).hexdigest()}


def build(settings: Mapping[str, Any]) -> dict[str, Job]:
    """Return the jobs by name. Settings, all optional: `memory_bytes`."""
    most = int(settings.get("memory_bytes", MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    return {"inspect_file": inspect_file, "draw_page": draw_page}


def _pdf_page(data: bytes, page: int, longest: int) -> Image.Image:
    with pypdfium2.PdfDocument(data) as shown:
        if not 1 <= page <= len(shown):
            raise EngineError("contract.page_unknown")
        one = shown[page - 1]
        return one.render(scale=longest / max(one.get_size())).to_pil().convert("RGB")


def _sm3(data: bytes) -> str:
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize().hex()
