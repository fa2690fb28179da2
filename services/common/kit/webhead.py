"""Which heads of HTTP/1.1 requests are well formed (RFC 9112, RFC 9110): what two servers in a row could read differently is refused.

Decides form only; sizes and times are `webprotocol`'s. Stricter than the RFC where that allows leniency: lines end with CRLF
alone, nothing is folded, a target is ASCII. Raises Refused, which ends the connection after one answer.
"""

from __future__ import annotations

import re
from email import errors
from http import HTTPStatus
from typing import Any

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VERSIONS = ("HTTP/1.0", "HTTP/1.1")
_HOST = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=%-]*(:[0-9]{0,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{0,5})?")
_ABSOLUTE = re.compile(r"https?://(?P<host>[^/?]+)(?P<path>/.*|\?.*|)", re.IGNORECASE)
_TARGET = re.compile(r"[!-~]+")
_HIDDEN_SIGN = re.compile(r"[^?]*%(2f|5c|00)", re.IGNORECASE)
"""A slash, a backslash or a NUL hidden in a path: one server sees another path than the next, and checks another."""
_OF_BODIES = (
    errors.StartBoundaryNotFoundDefect,
    errors.MultipartInvariantViolationDefect,
    errors.NoBoundaryInMultipartDefect,
    errors.InvalidMultipartContentTransferEncodingDefect,
)
"""What the standard library's parser, which is one of mail, misses in the headers of a form: the form. It is read later."""
LONGEST_LENGTH = 18  # digits; more would be a number no disk holds


class Refused(Exception):
    """The request ends here with this status and code; the connection is closed after it."""

    def __init__(self, status: int, code: str) -> None:
        self.status, self.code = status, code
        super().__init__(code)


def _bad() -> Refused:
    return Refused(HTTPStatus.BAD_REQUEST, "http.bad_request")


def is_token(text: str | None) -> bool:
    """Whether that may be a method or the name of a field."""
    return bool(_TOKEN.fullmatch(text or ""))


class StrictLines:
    """Hands on lines that end with CRLF and hold no other line break: a bare LF or CR is a line to one server and none to another."""

    def __init__(self, source: Any) -> None:
        self._source = source

    def readline(self, size: int = -1) -> bytes:
        """Return the next line. Raises Refused."""
        line: bytes = self._source.readline(size)
        check_line(line, complete=len(line) < size or size < 0)
        return line

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)


def check_line(line: bytes, *, complete: bool = True) -> None:
    """Raise Refused where a line has a break in it, or ends otherwise than with CRLF. `complete`: its end was read at all."""
    text = line.removesuffix(b"\r\n")
    if b"\r" in text or b"\n" in text or (complete and line and text == line):
        raise _bad()


def check_head(method: str, request_line: str, version: str, headers: Any) -> None:
    """Refuse a head that is ill formed or ambiguous. Raises Refused: 400; 411 for a body of unknown size."""
    if version not in _VERSIONS or len(request_line.split(" ")) != len(("method", "target", "version")):
        raise _bad()
    names_fit = all(map(is_token, headers))
    values_fit = not any(sign in value for value in headers.values() for sign in "\r\n\0")
    defects = any(not isinstance(one, _OF_BODIES) for one in headers.defects)
    if defects or headers.get_payload() or not (names_fit and values_fit and is_token(method)):
        raise _bad()
    hosts = headers.get_all("Host", [])
    if len(hosts) > 1 or (version == "HTTP/1.1" and not hosts) or not all(map(_HOST.fullmatch, hosts)):
        raise _bad()
    _check_length(headers)


def _check_length(headers: Any) -> None:
    lengths = headers.get_all("Content-Length", [])
    if headers.get_all("Transfer-Encoding"):
        raise _bad() if lengths else Refused(HTTPStatus.LENGTH_REQUIRED, "http.length_required")
    if len(lengths) > 1 or any(not (one.isascii() and one.isdigit() and len(one) <= LONGEST_LENGTH) for one in lengths):
        raise _bad()


def origin_form(method: str, target: str, host: str) -> str:
    """Return path and query of a target; one with scheme and host must name the host of the field Host. Raises Refused."""
    if not _TARGET.fullmatch(target) or "#" in target or _HIDDEN_SIGN.match(target):
        raise _bad()
    if target.startswith("/") or (target == "*" and method == "OPTIONS"):
        return target
    match = _ABSOLUTE.fullmatch(target)
    if match is None or match["host"].lower() != host.lower():
        raise _bad()
    return match["path"] if match["path"].startswith("/") else "/" + match["path"]
