"""Answers that are the same for everybody: with an ETag, kept for half a minute by whoever asked."""

from __future__ import annotations

import hashlib

from gateway.exchange import Exchange, Reply
from gateway.schemas import base
from services.common.kit import wire

MAX_AGE = 30
"""Seconds. Office itself may give an answer again for as long: together nobody sees what is older than a minute."""


def published(exchange: Exchange, body: object) -> Reply:
    """Answer with JSON and its ETag; 304 to whoever has this already."""
    return _tagged(exchange, wire.dumps(base.write(body)), Reply(body))


def published_bytes(exchange: Exchange, content: bytes, media_type: str) -> Reply:
    """Answer with bytes and their ETag; 304 to whoever has them already."""
    return _tagged(exchange, content, Reply(content=content, media_type=media_type))


def _tagged(exchange: Exchange, content: bytes, reply: Reply) -> Reply:
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": f"public, max-age={MAX_AGE}", "Vary": "Accept-Encoding"}
    if exchange.has(tag):
        return Reply(status=304, headers=headers)
    return Reply(reply.body, content=reply.content, media_type=reply.media_type, headers=headers)
