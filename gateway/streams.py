"""Streams stored bytes to the client through an internal 60-second link; nothing is held in memory or on disk.

Decides names and headers of downloads; who may have them was decided by the service that gave the link.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from urllib.parse import quote

from gateway.exchange import Exchange, Reply
from services.common.kit.errors import DomainError, Kind
from services.common.messages.contract import Download

log = logging.getLogger(__name__)
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
_TYPES = frozenset({"application/pdf", "application/zip", "image/jpeg", "image/png"})


def stream(exchange: Exchange, download: Download, *, inline: bool) -> Reply:
    """Return the bytes behind a link. Raises DomainError `http.download_changed` where they are not those promised."""
    tag = f'"{download.sha256}"'
    if exchange.has(tag):
        return Reply(status=304, headers={"ETag": tag})
    try:
        size, sha256, chunks = exchange.links.open_link(download.link)
    except DomainError as wrong:
        if wrong.kind is Kind.UNAUTHENTICATED:
            # The link, not the caller, is at fault: nobody should be asked to sign in again for it.
            raise DomainError("http.download_failed", Kind.INTERNAL) from wrong
        raise
    if (size, sha256) != (download.size, download.sha256):
        raise DomainError("http.download_changed", Kind.INTERNAL)
    digest = base64.b64encode(bytes.fromhex(sha256)).decode()
    headers = {
        "Content-Length": str(size),
        "Content-Disposition": disposition(download.file_name, inline=inline),
        "Repr-Digest": f"sha-256=:{digest}:",
        "ETag": tag,
        "Content-Security-Policy": "frame-ancestors 'none'",  # more, and browsers show no PDF
    }
    media_type = download.media_type if download.media_type in _TYPES else "application/octet-stream"
    return Reply(content=_watched(chunks, exchange.correlation_id), headers=headers, media_type=media_type)


def disposition(file_name: str, *, inline: bool) -> str:
    """Return Content-Disposition (RFC 6266): a plain name for old clients, the real one in UTF-8."""
    name = "".join(sign for sign in file_name if sign.isprintable() and sign not in '/\\"')[:120] or "document"
    plain = "".join(sign if sign in _SAFE else "_" for sign in name)
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _watched(chunks: Iterator[bytes], correlation_id: str) -> Iterator[bytes]:
    """Tell the log when a download breaks: its headers are out, so nobody else can."""
    try:
        yield from chunks
    except Exception as wrong:
        log.exception("download broken", extra={"correlation_id": correlation_id, "error_type": type(wrong).__name__})
        raise
