"""Takes one file out of a request's body, as it is or as the one part of a form, without writing it anywhere.

Decides how a file may be sent and how large it may be. What it is and whether it is whole its owner's worker finds out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from werkzeug.datastructures import Headers
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData, Preamble

from gateway.problems import HttpError
from services.common.kit.errors import InvalidValue, Unavailable

FILE_BYTES = 10 * 1024 * 1024
"""Exactly so many are taken (decision 18: 单张图片不大于 10M)."""
FORM_BYTES = 64 * 1024
"""What a form puts around the file."""
BODY_BYTES = FILE_BYTES + FORM_BYTES
FORM = "multipart/form-data"
UNDECLARED = "application/octet-stream"
TAKEN = ("image/jpeg", "image/png", "image/heic", "image/webp", "application/pdf")
"""What is offered to clients; what a file is, is decided by its content."""
_PARTS = 8
_PIECE = 256 * 1024
_LONGEST_BOUNDARY = 70  # RFC 2046 5.1.1


class KeepsIncoming(Protocol):
    """Where files are put for their owner: kit's Incoming, or a fake."""

    def put(self, upload_id: str, data: bytes) -> str:
        """Put one in; returns its SHA-256. Raises Unavailable."""


class NoIncoming:
    """A gateway without a store takes no files."""

    def put(self, upload_id: str, data: bytes) -> str:
        """Refuse."""
        del upload_id, data
        raise Unavailable("object.store_unavailable")


@dataclass(frozen=True)
class SentFile:
    """A file as sent; `media_type` is what the sender says, empty for nothing."""

    data: bytes
    media_type: str

    @property
    def sha256(self) -> str:
        """Hex digest of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


def read_file(headers: Headers, body: bytes) -> SentFile:
    """Return the one file of a request.

    Raises HttpError 413 `http.file_too_large`, 415 `http.media_type`, InvalidValue `http.one_file_only`, `http.file_missing`,
    `http.form_unreadable`.
    """
    media_type, options = parse_options_header(headers.get("Content-Type", ""))
    if media_type == FORM:
        sent = _only_part(options.get("boundary", ""), body)
    elif media_type in {UNDECLARED, "application/pdf"} or media_type.startswith("image/"):
        sent = SentFile(body, "" if media_type == UNDECLARED else media_type)
    else:
        raise HttpError(415, "http.media_type")
    if not sent.data:
        raise InvalidValue("http.file_missing")
    if len(sent.data) > FILE_BYTES:
        raise HttpError(413, "http.file_too_large")
    return sent


def _only_part(boundary: str, body: bytes) -> SentFile:
    if not 0 < len(boundary) <= _LONGEST_BOUNDARY or not boundary.isascii():
        raise InvalidValue("http.form_unreadable")
    media_type, pieces, files = "", [], 0
    for event in _events(MultipartDecoder(boundary.encode(), max_parts=_PARTS), body):
        if isinstance(event, Field):
            raise InvalidValue("http.form_unreadable")  # all that is said beside the file stands in the query
        if isinstance(event, File):
            files += 1
            media_type = parse_options_header(event.headers.get("Content-Type", ""))[0]
        elif isinstance(event, Data):
            pieces.append(event.data)
        if files > 1:
            raise InvalidValue("http.one_file_only")
    return SentFile(b"".join(pieces), "" if media_type == UNDECLARED else media_type)


def _events(decoder: MultipartDecoder, body: bytes) -> Iterator[Event]:
    """Yield files and their data; raises InvalidValue where the form does not end as it should."""
    try:
        for at in range(0, len(body), _PIECE):
            decoder.receive_data(body[at : at + _PIECE])
            while not isinstance(event := decoder.next_event(), NeedData | Epilogue):
                if not isinstance(event, Preamble):
                    yield event
        decoder.receive_data(None)
        while not isinstance(decoder.next_event(), Epilogue):
            continue
    except (ValueError, HttpError) as wrong:
        raise InvalidValue("http.form_unreadable") from wrong
