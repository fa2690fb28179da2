"""Takes one file out of a request: sent as it is, or as the only file of a form.

Decides what a request with a file looks like; what a file must be is its owner's to say. Nothing touches a disk.
"""

from __future__ import annotations

from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from gateway.exchange import Exchange
from gateway.problems import HttpError
from gateway.routing import FORM
from services.common.kit.errors import InvalidValue

MOST_PARTS = 8
LONGEST_BOUNDARY = 200


def one_file(exchange: Exchange) -> bytes:
    """Return the file. Raises HttpError `http.file_required`, `http.one_file_only`, InvalidValue `http.form_damaged`."""
    kind, options = parse_options_header(exchange.headers.get("Content-Type", ""))
    files = _files(exchange.raw_body, options.get("boundary", "")) if kind == FORM else [exchange.raw_body]
    filled = [one for one in files if one]
    if len(filled) > 1:
        raise HttpError(400, "http.one_file_only")
    if not filled:
        raise HttpError(400, "http.file_required")
    return filled[0]


def _files(body: bytes, boundary: str) -> list[bytes]:
    """Return the contents of all parts that are files."""
    if not 0 < len(boundary) <= LONGEST_BOUNDARY:
        raise InvalidValue("http.form_damaged")
    decoder = MultipartDecoder(boundary.encode(), max_form_memory_size=len(body), max_parts=MOST_PARTS)
    found: list[list[bytes]] = []
    is_file = False
    try:
        decoder.receive_data(body)
        decoder.receive_data(None)
        while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
            if isinstance(event, Field | File):
                is_file = isinstance(event, File)
                found += [[]] if is_file else []
            elif isinstance(event, Data) and is_file:
                found[-1].append(event.data)
    except Exception as wrong:
        raise InvalidValue("http.form_damaged") from wrong
    return [b"".join(parts) for parts in found]
