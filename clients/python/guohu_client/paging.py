"""Lists that come in pages, as one stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .client import Client

CURSOR = "next_cursor"


def pages(
    client: Client, operation: str, items: str, query: Mapping[str, Any] | None = None, **parts: Any
) -> Iterator[dict[str, Any]]:
    """Yield every row of a list operation; `items` names the member that holds a page's rows."""
    cursor = ""
    while True:
        asked = {**(query or {}), **({"cursor": cursor} if cursor else {})}
        page = client.read(operation, query=asked, **parts)
        yield from page[items]
        cursor = page.get(CURSOR) or ""
        if not cursor:
            return
