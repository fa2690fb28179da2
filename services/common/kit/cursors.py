"""Where the next page of a list begins: the moment and the id of the last row shown, as one opaque text.

A list in the order of (moment, id) can be walked page by page while rows are added: none is shown twice or left out.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from typing import TypeAlias

from services.common.kit.errors import InvalidValue

Place: TypeAlias = tuple[dt.datetime, str]
_KEY = re.compile(r"[A-Za-z0-9._:/-]{1,128}")
"""Whatever ids are made of here; a list asked with anything else would only be asked in vain."""


def cursor_after(at: dt.datetime, key: str) -> str:
    """Return the cursor of the page after that row."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{key}".encode()).decode()


def place_of(cursor: str, code: str) -> Place | None:
    """Return the row the page comes after, None for the first page. Raises InvalidValue `code` for what is no cursor."""
    if not cursor:
        return None
    try:
        when, _, key = base64.b64decode(cursor, altchars=b"-_", validate=True).decode().partition("|")
        at = dt.datetime.fromisoformat(when)
    except (binascii.Error, UnicodeDecodeError, ValueError) as wrong:
        raise InvalidValue(code, field="cursor") from wrong
    if at.tzinfo is None or not _KEY.fullmatch(key):
        raise InvalidValue(code, field="cursor")
    return at, key
